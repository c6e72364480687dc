"""A dump cut into statements while it is read: never more of it at once than one statement, however long it is.

Our own splitter decides where a statement ends. It is asked at lines that look like an end, and told apart by what
follows: a word behind the last statement stands alone only where that statement is over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from console.core.faults import UsageFault
from console.core.lexer import Token, TokenKind
from console.core.statements.splitting import pieces

LONGEST = 64 * 2**20
"""Bytes of one statement."""
_AFTER = "halfway_ends_here"
_GROWN = 1.5
"""So much longer must a text be before it is looked at again."""
_VALUE = (
    rb"(?:(?:_[a-z0-9]+ )?[xXbB]?'(?:[^'\\]++|\\.|'')*+'|\"(?:[^\"\\]++|\\.|\"\")*+\""
    rb"|NULL|0x[0-9A-Fa-f]++|-?[0-9.]++(?:[eE][-+]?[0-9]++)?)"
)
_NAME = rb"`(?:[^`]++|``)++`"
_ROWS = re.compile(
    rb"\s*+(?:INSERT|REPLACE)\s(?:IGNORE )?INTO ("
    + _NAME
    + rb")\s?(?:\("
    + _NAME
    + rb"(?:,\s?"
    + _NAME
    + rb")*+\)\s?)?"
    rb"VALUES\s*+(?:\(" + _VALUE + rb"(?:," + _VALUE + rb")*+\)(?:,\s*+)?)++;\s*+\Z",
    re.DOTALL,
)
"""A MySQL statement of constant rows, which is most of every dump: known by one look."""
_DELIMITER = re.compile(rb"\s*DELIMITER\s+(\S+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cut:
    """One statement."""

    tokens: tuple[Token, ...] = ()
    text: str = ""
    rows_of: str = ""
    """The table, where nothing but constant rows for it stands here; then there are no tokens."""
    data: Iterator[bytes] = field(default_factory=lambda: iter(()))
    """The lines behind a COPY ... FROM stdin, without their end mark."""

    @property
    def sql(self) -> str:
        """What would be sent: without what stands around it."""
        return (
            "".join(token.text for token in self.sent).strip() if self.tokens else self.text.strip().removesuffix(";")
        )

    @property
    def sent(self) -> tuple[Token, ...]:
        """The tokens of it; none where nothing was read but rows."""
        shown = [n for n, token in enumerate(self.tokens) if not token.silent]
        if not shown:
            return ()
        first, last = shown[0], shown[-1]
        while first and self.tokens[first - 1].kind in (TokenKind.MARK, TokenKind.BLANK):
            first -= 1
        return self.tokens[first : last if self.tokens[last].text == ";" else len(self.tokens)]


def cut(lines: Iterable[bytes], dialect: str) -> Iterator[Cut]:
    """The statements of a dump, in order. UsageFault for what cannot be cut."""
    source = iter(lines)
    waiting: list[bytes] = []
    size = tried = 0
    custom = False
    for line in source:
        waiting.append(line)
        size += len(line)
        if size > LONGEST:
            raise UsageFault(f"a statement of the dump is longer than {LONGEST // 2**20} MiB")
        found = _DELIMITER.match(line) if dialect != "postgres" else None
        custom = found[1] != b";" if found else custom
        if custom or not _may_end(line, found is not None) or (size < tried * _GROWN and not line.startswith(b"COPY ")):
            continue
        done = _whole(b"".join(waiting), dialect)
        tried = size
        if done is not None:
            yield from _with_data(done, source)
            waiting, size, tried = [], 0, 0
    rest = _whole(b"".join(waiting), dialect)
    if rest is None:
        raise UsageFault("the dump ends in the middle of a statement")
    yield from rest


def _may_end(line: bytes, delimiter: bool) -> bool:
    return delimiter or line.rstrip().endswith(b";") or line.startswith(b"\\")


def _whole(data: bytes, dialect: str) -> list[Cut] | None:
    """The statements in it; None where the last one goes on."""
    rows = _ROWS.match(data) if dialect != "postgres" else None
    if rows is not None:
        return [Cut(text=_text(data), rows_of=_text(rows[1])[1:-1].replace("``", "`"))]
    found = pieces(f"{_text(data)}\n{_AFTER}", dialect)
    last = [token.text for token in found[-1] if not token.silent]
    return [Cut(tokens) for tokens in found[:-1]] if last == [_AFTER] else None


def _with_data(done: list[Cut], source: Iterator[bytes]) -> Iterator[Cut]:
    """The last one may be followed by rows: they are read by who takes it, or passed over."""
    yield from done[:-1]
    last = done[-1] if done else None
    if last is not None and is_copy(last.tokens):
        data = _rows(source)
        yield Cut(last.tokens, data=data)
        for _ in data:
            pass
    elif last is not None:
        yield last


def is_copy(tokens: tuple[Token, ...]) -> bool:
    """`COPY orders (id, note) FROM stdin;`: rows follow."""
    words = [token.word for token in tokens if not token.silent]
    return words[:1] == ["COPY"] and words[-3:] == ["FROM", "STDIN", ";"]


def _rows(source: Iterator[bytes]) -> Iterator[bytes]:
    for line in source:
        if line.rstrip(b"\r\n") == b"\\.":
            return
        yield line
    raise UsageFault("the dump ends in the middle of the rows of a table")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def lines_of(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a stream, with their ends. UsageFault for one that does not end."""
    rest: list[bytes] = []
    size = 0
    for chunk in chunks:
        first, *more = chunk.split(b"\n")
        rest.append(first)
        size += len(first)
        if size > LONGEST:
            raise UsageFault(f"a line of the dump is longer than {LONGEST // 2**20} MiB")
        if more:
            yield b"".join(rest) + b"\n"
            yield from (line + b"\n" for line in more[:-1])
            rest, size = [more[-1]], len(more[-1])
    if size:
        yield b"".join(rest)
