"""What one operation costs, and how the costs of a statement become the words a person reads.

Sizes are what the server estimates, and said to be so. How long the work takes is nobody's guess: it hangs on disks
and load that were not measured.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from console.core.operations import Change, Create, Drop, Opaque, Operation, Rename
from console.core.schema import Kind, Ref, Schema, Table

LOW, MEDIUM, HIGH, CRITICAL = 1, 2, 3, 4
SMALL = 10_000
"""Rows below which reading or rewriting all of a table is over at once."""
_MANY = 3_000_000
"""Rows that may take a minute where a slow disk manages 50,000 a second; nobody measured theirs."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one operation of a statement is judged to be, where a statement does several things."""

    rule: str
    severity: int
    careful: str = ""
    refused: str = ""
    """Why the server will answer with an error; '' where it will not."""


@dataclass(frozen=True, slots=True)
class Hazard:
    """What one statement costs others while it runs."""

    lock: str = ""
    """`ACCESS EXCLUSIVE on orders`, `writes blocked on orders`; '' when it is not known."""
    rewrite: bool | None = None
    """All rows are written anew (or copied); None: not known."""
    scan: bool | None = None
    """All rows are read while the lock is held."""
    blocks: str = ""
    """`reads and writes`, `writes`, `nothing`, '' unknown."""
    estimate: str = ""
    """In words, with what it rests on."""
    undo: str = ""
    """What takes it back, or that nothing does."""
    careful: str = ""
    """One sentence, where something is to be known."""
    rule: str = ""
    """Its id in facts/ddl_rules.md: `pg-set-not-null`."""
    severity: int = 0
    """0 unknown or harmless, 1 low, 2 medium, 3 high, 4 critical."""
    lasts: bool | None = None
    """Its work may take longer than a minute; None: not known."""
    locks: tuple[tuple[str, Ref], ...] = ()
    """PostgreSQL: (mode, object) of what `lock` says in words."""
    parts: tuple[Part, ...] = ()
    """Each rule that applies, the worst first."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one operation takes, and what work is done meanwhile."""

    rule: str
    severity: int = LOW
    locks: tuple[tuple[str, Ref], ...] = ()
    """(mode, object), the object's own first."""
    rewritten: tuple[Ref, ...] = ()
    scanned: tuple[Ref, ...] = ()
    unknown: bool = False
    """The locks are known, whether rows are rewritten or read is not."""
    careful: str = ""
    undo: str = ""
    refused: str = ""
    """Why the server will answer with an error; '' where it will not."""

    @property
    def worked_on(self) -> tuple[Ref, ...]:
        """Tables whose rows are all read or written."""
        return tuple(dict.fromkeys((*self.rewritten, *self.scanned)))


def parts_of(costs: Sequence[Cost], schema: Schema) -> tuple[Part, ...]:
    """Each rule once, the worst first; what is refused before all."""
    parts: dict[str, Part] = {}
    for cost in costs:
        part = Part(cost.rule, severity_of([cost], schema), cost.careful, cost.refused)
        old = parts.get(part.rule)
        if old is None or (bool(part.refused), part.severity) > (bool(old.refused), old.severity):
            parts[part.rule] = part
    return tuple(sorted(parts.values(), key=lambda part: (not part.refused, -part.severity)))


def work_of(costs: Sequence[Cost]) -> tuple[bool | None, bool | None]:
    """Whether rows are rewritten, and whether all are read, by all of them together."""
    unknown = any(cost.unknown for cost in costs)
    rewrite = any(cost.rewritten for cost in costs)
    return rewrite or (None if unknown else False), any(c.worked_on for c in costs) or (None if unknown else False)


def may_last(costs: Sequence[Cost], schema: Schema) -> bool | None:
    """Whether the work may take longer than a minute; None where what is done, or the size of a table, is unknown."""
    rows = [table.rows if (table := table_at(schema, ref)) else None for cost in costs for ref in cost.worked_on]
    if any(cost.unknown for cost in costs) or not all(rows):
        return None
    return sum(each or 0 for each in rows) >= _MANY


def table_at(schema: Schema, ref: Ref) -> Table | None:
    """The table, as it was read."""
    found = schema.get(ref)
    return found if isinstance(found, Table) else None


def is_new(schema: Schema, ref: Ref) -> bool:
    """A table that is not there yet, or that the run itself has made: nobody else can use it.

    A table of that name anywhere may be the one that is meant, and in a schema that was not read anything may be.
    """
    if ref in schema.fresh:
        return True
    read = ref.schema in ("", schema.home) or Ref(Kind.SCHEMA, "", "", ref.schema) in schema.by_ref
    if ref.kind is not Kind.TABLE or schema.untold or schema.unread or not read:
        return False
    return ref.name.lower() not in schema.relations


def small(schema: Schema, ref: Ref) -> bool:
    """The server's estimate is of few rows; 0 also means never counted."""
    table = table_at(schema, ref)
    return table is not None and table.rows is not None and 0 < table.rows < SMALL


def severity_of(costs: Iterable[Cost], schema: Schema) -> int:
    """The worst; work on a table that is small is soon over."""
    return max((_severity(cost, schema) for cost in costs), default=0)


def _severity(cost: Cost, schema: Schema) -> int:
    work = cost.worked_on
    over_soon = bool(work) and not cost.unknown and all(small(schema, ref) for ref in work)
    return LOW if over_soon else cost.severity


def estimate_of(costs: Sequence[Cost], schema: Schema) -> str:
    """The work in words: what is read or rewritten, and how large the server thinks it is."""
    written = tuple(dict.fromkeys(ref for cost in costs for ref in cost.rewritten))
    read = tuple(dict.fromkeys(ref for cost in costs for ref in cost.scanned if ref not in written))
    parts = [*(f"rewrites {_size(ref, schema)}" for ref in written), *(f"reads {_size(ref, schema)}" for ref in read)]
    if any(cost.unknown for cost in costs):
        parts.append("whether rows are read or rewritten is not known")
    return "; ".join(parts) or "changes the catalog only: short, once it has its locks"


def _size(ref: Ref, schema: Schema) -> str:
    """An estimate of 0 may mean that nobody ever counted."""
    table, name = table_at(schema, ref), ref.label(schema.home)
    if table is None or not table.rows:
        return f"{name}: size of {name} not known"
    return f"{name}: {table.rows:,} rows by the server's estimate"


def undo_of(operations: Iterable[Operation], schema: Schema) -> str:
    """How each is taken back, in words."""
    words = (_undo(operation, schema.home) for operation in operations)
    return "; ".join(dict.fromkeys(word for word in words if word))


def _undo(operation: Operation, home: str) -> str:
    subject = operation.subject
    if subject is None or isinstance(operation, Opaque):
        return ""
    name = f"{subject.kind} {subject.label(home)}"
    if isinstance(operation, Create):
        lost = ", with what was written to it" if subject.kind in (Kind.TABLE, Kind.COLUMN) else ""
        return f"restore {name} as it was" if operation.replace else f"drop {name}{lost}"
    if isinstance(operation, Drop):
        gone = subject.kind in (Kind.TABLE, Kind.COLUMN, Kind.SCHEMA)
        return f"nothing brings back the rows of {name}" if gone else f"make {name} again as it was"
    if isinstance(operation, Rename):
        return f"rename {name} back to {operation.ref.name}"
    return _undo_change(operation, name)


def _undo_change(operation: Change, name: str) -> str:
    changed = {attribute for attribute, _ in operation.attrs}
    again = ", which is as much work again" if changed & {"type", "persistence", "engine"} else ""
    if any(attribute.startswith("labels:") for attribute in changed):
        return f"nothing takes a label of {name} away again"
    return f"set {name} back as it was{again}"


def careful_of(costs: Iterable[Cost]) -> Iterator[str]:
    """What is to be known, each once."""
    yield from dict.fromkeys(cost.careful for cost in costs if cost.careful)


def longest(hazards: Sequence[Hazard]) -> bool | None:
    """Whether one of them may take longer than a minute; None where that is not known."""
    found = {hazard.lasts for hazard in hazards}
    return True if True in found else None if None in found else False


def worst_lock(hazards: Sequence[Hazard]) -> str:
    """The strongest lock of several statements; one of which nothing is known may take a stronger one."""
    known = [hazard for hazard in hazards if hazard.lock]
    if not known:
        return ""
    lock = max(known, key=lambda hazard: hazard.severity).lock
    return lock if len(known) == len(hazards) else f"{lock}, and more that is not known"
