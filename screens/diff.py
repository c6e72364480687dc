"""The schema as it should be beside the schema as it is, where they differ, object by object.

Where both sides have room they stand beside each other; on a narrow screen the one stands above the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from console.core.assessment import Assessment, Coverage, DriftItem
from console.core.describe import definition, noun
from screens.commands import key_for
from screens.lines import BLANK, Line, fitted, line, paragraph, spread
from screens.look import Look
from screens.schema_tree import key_of, key_of_item
from screens.side_by_side import Row, at_right, beside, differing, folded, halves, shortened
from screens.text import fit, one_line, safe
from screens.tones import Tone
from screens.words import gaps

ORDERS = ("by object",)
NARROW = 72
"""Below so many cells the sides stand above each other."""
NAME = 16
"""Cells of a name before what it is."""
_MOST = 6
"""Lines of one side of one difference; the details have the rest."""
SIGNS = {"missing": "-", "unexpected": "+", "changed": "~", "renamed": ">"}
_TONES = {"missing": Tone.BAD, "unexpected": Tone.WARN, "changed": Tone.WARN, "renamed": Tone.WARN}


@dataclass(frozen=True, slots=True)
class Group:
    """One table, view, routine, and what differs of it."""

    key: str
    label: str
    items: tuple[DriftItem, ...]

    @property
    def alone(self) -> bool:
        """It is the object itself that is not there, or should not be."""
        return len(self.items) == 1 and not self.items[0].table


def shown_of(assessment: Assessment, look: Look) -> tuple[DriftItem, ...]:
    """The differences that the filter lets through; those that are ignored come last."""
    every = (*assessment.drift, *assessment.drift_ignored)
    return tuple(
        i for i in every if look.admits(i.change, i.kind, i.object, i.became, i.expected or "", i.actual or "")
    )


def groups(items: Sequence[DriftItem]) -> list[Group]:
    """By the object they are about, in their order."""
    found: dict[tuple[str, str], list[DriftItem]] = {}
    for item in items:
        found.setdefault(_owner(item), []).append(item)
    return [Group(f"o/{kind}/{name}", f"{kind} {safe(name)}", tuple(own)) for (kind, name), own in found.items()]


def _owner(item: DriftItem) -> tuple[str, str]:
    return ("table", item.table) if item.table else (item.kind, item.object)


def item_at(assessment: Assessment, key: str) -> DriftItem | None:
    """The difference of a line."""
    every = (*assessment.drift, *assessment.drift_ignored)
    return next((item for item in every if key_of_item(item) == key), None)


def page(assessment: Assessment, look: Look, width: int) -> list[Line]:
    """The differences, each group under its object."""
    if assessment.baseline is None:
        return nothing_expected(assessment, width)
    items = shown_of(assessment, look)
    lines = [*_head(assessment, width), *_only_a_part(assessment, width), *_not_compared(assessment, width)]
    if not items:
        return [*lines, BLANK, *_no_difference(assessment, look, width)]
    for group in groups(items):
        if group.alone:
            lines += _item(group.items[0], width)
            continue
        is_open = look.is_open(group.key, otherwise=True)
        count = f"{len(group.items)} differ" if len(group.items) > 1 else ""
        lines.append(Line(spread(width, [("v " if is_open else "+ ", Tone.PLAIN), (group.label, Tone.STRONG)],
                                 ("" if is_open else count, Tone.WARN)).spans, group.key))  # fmt: skip
        for item in group.items if is_open else ():
            lines += _item(item, width)
    return lines


def _head(assessment: Assessment, width: int) -> list[Line]:
    count = len(assessment.drift)
    ignored = f", {len(assessment.drift_ignored)} ignored" if assessment.drift_ignored else ""
    unsure = any(item.matters for item in _gaps(assessment))
    found = f"{count} differ{'s' * (count == 1)}{ignored}" if count or ignored else "" if unsure else "nothing differs"
    said = ", ".join(filter(None, (found, "some not compared" if found else "not compared"))) if unsure else found
    source = safe(assessment.baseline or "", 200)
    tone = Tone.WARN if count or unsure else Tone.GOOD
    first = spread(width, [(f" EXPECTED {source}", Tone.STRONG)], (said, tone))
    if width < NARROW or not count + len(ignored):
        return [first]
    return [first, *beside([((" should be", Tone.DIM),)], [((" is", Tone.DIM),)], width, "")]


def _only_a_part(assessment: Assessment, width: int) -> list[Line]:
    """Where only the unfinished migration is expected, nothing is said of the rest."""
    why = assessment.why_no_baseline
    return paragraph(f"Nothing tells how the rest should be: {one_line(why)}.", width, 2, tone=Tone.DIM) if why else []


def _not_compared(assessment: Assessment, width: int) -> list[Line]:
    """What nobody can tell is said before what differs."""
    lines: list[Line] = []
    for reason in dict.fromkeys(gap.reason for gap in _gaps(assessment)):
        lines += paragraph(one_line(reason), width, 11, None if lines else ("UNSURE", Tone.WARN), most=2)
    return lines


def _gaps(assessment: Assessment) -> tuple[Coverage, ...]:
    return tuple(item for item in gaps(assessment) if item.what == "drift")


def _no_difference(assessment: Assessment, look: Look, width: int) -> list[Line]:
    if look.words:
        return [fitted(width, "  no difference has these words: ", (safe(look.words), Tone.STRONG))]
    if any(item.matters for item in _gaps(assessment)):
        return paragraph("No difference was found in what could be compared.", width, 2)
    if assessment.why_no_baseline:
        return paragraph("What it should have left is there.", width, 2)
    text = f"Everything is as {safe(assessment.baseline or 'it should be', 200)} says it should be."
    return [*paragraph(text, width, 2), fitted(width, "  ", (f"{key_for('all')} shows all of it", Tone.DIM))]


def nothing_expected(assessment: Assessment, width: int) -> list[Line]:
    """What to do so that there is something to compare with."""
    lines = [BLANK, fitted(width, "  ", ("Nothing says how the whole schema should be.", Tone.STRONG)), BLANK]
    if assessment.why_no_baseline:
        lines += [*paragraph(f"The project's files do not: {one_line(assessment.why_no_baseline)}.", width, 2), BLANK]
    text = (
        "What the unfinished migration should have left stands with its statements (page 2). For a comparison of all:"
    )
    lines += paragraph(text, width, 2)
    for command, why in (
        ("halfway --expect URL", "another database, staging for example"),
        ("halfway --expect FILE", "a snapshot that was saved before the deploy"),
        ("halfway snapshot save --to FILE", "before the next deploy"),
    ):
        lines += [BLANK, fitted(width, "    ", (command, Tone.STRONG)), *paragraph(why, width, 6, tone=Tone.DIM)]
    return lines


def _item(item: DriftItem, width: int) -> list[Line]:
    return _stacked(item, width) if width < NARROW else list(_beside(item, width))


def word_of(item: DriftItem) -> tuple[str, Tone]:
    """`CHANGED stmt 2`."""
    by = f" stmt {item.statement}" if item.statement is not None else ""
    return (f"ignored{by}", Tone.DIM) if item.ignored else (f"{item.change.upper()}{by}", _TONES[item.change])


def _names(item: DriftItem) -> tuple[str, str]:
    """What it is called on either side, without the table it stands under."""
    inside = item.ref is not None and bool(item.table)
    name = item.ref.name if item.ref is not None and inside else item.object
    new = item.became.rpartition(".")[2] or name if inside else item.became or name
    kind = f"{item.kind} " if item.kind != "column" else ""
    return safe(kind + name, 200), safe(kind + new, 200)


def _sides(item: DriftItem) -> tuple[Row, Row]:
    """What is said of it on either side, differences marked."""
    expected, actual = one_line(item.expected or "", 2000), one_line(item.actual or "", 2000)
    return differing(expected, actual) if item.change == "changed" else (_plain(expected), _plain(actual))


def _plain(text: str) -> Row:
    return ((text, Tone.PLAIN),) if text else ()


def _beside(item: DriftItem, width: int) -> Iterator[Line]:
    left, right = halves(width)
    sign, (old, new), (word, tone) = SIGNS[item.change], _names(item), word_of(item)
    expected, actual = _sides(item)
    mine = [] if item.expected is None else _half(f" {sign} ", old, expected, left)
    theirs = [] if item.actual is None else _half(f" {sign} ", new, actual, right)
    if not theirs:
        theirs = [()]
    for n in dict.fromkeys((0, len(theirs) - 1)):
        marked = at_right(theirs[n], (word, tone), right)
        if marked is not None:
            theirs[n] = marked
            break
    else:
        theirs.append(at_right((), (word, tone), right) or ((word, tone),))
    yield from beside(mine, theirs, width, key_of_item(item))


def _half(sign: str, name: str, said: Row, room: int) -> list[Row]:
    """One side: its name, then what it is, folded behind the name."""
    indent = len(sign) + min(NAME, room // 2) + 1
    short = len(name) <= indent - len(sign) - 1
    first: Row = ((sign, Tone.STRONG), (fit(name, indent - len(sign)) if short else name, Tone.PLAIN))
    if not short:
        return [shortened(first, room), *_indented(folded(said, room - 5, _MOST) if said else [], 5)]
    rows = folded(said, room - indent, _MOST) if said else [()]
    return [first + rows[0], *_indented(rows[1:], indent)]


def _indented(rows: Sequence[Row], indent: int) -> list[Row]:
    return [((" " * indent, Tone.PLAIN), *row) for row in rows]


def _stacked(item: DriftItem, width: int) -> list[Line]:
    old, _ = _names(item)
    lines = [Line(spread(width, [(f" {SIGNS[item.change]} ", Tone.STRONG), (old, Tone.PLAIN)], word_of(item)).spans,
                  key_of_item(item))]  # fmt: skip
    expected, actual = _sides(item)
    if item.became:
        lines += paragraph(safe(item.became), width, 15, ("    is called", Tone.DIM))
        return lines
    for label, said, there in (("should be", expected, item.expected), ("is", actual, item.actual)):
        rows = folded(said, width - 15, _MOST) if there is not None and said else []
        for n, row in enumerate(rows):
            lines.append(line((fit(f"    {label}" if n == 0 else "", 14), Tone.DIM), *row))
    return lines


def _unchanged(assessment: Assessment, key: str, width: int) -> list[Line]:
    """What is as it should be: all of it is seen beside each other too."""
    actual = assessment.observation.schema.value
    found = (thing for thing in actual.things if f"x/{key_of(thing.ref)}" == key) if actual is not None else iter(())
    thing = next(found, None)
    if thing is None or actual is None:
        return []
    head = fitted(width, " ", (safe(noun(thing.ref, actual.home)), Tone.STRONG), "  as expected")
    return [head, *paragraph(one_line(definition(thing)), width, 3)]


def details(assessment: Assessment, key: str, width: int) -> list[Line]:
    """Everything about one difference."""
    item = item_at(assessment, key)
    if item is None:
        return _unchanged(assessment, key, width)
    word, tone = word_of(item)
    lines = [fitted(width, " ", (f"{item.kind} {safe(item.object)}", Tone.STRONG), "  ", (word, tone))]
    if item.migration:
        lines += paragraph(f"statement {item.statement} of {safe(item.migration)} should have left it so", width, 12,
                           ("  by", Tone.DIM))  # fmt: skip
    if item.became:
        lines += paragraph(safe(item.became), width, 12, ("  is called", Tone.DIM))
    for label, text in (("  expected", item.expected), ("  actual", item.actual)):
        lines += paragraph(one_line(text) if text is not None else "not there", width, 12, (label, Tone.DIM))
    for text in item.members:
        lines += paragraph(one_line(text), width, 12, ("  with it", Tone.DIM))
    if item.ignored:
        lines += paragraph(one_line(item.ignored), width, 12, ("  ignored", Tone.DIM))
    return lines
