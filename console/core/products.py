"""What servers are called by those who make them."""

from __future__ import annotations

from console.core.observation import Server

NAMES = {"postgresql": "PostgreSQL", "mysql": "MySQL", "mariadb": "MariaDB", "sqlite": "SQLite"}


def product(server: Server) -> str:
    """`MySQL`."""
    return NAMES.get(server.dialect, server.dialect)
