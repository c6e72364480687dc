"""Text from a database is hostile: everything on screen that came from one passes through `safe`.

Control characters could move the cursor, bidi marks could make an ALTER look like a SELECT, and characters whose
width terminals disagree on would shift the columns behind them. All of these are shown as their escapes. Nothing here
or behind it interprets markup.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from rich.cells import cell_len, get_character_cell_size

LIMIT = 4000
"""Characters of one value that are looked at; the rest is cut with a mark."""

CUT = ".."
_MARKS_PER_LETTER = 2
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})
_DISPUTED = ((0xFE00, 0xFE0F), (0x1F1E6, 0x1F1FF), (0x1F3FB, 0x1F3FF), (0xE0100, 0xE01EF))
"""Variation selectors, regional indicators, skin tones: no two terminals agree on their width."""


class _Terminal:
    """What the terminal can show; set once, before anything is drawn."""

    ascii_only = False


def use_ascii(on: bool) -> None:
    """Show everything beyond ASCII as escapes from now on: the terminal's locale cannot."""
    _Terminal.ascii_only = on
    _visible.cache_clear()


def safe(text: str, limit: int = LIMIT) -> str:
    """`text` on one line, harmless: what is not plainly visible is shown as its escape."""
    cut = len(text) > limit
    text = text[:limit]
    if not (text.isascii() and text.isprintable()):
        text = "".join(_visible_all(text))
    return text + CUT if cut else text


def one_line(text: str, limit: int = LIMIT) -> str:
    """`safe`, with every run of blanks and line ends as one space: for SQL in a list."""
    return safe(" ".join(text[: limit * 2].split()), limit)


def safe_lines(text: str, limit: int = 200_000) -> list[str]:
    """`safe` line by line, tabs expanded: for a file's own text."""
    return [safe(line.expandtabs(4).rstrip("\r")) for line in text[:limit].split("\n")]


def _visible_all(text: str) -> list[str]:
    shown: list[str] = []
    room = 0
    for char in text:
        if unicodedata.category(char) in ("Mn", "Me") and not _Terminal.ascii_only:
            shown.append(char if room > 0 and _visible_mark(char) else _escape(char))
            room -= 1
            continue
        room = _MARKS_PER_LETTER if unicodedata.category(char)[0] == "L" else 0
        shown.append(char if char.isascii() and char.isprintable() else _visible(char))
    return shown


def _visible_mark(char: str) -> bool:
    return get_character_cell_size(char) == 0 and not _disputed(char)


@lru_cache(maxsize=8192)
def _visible(char: str) -> str:
    hidden = unicodedata.category(char) in _HIDDEN or get_character_cell_size(char) == 0
    return _escape(char) if hidden or _Terminal.ascii_only or _disputed(char) else char


def _disputed(char: str) -> bool:
    return any(first <= ord(char) <= last for first, last in _DISPUTED)


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii") if char != "\x7f" else "\\x7f"


def width_of(text: str) -> int:
    """Cells that `text` takes."""
    return len(text) if text.isascii() else cell_len(text)


def cut(text: str, width: int) -> str:
    """`text` in at most `width` cells; what is cut off is marked with `..`."""
    if width_of(text) <= width:
        return text
    if width <= len(CUT):
        return CUT[:width]
    return head(text, width - len(CUT)) + CUT


def fit(text: str, width: int) -> str:
    """`text` in exactly `width` cells."""
    text = cut(text, width)
    return text + " " * (width - width_of(text))


def head(text: str, width: int) -> str:
    """As much of `text` as `width` cells hold."""
    if text.isascii():
        return text[:width]
    used = 0
    for at, char in enumerate(text):
        used += get_character_cell_size(char)
        if used > width:
            return text[:at]
    return text


def wrap(text: str, width: int, most: int = 100) -> list[str]:
    """`text` in lines of at most `width` cells, broken at blanks where there are some; at most `most` lines. What
    it is indented by stays, on every line."""
    width = max(width, 8)
    lead = min(len(text) - len(text.lstrip(" ")), width // 2) if text.strip() else 0
    if lead:
        return [" " * lead + line for line in wrap(text.lstrip(" "), width - lead, most)]
    lines: list[str] = []
    line = ""
    for whole in text.split(" "):
        word = whole
        joined = f"{line} {word}" if line else word
        if width_of(joined) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        while width_of(word) > width:
            start = head(word, width)
            lines.append(start)
            word = word[len(start) :]
        line = word
        if len(lines) > most:
            break
    lines.append(line)
    return lines if len(lines) <= most else [*lines[: most - 1], _full(lines[most - 1 : most + 1], width)]


def _full(pair: list[str], width: int) -> str:
    """A last line, filled to its end, after which more was left out."""
    return cut(" ".join(pair) + CUT * width, width)
