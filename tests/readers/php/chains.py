"""Chains on the DB facade, written as PHP, to the lines the walker would hand over: only what the query tests need."""

from __future__ import annotations

import re
from collections.abc import Iterator

from console.readers.php.draft import Call, Line
from console.readers.php.values import Body, Listing, Raw, Unknown, Value

_TOKEN = re.compile(
    r"""\s*(?:('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)|(=>|->|::|\$?\w+|.))""", re.DOTALL
)
_WORDS: dict[str, Value] = {"true": True, "false": False, "null": None}
_ESCAPES = {"n": "\n", "t": "\t", "0": "\0"}


def line(php: str, source: str = "") -> Line:
    """One chain."""
    return Line(_Parser(php).chain(), source or php)


class _Parser:
    def __init__(self, php: str) -> None:
        self.tokens = [match for match in _TOKEN.finditer(php.strip()) if match[0].strip()]
        self.at = 0

    def see(self) -> str:
        return self.tokens[self.at][0].strip() if self.at < len(self.tokens) else ""

    def take(self, *expected: str) -> str:
        text = self.see()
        assert not expected or text in expected, (text, expected)
        self.at += 1
        return text

    def chain(self) -> tuple[Call, ...]:
        """`DB::table('t')->where(...)`."""
        name = self.take() + self.take("::") + self.take()
        return (Call(name, *self.arguments()), *self.calls())

    def calls(self) -> Iterator[Call]:
        while self.see() == "->":
            self.take("->")
            yield Call(self.take(), *self.arguments())

    def arguments(self) -> tuple[tuple[Value, ...], dict[str, Value]]:
        self.take("(")
        found: list[Value] = []
        named: dict[str, Value] = {}
        while self.see() != ")":
            if re.fullmatch(r"[a-z]\w*", self.see()) and self.tokens[self.at + 1][0].strip() == ":":
                name = self.take()
                self.take(":")
                named[name] = self.value()
            else:
                found.append(self.value())
            if self.see() == ",":
                self.take()
        self.take(")")
        return tuple(found), named

    def value(self) -> Value:
        match = self.tokens[self.at]
        text = self.see()
        if match[1]:
            self.take()
            return _string(text)
        if match[2]:
            self.take()
            return int(text) if re.fullmatch(r"-?\d+", text) else float(text)
        if text == "[":
            return self.listing()
        if text in ("fn", "function"):
            return self.closure()
        return self.word()

    def word(self) -> Value:
        """A constant, a function whose answer is not known, or a query."""
        text = self.see()
        if text in _WORDS:
            return _WORDS[self.take()]
        if text != "DB":
            self.take()
            self.arguments()
            return Unknown(f"{text}() is not known", never_null=text == "now")
        calls = self.chain()
        if calls[0].name == "DB::raw":
            return Raw(str(calls[0].args[0]))
        return Body((Line(calls, ""),))

    def listing(self) -> Listing:
        self.take("[")
        items: list[tuple[int | str, Value]] = []
        while self.see() != "]":
            value = self.value()
            key: int | str = sum(isinstance(one, int) for one, _ in items)
            if self.see() == "=>":
                self.take()
                key, value = str(value), self.value()
            items.append((key, value))
            if self.see() == ",":
                self.take()
        self.take("]")
        return Listing(tuple(items))

    def closure(self) -> Body:
        arrow = self.take() == "fn"
        while self.take() != ")":
            pass
        self.take("=>" if arrow else "{")
        lines = []
        while arrow or self.see() != "}":
            self.take()
            lines.append(Line(tuple(self.calls()), ""))
            if arrow:
                return Body(tuple(lines))
            self.take(";")
        self.take("}")
        return Body(tuple(lines))


def _string(text: str) -> str:
    if text[0] == "'":
        return re.sub(r"\\(['\\])", r"\1", text[1:-1])
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), text[1:-1])
