"""A link that is read once: what it has told is not asked again.

A console looks every two seconds and asks first whether anything changed; here everything is new and stays as it was
read. Where a ledger is, is told by the schema that was just read: sixteen tools' tables need no query each, which on
MySQL would go through the tables of every database of the server.
"""

from __future__ import annotations

from typing import Any

from console.core.observation import Server
from console.core.ports import Link
from console.core.schema import Kind, Schema, Table, View


class Once:
    """`Link`, for one look."""

    def __init__(self, link: Link) -> None:
        """Nothing was told yet."""
        self._link = link
        self._server: Server | None = None
        self._schema: Schema | None = None

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the link has
        return getattr(self._link, name)

    def server(self) -> Server:
        """Which server this is."""
        if self._server is None:
            self._server = self._link.server()
        return self._server

    def fingerprint(self) -> str:
        """Nothing is compared with it."""
        return ""

    def schema(self) -> Schema:
        """Everything there is."""
        self._schema = self._link.schema()
        return self._schema

    def tables_named(self, name: str) -> tuple[str, ...]:
        """Schemas that hold a table of that name."""
        if self._schema is None or Kind.TABLE in self._schema.untold or self._schema.unread:
            return self._link.tables_named(name)
        return holding(self._schema, name)


def holding(schema: Schema, name: str) -> tuple[str, ...]:
    """Schemas with a table or view of that name, compared without case."""
    wanted = name.lower()
    found = {t.ref.schema for t in schema.things if isinstance(t, Table | View) and t.ref.name.lower() == wanted}
    return tuple(sorted(found))
