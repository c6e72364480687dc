"""Lines: what every page is made of. Pure values, so a page can be tested without a terminal.

A line is a tuple of (text, tone) spans and, when it can be selected, a key that stays the same from sweep to sweep: the
cursor follows the key, not the row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import overload

from screens.text import cut, fit, width_of, wrap
from screens.tones import Tone

Span = tuple[str, Tone]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page. Its first column is left free for the cursor's sign."""

    spans: tuple[Span, ...] = ()
    key: str = ""
    """'' when it cannot be selected."""

    @property
    def text(self) -> str:
        """The line without tones."""
        return "".join(text for text, _ in self.spans)


BLANK = Line()


class LazyLines(Sequence[Line]):
    """Lines made when they are looked at: ten thousand cost only their keys."""

    def __init__(self, keys: Sequence[str], make: Callable[[int], Line]) -> None:
        """`make(row)` gives the line of a row; it must have `keys[row]` as its key."""
        self.keys = keys
        self._make = make

    def __len__(self) -> int:
        return len(self.keys)

    @overload
    def __getitem__(self, row: int) -> Line: ...
    @overload
    def __getitem__(self, row: slice) -> list[Line]: ...
    def __getitem__(self, row: int | slice) -> Line | list[Line]:
        """The line, or lines, there."""
        if isinstance(row, slice):
            return [self._make(n) for n in range(*row.indices(len(self)))]
        return self._make(range(len(self))[row])


def key_at(lines: Sequence[Line], row: int) -> str:
    """The key of one row, without making its line."""
    return lines.keys[row] if isinstance(lines, LazyLines) else lines[row].key


def line(*spans: Span | str, key: str = "") -> Line:
    """A line from spans and plain strings."""
    return Line(tuple((span, Tone.PLAIN) if isinstance(span, str) else span for span in spans), key)


def fitted(width: int, *spans: Span | str, key: str = "") -> Line:
    """A line cut to `width` cells, `..` at the cut."""
    left = width
    shown: list[Span] = []
    for text, tone in line(*spans).spans:
        if left <= 0:
            break
        shown.append((cut(text, left), tone))
        left -= width_of(shown[-1][0])
    return Line(tuple(shown), key)


def paragraph(
    text: str, width: int, indent: int = 1, first: Span | None = None, tone: Tone = Tone.PLAIN, most: int = 100
) -> list[Line]:
    """`text` wrapped behind `indent`; `first` stands in the indent of the first line."""
    made = []
    for n, part in enumerate(wrap(text, width - indent, most)):
        if n == 0 and first is not None:
            made.append(line(" ", (fit(first[0], indent - 1), first[1]), (part, tone)))
        else:
            made.append(line(" " * indent, (part, tone)))
    return made


def spread(width: int, left: Iterable[Span | str], right: Span, key: str = "") -> Line:
    """`left` at the left, `right` at the right edge; the left gives way."""
    room = max(width - width_of(right[0]) - 2, 0)
    body = fitted(room, *left)
    gap = width - 1 - width_of(body.text) - width_of(right[0])
    return Line((*body.spans, (" " * max(gap, 1), Tone.PLAIN), right), key)


def rule(width: int, note: str = "") -> Line:
    """A ruler over the whole width, with a note at its right end."""
    note = f" {cut(note, width - 6)} " if note else ""
    dashes = "-" * max(width - 4 - width_of(note), 0)
    return line((f" {dashes}{note}--", Tone.DIM))


def below(width: int, hidden: int) -> Line:
    """A ruler that says how much stands below the edge."""
    return rule(width, f"{hidden:,} more line{'s' * (hidden != 1)}: PgDn" if hidden else "")
