"""What `dotnet ef migrations script` writes, plain or idempotent, taken apart into the statements of each migration.

The idempotent form stands in blocks that ask the history first; here they are taken off, and every statement stays on
the line it stands on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from console.core.statements import split

_ASKS = r"IF\s+(?:NOT\s+)?EXISTS\s*\(\s*SELECT\s+1\s+FROM\s+[^\n]*?=\s*'(?:[^']|'')*'\s*\)\s*THEN"
_POSTGRES = re.compile(
    rf"DO\s+\$(?P<tag>\w*)\$\s*BEGIN\s+(?P<asked>{_ASKS})(?P<body>.*?)(?P<after>END\s+IF;)\s*END\s+\$(?P=tag)\$\s*;",
    re.DOTALL | re.IGNORECASE,
)
_WITHIN = re.compile(rf"\s*{_ASKS}(?P<body>.*)END\s+IF;\s*", re.DOTALL | re.IGNORECASE)
"""A schema is made where it is missing, inside the block of its migration."""
_PROGRAM = re.compile(r"\bEND\s+IF\b|\bELSE\s*\n|(?:^|;)\s*(?:IF|FOR|WHILE|LOOP|RAISE|BEGIN)\b", re.IGNORECASE)
"""What is no statement of SQL."""
_QUOTED = re.compile(r"\$(\w*)\$.*?\$\1\$|'(?:[^']|'')*'", re.DOTALL)
_MYSQL = re.compile(
    r"DROP\s+PROCEDURE\s+IF\s+EXISTS\s+`?MigrationsScript`?;\s*DELIMITER\s+//\s*CREATE\s+PROCEDURE\s+`?MigrationsScript`?"
    rf"\(\)\s*BEGIN\s+{_ASKS}(?P<body>.*?)END\s+IF;\s*END\s*//\s*DELIMITER\s*;\s*CALL\s+`?MigrationsScript`?\(\);\s*"
    r"DROP\s+PROCEDURE\s+`?MigrationsScript`?;",
    re.DOTALL | re.IGNORECASE,
)
_HELPER = re.compile(
    r"(?:DROP\s+PROCEDURE\s+(?:IF\s+EXISTS\s+)?`?POMELO_\w+`?;\s*)?DELIMITER\s+//\s*(?:DROP|CREATE)\s+PROCEDURE\s+[^;]*?"
    r"`?POMELO_\w+.*?//\s*DELIMITER\s*;|DROP\s+PROCEDURE\s+(?:IF\s+EXISTS\s+)?`?POMELO_\w+`?;",
    re.DOTALL | re.IGNORECASE,
)
"""Procedures that Pomelo makes for a while: the changes of a primary key call them."""
_ID = r"[\"`\[]?(?:MigrationId|migration_id)[\"`\]]?"
_VERSION = r"[\"`\[]?(?:ProductVersion|product_version)[\"`\]]?"
_INSERT = re.compile(
    rf"INSERT\s+INTO\s+(?P<table>.+?)\s*\(\s*(?P<first>{_ID})\s*,\s*(?P<second>{_VERSION})\s*\)\s*VALUES\s*\("
    r"\s*N?'(?P<id>(?:[^']|'')+)'\s*,\s*N?'(?P<version>[^']*)'\s*\)\s*",
    re.DOTALL | re.IGNORECASE,
)
_DELETE = re.compile(
    rf"DELETE\s+FROM\s+(?P<table>.+?)\s+WHERE\s+{_ID}\s*=\s*N?'(?P<id>(?:[^']|'')+)'\s*", re.DOTALL | re.IGNORECASE
)
_HISTORY = re.compile(rf"CREATE\s+TABLE\s+.*?\(\s*{_ID}\s", re.DOTALL | re.IGNORECASE)
_CONTROL = re.compile(r"(?:START\s+TRANSACTION|BEGIN(?:\s+TRANSACTION)?|COMMIT|ROLLBACK)\b", re.IGNORECASE)
MARK = re.compile(
    rf"INSERT\s+INTO\s+.{{1,200}}?\(\s*{_ID}\s*,\s*{_VERSION}|{_DELETE.pattern}", re.DOTALL | re.IGNORECASE
)
_PERFORM = re.compile(r"(^\s*)PERFORM\b", re.MULTILINE)
"""What a SELECT is called inside a block."""
_BOM = re.compile("\ufeff")
_LINE_BREAKS = re.compile(r"[^\n]")


@dataclass(slots=True)
class Part:
    """What a script does for one migration in one direction."""

    id: str
    text: str = ""
    """Its statements and the transactions around them, each on its own line."""
    version: str = ""
    """The version of EF Core that it writes into the history."""
    snake: bool = False
    """The history's columns are written in lower case."""
    whole: bool = True
    """All of it is one transaction."""


@dataclass(frozen=True, slots=True)
class Script:
    """One script."""

    up: tuple[Part, ...] = ()
    down: tuple[Part, ...] = ()


@dataclass(slots=True)
class _Open:
    """What was met since the last write into the history."""

    kept: list[tuple[tuple[int, int], bool]] = field(default_factory=list)
    """Where a statement stands, and whether it begins or ends a transaction."""
    begun: tuple[int, int] | None = None
    """The transaction that is open."""

    def keep(self, span: tuple[int, int]) -> None:
        """A statement of the migration."""
        if not self.kept and self.begun is not None:
            self.kept.append((self.begun, True))
        self.kept.append((span, False))

    def control(self, words: str, span: tuple[int, int]) -> None:
        """A transaction begins or ends."""
        self.begun = span if words[:5].upper() in ("START", "BEGIN") else None
        if self.kept:
            self.kept.append((span, True))


@lru_cache(maxsize=64)
def read(text: str, dialect: str) -> Script:
    """The parts of a script."""
    plain = unwrapped(text)
    up: list[Part] = []
    down: list[Part] = []
    for part, back in _parts(plain, dialect):
        (down if back else up).append(part)
    return Script(tuple(up), tuple(down))


def unwrapped(text: str) -> str:
    """The script without the blocks around its statements; lines stay where they are."""
    text = _POSTGRES.sub(_of_block, _BOM.sub(" ", text))
    text = _MYSQL.sub(lambda match: _only(match[0], *_inside(match)), text)
    return _HELPER.sub(lambda match: _blank(match[0]), text)


def _of_block(match: re.Match[str]) -> str:
    """What a block sends: what stands in it, or where that is a program of its own, a block with that alone."""
    whole, (start, end) = match[0], _inside(match)
    again = _WITHIN.fullmatch(whole, start, end)
    if again is not None:
        start, end = again.span("body")
    if _PROGRAM.search(_QUOTED.sub(" ", whole[start:end])) is None:
        return _PERFORM.sub("\\1SELECT ", _only(whole, start, end))
    if re.search(_ID, match["asked"]) is None:
        return whole
    start, end = _inside(match)
    head, tail = match.start("asked") - match.start(), match.end("after") - match.start()
    return whole[:head] + _blank(whole[head:start]) + whole[start:end] + _blank(whole[end:tail]) + whole[tail:]


def _inside(match: re.Match[str]) -> tuple[int, int]:
    return match.start("body") - match.start(), match.end("body") - match.start()


def _only(whole: str, start: int, end: int) -> str:
    return _blank(whole[:start]) + whole[start:end] + _blank(whole[end:])


def _blank(text: str) -> str:
    return _LINE_BREAKS.sub(" ", text)


def _parts(text: str, dialect: str) -> Iterator[tuple[Part, bool]]:
    """A migration's statements stand before what is written of it into the history."""
    state = _Open()
    for piece in split(text, dialect):
        words = piece.text.lstrip()
        span = (piece.start + len(piece.text) - len(words), piece.start + len(piece.text))
        written, gone = _INSERT.match(words), _DELETE.match(words)
        if written is not None or gone is not None:
            yield _part(text, state, written, gone), gone is not None
            state.kept = []
        elif _CONTROL.match(words):
            state.control(words, span)
        elif not _HISTORY.match(words):
            state.keep(span)


def _part(text: str, state: _Open, written: re.Match[str] | None, gone: re.Match[str] | None) -> Part:
    found = written or gone
    assert found is not None
    whole = state.begun is not None and not any(is_control for _, is_control in state.kept[1:])
    spans = [span for span, is_control in state.kept if not (whole and is_control)]
    name = found["id"].replace("''", "'")
    if written is None:
        return Part(name, _masked(text, spans), whole=whole)
    return Part(name, _masked(text, spans), written["version"], "_" in written["first"], whole)


def _masked(text: str, spans: list[tuple[int, int]]) -> str:
    """Only these parts of a text, each behind a semicolon of its own."""
    if not spans:
        return ""
    made: list[str] = []
    at = 0
    for start, end in spans:
        ended = text[start:end].endswith(";")
        made += [_blank(text[at:start]), text[start:end], "" if ended else ";"]
        at = end if ended else end + 1
    return "".join(made)
