"""Whether what a session runs changes tables: told by its first word, behind all that a server lets stand before it."""

from __future__ import annotations

from console.core.lexer import reading

_VERBS = frozenset({"ALTER", "CREATE", "DROP", "RENAME", "TRUNCATE", "OPTIMIZE", "ANALYZE", "REPAIR"})


def alters_tables(query: str, dialect: str) -> bool:
    """Whether this is a schema change, or of those words that commit like one on MySQL."""
    return first_word(query, dialect) in _VERBS


def locks_tables(query: str, dialect: str) -> bool:
    """Whether it changes tables, or is LOCK TABLES."""
    return first_word(query, dialect) in {*_VERBS, "LOCK"}


def first_word(query: str, dialect: str) -> str:
    """In capitals; of a statement with settings of its own (MariaDB) the first word behind them."""
    words = (token.word for token in reading(query, dialect) if not token.silent)
    first = next(words, "")
    if first == "SET" and dialect == "mariadb" and next(words, "") == "STATEMENT":
        first = next(words, "") if "FOR" in words else ""
    return first
