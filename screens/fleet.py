"""The grid of a fleet as lines: equal incidents in one, unfolded into their databases; below, what is known of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from console.core.fleet.groups import Group, grouped, matching
from console.core.fleet.row import Row, Standing
from screens.lines import BLANK, Line, fitted, line, paragraph, spread
from screens.text import cut, fit, one_line, safe
from screens.theme import Tone

TONES = {
    Standing.HALF_APPLIED: Tone.BAD,
    Standing.FAILED: Tone.BAD,
    Standing.BLOCKED: Tone.BAD,
    Standing.UNREACHABLE: Tone.BAD,
    Standing.UNRECORDED: Tone.BAD,
    Standing.HOLLOW: Tone.BAD,
    Standing.PENDING: Tone.STRONG,
    Standing.APPLIED: Tone.GOOD,
}
_STATE, _COUNT = 18, 6
_ROOMY = 76
"""From so many cells on the names of a group have a column of their own."""
_MOST_NAMES = 60


@dataclass
class Look:
    """How a person looks at it."""

    words: str = ""
    open: set[str] = field(default_factory=set)
    """Groups that are unfolded."""


def key_of(group: Group) -> str:
    """The key of a group's line: the same while its state is."""
    return f"g/{group.standing}/{group.about}/{'/'.join(group.rows[0].differs)}"


def grid(rows: Sequence[Row], look: Look, width: int) -> list[Line]:
    """A line a group, and one a database below it where it is unfolded; the head first."""
    lines = [_head(width)]
    for group in grouped(matching(rows, look.words) if look.words else rows):
        key = key_of(group)
        alone = len(group.rows) == 1
        lines.append(_group(group, f"d/{group.names[0]}" if alone else key, width, unfolded=key in look.open))
        if key in look.open and not alone:
            lines += [_database(row, width) for row in group.rows]
    if len(lines) == 1:
        lines.append(line("  ", ("No database fits the filter." if look.words else "Nothing is known yet.", Tone.DIM)))
    return lines


def _head(width: int) -> Line:
    where = _where(width)
    what = width - _STATE - _COUNT - where - 4
    text = (
        f"  {fit('STATE', _STATE)}{'COUNT':>{_COUNT - 1}}  {fit('WHAT', what)} {fit('WHERE', where) if where else ''}"
    )
    return fitted(width, (text, Tone.DIM))


def _where(width: int) -> int:
    return (width - _STATE - _COUNT) // 3 if width >= _ROOMY else 0


def _group(group: Group, key: str, width: int, *, unfolded: bool) -> Line:
    sign = "-" if unfolded else " " if len(group.rows) == 1 else "+"
    where = _where(width)
    room = width - _STATE - _COUNT - where - 4
    what, names = safe(group.about, 400), _names(group, where)
    if not where and len(group.rows) == 1:
        what = f"{safe(group.names[0], 60)}: {what}"
    return line(
        " ", (sign, Tone.DIM), (fit(group.standing.word, _STATE), TONES.get(group.standing, Tone.WARN)),
        (f"{len(group.rows):>{_COUNT - 1},}", Tone.STRONG), f"  {fit(what, room)} ", (names, Tone.DIM), key=key,
    )  # fmt: skip


def _names(group: Group, room: int) -> str:
    """As many names as fit, and how many more there are."""
    if not room:
        return ""
    first = safe(group.names[0], 80)
    more = f" +{len(group.rows) - 1:,}" if len(group.rows) > 1 else ""
    return cut(first, max(room - len(more), 4)) + more


def _database(row: Row, width: int) -> Line:
    server = safe(row.target.server.partition(" ")[2], 60)
    return spread(width, ["      ", safe(row.target.name, 120)], (server, Tone.DIM), key=f"d/{row.target.name}")


def header(rows: Sequence[Row], total: int, state: str, width: int) -> Line:
    """How much of it is known."""
    bad = sum(row.exit_code > 0 for row in rows)
    told = f"{len(rows):,} of {total:,} databases read" if len(rows) < total else f"{total:,} databases"
    attention = f", {bad:,} need{'s' * (bad == 1)} attention" if bad else ""
    return spread(width, [(" HALFWAY  ", Tone.STRONG), "fleet: ", told, attention], (state, Tone.DIM))


def row_of(rows: Sequence[Row], key: str) -> Row | None:
    """The database whose line this is."""
    return next((row for row in rows if key == f"d/{row.target.name}"), None)


def group_of(rows: Sequence[Row], look: Look, key: str) -> Group | None:
    """The group whose line this is."""
    return next((g for g in grouped(matching(rows, look.words) if look.words else rows) if key_of(g) == key), None)


def details(rows: Sequence[Row], look: Look, key: str, width: int) -> list[Line]:
    """What is known of one database, or of all those of a group."""
    row = row_of(rows, key)
    if row is not None:
        return _of_row(row, width)
    group = group_of(rows, look, key)
    return _of_group(group, width) if group is not None else []


def _of_row(row: Row, width: int) -> list[Line]:
    place = safe(row.target.place, 300) + (f", schema {safe(row.target.schema, 80)}" if row.target.schema else "")
    lines = paragraph(f"{safe(row.target.name, 120)}  {place}", width, 1, tone=Tone.STRONG, most=2)
    lines += paragraph(one_line(row.summary), width, 1)
    for number, step in enumerate(row.next):
        lines += paragraph(one_line(step), width, 10, ("NEXT", Tone.STRONG) if not number else None)
    taken = f"{row.taken_at:%H:%M:%S}Z" if row.taken_at else "?"
    server = f"{safe(row.dialect)} {safe(row.version, 40)}, " if row.dialect else ""
    earlier = ", by an earlier run" if row.resumed else ""
    return [*lines, *paragraph(f"{server}read {taken} in {row.seconds:.1f} s{earlier}", width, 1, tone=Tone.DIM)]


def _of_group(group: Group, width: int) -> list[Line]:
    first = group.rows[0]
    names = ", ".join(safe(name, 80) for name in group.names[:_MOST_NAMES])
    more = f" and {len(group.rows) - _MOST_NAMES:,} more" if len(group.rows) > _MOST_NAMES else ""
    lines = paragraph(f"{len(group.rows):,} databases: {names}{more}", width, 1, most=4)
    lines += [BLANK, *paragraph(f"Of {safe(first.target.name, 80)}: {one_line(first.summary)}", width, 1)]
    for number, step in enumerate(first.next[:3]):
        lines += paragraph(one_line(step), width, 10, ("NEXT", Tone.STRONG) if not number else None)
    return lines
