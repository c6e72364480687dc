"""The grid of a fleet as text: equal incidents in one line, then who is not like the rest, then what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from console.core.fleet.groups import Group, grouped
from console.core.fleet.row import Row, Standing
from console.core.plain import cut, folded, visible

_NAMES = 12
"""How many names stand behind a group; the rest is a number."""


def fleet_text(rows: Sequence[Row], width: int | None = None, *, complete: bool = True) -> str:
    """No control characters, no final newline."""
    return "\n".join(_lines(tuple(rows), width, complete=complete))


def _lines(rows: tuple[Row, ...], width: int | None, *, complete: bool) -> Iterator[str]:
    groups = grouped(rows)
    yield folded(headline(rows, complete=complete), width)
    yield ""
    wide = max((len(group.standing.word) for group in groups), default=0)
    for group in groups:
        yield cut(visible(f"{group.standing.word:<{wide}}  {len(group.rows):>5}  {group.about}"), width)
        yield folded(visible(f"{'':<{wide}}         {named(group)}"), width)
    drifted = [row for row in rows if row.differs]
    if drifted:
        yield ""
    for row in drifted[:_NAMES]:
        yield folded(visible(f"DRIFTED  {row.target.name}: {row.summary}"), width)
    steps = list(dict.fromkeys(step for g in groups if g.standing.exit_code == 1 for step in g.rows[0].next[:1]))
    for number, step in enumerate(steps[:5], start=1):
        yield folded(visible(f"{'NEXT' if number == 1 else '    '}  {number}. {step}"), width)


def headline(rows: Sequence[Row], *, complete: bool = True) -> str:
    """In one sentence: `200 databases: 150 applied, 3 unreachable.`."""
    counts = {standing: sum(row.standing is standing for row in rows) for standing in Standing}
    told = ", ".join(f"{count} {standing.word.lower()}" for standing, count in counts.items() if count)
    noun = "database" if len(rows) == 1 else "databases"
    taken_over = sum(row.resumed for row in rows)
    more = f" {taken_over} of them as an earlier run read them." if taken_over else ""
    return (
        f"{len(rows)} {noun}: {told or 'none'}." + more + ("" if complete else " INTERRUPTED: not all were looked at.")
    )


def named(group: Group) -> str:
    """`shop_1, shop_2 and 10 more`."""
    names = group.names
    shown = ", ".join(names[:_NAMES])
    return shown + (f" and {len(names) - _NAMES} more" if len(names) > _NAMES else "")
