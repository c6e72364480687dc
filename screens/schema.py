"""What is in the database now, as lines; what is new, touched, broken or locked is marked in words.

Only lines in sight are made into text, so ten thousand tables are no burden.
"""

from __future__ import annotations

from collections.abc import Sequence

from console.core.assessment import Assessment
from console.core.describe import definition
from console.core.schema import MEMBERS, Routine, Schema, Table, Thing, View
from screens.ages import stamp
from screens.lines import BLANK, LazyLines, Line, fitted, paragraph, spread
from screens.look import Look
from screens.schema_tree import BAD, UNSEEN, Node, Tree
from screens.text import fit, one_line, safe, safe_lines
from screens.tones import Tone
from screens.words import gaps


def page(found: Sequence[Node], width: int) -> LazyLines:
    """The tree as lines."""
    return LazyLines([node.key for node in found], lambda row: _line(found[row], width))


def _line(node: Node, width: int) -> Line:
    sign = "  " if node.open is None else "v " if node.open else "+ "
    indent = " " * (1 + 2 * node.depth)
    marks = ", ".join(node.marks)
    tone = Tone.BAD if BAD & {word.removeprefix("has ") for word in node.marks} else Tone.WARN
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
        text = text.removesuffix(mark).removesuffix(mark.lower()).removesuffix(" ").removesuffix(",")
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
    if reading.value.unread:
        return [BLANK, *paragraph("Nothing of this database is told.", width, 2), *_unread(reading.value, width, 2)]
    return [BLANK, fitted(width, "  The database is empty: no table, no view, no routine, no type.")]


def _unread(schema: Schema, width: int, indent: int = 1) -> list[Line]:
    """Why parts are missing, each with what mends it."""
    return [made for reason in schema.unread for made in paragraph(one_line(reason), width, indent, tone=Tone.WARN)]


def details(node: Node | None, tree: Tree, assessment: Assessment, width: int) -> list[Line]:
    """Everything about one thing."""
    if node is None:
        return []
    if node.thing is None:
        return ([] if node.key == UNSEEN else [fitted(width, f" {node.label}")]) + _unread(tree.schema, width)
    thing = node.thing
    label = f"{thing.ref.kind.value} {safe(thing.ref.label(tree.schema.home))}"
    marks = "  " + ", ".join(node.marks) if node.marks else ""
    lines = [fitted(width, " ", (label, Tone.STRONG), (marks, Tone.WARN))]
    if what := definition(thing):
        lines += paragraph(one_line(what), width)
    lines += _meaning(thing, node.marks, assessment, width)
    if thing.comment:
        lines += paragraph(one_line(thing.comment), width, 11, ("  comment", Tone.DIM))
    source = thing.definition if isinstance(thing, View) else thing.body if isinstance(thing, Routine) else None
    lines += [fitted(width, "   ", text) for text in safe_lines(source or "")[:400] if source]
    return lines


_PARTS = "its columns, indexes, constraints and triggers"
_MEANINGS = {
    "INVALID": "PostgreSQL does not use it and still keeps it up to date; a failed CONCURRENTLY left it.",
    "BUILDING": "It is being built right now.",
    "NOT VALID": "New rows are checked; rows from before it were not.",
    "DISABLED": "It does not fire.",
    "INVISIBLE": "No query uses it, every write pays for it.",
    "NOT ENFORCED": "It is written down and never checked.",
    "LOCKED": "Somebody holds or awaits an exclusive lock on it: parts of its definition cannot be read now.",
}

_LATER = {
    "NEW": "",
    "TOUCHED": ". A change of it, or only a GRANT or another table's key: what is not as expected says DIFFERS",
}


def _meaning(thing: Thing, marks: tuple[str, ...], assessment: Assessment, width: int) -> list[Line]:
    lines: list[Line] = []
    for mark in marks:
        if mark in _MEANINGS:
            lines += paragraph(_MEANINGS[mark], width)
        if mark in _LATER:
            lines += paragraph(
                f"{mark}: later than the newest ledger row ({_newest(assessment)}){_LATER[mark]}.", width
            )
    if isinstance(thing, Table) and thing.rows is not None:
        lines += paragraph(f"about {thing.rows:,} rows", width, 11, ("  size", Tone.DIM))
    if thing.unread:
        hidden = (_PARTS if part == MEMBERS else part for part in sorted(thing.unread))
        lines += paragraph(", ".join(hidden), width, 11, ("  not read", Tone.DIM))
    return lines


def _newest(assessment: Assessment) -> str:
    rows = [
        m.tracked.row for f in assessment.frameworks for m in f.migrations if m.tracked.row and m.tracked.row.success
    ]
    row = max(rows, key=lambda row: row.stamp or 0, default=None)
    if row is None:
        return "none"
    return safe(row.id) + (f", {stamp(row.applied_at, zone=True)}" if row.applied_at is not None else "")
