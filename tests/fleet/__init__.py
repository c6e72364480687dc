"""Many databases side by side."""
