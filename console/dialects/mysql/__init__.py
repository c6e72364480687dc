"""MySQL 8.0 to 9.x, read through its catalogs by statements that never wait behind a lock.

A URL that says mysql may lead to a MariaDB, and many do: the server itself is asked, and its own dialect takes over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.dialects.mysql.link import MySQLLink
from console.dialects.mysql.wire import Wire

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

__all__ = ["MySQLDialect", "make"]


class MySQLDialect:
    """MySQL."""

    name = "mysql"

    def open(self, url: URL, lane: str) -> MySQLLink:
        """A new connection that cannot hang behind the incident; UnreachableFault, NotPermittedFault."""
        return link_for(Wire(url, lane))


def link_for(wire: Wire) -> MySQLLink:
    """The link that fits the server at the other end."""
    if not wire.is_mariadb:
        return MySQLLink(wire)
    from importlib import import_module

    link: MySQLLink = import_module("console.dialects.mariadb").MariaDBLink(wire)
    return link


def make() -> MySQLDialect:
    """The dialect."""
    return MySQLDialect()
