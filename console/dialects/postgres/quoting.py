"""Names and texts as PostgreSQL's SQL has them."""

from __future__ import annotations


def quoted(name: str) -> str:
    """A name; always in quotes, so that no keyword and no capital letter is lost."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text, whatever standard_conforming_strings is."""
    plain = text.replace("'", "''")
    return "E'" + plain.replace("\\", "\\\\") + "'" if "\\" in plain else f"'{plain}'"
