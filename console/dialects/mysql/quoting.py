"""Names and texts as MySQL's SQL has them."""

from __future__ import annotations


def quoted(name: str) -> str:
    """A name."""
    return "`" + name.replace("`", "``") + "`"


def remark(value: str) -> str:
    """A comment, which has to be written as a plain text. CannotWriteError where the text would be read in two ways."""
    if "\\" in value:
        from console.core.plan import CannotWriteError

        raise CannotWriteError("A comment with a backslash in it is read in two ways: it is not written here.")
    return text(value)


def text(value: str) -> str:
    """A text, whatever NO_BACKSLASH_ESCAPES says."""
    if "\\" in value:
        return f"CONVERT(0x{value.encode().hex()} USING utf8mb4)"
    return "'" + value.replace("'", "''") + "'"
