"""One migration on many databases: what became of it on each, and which of them are in the same state. Pure."""
