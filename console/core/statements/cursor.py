"""A place in the tokens of one statement, and the few ways to move on from it.

Every reader of the grammar takes a `Cursor`, moves it over what it understands and cuts texts (types, defaults,
expressions) out of the original. What it does not understand raises `Unreadable`; the grammar turns that into Opaque.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Self

from console.core.lexer import Token, TokenKind, significant, tokens
from console.core.schema import Kind, Ref
from console.core.types.postgres import NotAType, read_type

_NAMES = (TokenKind.WORD, TokenKind.QUOTED)
_OPEN = {"(": ")", "[": "]"}


class Unreadable(ValueError):
    """The grammar does not know these words."""


class Cursor:
    """Significant tokens of `text`, and the position in them."""

    def __init__(self, text: str, found: tuple[Token, ...], home: str = "public") -> None:
        self.text = text
        self.found = found
        self.home = home
        self.at = 0

    @classmethod
    def over(cls, text: str, home: str = "public") -> Cursor:
        """At the beginning of `text`."""
        return cls(text, significant(tokens(text)), home)

    def within(self, found: tuple[Token, ...]) -> Self:
        """A cursor of the same sort over some of the tokens."""
        return type(self)(self.text, found, self.home)

    @property
    def done(self) -> bool:
        """Nothing is left."""
        return self.at >= len(self.found)

    @property
    def token(self) -> Token | None:
        """The next token."""
        return None if self.done else self.found[self.at]

    def word(self, ahead: int = 0) -> str:
        """Keyword or operator `ahead` tokens from here, '' when there is none."""
        place = self.at + ahead
        return self.found[place].word if place < len(self.found) else ""

    def sees(self, *words: str) -> bool:
        """Whether these words come next."""
        return all(self.word(ahead) == word for ahead, word in enumerate(words))

    def accept(self, *words: str) -> bool:
        """Step over these words if they come next."""
        if not self.sees(*words):
            return False
        self.at += len(words)
        return True

    def accept_any(self, *words: str) -> str:
        """Step over one of these words; which, or ''."""
        found = self.word()
        if found and found in words:
            self.at += 1
            return found
        return ""

    def expect(self, *words: str) -> None:
        """Step over these words, which must come next."""
        if not self.accept(*words):
            raise Unreadable

    def end(self) -> None:
        """Nothing may be left."""
        if not self.done:
            raise Unreadable

    def step(self) -> Token:
        """The next token, stepped over."""
        if self.done:
            raise Unreadable
        self.at += 1
        return self.found[self.at - 1]

    def name(self) -> str:
        """An identifier, folded."""
        token = self.step()
        if token.kind not in _NAMES:
            raise Unreadable
        return token.folded

    def dotted(self) -> tuple[str, ...]:
        """`a.b.c`, each folded."""
        parts = [self.name()]
        while self.accept("."):
            parts.append(self.name())
        return tuple(parts)

    def ref(self, kind: Kind) -> Ref:
        """A possibly qualified name of something that lives in a schema."""
        parts = self.dotted()
        return Ref(kind, parts[-2] if len(parts) > 1 else self.home, "", parts[-1])

    def part_of(self, kind: Kind, name: str) -> Ref:
        """`name` of the table whose name comes next."""
        table = self.ref(Kind.TABLE)
        return Ref(kind, table.schema, table.name, name)

    def string(self) -> str:
        """A string constant's value; parts on following lines belong to it."""
        token = self.step()
        if token.kind is not TokenKind.STRING:
            raise Unreadable
        value = token.value
        while self.token and self.token.kind is TokenKind.STRING and "\n" in self.text[token.end : self.token.start]:
            token = self.step()
            value += token.value
        return value

    def integer(self) -> int:
        """A number with an optional sign."""
        sign = -1 if self.accept_any("-", "+") == "-" else 1
        token = self.step()
        if token.kind is not TokenKind.NUMBER or not token.text.isdigit():
            raise Unreadable
        return sign * int(token.text)

    def type(self) -> str:
        """A type name, canonical."""
        try:
            name, self.at = read_type(self.found, self.at, self.home)
        except NotAType:
            raise Unreadable from None
        return name

    def slice(self, start: int, end: int | None = None) -> str:
        """The original text of tokens `start` up to (not including) `end`, which is here by default."""
        end = self.at if end is None else end
        return self.text[self.found[start].start : self.found[end - 1].end] if end > start else ""

    def rest(self) -> str:
        """The original text of everything left, stepped over."""
        start, self.at = self.at, len(self.found)
        return self.slice(start)

    def skip_group(self) -> None:
        """Step over one token, or a whole group when it is an opening bracket."""
        closing: list[str] = []
        while True:
            word = self.step().word
            if word in _OPEN:
                closing.append(_OPEN[word])
            elif closing and word == closing[-1]:
                closing.pop()
            if not closing:
                return

    def until(self, stops: Collection[str]) -> str:
        """The original text up to a top-level word of `stops` (not stepped over) or the end; never empty."""
        start = self.at
        while not self.done and (self.at == start or self.word() not in stops):
            self.skip_group()
        if self.at == start:
            raise Unreadable
        return self.slice(start)

    def group(self) -> Self:
        """The inside of the parentheses that come next, stepped over."""
        if self.word() != "(":
            raise Unreadable
        start = self.at
        self.skip_group()
        return self.within(self.found[start + 1 : self.at - 1])

    def grouped_text(self) -> str:
        """The original text inside the parentheses that come next, stepped over."""
        return self.group().rest()

    def items(self) -> Iterator[Self]:
        """What stands between top-level commas, each as a cursor of its own; steps to the end."""
        start = self.at
        while not self.done:
            if self.word() == ",":
                yield self.within(self.found[start : self.at])
                start = self.at + 1
            self.skip_group()
        if start < len(self.found):
            yield self.within(self.found[start:])

    def names(self) -> tuple[str, ...]:
        """`(a, b)`: identifiers in parentheses."""
        inside = self.group()
        found = []
        for item in inside.items():
            found.append(item.name())
            item.end()
        return tuple(found)

    def options(self) -> tuple[str, ...]:
        """`(fillfactor = 70, autovacuum_enabled)` as the catalog keeps storage parameters."""
        return tuple(_option(item) for item in self.group().items())


def _option(item: Cursor) -> str:
    name = ".".join(item.dotted())
    if not item.accept("="):
        item.end()
        return f"{name}=true"
    token = item.token
    if token and token.kind is TokenKind.STRING:
        return f"{name}={item.string()}"
    return f"{name}={item.rest()}"
