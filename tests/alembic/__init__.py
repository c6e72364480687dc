"""The real Alembic, in projects of its own, on real servers."""
