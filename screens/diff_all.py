"""Both schemas whole, the one beside the other, a thing a line; a line is made when it is looked at."""

from __future__ import annotations

from collections.abc import Sequence

from console.core.assessment import Assessment, DriftItem
from console.core.describe import definition
from console.core.schema import Kind, Ref, Schema, Thing, owner_of
from screens.diff import NAME, NARROW, SIGNS, page, word_of
from screens.lines import LazyLines, Line, spread
from screens.look import Look
from screens.schema_tree import key_of
from screens.side_by_side import Row, at_right, beside, halves, shortened
from screens.text import fit, one_line, safe
from screens.theme import Tone


def everything(assessment: Assessment, look: Look, width: int) -> Sequence[Line]:
    """Every line; the differences alone where nothing is known to be expected."""
    expected, actual = assessment.expected, assessment.observation.schema.value
    if expected is None or actual is None:
        return page(assessment, look, width)
    rows = _rows(expected, actual, look)
    items = {item.ref: item for item in (*assessment.drift, *assessment.drift_ignored)}
    return LazyLines([f"x/{key_of(ref)}" for ref in rows],
                     lambda at: _whole(rows[at], expected, actual, items.get(rows[at]), width))  # fmt: skip


def _rows(expected: Schema, actual: Schema, look: Look) -> list[Ref]:
    refs = {thing.ref: _place(thing) for schema in (expected, actual) for thing in schema.things}
    found = sorted(refs, key=refs.__getitem__)
    return [ref for ref in found if not look.words or look.admits(ref.kind.value, ref.label(actual.home))]


_KINDS = tuple(Kind)


def _place(thing: Thing) -> tuple[str, str, int, int, str]:
    position = getattr(thing, "position", 0)
    return thing.ref.schema, owner_of(thing) or thing.ref.name, _KINDS.index(thing.ref.kind), position, thing.ref.name


def _whole(ref: Ref, expected: Schema, actual: Schema, item: DriftItem | None, width: int) -> Line:
    """One thing on both sides, in one line; on a narrow screen as it is, else as it should be."""
    key, mine, theirs = f"x/{key_of(ref)}", expected.get(ref), actual.get(ref)
    sign, word = (SIGNS[item.change], word_of(item)) if item is not None else (" ", ("", Tone.PLAIN))
    if width < NARROW:
        thing = theirs or mine
        return Line(spread(width, _one(thing, sign, width) if thing is not None else (), word).spans, key)
    left, right = halves(width)
    room = right - (len(word[0]) + 1 if word[0] else 0)
    there = shortened(_one(theirs, sign, right), room) if theirs is not None else ()
    shown = at_right(there, word, right) if word[0] else None
    wanted = shortened(_one(mine, sign, left), left) if mine is not None else ()
    return next(beside([wanted], [shown or there], width, key))


def _one(thing: Thing, sign: str, room: int) -> Row:
    inside = bool(owner_of(thing))
    kind = thing.ref.kind.value
    name = safe(thing.ref.name if kind == "column" else f"{kind} {thing.ref.name}", 200)
    what = one_line(definition(thing), 400).removeprefix(kind if not inside else "\0")
    tone = Tone.PLAIN if inside else Tone.STRONG
    padded = fit(name, min(NAME, room // 2)) if inside and what else name
    return (f" {sign} {' ' * inside}", Tone.STRONG), (padded, tone), (f" {what}" if what else "", Tone.PLAIN)
