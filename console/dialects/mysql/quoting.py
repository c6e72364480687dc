"""Names and texts as MySQL's SQL has them."""

from __future__ import annotations


def quoted(name: str) -> str:
    """A name."""
    return "`" + name.replace("`", "``") + "`"


def text(value: str) -> str:
    """A text, whatever NO_BACKSLASH_ESCAPES says."""
    if "\\" in value:
        return f"CONVERT(0x{value.encode().hex()} USING utf8mb4)"
    return "'" + value.replace("'", "''") + "'"
