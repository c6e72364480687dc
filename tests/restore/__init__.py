"""Backups found, read, loaded beside production, and rows brought back from them."""
