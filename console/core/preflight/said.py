"""What a file says besides its statements: transactions it opens, tables it locks, how long it is ready to wait.

These are no statements (DESIGN 2), so they are looked for in the file's own text: by tokens where that is SQL, by the
words where it is code, whose comments are left out line by line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from console.core.lexer import Token
from console.core.preflight.ground import Unit
from console.core.statements.splitting import pieces

_WAITS = {
    "postgres": ("lock_timeout", "statement_timeout"),
    "mysql": ("lock_wait_timeout",),
    "mariadb": ("lock_wait_timeout", "max_statement_time"),
}
_ENDS = frozenset({"COMMIT", "END", "ROLLBACK", "ABORT"})
_LAST = 10**9
_COMMENT = re.compile(r"^\s*(#|//|--|\*)")


@dataclass(frozen=True, slots=True)
class Said:
    """What one file says."""

    patient: tuple[tuple[int, int], ...] = ()
    """First and last line of what is run with a setting that ends a wait for a lock."""
    blocks: tuple[tuple[int, int], ...] = ()
    """First and last line of each transaction it opens itself."""
    nested: int = 0
    """The line of a BEGIN inside a transaction; 0: there is none."""
    unended: int = 0
    """The line of a BEGIN that nothing ends."""
    locks: tuple[tuple[int, str], ...] = field(default=())
    """(line, text) of each LOCK."""

    @property
    def patience(self) -> bool:
        """It sets one somewhere."""
        return bool(self.patient)


def said(unit: Unit, dialect: str) -> Said:
    """What it says; nothing where its text is not there."""
    if unit.framework and not unit.file.endswith(".sql"):
        lines = "\n".join(line for line in unit.text.splitlines() if not _COMMENT.match(line))
        return Said(((0, _LAST),) if _patience(lines, dialect) else ())
    cut = [tuple(token for token in piece if not token.silent) for piece in pieces(unit.text, dialect)]
    cut = [piece for piece in cut if piece and piece[0].word]
    blocks, nested, unended = _blocks(cut, inside=unit.transactional)
    settings = (piece for piece in cut if piece[0].word in ("SET", "SELECT"))
    patient = (_reach(p, blocks, unit) for p in settings if _patience(_text(p, unit.text), dialect))
    locks = ((piece[0].line, _text(piece, unit.text)) for piece in cut if piece[0].word == "LOCK")
    return Said(tuple(patient), blocks, nested, unended, tuple(locks))


def _text(piece: tuple[Token, ...], text: str) -> str:
    last = piece[-2] if piece[-1].text == ";" and len(piece) > 1 else piece[-1]
    return text[piece[0].start : last.end]


def _patience(text: str, dialect: str) -> bool:
    for name in _WAITS.get(dialect, ()):
        found = re.search(rf"{name}\W{{1,4}}(?:to\s+)?\W{{0,2}}(\d+)", text, re.IGNORECASE)
        if found and int(found[1]):
            return True
    return False


def _reach(piece: tuple[Token, ...], blocks: tuple[tuple[int, int], ...], unit: Unit) -> tuple[int, int]:
    """How far a setting reaches: SET LOCAL to the end of its transaction."""
    line = piece[0].line
    if piece[1].word != "LOCAL" or unit.transactional:
        return line, _LAST
    return next(((line, last) for first, last in blocks if first <= line <= last), (line, line))


def _blocks(cut: list[tuple[Token, ...]], *, inside: bool) -> tuple[tuple[tuple[int, int], ...], int, int]:
    blocks, nested, opened = list[tuple[int, int]](), 0, 0
    for piece in cut:
        if piece[0].word == "BEGIN" or [t.word for t in piece[:2]] == ["START", "TRANSACTION"]:
            nested = nested or (piece[0].line if opened or inside else 0)
            opened = opened or piece[0].line
        elif piece[0].word in _ENDS and "TO" not in (t.word for t in piece) and opened:
            blocks.append((opened, piece[0].line))
            opened = 0
    return tuple(blocks), nested, opened


def inside(line: int, blocks: tuple[tuple[int, int], ...]) -> bool:
    """A line within one of the transactions."""
    return any(first <= line <= last for first, last in blocks)


def each(units: tuple[Unit, ...], dialect: str) -> Iterator[tuple[Unit, Said]]:
    """All that can be asked."""
    return ((unit, said(unit, dialect)) for unit in units if not unit.unreadable)
