"""Every terminal a responder may sit at: what it calls itself, its size, its colours, its keys (docs/faults.md)."""
