"""What a server tells of one database, read once over a link of its own."""

from __future__ import annotations

from sqlalchemy.engine import URL

from console.core.observation import Server
from console.core.ports import Dialect
from console.core.schema import Schema


def read(dialect: Dialect, url: URL) -> tuple[Schema, Server]:
    """Its schema, and which server it is."""
    link = dialect.open(url, "schema")
    try:
        return link.schema(), link.server()
    finally:
        link.close()
