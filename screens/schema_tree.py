"""The tree behind the schema page: grouped and marked once per schema, folded and filtered as a person looks at it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from console.core.assessment import Assessment, DriftItem
from console.core.migration import State
from console.core.operations import Create
from console.core.schema import (
    Column,
    Constraint,
    Event,
    Index,
    Kind,
    Ref,
    Schema,
    Table,
    Thing,
    Trigger,
    owner_of,
    table_ref,
)
from screens.look import Look
from screens.text import one_line, safe

ORDERS = ("marked first", "by name")
SECTIONS: tuple[tuple[str, frozenset[Kind]], ...] = (
    ("tables", frozenset({Kind.TABLE})),
    ("views", frozenset({Kind.VIEW})),
    ("routines", frozenset({Kind.ROUTINE, Kind.PROCEDURE})),
    ("events", frozenset({Kind.EVENT})),
    ("types", frozenset({Kind.TYPE})),
    ("sequences", frozenset({Kind.SEQUENCE})),
    ("other", frozenset({Kind.EXTENSION, Kind.STATISTICS, Kind.PUBLICATION})),
)
_INSIDE = (Kind.COLUMN, Kind.CONSTRAINT, Kind.INDEX, Kind.TRIGGER, Kind.POLICY, Kind.RULE)
BAD = frozenset({"INVALID", "NOT VALID", "DISABLED", "LOCKED"})
UNSEEN = "unseen"
"""Key of the line that says that parts are missing."""
_OPENED = 5
"""Tables with bad marks inside that are unfolded by themselves."""


@dataclass(frozen=True, slots=True)
class Node:
    """One line of the tree."""

    key: str
    depth: int
    label: str
    """For what is not a thing: a schema, a section."""
    thing: Thing | None = None
    open: bool | None = None
    """None: there is nothing inside."""
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Since:
    """What the newest ledger row says about age."""

    stamp: int | None
    created: frozenset[Ref]
    """What unrecorded migrations create."""
    differs: frozenset[Ref] = frozenset()
    """What is not as expected."""

    def marks(self, thing: Thing) -> tuple[str, ...]:
        """The words at the right of a thing."""
        said = []
        owner = owner_of(thing)
        is_new = thing.ref in self.created or (bool(owner) and table_ref(thing.ref.schema, owner) in self.created)
        if self.stamp is not None and thing.stamp is not None and thing.stamp > self.stamp:
            said.append("NEW" if is_new else "TOUCHED")
        if thing.ref in self.differs:
            said.append("DIFFERS")
        match thing:
            case Index(valid=False):
                said.append("BUILDING" if thing.building else "INVALID")
            case Index(visible=False):
                said.append("INVISIBLE")
            case Constraint(validated=False):
                said.append("NOT VALID")
            case Constraint(enforced=False):
                said.append("NOT ENFORCED")
            case Table(locked=True):
                said.append("LOCKED")
            case Trigger(enabled="disabled") | Event(enabled="disabled"):
                said.append("DISABLED")
        return tuple(said)


def since(assessment: Assessment) -> Since:
    """The newest successful ledger row, and what migrations without one would create."""
    migrations = [m for framework in assessment.frameworks for m in framework.migrations]
    stamps = [
        m.tracked.row.stamp for m in migrations if m.tracked.row and m.tracked.row.success and m.tracked.row.stamp
    ]
    open_ones = [m for m in migrations if m.state not in (State.APPLIED, State.PENDING)]
    operations = [op for m in open_ones for j in m.statements for op in j.statement.operations]
    created = frozenset(t.ref for op in operations if isinstance(op, Create) for t in op.things)
    left = {found.object for found in assessment.debris}
    differs = frozenset(item.ref for item in assessment.drift if item.ref is not None and item.object not in left)
    return Since(max(stamps, default=None), created, differs)


@dataclass(slots=True)
class Tree:
    """One schema, grouped and marked."""

    schema: Schema
    since: Since
    sections: dict[tuple[str, str], list[Thing]] = field(default_factory=dict)
    marked: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Marks of a thing, or of what is inside it, by key."""
    unfolded: frozenset[str] = frozenset()

    @classmethod
    def of(cls, schema: Schema, since: Since) -> Tree:
        """Group everything once."""
        tree = cls(schema, since)
        places = {kind: name for name, kinds in SECTIONS for kind in kinds}
        for thing in schema.things:
            if thing.ref.kind in places and not _stands_in(thing):
                tree.sections.setdefault((thing.ref.schema, places[thing.ref.kind]), []).append(thing)
            if marks := since.marks(thing):
                tree.marked[key_of(thing.ref)] = marks
        bad = [t for t in schema.of_kind(Table) if BAD & set(tree.marks_inside(t))]
        tree.unfolded = frozenset(key_of(table.ref) for table in bad[:_OPENED])
        return tree

    def inside(self, thing: Thing) -> list[Thing]:
        """Columns, constraints, indexes and so on of a table or view."""
        parts = self.schema.by_table.get((thing.ref.schema, thing.ref.name), ())
        shown = [part for part in parts if not _is_told_by_its_column(part)]
        return sorted(shown, key=_position) if thing.ref.kind in (Kind.TABLE, Kind.VIEW) else []

    def marks(self, thing: Thing) -> tuple[str, ...]:
        """A thing's own marks."""
        return self.marked.get(key_of(thing.ref), ())

    def marks_inside(self, thing: Thing) -> tuple[str, ...]:
        """Every mark of the parts of a table, each once."""
        parts = self.schema.by_table.get((thing.ref.schema, thing.ref.name), ())
        found = [mark for part in parts for mark in self.marked.get(key_of(part.ref), ())] if self.marked else []
        return tuple(dict.fromkeys(found))


def _is_told_by_its_column(thing: Thing) -> bool:
    """PostgreSQL 18 keeps NOT NULL as a constraint too; the column says it already."""
    return isinstance(thing, Constraint) and thing.type == "not null" and thing.validated


def _stands_in(thing: Thing) -> bool:
    return isinstance(thing, Column | Constraint | Trigger) or bool(thing.ref.table)


def _position(thing: Thing) -> tuple[int, int, str]:
    kind = _INSIDE.index(thing.ref.kind) if thing.ref.kind in _INSIDE else len(_INSIDE)
    return kind, thing.position if isinstance(thing, Column) else 0, thing.ref.name


def key_of(ref: Ref) -> str:
    """The key of a thing's line."""
    return f"{ref.kind.value}/{ref.schema}/{ref.table}/{ref.name}"


def key_of_item(item: DriftItem) -> str:
    """The key of a difference's line, whatever the fold."""
    return f"x/{key_of(item.ref)}" if item.ref is not None else f"x/{item.kind}/{item.object}"


def thing_of(tree: Tree, key: str) -> Thing | None:
    """The thing of a line's key."""
    return next((thing for thing in tree.schema.things if key_of(thing.ref) == key), None)


def nodes(tree: Tree, look: Look) -> list[Node]:
    """Every line of the tree that is unfolded and passes the filter."""
    unseen = tree.schema.unread if not look.words else ()
    found = [Node(UNSEEN, 0, f"NOT SEEN  {one_line(reason.partition(' (GRANT ')[0], 400)}") for reason in unseen[:1]]
    schemas = sorted(
        {schema for schema, _ in tree.sections}, key=lambda name: (name != tree.schema.home, not name, name)
    )
    for name in schemas:
        sections = [
            (s, _admitted(tree, tree.sections[name, s], look)) for s, _ in SECTIONS if (name, s) in tree.sections
        ]
        sections = [(section, things) for section, things in sections if things or not look.words]
        if not sections:
            continue
        key = f"schema/{name}"
        is_open = look.is_open(key, bool(look.words) or name in (tree.schema.home, schemas[0]))
        place = "schema" if tree.schema.dialect == "postgres" else "database"
        found.append(Node(key, 0, f"{place} {safe(name)}" if name else "whole database", open=is_open))
        for section, things in sections if is_open else ():
            found += _section(tree, look, key, section, things)
    return found


def _section(tree: Tree, look: Look, parent: str, section: str, things: list[Thing]) -> Iterable[Node]:
    key = f"{parent}/{section}"
    is_open = look.is_open(key, bool(look.words) or section == "tables")
    yield Node(key, 1, f"{section}  {len(things):,}", open=is_open)
    for thing in _sorted(tree, things, look) if is_open else ():
        yield from _thing(tree, look, thing)


def _thing(tree: Tree, look: Look, thing: Thing) -> Iterable[Node]:
    key = key_of(thing.ref)
    has_parts = (thing.ref.schema, thing.ref.name) in tree.schema.by_table and thing.ref.kind in (Kind.TABLE, Kind.VIEW)
    own = look.admits(thing.ref.label(tree.schema.home))
    is_open = look.is_open(key, key in tree.unfolded or (bool(look.words) and not own)) if has_parts else None
    marks = tree.marks(thing)
    inside = tree.marks_inside(thing) if has_parts and not is_open else ()
    told = tuple(f"has {mark}" for mark in inside if mark in BAD or "NEW" not in marks)
    yield Node(key, 2, "", thing, is_open, marks + told)
    for part in _worst_first(tree, tree.inside(thing), look) if is_open else ():
        if own or look.admits(part.ref.label(tree.schema.home)):
            yield Node(key_of(part.ref), 3, "", part, None, tree.marks(part))


def _admitted(tree: Tree, things: list[Thing], look: Look) -> list[Thing]:
    if not look.words:
        return things
    inside, home = tree.schema.by_table, tree.schema.home
    return [
        thing for thing in things
        if look.admits(thing.ref.label(home))
        or any(look.admits(part.ref.label(home)) for part in inside.get((thing.ref.schema, thing.ref.name), ()))
    ]  # fmt: skip


def _sorted(tree: Tree, things: list[Thing], look: Look) -> list[Thing]:
    if look.order % len(ORDERS) or not tree.marked:
        return things

    def rank(thing: Thing) -> int:
        marks = {*tree.marks(thing), *tree.marks_inside(thing)}
        return 0 if marks & BAD else 1 if marks else 2

    return sorted(things, key=rank)


def _worst_first(tree: Tree, parts: list[Thing], look: Look) -> list[Thing]:
    """What is broken in a table stands above its columns."""
    if look.order % len(ORDERS) or not tree.marked:
        return parts
    return sorted(parts, key=lambda part: not BAD & set(tree.marks(part)))
