"""A history that is no single line: its heads, where lines part and join, and the whole of it drawn in a few letters.

o-.  ddd  HEAD MERGE     it joins two lines
| o  ccc
o |  bbb
o-'  aaa  BRANCH         two lines part here: they go upwards
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from console.core.migration import Tracked

_LONGEST = 2
"""Revisions of one line that are drawn each; more of them, of which there is nothing to say, are one line."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One line of the drawing: a migration, or several of which there is nothing to say."""

    ids: tuple[str, ...]
    lane: str
    """What stands before the name."""


class Branches:
    """How migrations stand on each other."""

    def __init__(self, tracked: Iterable[Tracked]) -> None:
        """In the order the tool runs them."""
        known = {one.id: (one.after, one.head) for one in tracked if one.after is not None}
        self.after: Mapping[str, tuple[str, ...]] = {
            name: tuple(one for one in after if one in known) for name, (after, _) in known.items()
        }
        self.heads = tuple(name for name, (_, head) in known.items() if head)

    @cached_property
    def before(self) -> Mapping[str, tuple[str, ...]]:
        """What stands on each."""
        found: dict[str, list[str]] = {name: [] for name in self.after}
        for name, below in self.after.items():
            for one in below:
                found[one].append(name)
        return {name: tuple(above) for name, above in found.items()}

    @property
    def branched(self) -> bool:
        """Whether it is more than one line."""
        parted = any(len(others) > 1 for edges in (self.after, self.before) for others in edges.values())
        return parted or len(self.heads) > 1

    def words(self, name: str) -> str:
        """`HEAD`, `MERGE`, `BRANCH`; '' for what is in the middle of a line."""
        said = ("HEAD" if name in self.heads else "", "MERGE" if len(self.after[name]) > 1 else "",
                "BRANCH" if len(self.before[name]) > 1 else "")  # fmt: skip
        return " ".join(word for word in said if word)

    def sentence(self, name: str) -> str:
        """Where it stands: `a head; it joins a, b; c, d stand on it`."""
        below, above = self.after[name], self.before[name]
        said = ["a head" + (f", one of {len(self.heads)}" if len(self.heads) > 1 else "")] if name in self.heads else []
        said += [f"it {'joins' if len(below) > 1 else 'stands on'} {', '.join(below)}"] if below else ["a first one"]
        said += [f"{', '.join(above)} {'stand' if len(above) > 1 else 'stands'} on it"] if above else []
        return "; ".join(said)

    def drawn(self, order: Sequence[str]) -> tuple[Drawn, ...]:
        """Every migration in an order, newest or oldest first; () where lines would have to cross themselves."""
        return _drawn([(name,) for name in order], self._edges(order))

    def condensed(self, told: frozenset[str]) -> tuple[Drawn, ...]:
        """Newest first; runs of one line in which none is `told` are one line."""
        order = tuple(self.after)[::-1]
        rows: list[tuple[str, ...]] = []
        for name in order:
            last = rows[-1] if rows else ()
            if last and self._follows(name, last[-1], told):
                rows[-1] = (*last, name)
            else:
                rows.append((name,))
        split = [part for row in rows for part in ([row] if len(row) > _LONGEST else [(name,) for name in row])]
        return _drawn(split, self._edges(order))

    def _follows(self, name: str, above: str, told: frozenset[str]) -> bool:
        """Whether nothing is to be said of either."""
        return self.after[above] == (name,) and self._is_plain(name, told) and self._is_plain(above, told)

    def _is_plain(self, name: str, told: frozenset[str]) -> bool:
        return name not in told and not self.words(name) and bool(self.after[name])

    def _edges(self, order: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
        """What is linked to each further down."""
        at = {name: n for n, name in enumerate(order)}
        down = any(at[below] > at[name] for name, others in self.after.items() for below in others
                   if name in at and below in at)  # fmt: skip
        return self.after if down else self.before


def _drawn(rows: Sequence[tuple[str, ...]], edges: Mapping[str, tuple[str, ...]]) -> tuple[Drawn, ...]:
    """Each line takes up the lanes that lead to it and opens those that lead on."""
    at = {name: n for n, row in enumerate(rows) for name in row}
    lanes: list[str] = []
    found = []
    for n, row in enumerate(rows):
        onward = [name for name in edges[row[-1]] if name in at]
        if any(at[name] <= n for name in onward):
            return ()
        found.append(_one(row, onward, lanes))
    width = max((len(one.lane) for one in found), default=0)
    return tuple(Drawn(one.ids, f"{one.lane:<{width}}") for one in found)


def _one(row: tuple[str, ...], onward: Sequence[str], lanes: list[str]) -> Drawn:
    """One line; `lanes` (what each leads to, '' for none) are moved on."""
    mine = [n for n, name in enumerate(lanes) if name == row[0]]
    at = mine[0] if mine else _free(lanes, 0, ())
    before = [bool(name) for name in lanes]
    for n in mine:
        lanes[n] = ""
    opened = []
    if onward:
        lanes[at] = onward[0]
    for name in onward[1:]:
        opened.append(_free(lanes, at + 1, mine))
        lanes[opened[-1]] = name
    marks = {at: "o" if len(row) == 1 else ":", **dict.fromkeys(mine[1:], "'"), **dict.fromkeys(opened, ".")}
    reach = max(marks)
    text = "".join(_cell(n, marks, before, reach if n >= at else -1) for n in range(len(lanes)))
    while lanes and not lanes[-1]:
        lanes.pop()
    return Drawn(row, text.rstrip())


def _free(lanes: list[str], first: int, taken: Sequence[int]) -> int:
    found = next((n for n in range(first, len(lanes)) if not lanes[n] and n not in taken), len(lanes))
    if found == len(lanes):
        lanes.append("")
    return found


def _cell(n: int, marks: Mapping[int, str], before: Sequence[bool], reach: int) -> str:
    """A lane and what leads to the next one."""
    mark = marks.get(n) or ("|" if n < len(before) and before[n] else "-" if n < reach else " ")
    return mark + ("-" if n < reach else " ")
