"""Error texts: what real servers write, and what is made of it."""
