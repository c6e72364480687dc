"""Which statements of a dump of PostgreSQL are sent."""

from __future__ import annotations

import re
from collections.abc import Sequence

from console.core.lexer import Token, TokenKind
from console.core.plain import one_line
from console.core.restore.calls import relation, stranger
from console.core.restore.cut import is_copy
from console.core.restore.sorting import QUIET, SEND, Fate, Sorted, constant_rows, left_out, refused, words_of

_SETTINGS = frozenset({"client_encoding", "check_function_bodies", "xmloption", "row_security", "search_path",
                       "default_table_access_method", "bytea_output", "escape_string_warning"})  # fmt: skip
_ENCODINGS = re.compile(r"'(?:UTF-?8|SQL_ASCII|LATIN\d+|WIN125\d|ISO_8859_\d+|KOI8[RU])'", re.IGNORECASE)
"""In these no part of a character looks like a quote or a backslash."""
_EXTENSIONS = frozenset({"plpgsql", "citext", "hstore", "ltree", "pgcrypto", "uuid-ossp", "pg_trgm", "btree_gin",
                         "btree_gist", "intarray", "isn", "cube", "unaccent", "postgis", "vector"})  # fmt: skip
"""Types that columns may be of; nothing in them reaches another database."""
_SYSTEM = re.compile(r"pg_|information_schema\Z")
"""What the server's own tables and schemas are called; a superuser may write to them, and everything obeys them."""
_CLIENT_QUIET = (r"\restrict", r"\unrestrict")
_CLIENT_DATABASE = (r"\connect", r"\c")
_KINDS = ("DATABASE", "ROLE", "USER", "VIEW", "MATERIALIZED", "FUNCTION", "PROCEDURE", "AGGREGATE", "TRIGGER", "RULE",
          "POLICY", "PUBLICATION", "SUBSCRIPTION", "SERVER", "FOREIGN", "INDEX", "OPERATOR", "CAST", "COLLATION",
          "STATISTICS", "LANGUAGE", "EXTENSION", "EVENT", "TEXT", "TRANSFORM", "CONVERSION", "ACCESS")  # fmt: skip
_DATABASE = "CREATE DATABASE and what belongs to it"


def sort_postgres(tokens: Sequence[Token]) -> Sorted:
    """What becomes of a statement; `tokens` without blanks and comments."""
    first = tokens[0]
    if first.kind is TokenKind.META or first.text.startswith("\\"):
        return _client_line(first.text.split()[0])
    if any(token.kind is TokenKind.UNTERMINATED for token in tokens):
        return refused("a text in it does not end")
    if any(token.kind in (TokenKind.STRING, TokenKind.QUOTED) and token.text[:2] in ("U&", "u&") for token in tokens):
        return refused("it spells a name or a text in U&, which hides what it says")
    words = words_of(tokens)
    sorted_by = {"SET": _setting, "SELECT": _select, "CREATE": _create, "ALTER": _alter, "COPY": _copy,
                 "INSERT": _insert}.get(words[0])  # fmt: skip
    if sorted_by is not None:
        return sorted_by(tokens, words)
    if words[0] in ("COMMENT", "GRANT", "REVOKE", "BEGIN", "COMMIT", "START", "DROP", ";", "SECURITY"):
        return left_out(_DATABASE) if "DATABASE" in words[:3] else QUIET
    return left_out(words[0] or "what is no statement")


def _client_line(word: str) -> Sorted:
    if word in _CLIENT_QUIET:
        return QUIET
    return left_out(word) if word in _CLIENT_DATABASE else refused(f"it holds {word}, a command for psql")


def _setting(tokens: Sequence[Token], words: Sequence[str]) -> Sorted:
    name = tokens[1].folded if len(tokens) > 1 else ""
    if name == "standard_conforming_strings":
        on = len(tokens) > 3 and tokens[3].text.lower() in ("on", "'on'")
        return QUIET if on else refused("it was written with standard_conforming_strings off")
    if name == "client_encoding":
        known = len(tokens) > 3 and _ENCODINGS.fullmatch(tokens[3].text)
        return SEND if known else refused("its encoding is not read here")
    return SEND if name in _SETTINGS else QUIET


def _select(tokens: Sequence[Token], words: Sequence[str]) -> Sorted:
    """Only what pg_dump itself writes: the empty path, and where a sequence has got to."""
    text = "".join(token.text for token in tokens).rstrip(";")
    if re.fullmatch(r"SELECTpg_catalog\.set_config\('search_path','',false\)", text):
        return SEND
    if re.fullmatch(r"SELECTpg_catalog\.setval\('(?:[^'\\;]|'')+',\d+,(?:true|false)\)", text):
        return SEND
    return left_out("large objects" if "lo_" in text else "SELECT")


def _create(tokens: Sequence[Token], words: Sequence[str]) -> Sorted:
    kind = next((word for word in words[1:3] if word not in ("UNLOGGED", "OR", "UNIQUE")), "")
    if kind == "EXTENSION":
        name = next((t.folded for t in tokens[2:] if t.word not in ("IF", "NOT", "EXISTS")), "")
        return SEND if name in _EXTENSIONS else left_out(f"extension {name}")
    if kind == "SCHEMA":
        return SEND if len(tokens) <= 7 and "AUTHORIZATION" not in words else left_out("a schema with an owner")
    if kind in ("TABLE", "SEQUENCE", "DOMAIN", "TYPE"):
        return _plain(tokens, words, kind)
    if kind in ("ROLE", "USER"):
        return left_out("roles")
    return left_out(_DATABASE if kind == "DATABASE" else _of(words))


def _plain(tokens: Sequence[Token], words: Sequence[str], kind: str) -> Sorted:
    """A table, a sequence or a type that runs nothing but what is known."""
    name = one_line(relation(tokens, words), 60)
    if called := stranger(tokens):
        return left_out(f"{kind.lower()} {name}: it calls {one_line(called, 60)}, which is not known to do no harm")
    if kind == "TABLE" and ("SELECT" in words or "SERVER" in words or "EXECUTE" in words or _has_outer_as(words)):
        return left_out(f"table {name}: it is filled by a query, or lies on another server")
    return left_out(f"base type {name}") if kind == "TYPE" and "AS" not in words[:8] else SEND


def _has_outer_as(words: Sequence[str]) -> bool:
    """Outside of the columns: there AS is the beginning of a query."""
    return any(word == "AS" and words[:n].count("(") == words[:n].count(")") for n, word in enumerate(words))


def _alter(tokens: Sequence[Token], words: Sequence[str]) -> Sorted:
    if words[1:2] == ["SYSTEM"]:
        return refused("it holds ALTER SYSTEM")
    if "OWNER" in words[:10] or words[1:2] == ["DEFAULT"]:
        return QUIET
    if words[1:2] == ["SEQUENCE"] and "OWNED" in words:
        return SEND
    if words[1:2] == ["TABLE"]:
        return _alter_table(tokens, words)
    return left_out(_DATABASE if "DATABASE" in words[:2] else _of(words))


def _alter_table(tokens: Sequence[Token], words: Sequence[str]) -> Sorted:
    joined = f" {' '.join(word for word in words if word)} "
    at = words.index("CONSTRAINT") + 2 if "CONSTRAINT" in words else len(words)
    keys = words[at : at + 2] == ["PRIMARY", "KEY"] or words[at : at + 1] == ["UNIQUE"]
    if keys or " ATTACH PARTITION " in joined or " ADD GENERATED " in joined or " SET DEFAULT " in joined:
        return _plain(tokens, words, "ALTER TABLE")
    if "FOREIGN KEY" in joined:
        return left_out("foreign keys")
    quiet = any(part in joined for part in (" CLUSTER ", " SET STATISTICS ", " SET STORAGE ", " REPLICA ", " ROW "))
    return QUIET if quiet else left_out("ALTER TABLE")


def _copy(tokens: Sequence[Token], words: Sequence[str]) -> Sorted:
    plain = all(t.kind in (TokenKind.WORD, TokenKind.QUOTED) or t.text in (",", "(", ")", ".", ";") for t in tokens)
    if is_copy(tuple(tokens)) and plain and "PROGRAM" not in words:
        return _own_table(tokens[1:]) or Sorted(Fate.COPY)
    return refused("it holds a COPY that reads or writes a file, or runs a program")


def _insert(tokens: Sequence[Token], words: Sequence[str]) -> Sorted:
    if words[1:2] != ["INTO"] or not constant_rows(tokens, lambda _: False):
        return left_out("INSERT of no constants")
    return _own_table(tokens[2:]) or SEND


def _own_table(tokens: Sequence[Token]) -> Sorted | None:
    """None for a table of the dump: rows in a catalog would be code, logins or rights."""
    name = tokens[0].folded if tokens else ""
    return refused(f"it writes to {one_line(name, 60)}, which is the server's own") if _SYSTEM.match(name) else None


def _of(words: Sequence[str]) -> str:
    """What it is: `CREATE VIEW`."""
    kind = next((word for word in words[1:8] if word in _KINDS), "")
    return f"{words[0]} {kind}".strip()
