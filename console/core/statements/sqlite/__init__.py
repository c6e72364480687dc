"""The statements of SQLite: what its own grammar understands."""
