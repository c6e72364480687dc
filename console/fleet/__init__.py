"""Looks at many databases at once: what is read is what `assess` reads, over one connection each, a few at a time."""
