"""Migration files in Python (Alembic's and Django's), read from their syntax tree: nothing of them is ever run."""
