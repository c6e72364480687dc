"""When the tables of a migration were last altered: words beside the verdicts on MySQL and MariaDB, never a verdict.

Every ALTER, CREATE INDEX and DROP INDEX that succeeds moves a table's CREATE_TIME, INSTANT ones too, and one that fails
does not (measured on MySQL 9.7 and MariaDB 10.11). So does a rebuild by anybody, and a restore makes every table young:
a late date proves nothing, an early one that nothing was done to the table since. Triggers and, on MySQL, new names
leave no date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from console.core.landed import Judgement, Verdict
from console.core.operations import Change, Create, Drop, Operation
from console.core.schema import Kind, Schema, Table, table_ref

_SAID = 3
"""So many tables are told."""
_PARTS = frozenset({Kind.COLUMN, Kind.INDEX, Kind.CONSTRAINT})


def dates(verdicts: Iterable[Judgement], schema: Schema, last: datetime | None) -> str:
    """One sentence about the tables that a migration may have changed; `last` is when the last good one ended, UTC."""
    if schema.dialect not in ("mysql", "mariadb"):
        return ""
    names = dict.fromkeys(name for judgement in verdicts for name in _altered(judgement, schema.home))
    tables = (schema.get(table_ref(schema.home, name)) for name in names)
    dated = [(table.ref.name, table.stamp) for table in tables if isinstance(table, Table) and table.stamp is not None]
    told = [_told(name, datetime.fromtimestamp(stamp, UTC), last) for name, stamp in dated[:_SAID]]
    return f"By their CREATE_TIME, {'; '.join(told)}." if told else ""


def _altered(judgement: Judgement, home: str) -> Iterator[str]:
    """The tables of this database whose date a statement that may have run would have moved."""
    if judgement.skipped or judgement.verdict is Verdict.NOT_LANDED or judgement.statement.database:
        return
    for operation in judgement.statement.operations:
        yield from _dated(operation, home)


def _dated(operation: Operation, home: str) -> Iterator[str]:
    if not isinstance(operation, Create | Drop | Change) or operation.subject.schema != home:
        return
    subject = operation.subject
    if subject.kind in _PARTS:
        yield subject.table
    elif subject.kind is Kind.TABLE and not isinstance(operation, Drop):
        yield subject.name


def _told(name: str, altered: datetime, last: datetime | None) -> str:
    said = f"{name} was last created, altered or rebuilt at {altered:%Y-%m-%d %H:%M:%S} UTC"
    if last is None:
        return said
    ended = last.replace(microsecond=0, tzinfo=UTC)
    if altered > ended:
        return f"{said}, after the last recorded migration"
    if altered < ended:
        return f"{said} and not since the last recorded migration ({ended:%Y-%m-%d %H:%M:%S})"
    return said
