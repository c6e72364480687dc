"""What is in the database now, as a tree; what is new, changed, broken or locked is marked in words.

The tree is made once per schema; only lines in sight are made into text, so ten thousand tables are no burden.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from console.core.assessment import Assessment
from console.core.describe import definition
from console.core.migration import State
from console.core.operations import Create
from console.core.schema import Column, Constraint, Index, Kind, Ref, Routine, Schema, Table, Thing, Trigger, View
from screens.ages import stamp
from screens.lines import BLANK, LazyLines, Line, fitted, paragraph, spread
from screens.look import Look
from screens.text import fit, one_line, safe, safe_lines
from screens.theme import Tone
from screens.words import gaps

ORDERS = ("marked first", "by name")
SECTIONS: tuple[tuple[str, frozenset[Kind]], ...] = (
    ("tables", frozenset({Kind.TABLE})),
    ("views", frozenset({Kind.VIEW})),
    ("routines", frozenset({Kind.ROUTINE})),
    ("types", frozenset({Kind.TYPE})),
    ("sequences", frozenset({Kind.SEQUENCE})),
    ("other", frozenset({Kind.EXTENSION, Kind.STATISTICS, Kind.PUBLICATION})),
)
_INSIDE = (Kind.COLUMN, Kind.CONSTRAINT, Kind.INDEX, Kind.TRIGGER, Kind.POLICY, Kind.RULE)
_BAD = frozenset({"INVALID", "NOT VALID", "DISABLED", "LOCKED"})
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

    def marks(self, thing: Thing) -> tuple[str, ...]:
        """The words at the right of a thing."""
        said = []
        if self.stamp is not None and thing.stamp is not None and thing.stamp > self.stamp:
            said.append("NEW" if thing.ref in self.created else "CHANGED")
        match thing:
            case Index(valid=False):
                said.append("BUILDING" if thing.building else "INVALID")
            case Constraint(validated=False):
                said.append("NOT VALID")
            case Table(locked=True):
                said.append("LOCKED")
            case Trigger(enabled="disabled"):
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
    return Since(max(stamps, default=None), created)


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
        bad = [t for t in schema.of_kind(Table) if _BAD & set(tree.marks_inside(t))]
        tree.unfolded = frozenset(key_of(table.ref) for table in bad[:_OPENED])
        return tree

    def inside(self, thing: Thing) -> list[Thing]:
        """Columns, constraints, indexes and so on of a table or view."""
        parts = self.schema.by_table.get((thing.ref.schema, thing.ref.name), ())
        return sorted(parts, key=_position) if thing.ref.kind in (Kind.TABLE, Kind.VIEW) else []

    def marks(self, thing: Thing) -> tuple[str, ...]:
        """A thing's own marks."""
        return self.marked.get(key_of(thing.ref), ())

    def marks_inside(self, thing: Thing) -> tuple[str, ...]:
        """Every mark of the parts of a table, each once."""
        parts = self.schema.by_table.get((thing.ref.schema, thing.ref.name), ())
        found = [mark for part in parts for mark in self.marked.get(key_of(part.ref), ())] if self.marked else []
        return tuple(dict.fromkeys(found))


def _stands_in(thing: Thing) -> bool:
    return isinstance(thing, Column | Constraint | Trigger) or bool(thing.ref.table)


def _position(thing: Thing) -> tuple[int, int, str]:
    kind = _INSIDE.index(thing.ref.kind) if thing.ref.kind in _INSIDE else len(_INSIDE)
    return kind, thing.position if isinstance(thing, Column) else 0, thing.ref.name


def key_of(ref: Ref) -> str:
    """The key of a thing's line."""
    return f"{ref.kind.value}/{ref.schema}/{ref.table}/{ref.name}"


def nodes(tree: Tree, look: Look) -> list[Node]:
    """Every line of the tree that is unfolded and passes the filter."""
    found: list[Node] = []
    schemas = sorted({schema for schema, _ in tree.sections}, key=lambda name: (name != tree.schema.home, name))
    for name in schemas:
        sections = [
            (s, _admitted(tree, tree.sections[name, s], look)) for s, _ in SECTIONS if (name, s) in tree.sections
        ]
        sections = [(section, things) for section, things in sections if things or not look.words]
        if not sections:
            continue
        key = f"schema/{name}"
        is_open = look.is_open(key, bool(look.words) or name in (tree.schema.home, schemas[0]))
        found.append(Node(key, 0, f"schema {safe(name)}", open=is_open))
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
    own = look.admits(thing.ref.label())
    is_open = look.is_open(key, key in tree.unfolded or (bool(look.words) and not own)) if has_parts else None
    inside = tuple(f"has {mark}" for mark in tree.marks_inside(thing)) if has_parts and not is_open else ()
    yield Node(key, 2, "", thing, is_open, tree.marks(thing) + inside)
    for part in tree.inside(thing) if is_open else ():
        if own or look.admits(part.ref.label()):
            yield Node(key_of(part.ref), 3, "", part, None, tree.marks(part))


def _admitted(tree: Tree, things: list[Thing], look: Look) -> list[Thing]:
    if not look.words:
        return things
    inside = tree.schema.by_table
    return [
        thing for thing in things
        if look.admits(thing.ref.label())
        or any(look.admits(part.ref.label()) for part in inside.get((thing.ref.schema, thing.ref.name), ()))
    ]  # fmt: skip


def _sorted(tree: Tree, things: list[Thing], look: Look) -> list[Thing]:
    if look.order % len(ORDERS) or not tree.marked:
        return things
    return sorted(things, key=lambda thing: not (tree.marks(thing) or tree.marks_inside(thing)))


def page(found: Sequence[Node], width: int) -> LazyLines:
    """The tree as lines."""
    return LazyLines([node.key for node in found], lambda row: _line(found[row], width))


def _line(node: Node, width: int) -> Line:
    sign = "  " if node.open is None else "v " if node.open else "+ "
    indent = " " * (1 + 2 * node.depth)
    marks = " ".join(node.marks)
    tone = Tone.BAD if _BAD & {word.removeprefix("has ") for word in node.marks} else Tone.WARN
    if node.thing is None:
        return Line(fitted(width, indent, sign, (node.label, Tone.STRONG)).spans, node.key)
    name = safe(node.thing.ref.name, 200)
    kind = f"{node.thing.ref.kind.value:<11}" if node.depth > 2 else ""
    what = _without(one_line(definition(node.thing), 400), node.marks)
    room = max(16, min(width // 2, 60) - len(indent) - len(kind)) // (2 if node.depth < 3 else 1) if what else 0
    name = fit(name, room) if room and len(name) <= room else name
    spans = [(indent + sign, Tone.PLAIN), (kind, Tone.DIM), (name + "  ", Tone.PLAIN), (what, Tone.DIM)]
    return Line(spread(width, spans, (marks, tone)).spans, node.key)


def _without(text: str, marks: tuple[str, ...]) -> str:
    """A definition without the words that stand at the right anyway."""
    for mark in marks:
        text = text.removesuffix(mark).removesuffix(" ").removesuffix(",")
    return text


def nothing(assessment: Assessment, look: Look, width: int) -> list[Line]:
    """What is said when there is no tree."""
    reading = assessment.observation.schema
    if look.words:
        return [BLANK, fitted(width, "  nothing here has these words: ", (safe(look.words), Tone.STRONG))]
    if reading.value is None:
        why = f": {one_line(reading.reason)}" if reading.reason else ""
        lines = [BLANK, *paragraph(f"The schema: {reading.health.value}{why}", width, 2, tone=Tone.WARN)]
        return lines + [
            fitted(width, "  ", (one_line(item.grant), Tone.STRONG)) for item in gaps(assessment) if item.grant
        ]
    return [BLANK, fitted(width, "  The database is empty: no table, no view, no routine, no type.")]


def details(node: Node | None, tree: Tree, assessment: Assessment, width: int) -> list[Line]:
    """Everything about one thing."""
    if node is None:
        return []
    if node.thing is None:
        return [fitted(width, f" {node.label}")] + [
            line for reason in tree.schema.unread for line in paragraph(one_line(reason), width, tone=Tone.WARN)
        ]
    thing = node.thing
    label = f"{thing.ref.kind.value} {safe(thing.ref.label(tree.schema.home))}"
    marks = "  " + " ".join(node.marks) if node.marks else ""
    lines = [fitted(width, " ", (label, Tone.STRONG), (marks, Tone.WARN))]
    if what := definition(thing):
        lines += paragraph(one_line(what), width)
    lines += _meaning(thing, node.marks, assessment, width)
    if thing.comment:
        lines += paragraph(one_line(thing.comment), width, 11, ("  comment", Tone.DIM))
    source = thing.definition if isinstance(thing, View) else thing.body if isinstance(thing, Routine) else None
    lines += [fitted(width, "   ", text) for text in safe_lines(source or "")[:400] if source]
    return lines


_MEANINGS = {
    "INVALID": "PostgreSQL does not use it and still keeps it up to date; a failed CONCURRENTLY left it.",
    "BUILDING": "It is being built right now.",
    "NOT VALID": "New rows are checked; rows from before it were not.",
    "DISABLED": "It does not fire.",
    "LOCKED": "Somebody holds or awaits an exclusive lock on it: parts of its definition cannot be read now.",
}


def _meaning(thing: Thing, marks: tuple[str, ...], assessment: Assessment, width: int) -> list[Line]:
    lines: list[Line] = []
    for mark in marks:
        if mark in _MEANINGS:
            lines += paragraph(_MEANINGS[mark], width)
        if mark in ("NEW", "CHANGED"):
            lines += paragraph(f"{mark}: later than the newest ledger row ({_newest(assessment)}).", width)
    if isinstance(thing, Table) and thing.rows is not None:
        lines += paragraph(f"about {thing.rows:,} rows", width, 11, ("  size", Tone.DIM))
    if thing.unread:
        lines += paragraph(", ".join(sorted(thing.unread)), width, 11, ("  not read", Tone.DIM))
    return lines


def _newest(assessment: Assessment) -> str:
    rows = [
        m.tracked.row for f in assessment.frameworks for m in f.migrations if m.tracked.row and m.tracked.row.success
    ]
    row = max(rows, key=lambda row: row.stamp or 0, default=None)
    return f"{safe(row.id)}, {stamp(row.applied_at)} UTC" if row else "none"
