"""What Sequelize sends for rows: values in the text, and those it sends beside it, which stand in it here."""

from __future__ import annotations

from collections.abc import Iterator

from console.frameworks.sequelize.known import Known
from console.frameworks.sequelize.sent import Text
from console.frameworks.sequelize.tables import Args
from console.frameworks.sequelize.where import where
from console.frameworks.sequelize.words import Way, escape, joined, table_of
from console.readers.javascript.options import Options, UnreadableError, many, options_of
from console.readers.javascript.values import Pairs, Value, why_not


def bulk_insert(args: Args, way: Way, known: Known) -> Iterator[Text]:
    """One INSERT of all rows."""
    table, options = table_of(args[0]), options_of(args, 2)
    rows = [_row(value) for value in many(args[1] if len(args) > 1 else None)]
    if options.known("updateOnDuplicate") is not None or options.yes("returning"):
        raise UnreadableError("what Sequelize writes behind these rows is not known here")
    columns = list(dict.fromkeys(name for row in rows for name in row.values))
    tuples = ",".join(f"({','.join(escape(row.values.get(name), way) for name in columns)})" for row in rows)
    quiet = options.yes("ignoreDuplicates")
    word = {"mysql": "IGNORE", "mariadb": "IGNORE", "sqlite": "OR IGNORE"}.get(way.name, "") if quiet else ""
    behind = "ON CONFLICT DO NOTHING" if quiet and way.postgres else ""
    names = ",".join(way.quoted(name) for name in columns)
    yield Text(joined("INSERT", word, "INTO", table.sql(way), f"({names})", "VALUES", tuples, behind, ";"), data=True)


def _row(value: Value) -> Pairs:
    if isinstance(value, Pairs):
        return value
    raise UnreadableError(why_not(value) or "its rows are not written down")


def bulk_update(args: Args, way: Way, known: Known) -> Iterator[Text]:
    """One UPDATE of all rows that a condition takes."""
    table, options = table_of(args[0]), options_of(args, 3)
    values = _row(args[1] if len(args) > 1 else None)
    if any(options.known(name) for name in ("limit", "returning")):
        raise UnreadableError("what Sequelize writes behind these rows is not known here")
    given = ",".join(f"{way.quoted(name)}={escape(value, way)}" for name, value in values.values.items())
    condition = where(args[2] if len(args) > 2 else None, way)
    if given:
        yield Text(
            f"UPDATE {table.sql(way)} SET {given} {f'WHERE {condition}' if condition else ''}".strip(), data=True
        )


def bulk_delete(args: Args, way: Way, known: Known) -> Iterator[Text]:
    """One DELETE of all rows that a condition takes, or TRUNCATE."""
    table, options = table_of(args[0]), options_of(args, 2)
    if options.known("truncate") is True:
        yield Text(_truncate(table.sql(way), options, way), data=True)
        return
    condition = where(args[1] if len(args) > 1 else None, way)
    sql = f"DELETE FROM {table.sql(way)}"
    if options.known("limit"):
        raise UnreadableError("what Sequelize writes behind these rows is not known here")
    behind = f" WHERE {condition}" if condition else ""
    yield Text((sql + behind).strip(), data=True)


def _truncate(table: str, options: Options, way: Way) -> str:
    if way.sqlite:
        return f"DELETE FROM {table}"
    if way.mysql:
        return f"TRUNCATE {table}"
    marks = ((" RESTART IDENTITY", "restartIdentity"), (" CASCADE", "cascade"))
    return f"TRUNCATE {table}" + "".join(words for words, name in marks if options.yes(name))
