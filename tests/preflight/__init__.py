"""Preflight: what is said of migrations before they are run."""
