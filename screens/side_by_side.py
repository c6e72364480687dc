"""Two texts beside each other, what differs between them marked, each folded in its own half."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from itertools import zip_longest

from screens.lines import Line, Span, line
from screens.text import cut, head, width_of
from screens.tones import Tone

BETWEEN = " |"
_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
_BLANKS = re.compile(r"(\s+)")
_LONGEST = 400
"""Words of a text that are held against the other side's; a routine's body is shown without marks."""

Row = tuple[Span, ...]


def halves(width: int) -> tuple[int, int]:
    """Cells of the left and of the right side."""
    left = (width - len(BETWEEN)) // 2
    return left, width - len(BETWEEN) - left - 1


def differing(expected: str, actual: str) -> tuple[Row, Row]:
    """Both texts as spans: what the other side does not have is strong."""
    mine, theirs = _WORDS.findall(expected), _WORDS.findall(actual)
    if not mine or not theirs or len(mine) > _LONGEST or len(theirs) > _LONGEST:
        return ((expected, Tone.PLAIN),), ((actual, Tone.PLAIN),)
    left: list[Span] = []
    right: list[Span] = []
    for kind, a, b, c, d in SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
        tone = Tone.PLAIN if kind == "equal" else Tone.STRONG
        left += [("".join(mine[a:b]), tone)] if b > a else []
        right += [("".join(theirs[c:d]), tone)] if d > c else []
    return tuple(left), tuple(right)


def folded(spans: Iterable[Span], width: int, most: int = 100) -> list[Row]:
    """Spans in lines of at most `width` cells, broken at blanks where there are some; at most `most` lines."""
    rows: list[Row] = [()]
    for word in _words(spans):
        blank = ((" ", Tone.PLAIN),) if rows[-1] else ()
        if _width(rows[-1]) + len(blank) + _width(word) <= width:
            rows[-1] += blank + word
            continue
        pieces = list(_chopped(word, width))
        rows[-1:] = [rows[-1], *pieces] if rows[-1] else pieces
    return rows if len(rows) <= most else [*rows[: most - 1], (*shortened(rows[most - 1], width - 2), ("..", Tone.DIM))]


def _words(spans: Iterable[Span]) -> Iterator[Row]:
    """The text word by word, each as the spans it is made of."""
    word: list[Span] = []
    for text, tone in spans:
        for part in _BLANKS.split(text):
            if _BLANKS.fullmatch(part):
                if word:
                    yield tuple(word)
                word = []
            elif part:
                word.append((part, tone))
    if word:
        yield tuple(word)


def _chopped(word: Row, width: int) -> Iterator[Row]:
    """A word in pieces that have room."""
    row: list[Span] = []
    for whole, tone in word:
        text = whole
        while text:
            start = head(text, width - _width(row))
            if start:
                row.append((start, tone))
                text = text[len(start) :]
            elif not row:
                return
            if text:
                yield tuple(row)
                row = []
    if row:
        yield tuple(row)


def _width(row: Iterable[Span]) -> int:
    return sum(width_of(text) for text, _ in row)


def beside(left: Iterable[Row], right: Iterable[Row], width: int, key: str) -> Iterator[Line]:
    """Rows of the left side with those of the right side; only the first line can be selected."""
    room, _ = halves(width)
    for n, (mine, theirs) in enumerate(zip_longest(left, right, fillvalue=())):
        gap = (" " * max(room - _width(mine), 0), Tone.PLAIN)
        yield line(*mine, gap, (BETWEEN, Tone.DIM), *theirs, key=key if n == 0 else "")


def at_right(row: Row, word: Span, room: int) -> Row | None:
    """The row with a word at its right edge; None where there is no room for both."""
    gap = room - _width(row) - width_of(word[0])
    return (*row, (" " * gap, Tone.PLAIN), word) if gap >= 1 else None


def shortened(row: Row, room: int) -> Row:
    """The row in at most `room` cells."""
    made: list[Span] = []
    for text, tone in row:
        if room <= 0:
            break
        made.append((cut(text, room), tone))
        room -= width_of(made[-1][0])
    return tuple(made)
