"""What a fleet asks of PostgreSQL: its databases, its schemas, and many of those in one pass over the catalog."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from console.core.ports import TableRows
from console.core.schema import Schema
from console.dialects.postgres.link import PostgresLink
from console.dialects.postgres.sweep import read_schemas
from console.dialects.postgres.wire import Wire

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

_DATABASES = """
SELECT datname::text FROM pg_catalog.pg_database
 WHERE datallowconn AND NOT datistemplate AND pg_catalog.has_database_privilege(oid, 'CONNECT') ORDER BY 1
"""
_SCHEMAS = """
SELECT nspname::text FROM pg_catalog.pg_namespace
 WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' ORDER BY 1
"""


class PostgresLister:
    """What `console.core.ports_fleet.Lister` promises."""

    def __init__(self, url: URL) -> None:
        """Connect, to a database that every server has where the URL names none."""
        self._wire = Wire(url if url.database else url.set(database="postgres"), "schema fleet")

    def databases(self) -> tuple[str, ...]:
        """Databases that this role may connect to, templates left out."""
        return tuple(row[0] for row in self._wire.read(_DATABASES))

    def schemas(self) -> tuple[str, ...]:
        """Schemas that are nobody's but people's."""
        return tuple(row[0] for row in self._wire.read(_SCHEMAS))

    def listed(self, sql: str) -> TableRows:
        """The rows of a query; the session is read-only."""
        columns, rows = self._wire.texts(sql)
        return TableRows(columns, tuple(rows), (None,) * len(rows))

    def close(self) -> None:
        """End the connection."""
        self._wire.close()


class PostgresSweeper(PostgresLink):
    """What `console.core.ports_fleet.Sweeper` promises."""

    def schemas_of(self, names: Iterable[str]) -> Mapping[str, Schema]:
        """Each of these schemas that is there."""
        return read_schemas(self._wire, names)


def lister(url: URL) -> PostgresLister:
    """What lists."""
    return PostgresLister(url)


def sweeper(url: URL, lane: str) -> PostgresSweeper:
    """A link that reads many schemas."""
    return PostgresSweeper(Wire(url, lane), url)
