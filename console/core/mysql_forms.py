"""What a statement of MySQL's or MariaDB's is made of that may say ALGORITHM and LOCK: its head and its clauses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from console.core.lexer import Token, TokenKind, significant, tokens

Item = tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """ALTER TABLE, CREATE INDEX or DROP INDEX, cut up."""

    head: str
    """ALTER TABLE and the table's name; '' of the two others."""
    items: tuple[Item, ...]
    """Its clauses without those that say how to go about it; of the two others all of it."""
    said: tuple[Item, ...]
    """Those that say how: ALGORITHM, LOCK."""

    @property
    def words(self) -> tuple[tuple[str, ...], ...]:
        """Of each clause, in lower case."""
        return tuple(tuple(token.text.lower() for token in item) for item in self.items)


def form_of(sql: str, dialect: str) -> Form | None:
    """None for what can say neither, and where a comment is executed: what stands in it hangs on the server."""
    every = list(tokens(sql, dialect))
    found = significant(every)
    if any(token.kind is TokenKind.MARK for token in every) or not found:
        return None
    words = [token.word for token in found]
    if words[0] == "ALTER":
        return _altering(sql, found, words)
    if words[0] in ("CREATE", "DROP") and "INDEX" in words[1:6] and "ON" in words:
        return _indexing(found)
    return None


def _altering(sql: str, found: Sequence[Token], words: list[str]) -> Form | None:
    at = next((n for n, word in enumerate(words[:4]) if word == "TABLE"), 0) + 1
    if at == 1:
        return None
    at += 2 if words[at : at + 2] == ["IF", "EXISTS"] else 0
    at += 3 if words[at + 1 : at + 2] == ["."] else 1
    at += 2 if words[at : at + 1] == ["WAIT"] else 1 if words[at : at + 1] == ["NOWAIT"] else 0
    if at >= len(found):
        return None
    items = tuple(_items(found[at:]))
    kept = tuple(item for item in items if not _says_how(item))
    return Form(sql[: found[at].start].rstrip(), kept, tuple(item for item in items if _says_how(item)))


def _indexing(found: Sequence[Token]) -> Form:
    """`CREATE INDEX ... ALGORITHM=INPLACE LOCK=NONE`: they stand at the end, without a comma."""
    cut, said = len(found), list[Item]()
    while (size := next((n for n in (3, 2) if _says_how(tuple(found[cut - n : cut]))), 0)) != 0:
        said.insert(0, tuple(found[cut - size : cut]))
        cut -= size
    return Form("", (tuple(found[:cut]),), tuple(said))


def _items(found: Iterable[Token]) -> Iterator[Item]:
    """Clauses, cut at the commas outside of parentheses."""
    item: list[Token] = []
    depth = 0
    for token in found:
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if token.text == "," and not depth:
            yield tuple(item)
            item = []
        else:
            item.append(token)
    if item:
        yield tuple(item)


def _says_how(item: Item) -> bool:
    return len(item) in (2, 3) and item[0].word in ("ALGORITHM", "LOCK") and (len(item) == 2 or item[1].word == "=")
