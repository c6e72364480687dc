"""Text as literals and remarks of other languages: whatever it holds, the language reads exactly that text again."""

from __future__ import annotations

import re

from console.core.plain import one_line

_LONGEST = 300
_SIMPLE = re.compile(r"[^\x00-\x09\x0b-\x1f\x7f]*")
_ENDS = {"?>": "? >", "*/": "* /", "${": "$ {", "<?": "< ?"}
"""What ends a remark, or means something in the middle of one."""


def php(text: str) -> str:
    """In single quotes, where only the backslash and the quote mean something."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def ruby(text: str) -> str:
    """In single quotes; control characters need double ones, for Ruby makes one line end of every other."""
    if _SIMPLE.fullmatch(text):
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return '"' + "".join(_in_ruby(char) for char in text) + '"'


def _in_ruby(char: str) -> str:
    if char in '\\"#':
        return "\\" + char
    return f"\\x{ord(char):02x}" if ord(char) < 32 or ord(char) == 127 else char


def python(text: str, indent: str = "") -> str:
    """One literal a line, in parentheses where there are several."""
    lines = [repr(line) for line in text.splitlines(keepends=True)] or ["''"]
    between = f"\n{indent}    "
    return lines[0] if len(lines) == 1 else f"({between}{between.join(lines)}\n{indent})"


def remark(text: str) -> str:
    """One line of words that no language can take for anything else."""
    line = one_line(text, _LONGEST)
    for end, harmless in _ENDS.items():
        line = line.replace(end, harmless)
    return line


def remarks(lines: tuple[str, ...], sign: str, indent: str = "") -> str:
    """Several of them, each behind the language's sign."""
    return "".join(f"{indent}{sign} {remark(line)}\n" for line in lines)


def words(text: str) -> tuple[str, ...]:
    """`add_shipping` as (`add`, `shipping`): letters and digits only."""
    return tuple(word.lower() for word in re.findall(r"[A-Za-z0-9]+", text))
