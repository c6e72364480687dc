"""Dialects, tested on real servers of every major version that the machine can start."""
