"""Tests of what is on the disk."""
