"""Which statements of a dump of MySQL or MariaDB are sent. All names in them must mean the scratch database."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from console.core.lexer import Token, TokenKind
from console.core.restore.sorting import QUIET, SEND, Sorted, constant_rows, left_out, refused, words_of

ENGINES = frozenset({"INNODB", "MYISAM", "ARIA", "MEMORY"})
_REACHES = frozenset({"SELECT", "LIKE", "DIRECTORY", "UNION", "TABLESPACE", "CONNECTION", "FEDERATED", "LOAD_FILE",
                      "SLEEP", "BENCHMARK", "GET_LOCK", "EXTERNAL", "SYS_EXEC", "SYS_EVAL", "TEMPORARY"})  # fmt: skip
_ROUTINE = frozenset({"DROP", "LOCK", "UNLOCK", "COMMIT", "START", "BEGIN", "ANALYZE", "FLUSH", ";"})
_KINDS = ("VIEW", "TRIGGER", "EVENT", "PROCEDURE", "FUNCTION", "DATABASE", "USER", "ROLE", "SEQUENCE", "SERVER",
          "TABLESPACE", "PACKAGE", "INDEX", "LOGFILE")  # fmt: skip
_SERVER_WIDE = re.compile(r"\b(?:GLOBAL|PERSIST|PERSIST_ONLY)\b")
_LINES = ("DELIMITER",)


def sort_mysql(tokens: Sequence[Token]) -> Sorted:
    """What becomes of a statement; `tokens` without blanks and comments. USE and SET are looked at by who loads."""
    first = tokens[0]
    if first.kind is TokenKind.META or first.text.startswith("\\"):
        word = first.text.split()[0]
        return QUIET if word.upper() in _LINES else refused(f"it holds {word}, a command for the program mysql")
    if any(token.kind is TokenKind.UNTERMINATED for token in tokens):
        return refused("a text in it does not end")
    words = words_of(tokens)
    if words[0] == "SET":
        return _setting(" ".join(token.text.upper() for token in tokens))
    if words[0] == "CREATE":
        return _create(tokens, words)
    if words[0] in ("INSERT", "REPLACE"):
        return _insert(tokens, words)
    if words[0] == "ALTER":
        keys = words[1:2] == ["TABLE"] and words[-3:-1] in (["DISABLE", "KEYS"], ["ENABLE", "KEYS"])
        return QUIET if keys or words[-2:] == ["ENABLE", "KEYS"] else left_out(_of(words))
    return QUIET if words[0] in _ROUTINE else left_out(words[0] or "what is no statement")


def _setting(text: str) -> Sorted:
    """Our own session is set by us; what is more than a setting of a session is said."""
    if "GTID_PURGED" in text or "SQL_LOG_BIN" in text:
        return left_out("gtid_purged")
    return left_out("SET GLOBAL") if _SERVER_WIDE.search(text) else QUIET


def _create(tokens: Sequence[Token], words: Sequence[str]) -> Sorted:
    if words[1:2] != ["TABLE"]:
        return left_out(_of(words))
    if why := _reaches(tokens, words):
        return left_out(f"a table {why}")
    return SEND


def _reaches(tokens: Sequence[Token], words: Sequence[str]) -> str:
    """What in a table reaches beyond the scratch database; '' where nothing does."""
    if _dotted(tokens):
        return "that names another database"
    if found := next((word for word in words if word in _REACHES), ""):
        return f"with {found}"
    odd = next((engine for engine in _engines(words) if engine not in ENGINES), None)
    return f"of the engine {odd or 'that it quotes'}" if odd is not None else ""


def _engines(words: Sequence[str]) -> Iterator[str]:
    """What stands behind each ENGINE, which needs no `=`; '' for what is no bare word."""
    for n, word in enumerate(words):
        if word == "ENGINE":
            at = n + 2 if words[n + 1 : n + 2] == ["="] else n + 1
            yield words[at] if at < len(words) else ""


def _insert(tokens: Sequence[Token], words: Sequence[str]) -> Sorted:
    at = words.index("VALUES") if "VALUES" in words else len(words)
    if _dotted(tokens[:at]):
        return left_out("rows for another database")
    plain = constant_rows(tokens, lambda text: text[:1] == "_")
    return SEND if plain else left_out("INSERT of no constants")


def _dotted(tokens: Sequence[Token]) -> bool:
    """A name of a name: of `shop.123` the second one reads like a number."""
    names = (TokenKind.WORD, TokenKind.QUOTED)
    numbers = (b for a, b in pairwise(tokens) if a.kind in names and b.kind is TokenKind.NUMBER)
    return any(token.word == "." for token in tokens) or any(token.text.startswith(".") for token in numbers)


def _of(words: Sequence[str]) -> str:
    kind = next((word for word in words[1:16] if word in _KINDS), "")
    return f"{words[0]} {kind}".strip()
