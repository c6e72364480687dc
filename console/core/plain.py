"""Text from a database made safe to print: control characters visible, length bounded, nothing interpreted.

Statement texts and names come from whoever could connect; printed raw they could move the cursor, change the title or
hide a line of the terminal of the person on call.
"""

from __future__ import annotations

import re
import unicodedata

ELLIPSIS = ".."
_SHOWN = {"\n": "\\n", "\r": "\\r", "\t": " ", "\x1b": "\\e", "\x7f": "\\x7f"}
_LABEL = re.compile(r"\s*(?:[A-Z][A-Z ]*?\s{2,}|NEXT\s+)?(?:\d+\.\s+)?")
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})


def visible(text: str, limit: int = 4000) -> str:
    r"""One line: every control or formatting character written out (`\\e`, `\\x07`), cut after `limit` characters."""
    if text.isascii() and text.isprintable():
        return text if len(text) <= limit else text[: limit - len(ELLIPSIS)] + ELLIPSIS
    shown = "".join(_SHOWN.get(ch) or (ch if _harmless(ch) else _escaped(ch)) for ch in text[: limit + 1])
    return shown if len(shown) <= limit else shown[: limit - len(ELLIPSIS)] + ELLIPSIS


def one_line(text: str, limit: int = 4000) -> str:
    """Like `visible`, with runs of blanks and line ends folded into one blank."""
    return visible(" ".join(text.split()), limit)


def lines(text: str, limit: int = 100_000) -> list[str]:
    """The lines of a text, each made visible."""
    return [visible(line, 4000) for line in text[:limit].splitlines()]


def folded(line: str, width: int | None) -> str:
    """A line that is too wide as several, the later ones under its text; None: as it is."""
    import textwrap

    if width is None or len(line) <= width:
        return line
    label = _LABEL.match(line)
    indent = min(label.end() if label else 0, width // 3)
    return "\n".join(
        textwrap.wrap(line, width, subsequent_indent=" " * indent, break_on_hyphens=False, drop_whitespace=True)
    )


def cut(line: str, width: int | None) -> str:
    """A line that is too wide without its end; None: as it is."""
    return line if width is None or len(line) <= width else line[: width - len(ELLIPSIS)] + ELLIPSIS


def _harmless(ch: str) -> bool:
    return (ch.isascii() and ch.isprintable()) or unicodedata.category(ch) not in _HIDDEN_CATEGORIES


def _escaped(ch: str) -> str:
    code = ord(ch)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


MINUTE, HOUR, DAY = 60, 3600, 86400


def lasted(seconds: float) -> str:
    """How long something has lasted, in coarse steps that do not tick: `<10 s`, `10 s`, `30 s`, `12 min`,
    `1 h 10 min`, `3 d 4 h`."""
    whole = int(max(seconds, 0))
    if whole < MINUTE:
        return "<10 s" if whole < 10 else "10 s" if whole < 30 else "30 s"
    if whole < HOUR:
        return f"{whole // MINUTE} min"
    if whole < DAY:
        minutes = whole % HOUR // MINUTE // 10 * 10
        return f"{whole // HOUR} h {minutes} min" if minutes else f"{whole // HOUR} h"
    hours = whole % DAY // HOUR
    return f"{whole // DAY} d {hours} h" if hours else f"{whole // DAY} d"
