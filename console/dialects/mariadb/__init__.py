"""MariaDB 10.6 and newer: what it does in another way than MySQL, and nothing else.

A URL that says mariadb may lead to a MySQL: which link is opened depends on the server, not on the URL.
"""

from __future__ import annotations

from console.dialects.mariadb.link import MariaDBLink
from console.dialects.mysql import MySQLDialect

__all__ = ["MariaDBDialect", "MariaDBLink", "make"]


class MariaDBDialect(MySQLDialect):
    """MariaDB."""

    name = "mariadb"


def make() -> MariaDBDialect:
    """The dialect."""
    return MariaDBDialect()
