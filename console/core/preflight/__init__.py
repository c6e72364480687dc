"""Preflight: what a pending migration will do to this server, judged before it is run."""
