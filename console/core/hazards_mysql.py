"""What DDL costs on MySQL and MariaDB: one way for each clause, and the worst of them for the statement.

Every form, INSTANT too, takes an exclusive metadata lock at its start and its end. It waits there behind every open
transaction that has read the table, and everybody else waits behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from console.core.hazards_cost import (
    CRITICAL,
    LOW,
    MEDIUM,
    Cost,
    Hazard,
    careful_of,
    estimate_of,
    is_new,
    may_last,
    severity_of,
    undo_of,
)
from console.core.hazards_mysql_clauses import opaque_ways
from console.core.hazards_mysql_columns import add_column, drop_column, rename_column
from console.core.hazards_mysql_modify import change_column
from console.core.hazards_mysql_others import spoken
from console.core.hazards_mysql_refused import refusals
from console.core.hazards_mysql_tables import (
    add_constraint,
    add_index,
    change_check,
    change_index,
    change_table,
    drop_constraint,
    drop_index,
)
from console.core.hazards_mysql_ways import (
    COPY,
    INPLACE,
    INSTANT,
    REBUILD,
    REBUILD_BLOCKING,
    MyAsk,
    Way,
    altered,
    table_of,
)
from console.core.hazards_rules import Rules
from console.core.observation import Server
from console.core.operations import Change, Create, Drop, Opaque, Operation, Rename
from console.core.schema import MEMBERS, Constraint, Kind, Ref, Schema, Table, table_ref
from console.core.statements import Nature, Statement

OLDEST = {"mysql": 80_000, "mariadb": 100_500}
_MEASURED = {"mysql": (90_700, 90_800), "mariadb": (101_100, 101_200)}
_OWN = "It was made in this run: nobody else uses it yet."
_QUEUE = "It waits behind every open transaction on the table, and everybody else waits behind it."


def mysql_hazard(statement: Statement, server: Server, schema: Schema) -> Hazard:
    """What the statement costs; empty where a part of it is not known."""
    if server.version_number < OLDEST[server.dialect] or server.foreign:
        return Hazard()
    hazard = spoken(statement, server, schema)
    if hazard is None and _is_schema(statement):
        hazard = _whole(statement, schema) or _altered(statement, server, schema)
    told = _measured_there(hazard or Hazard(), server)
    refused = tuple(dict.fromkeys(refusals(statement, server, schema, way_of(statement, server, schema))))
    if not refused:
        return told
    return replace(told, rule=told.rule or refused[0].rule, parts=refused)


def _is_schema(statement: Statement) -> bool:
    return statement.nature is Nature.SCHEMA or _alters(statement)


def way_of(statement: Statement, server: Server, schema: Schema) -> Way | None:
    """How the server goes about an ALTER TABLE or an index; None: it is something else, or a part is not known."""
    if not _is_schema(statement) or server.version_number < OLDEST.get(server.dialect, 0) or server.foreign:
        return None
    ask = asked_of(statement, server, schema)
    ways = _ways(ask) if ask is not None else ()
    return _together(ways, ask) if ask is not None and ways else None


def asked_of(statement: Statement, server: Server, schema: Schema) -> MyAsk | None:
    """The table that is altered, and what is asked of it; None where it was not read."""
    target = _target(statement)
    table = altered(schema, target) if target is not None else None
    if table is None or MEMBERS in table.unread:
        return None
    return MyAsk(statement, schema, table, server.dialect == "mariadb", server.version_number, server)


def _ways(ask: MyAsk) -> tuple[Way, ...]:
    """Of each clause; empty where one is not known."""
    ways = [*(_way(operation, ask) for operation in _judged(ask.statement.operations)), *_unseen(ask)]
    known = tuple(way for way in ways if way is not None)
    return known if len(known) == len(ways) else ()


def _altered(statement: Statement, server: Server, schema: Schema) -> Hazard:
    target = _target(statement)
    if target is not None and target.schema in ("", schema.home) and is_new(schema, target):
        return Hazard("none that others wait for", False, False, "nothing", rule="my-new-table", lasts=False)
    ask = asked_of(statement, server, schema)
    ways = _ways(ask) if ask is not None else ()
    return _altering(ways, ask) if ask is not None and ways else Hazard()


def _unseen(ask: MyAsk) -> list[Way | None]:
    return [None if way is None else _there(way, ask) for way in opaque_ways(ask)]


def _alters(statement: Statement) -> bool:
    return statement.sql[:5].lower() == "alter"


def _measured_there(hazard: Hazard, server: Server) -> Hazard:
    first, behind = _MEASURED[server.dialect]
    if first <= server.version_number < behind or not hazard.rule:
        return hazard
    return replace(hazard, careful=f"{hazard.careful} Not measured on {server.version or 'this version'}.".strip())


def _target(statement: Statement) -> Ref | None:
    """The one table that is altered."""
    refs = [op.ref if isinstance(op, Drop | Rename | Change) else op.subject for op in statement.operations]
    if any(ref is not None and ref.kind not in _PARTS for ref in refs):
        return None
    found = {table_of(ref) for ref in refs if ref is not None}
    if not found and statement.tables:
        return table_ref(*statement.tables[0])
    return found.pop() if len(found) == 1 else None


_PARTS = frozenset({Kind.TABLE, Kind.COLUMN, Kind.INDEX, Kind.CONSTRAINT})


def _judged(operations: Sequence[Operation]) -> list[Operation]:
    """Without the NOT NULL that only follows from a primary key, and what is told by its words."""
    seen = [op for op in operations if not isinstance(op, Opaque)]
    keys = any(isinstance(op, Create) and op.subject.kind is Kind.CONSTRAINT for op in seen)
    return [op for op in seen if not (keys and isinstance(op, Change) and op.attrs == (("nullable", False),))]


def _way(operation: Operation, ask: MyAsk) -> Way | None:
    way = _RULES.told(operation, ask)
    return _there(way, ask) if way is not None else None


def _there(way: Way, ask: MyAsk) -> Way | None:
    """What the table itself makes of it."""
    engine = ask.table.engine
    if engine in ("myisam", "memory") and way.rule != "my-engine-myisam-innodb":
        what = "MyISAM" if engine == "myisam" else "MEMORY"
        return COPY.of("my-engine-myisam", f"{what} has no transactions: what was written before a failure stays.")
    if engine != "innodb" and way.rule != "my-engine-myisam-innodb":
        return None
    if way.reshapes and any(option.startswith("row_format=compressed") for option in ask.table.options):
        return REBUILD.of(way.rule, "A compressed table takes no INSTANT change of its columns.")
    if way.rebuilds and not way.copies and ask.has_fulltext:
        return ask.either(COPY, REBUILD_BLOCKING).of(way.rule, way.careful)
    return way


def _rename(rename: Rename, ask: MyAsk) -> Way | None:
    if rename.ref.kind is Kind.COLUMN:
        return rename_column(rename, ask)
    if rename.ref.kind is Kind.TABLE:
        return INSTANT.of("my-rename-table-alter", "Code that still uses the old name fails.")
    return ask.either(INPLACE, INSTANT).of("my-rename-index") if rename.ref.kind is Kind.INDEX else None


_RULES: Rules[MyAsk, Way] = Rules(
    creates={Kind.COLUMN: add_column, Kind.INDEX: add_index, Kind.CONSTRAINT: add_constraint},
    drops={Kind.COLUMN: drop_column, Kind.INDEX: drop_index, Kind.CONSTRAINT: drop_constraint},
    changes={
        Kind.COLUMN: change_column,
        Kind.TABLE: change_table,
        Kind.INDEX: change_index,
        Kind.CONSTRAINT: change_check,
    },
    rename=_rename,
    opaque=lambda _: None,
)


def _together(ways: Sequence[Way], ask: MyAsk) -> Way:
    """The worst decides; ALGORITHM=COPY in the statement asks for the worst."""
    worst = max(ways, key=lambda way: (way.severity, way.copies, way.rebuilds, not way.instant))
    if ask.says("algorithm", "=", "copy"):
        return COPY.of(worst.rule)
    instant = all(way.instant for way in ways)
    if any(way.rule == "my-add-fulltext-second" for way in ways) and any(way.rebuilds or way.reshapes for way in ways):
        return COPY.of("my-add-fulltext-second", "A second FULLTEXT index together with other changes copies all.")
    rebuilds = any(way.rebuilds for way in ways) or (not instant and any(way.reshapes for way in ways))
    severity = max(worst.severity, MEDIUM if rebuilds else LOW)
    return replace(
        worst,
        instant=instant,
        rebuilds=rebuilds,
        copies=any(way.copies for way in ways),
        blocks=any(way.blocks for way in ways),
        reads=any(way.reads for way in ways),
        severity=severity,
    )


def _altering(ways: Sequence[Way], ask: MyAsk) -> Hazard:
    way, ref = _together(ways, ask), ask.table.ref
    gone = any(isinstance(op, Drop) and op.ref.kind is Kind.COLUMN for op in ask.statement.operations)
    severity = CRITICAL if gone else way.severity
    cost = Cost(way.rule, severity, rewritten=(ref,) * way.rebuilds, scanned=(ref,) * way.reads)
    said = [Cost("", careful=w.careful) for w in ways]
    name = ref.label(ask.schema.home)
    return Hazard(
        lock=_words(way, name, ask),
        rewrite=way.rebuilds,
        scan=way.rebuilds or way.reads,
        blocks=_blocks(way, ask),
        estimate=estimate_of((cost,), ask.schema),
        undo=undo_of(ask.statement.operations, ask.schema),
        careful=" ".join((*careful_of(said), *_parents(ask), _QUEUE)),
        rule=way.rule,
        severity=CRITICAL if gone else severity_of((cost,), ask.schema),
        lasts=may_last((cost,), ask.schema),
    )


def _blocks(way: Way, ask: MyAsk) -> str:
    if ask.says("lock", "=", "exclusive"):
        return "reads and writes"
    return "writes" if way.blocks or ask.says("lock", "=", "shared") else "nothing"


def _words(way: Way, name: str, ask: MyAsk) -> str:
    work = "copied" if way.copies else "rebuilt" if way.rebuilds else "read"
    blocked = _blocks(way, ask)
    if blocked != "nothing":
        return f"{blocked} blocked on {name} while it is {work}"
    at_ends = f"metadata lock on {name} at its start and end"
    return f"{at_ends}; writes go on while it is {work}" if way.rebuilds or way.reads else at_ends


def _parents(ask: MyAsk) -> list[str]:
    """A foreign key takes the metadata lock of the table it points at, too."""
    made = (thing for op in ask.statement.operations if isinstance(op, Create) for thing in op.things)
    keys = (thing for thing in made if isinstance(thing, Constraint) and thing.references)
    return [f"The metadata of {_named(key, ask.schema)} is locked too." for key in keys]


def _named(key: Constraint, schema: Schema) -> str:
    """The table a foreign key points at, as people name it."""
    return str(key.references).removeprefix(f"{schema.home}.")


def _whole(statement: Statement, schema: Schema) -> Hazard | None:
    """Tables that come and go; None: it alters one."""
    tables = [op for op in statement.operations if isinstance(op, Create | Drop) and op.subject.kind is Kind.TABLE]
    if len(tables) < len(statement.operations) or not tables:
        return None
    undo = undo_of(statement.operations, schema)
    drops = [op.subject for op in tables if isinstance(op, Drop)]
    if drops and all(schema.get(ref) is None and is_new(schema, ref) for ref in drops):
        what = "drops nothing: it is not there"
        return Hazard("none on a table", False, False, "nothing", what, rule="my-drop-nothing", severity=LOW)
    if drops:
        return _dropped(drops, schema, undo)
    made = [thing for op in tables if isinstance(op, Create) for thing in op.things]
    if not any(isinstance(thing, Table) for thing in made):
        return Hazard()
    keys = [_named(t, schema) for t in made if isinstance(t, Constraint) and t.references]
    lock = f"metadata lock on {' and '.join(dict.fromkeys(keys))}" if keys else "none that others wait for"
    careful = _QUEUE if keys else ""
    return Hazard(
        lock, False, False, "nothing", "makes an empty table", undo, careful, "my-create-table", LOW, lasts=False
    )


def _dropped(refs: Sequence[Ref], schema: Schema, undo: str) -> Hazard:
    names = " and ".join(ref.label(schema.home) for ref in refs)
    lock = f"metadata lock on {names}"
    own = set(refs) <= schema.fresh
    work = "", undo, _OWN if own else _QUEUE, "my-drop-table", LOW if own else CRITICAL
    return Hazard(lock, False, False, "reads and writes", *work, lasts=False)
