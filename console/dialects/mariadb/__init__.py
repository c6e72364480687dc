"""MariaDB 10.6 and newer: what it does in another way than MySQL, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.dialects.mariadb.link import MariaDBLink
from console.dialects.mysql import link_for
from console.dialects.mysql.wire import Wire

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

    from console.dialects.mysql.link import MySQLLink

__all__ = ["MariaDBDialect", "MariaDBLink", "make"]


class MariaDBDialect:
    """MariaDB."""

    name = "mariadb"

    def open(self, url: URL, lane: str) -> MySQLLink:
        """A new connection that cannot hang behind the incident; UnreachableFault, NotPermittedFault."""
        return link_for(Wire(url, lane))


def make() -> MariaDBDialect:
    """The dialect."""
    return MariaDBDialect()
