"""PostgreSQL 12 to 18, read through its catalogs by statements that never wait behind a lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.dialects.postgres.link import PostgresLink
from console.dialects.postgres.wire import Wire

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

__all__ = ["PostgresDialect", "make"]


class PostgresDialect:
    """PostgreSQL."""

    name = "postgres"

    def open(self, url: URL, lane: str) -> PostgresLink:
        """A new connection that cannot hang behind the incident; UnreachableFault, NotPermittedFault."""
        return PostgresLink(Wire(url, lane), url)


def make() -> PostgresDialect:
    """The dialect."""
    return PostgresDialect()
