"""What SQLite keeps of the text of a CREATE or of an ADD COLUMN, as far as it has to be found again to the letter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from console.core.describe import noun
from console.core.lexer import Token, TokenKind, significant, tokens
from console.core.lexer_sqlite import folded, name_of
from console.core.operations import Change, Drop, Operation, Rename
from console.core.plan import CannotWriteError
from console.core.refs import Kind, Ref, Value
from console.core.schema import Column, Index, Table, Thing
from console.core.statements import Statement
from console.core.statements.mentioned import mentions
from console.core.statements.sqlite.constraints import STARTS

_NO_BLANKS = str.maketrans("", "", " \t\n\r")


@dataclass(frozen=True, slots=True)
class Kept:
    """Parts of a text without its blanks."""

    head: str = ""
    """How it begins."""
    tail: str = ""
    """How it ends; empty: it is the whole."""
    within: str = ""
    """Or what is one of its items."""
    strings: tuple[str, ...] = ()
    """What has blanks in quotes."""

    @property
    def as_value(self) -> Value:
        """As an attribute."""
        return (self.head, self.tail, self.within, self.strings)

    @classmethod
    def of(cls, value: Value) -> Kept:
        """From an attribute."""
        match value:
            case (str() as head, str() as tail, str() as within, tuple() as strings):
                return cls(head, tail, within, tuple(str(each) for each in strings))
        raise ValueError(value)


def kept(statement: Statement, thing: Thing) -> Kept:
    """What is kept of the statement that makes it."""
    found = significant(tokens(statement.sql, "sqlite"))
    start = _named(found, thing.ref)
    text, strings = statement.sql[: found[-1].end], _strings(found[start:])
    if isinstance(thing, Column):
        return Kept(within=blankless(text[found[start].start :]), strings=strings)
    unique = "UNIQUE" if isinstance(thing, Index) and thing.unique else ""
    split = _behind_columns(found, start, text) if isinstance(thing, Table) else len(text)
    head = f"CREATE{unique}{thing.ref.kind.value.upper()}{blankless(text[found[start].start : split])}"
    return Kept(head, blankless(text[split:]), strings=strings)


def blankless(text: str) -> str:
    """Without any blanks."""
    return text.translate(_NO_BLANKS)


def _named(found: Sequence[Token], ref: Ref) -> int:
    """Where its own name stands: what is in front of that the server writes by itself."""
    words = [token.word for token in found]
    word = "ADD" if ref.kind is Kind.COLUMN else ref.kind.value.upper()
    place = words.index(word, 1 if word != "ADD" else 3) + 1
    if word == "ADD":
        place += words[place] == "COLUMN"
    elif words[place : place + 3] == ["IF", "NOT", "EXISTS"]:
        place += 3
    place += 2 if words[place + 1 : place + 2] == [""] and found[place + 1].text == "." else 0
    if folded(name_of(found[place].text)) != ref.name:
        raise CannotWriteError(f"where the name of {noun(ref)} stands in it is not known")
    return place


def _strings(found: Iterable[Token]) -> tuple[str, ...]:
    quoted = (TokenKind.STRING, TokenKind.QUOTED)
    return tuple(token.text for token in found if token.kind in quoted and blankless(token.text) != token.text)


def _behind_columns(found: Sequence[Token], start: int, text: str) -> int:
    """Where the server puts a column that is added: before the constraints of the table, or before the last `)`."""
    depth, comma = 0, 0
    for token, behind in zip(found[start:], (*found[start + 1 :], None), strict=True):
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if token.text == ")" and not depth:
            return token.start
        if token.text == "," and depth == 1:
            comma = token.start
            if behind is not None and behind.word in STARTS:
                return comma
    return len(text)


def rewritten(thing: Thing, statement: Statement, later: Iterable[Operation]) -> None:
    """Refused where a later statement has the server write that text anew."""
    spoken = mentions(statement.sql, "sqlite")
    for operation in later:
        if not isinstance(operation, Drop | Change | Rename) or not _rewrites(operation):
            continue
        names = {operation.ref.name.lower(), operation.ref.table.lower()} - {""}
        if names <= spoken:
            raise CannotWriteError(
                f"a later statement changes what SQLite says of {noun(thing.ref, thing.ref.schema)}, "
                "and only that text tells what it is"
            )


def _rewrites(operation: Drop | Change | Rename) -> bool:
    return isinstance(operation, Rename) or operation.ref.kind is Kind.COLUMN
