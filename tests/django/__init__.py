"""The real Django: fetched once, run in projects of its own, and asked what it would send."""
