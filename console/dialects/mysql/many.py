"""What a fleet asks of MySQL and MariaDB: which databases there are. A schema is a database there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.core.ports import TableRows
from console.dialects.mysql.wire import Wire

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

_DATABASES = """
SELECT schema_name FROM information_schema.schemata
 WHERE schema_name NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema') ORDER BY 1
"""


class MySQLLister:
    """What `console.core.ports_fleet.Lister` promises."""

    def __init__(self, url: URL) -> None:
        """Connect."""
        self._wire = Wire(url, "schema fleet")

    def databases(self) -> tuple[str, ...]:
        """Databases that this account may see."""
        return tuple(str(row[0]) for row in self._wire.read(_DATABASES))

    def schemas(self) -> tuple[str, ...]:
        """A database has none."""
        return ()

    def listed(self, sql: str) -> TableRows:
        """The rows of a query; the session is read-only."""
        columns, rows = self._wire.texts(sql)
        return TableRows(columns, tuple(rows), (None,) * len(rows))

    def close(self) -> None:
        """End the connection."""
        self._wire.close()


def lister(url: URL) -> MySQLLister:
    """What lists."""
    return MySQLLister(url)
