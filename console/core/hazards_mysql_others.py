"""What statements of MySQL and MariaDB cost that alter no table: code, views, maintenance, TRUNCATE."""

from __future__ import annotations

import re
from collections.abc import Callable

from console.core.hazards_cost import (
    CRITICAL,
    LOW,
    MEDIUM,
    Cost,
    Hazard,
    estimate_of,
    may_last,
    severity_of,
    small,
    undo_of,
)
from console.core.lexer import significant, tokens
from console.core.observation import Server
from console.core.operations import Create, Drop
from console.core.schema import Index, Kind, Ref, Schema, Trigger, table_ref
from console.core.statements import Statement

_QUEUE = "It waits behind every open transaction on the table, and everybody else waits behind it."
_CODE = frozenset({Kind.ROUTINE, Kind.PROCEDURE, Kind.EVENT, Kind.VIEW, Kind.SCHEMA, Kind.SEQUENCE})
_SELECTED = re.compile(r"^create\s+(?:or\s+replace\s+)?table\b.*?\bselect\b", re.IGNORECASE | re.DOTALL)


def spoken(statement: Statement, server: Server, schema: Schema) -> Hazard | None:
    """None: it is for other rules."""
    words = tuple(t.folded.lower() for t in significant(tokens(statement.sql, schema.dialect))[:3])
    for start, told in _SPOKEN.items():
        if words[: len(start)] == start:
            return told(statement, server, schema)
    if _SELECTED.match(statement.sql):
        return _selected(statement, schema)
    kinds = {op.subject.kind for op in statement.operations if op.subject is not None}
    if Kind.TRIGGER in kinds:
        return _trigger(statement, schema)
    if kinds and kinds <= _CODE and all(isinstance(op, Create | Drop) for op in statement.operations):
        return _code(statement, schema)
    return None


def _code(statement: Statement, schema: Schema) -> Hazard:
    """Views, routines and events hold no rows; only who uses them at this moment waits."""
    undo = undo_of(statement.operations, schema)
    return Hazard("none on a table", False, False, "nothing", "short", undo, "", "my-code", LOW, lasts=False)


def _trigger(statement: Statement, schema: Schema) -> Hazard:
    found = next((thing for op in statement.operations for thing in _made(op)), None)
    dropped = (schema.get(op.ref) for op in statement.operations if isinstance(op, Drop))
    trigger = found or next((thing for thing in dropped if isinstance(thing, Trigger)), None)
    on = trigger.table or trigger.ref.table if trigger else ""
    lock = f"metadata lock on {on}" if on else "metadata lock on its table"
    careful = f"{_QUEUE} Every write to the table runs it from then on." if found else _QUEUE
    undo = undo_of(statement.operations, schema)
    return Hazard(lock, False, False, "nothing", "short, once it has its lock", undo, careful, "my-trigger", LOW,
                  lasts=False)  # fmt: skip


def _made(operation: object) -> list[Trigger]:
    return [t for t in operation.things if isinstance(t, Trigger)] if isinstance(operation, Create) else []


def _tables(statement: Statement, schema: Schema) -> tuple[Ref, ...]:
    return tuple(table_ref(place or schema.home, name) for place, name in statement.tables)


def _worked(
    statement: Statement, schema: Schema, cost: Cost, lock: str, blocks: str, careful: str, undo: str = ""
) -> Hazard:
    work = estimate_of((cost,), schema)
    return Hazard(
        lock, bool(cost.rewritten), bool(cost.worked_on), blocks, work, undo, careful, cost.rule,
        severity_of((cost,), schema), may_last((cost,), schema),
    )  # fmt: skip


def _names(statement: Statement, schema: Schema) -> str:
    return " and ".join(ref.label(schema.home) for ref in _tables(statement, schema)) or "its tables"


def _optimized(statement: Statement, server: Server, schema: Schema) -> Hazard:
    refs, names = _tables(statement, schema), _names(statement, schema)
    full = any(
        isinstance(part, Index) and part.method == "fulltext"
        for ref in refs
        for part in schema.by_table.get((ref.schema, ref.name), ())
    )
    if not refs or full:
        why = "With a FULLTEXT index all rows may be copied while writes wait."
        cost = Cost("my-optimize-table", CRITICAL, rewritten=refs, unknown=not refs)
        return _worked(statement, schema, cost, f"writes blocked on {names} while it is copied", "writes", why)
    cost = Cost("my-optimize-table", MEDIUM, rewritten=refs)
    lock = f"metadata lock on {names} at its start and end; writes go on while it is rebuilt"
    return _worked(statement, schema, cost, lock, "nothing", f"InnoDB makes the table anew. {_QUEUE}")


def _analyzed(statement: Statement, server: Server, schema: Schema) -> Hazard:
    lock = f"metadata lock on {_names(statement, schema)}"
    why = "Behind a query that runs long, MySQL before 8.0.24 makes new queries of the table wait for it [documented]."
    return Hazard(lock, False, False, "nothing", "reads a sample of pages", "", why, "my-analyze-table", LOW, False)


def _truncated(statement: Statement, server: Server, schema: Schema) -> Hazard:
    lock = f"metadata lock on {_names(statement, schema)}"
    why = f"All rows are gone at once, and nothing rolls it back. {_QUEUE}"
    undo = "nothing brings back the rows"
    own = bool(statement.tables) and set(_tables(statement, schema)) <= schema.fresh
    return Hazard(lock, False, False, "reads and writes", "drops the file of the table and makes an empty one", undo,
                  why, "my-truncate-table", LOW if own else CRITICAL, False)  # fmt: skip


def _locked(statement: Statement, server: Server, schema: Schema) -> Hazard:
    names = _names(statement, schema)
    why = "The session can touch no other table until UNLOCK TABLES (error 1100), and its end gives the locks back."
    return Hazard(f"table locks on {names}", False, False, "reads and writes", "until UNLOCK TABLES", "", why,
                  "my-lock-tables-ledger", MEDIUM, None)  # fmt: skip


def _selected(statement: Statement, schema: Schema) -> Hazard:
    made = {op.subject for op in statement.operations if isinstance(op, Create)}
    refs = tuple(ref for ref in _tables(statement, schema) if ref not in made)
    names = " and ".join(ref.label(schema.home) for ref in refs) or "the tables it reads"
    why = "The rows that it reads are locked for writers to its end unless the session is READ COMMITTED [documented]."
    cost = Cost("my-create-table-select", MEDIUM, scanned=refs, unknown=not refs)
    little = bool(refs) and all(small(schema, ref) for ref in refs)
    return _worked(statement, schema, cost, f"rows of {names}", "" if little else "writes", why,
                   undo_of(statement.operations, schema))  # fmt: skip


def _account(statement: Statement, server: Server, schema: Schema) -> Hazard:
    return Hazard(
        "none on a table", False, False, "nothing", "changes accounts", "", "", "my-account", LOW, lasts=False
    )


_SPOKEN: dict[tuple[str, ...], Callable[[Statement, Server, Schema], Hazard]] = {
    ("optimize",): _optimized,
    ("analyze",): _analyzed,
    ("truncate",): _truncated,
    ("lock", "tables"): _locked,
    ("lock", "table"): _locked,
    ("grant",): _account,
    ("revoke",): _account,
    ("create", "user"): _account,
    ("alter", "user"): _account,
    ("drop", "user"): _account,
    ("create", "role"): _account,
    ("drop", "role"): _account,
}
