"""Several consoles on one incident."""
