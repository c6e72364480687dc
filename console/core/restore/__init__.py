"""Bringing data back from a backup: what a copy is, what of it may be loaded, which rows come back. All of it pure."""
