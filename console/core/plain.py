"""Text from a database made safe to print: control characters visible, length bounded, nothing interpreted.

Statement texts and names come from whoever could connect; printed raw they could move the cursor, change the title or
hide a line of the terminal of the person on call.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata

ELLIPSIS = ".."
_SHOWN = {"\n": "\\n", "\r": "\\r", "\t": " ", "\x1b": "\\e", "\x7f": "\\x7f"}
_LABEL = re.compile(r"\s*(?:[A-Z][A-Z ]*?\s{2,}|NEXT\s+)?(?:\d+\.\s+)?")
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})


def visible(text: str, limit: int = 4000) -> str:
    r"""One line: every control or formatting character written out (`\\e`, `\\x07`), cut after `limit` characters."""
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


def ago(seconds: float) -> str:
    """A duration in the coarse steps that screens and reports share: it does not tick."""
    for limit, unit, step in _STEPS:
        if seconds < limit:
            return (
                f"{int(seconds // unit) // step * step} {_UNIT[unit]}" if seconds >= unit * step else _least(unit, step)
            )
    return f"{int(seconds // 86400)} d"


_STEPS = ((60, 1, 10), (600, 60, 1), (3600, 60, 5), (172800, 3600, 1))
_UNIT = {1: "s", 60: "min", 3600: "h"}


def _least(unit: int, step: int) -> str:
    return f"< {step} {_UNIT[unit]}" if unit == 1 else f"{step} {_UNIT[unit]}"
