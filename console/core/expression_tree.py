"""SQL expressions as trees in which the habits of PostgreSQL's deparser no longer show.

Parentheses vanish, IN becomes = ANY, BETWEEN two comparisons, CAST(x AS t) a cast, LIKE ~~, and a constant with its cast
one literal. What is not a plain expression (subselects, window functions) raises `NotAnExpression`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from console.core.lexer import Token, TokenKind, significant, string_value, tokens
from console.core.types.postgres import NotAType, read_type
from console.core.types.postgres_words import RESERVED

NUMERIC = frozenset({"integer", "bigint", "smallint", "numeric", "real", "double precision", "oid"})


class NotAnExpression(ValueError):  # noqa: N818 - it never leaves the comparison
    """This text cannot be read as one expression."""


@dataclass(frozen=True, slots=True)
class Node:
    """One node: what it is, its name or value, its parts; `cast` is the type a literal was given."""

    kind: str
    label: str = ""
    parts: tuple[Node, ...] = ()
    cast: str = ""

    def walk(self) -> Iterator[Node]:
        """This node and all below."""
        yield self
        for part in self.parts:
            yield from part.walk()


_LEVEL = {"OR": 1, "AND": 2, "IS": 4, "ISNULL": 4, "NOTNULL": 4, "AT": 11, "COLLATE": 12, "[": 14, "::": 15}
_LEVEL |= dict.fromkeys(("<", ">", "=", "<=", ">=", "<>", "!="), 5)
_LEVEL |= dict.fromkeys(("BETWEEN", "IN", "LIKE", "ILIKE", "NOT"), 6)
_LEVEL |= {"+": 8, "-": 8, "*": 9, "/": 9, "%": 9, "^": 10}
_NOT, _OTHER, _UNARY = 3, 7, 13
_LIKE = {"LIKE": "~~", "ILIKE": "~~*"}
_BARE_CALLS = frozenset(
    """
    CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP LOCALTIME LOCALTIMESTAMP CURRENT_USER SESSION_USER USER CURRENT_ROLE
    CURRENT_SCHEMA CURRENT_CATALOG
    """.split()
)
_SAME_CALL = {"date_part": "extract", "now": "current_timestamp", "transaction_timestamp": "current_timestamp"}
_TRIMS = {"LEADING": "ltrim", "TRAILING": "rtrim", "BOTH": "btrim"}
_NULL = Node("literal", "null")


def tree(text: str) -> Node:
    """The tree of one expression, with the sort order and operator class of an index column if it is one."""
    parser = _Parser(significant(tokens(text)))
    node = parser.expression(0)
    return parser.index_tail(node)


class _Parser:
    """Precedence climbing over tokens."""

    def __init__(self, found: tuple[Token, ...]) -> None:
        self.found = found
        self.at = 0

    def word(self, ahead: int = 0) -> str:
        place = self.at + ahead
        return self.found[place].word if place < len(self.found) else ""

    def step(self) -> Token:
        if self.at >= len(self.found):
            raise NotAnExpression
        self.at += 1
        return self.found[self.at - 1]

    def accept(self, *words: str) -> bool:
        if any(self.word(ahead) != word for ahead, word in enumerate(words)):
            return False
        self.at += len(words)
        return True

    def expect(self, word: str) -> None:
        if not self.accept(word):
            raise NotAnExpression

    def index_tail(self, node: Node) -> Node:
        labels = []
        while self.at < len(self.found):
            token = self.step()
            if token.kind not in (TokenKind.WORD, TokenKind.QUOTED) or len(labels) > 4:
                raise NotAnExpression
            labels.append(token.folded)
        return Node("key", " ".join(labels), (node,)) if labels else node

    def expression(self, lowest: int) -> Node:
        left = self.prefix()
        while True:
            level = self.level()
            if level is None or level <= lowest:
                return left
            left = self.infix(left, level)

    def level(self) -> int | None:
        """How tightly the operator that comes next binds; None when none does."""
        word = self.word()
        if word == "NOT" and self.word(1) not in ("BETWEEN", "IN", "LIKE", "ILIKE"):
            return None
        if word in _LEVEL:
            return _LEVEL[word]
        if word == "OPERATOR" and self.word(1) == "(":
            return _OTHER
        is_operator = self.at < len(self.found) and self.found[self.at].kind is TokenKind.OPERATOR
        return _OTHER if is_operator and word not in (",", ")", "]", "(", ";", ":", ".", ":=", "..") else None

    def prefix(self) -> Node:
        if self.accept("NOT"):
            return Node("not", "", (self.expression(_NOT),))
        if self.accept("-"):
            return _negative(self.expression(_UNARY))
        if self.accept("+"):
            return self.expression(_UNARY)
        token = self.step()
        if token.kind is TokenKind.OPERATOR and token.text in ("~", "@", "!", "|/", "||/"):
            return Node("unary", token.text, (self.expression(_OTHER),))
        self.at -= 1
        return self.primary()

    def infix(self, left: Node, level: int) -> Node:
        word = self.word()
        if word in ("AND", "OR"):
            self.at += 1
            return _flat(word.lower(), left, self.expression(level))
        negated = self.accept("NOT")
        word = self.step().word
        special = getattr(self, f"_infix_{word.lower()}", None) if word.isalpha() else None
        if special is not None:
            return special(left, negated)  # type: ignore[no-any-return]
        if word in _LIKE:
            return self._like(left, ("!" if negated else "") + _LIKE[word], level)
        if word == "::":
            return cast(left, self.type())
        if word == "[":
            return self._subscript(left)
        return self._operation(left, self._qualified_operator() if word == "OPERATOR" else word, level)

    def _qualified_operator(self) -> str:
        self.expect("(")
        while self.word(1) == ".":
            self.at += 2
        operator = self.step().text
        self.expect(")")
        return operator

    def _operation(self, left: Node, operator: str, level: int) -> Node:
        operator = "<>" if operator == "!=" else operator
        for quantifier in ("ANY", "SOME", "ALL"):
            if self.accept(quantifier, "("):
                right = self.expression(0)
                self.expect(")")
                while right.kind == "cast" and right.parts[0].kind == "array":
                    right = right.parts[0]
                return Node("all" if quantifier == "ALL" else "any", operator, (left, right))
        return Node("operator", operator, (left, self.expression(level)))

    def _subscript(self, left: Node) -> Node:
        inner = self.expression(0)
        if self.accept(":"):
            inner = Node("slice", "", (inner, self.expression(0)))
        self.expect("]")
        return Node("element", "", (left, inner))

    def _like(self, left: Node, operator: str, level: int) -> Node:
        pattern = self.expression(level)
        if self.accept("ESCAPE"):
            pattern = Node("call", "like_escape", (pattern, self.expression(level)))
        return Node("operator", operator, (left, pattern))

    def _infix_between(self, left: Node, negated: bool) -> Node:
        low = self.expression(_OTHER - 1)
        self.expect("AND")
        high = self.expression(_OTHER - 1)
        first, second = ("<", ">") if negated else (">=", "<=")
        pair = Node("operator", first, (left, low)), Node("operator", second, (left, high))
        return _flat("or" if negated else "and", *pair)

    def _infix_in(self, left: Node, negated: bool) -> Node:
        self.expect("(")
        items = self.items(")")
        operator = "<>" if negated else "="
        if len(items) == 1:
            return Node("operator", operator, (left, items[0]))
        return Node("all" if negated else "any", operator, (left, Node("array", "", items)))

    def _infix_is(self, left: Node, negated: bool) -> Node:
        inverted = "NOT " if self.accept("NOT") else ""
        if self.accept("DISTINCT", "FROM"):
            distinct = Node("distinct", "", (left, self.expression(5)))
            return Node("not", "", (distinct,)) if inverted else distinct
        word = self.step().word
        if word not in ("NULL", "TRUE", "FALSE", "UNKNOWN"):
            raise NotAnExpression
        return Node("is", inverted + word, (left,))

    def _infix_isnull(self, left: Node, negated: bool) -> Node:
        return Node("is", "NULL", (left,))

    def _infix_notnull(self, left: Node, negated: bool) -> Node:
        return Node("is", "NOT NULL", (left,))

    def _infix_at(self, left: Node, negated: bool) -> Node:
        if not self.accept("TIME", "ZONE"):
            raise NotAnExpression
        return Node("call", "timezone", (self.expression(11), left))

    def _infix_collate(self, left: Node, negated: bool) -> Node:
        return Node("collate", self.dotted()[-1], (left,))

    def items(self, closing: str) -> tuple[Node, ...]:
        found: list[Node] = []
        while not self.accept(closing):
            if found:
                self.expect(",")
            found.append(self.expression(0))
        return tuple(found)

    def type(self) -> str:
        try:
            name, self.at = read_type(self.found, self.at, "public")
        except NotAType:
            raise NotAnExpression from None
        return name

    def dotted(self) -> list[str]:
        parts = []
        while True:
            token = self.step()
            if token.kind not in (TokenKind.WORD, TokenKind.QUOTED) and token.text != "*":
                raise NotAnExpression
            parts.append(token.folded)
            if not self.accept("."):
                return parts

    def primary(self) -> Node:
        token = self.step()
        if token.kind is TokenKind.STRING:
            return Node("literal", "string", (Node("text", string_value(token.text)),))
        if token.kind is TokenKind.NUMBER:
            return Node("literal", "number", (Node("text", token.text.replace("_", "")),))
        if token.text == "(":
            return self._parenthesised()
        if token.kind is TokenKind.WORD:
            special = _SPECIAL.get(token.word)
            if special is not None:
                return special(self)
            if token.word in _BARE_CALLS and self.word() != "(":
                return Node("call", token.folded)
        self.at -= 1
        return self._named()

    def _parenthesised(self) -> Node:
        items = self.items(")")
        node = items[0] if len(items) == 1 else Node("row", "", items)
        while self.accept("."):
            node = Node("field", self.dotted()[-1], (node,))
        return node

    def _named(self) -> Node:
        start = self.at
        if self.found[start].kind is TokenKind.WORD and self.found[start].folded in RESERVED - {"left", "right"}:
            raise NotAnExpression
        typed = self._typed_constant()
        if typed is not None:
            return typed
        self.at = start
        name = self.dotted()[-1]
        if self.accept("("):
            call = Node("call", _SAME_CALL.get(name, name), self._arguments(name.upper()))
            if self.word() in ("FILTER", "OVER", "WITHIN"):
                raise NotAnExpression
            return call
        return Node("name", name)

    def _typed_constant(self) -> Node | None:
        """`date '2026-01-01'`, `interval '1' day`."""
        try:
            name, end = read_type(self.found, self.at, "public")
        except NotAType:
            return None
        if end < len(self.found) and self.found[end].kind is TokenKind.STRING and not name.endswith("[]"):
            self.at = end
            return cast(self.primary(), name)
        return None

    def _arguments(self, name: str) -> tuple[Node, ...]:
        """Arguments in parentheses; the words of EXTRACT, SUBSTRING and POSITION become commas."""
        if name == "EXTRACT" and self.word(1) == "FROM":
            what = Node("literal", "string", (Node("text", self.step().folded),))
            self.expect("FROM")
            return (what, *self.items(")"))
        if name == "POSITION":
            return self._position()
        if self.word() in ("DISTINCT", "ALL", "VARIADIC", "SELECT"):
            raise NotAnExpression
        if self.accept("*", ")"):
            return (Node("name", "*"),)
        found: list[Node] = []
        while not self.accept(")"):
            if found and not (self.accept(",") or (name == "SUBSTRING" and (self.accept("FROM") or self.accept("FOR")))):
                raise NotAnExpression
            found.append(self.expression(0))
        return tuple(found)

    def _position(self) -> tuple[Node, ...]:
        first = self.expression(6)
        if self.accept("IN"):
            second = self.expression(0)
            self.expect(")")
            return second, first
        self.expect(",")
        return (first, *self.items(")"))

    def cast_call(self) -> Node:
        self.expect("(")
        inner = self.expression(0)
        self.expect("AS")
        node = cast(inner, self.type())
        self.expect(")")
        return node

    def trim(self) -> Node:
        self.expect("(")
        side = self.step().word if self.word() in _TRIMS else "BOTH"
        what = None if self.word() == "FROM" else self.expression(0)
        if self.accept("FROM"):
            subject = self.expression(0)
            self.expect(")")
            return Node("call", _TRIMS[side], (subject, what) if what else (subject,))
        rest = self.items(")") if self.accept(",") else ()
        if not rest:
            self.expect(")")
        return Node("call", _TRIMS[side], (what, *rest) if what else ())

    def case(self) -> Node:
        parts: list[Node] = []
        subject = None if self.word() == "WHEN" else self.expression(0)
        while self.accept("WHEN"):
            parts.append(self.expression(0))
            self.expect("THEN")
            parts.append(self.expression(0))
        parts.append(self.expression(0) if self.accept("ELSE") else _NULL)
        self.expect("END")
        return Node("case", "subject" if subject else "", (subject, *parts) if subject else tuple(parts))

    def array(self) -> Node:
        self.expect("[")
        return Node("array", "", self.items("]"))

    def row(self) -> Node:
        self.expect("(")
        return Node("row", "", self.items(")"))


_SPECIAL = {
    "TRUE": lambda _: Node("literal", "boolean", (Node("text", "true"),)),
    "FALSE": lambda _: Node("literal", "boolean", (Node("text", "false"),)),
    "NULL": lambda _: _NULL,
    "CAST": _Parser.cast_call,
    "TRIM": _Parser.trim,
    "CASE": _Parser.case,
    "ARRAY": _Parser.array,
    "ROW": _Parser.row,
}


def _flat(kind: str, *nodes: Node) -> Node:
    """`a AND (b AND c)` is `a AND b AND c`."""
    parts: list[Node] = []
    for node in nodes:
        parts += node.parts if node.kind == kind else (node,)
    return Node(kind, "", tuple(parts))


def _negative(node: Node) -> Node:
    if node.kind == "literal" and node.label == "number":
        text = node.parts[0].label
        return Node("literal", "number", (Node("text", text[1:] if text.startswith("-") else f"-{text}"),), node.cast)
    return Node("unary", "-", (node,))


def is_number(text: str) -> bool:
    """Whether a string constant holds a plain number."""
    bare = text.strip().lstrip("+-")
    return bare.replace(".", "", 1).isdigit() and bare.isascii()


def cast(node: Node, name: str) -> Node:
    """`node::name`; a constant takes the type into itself."""
    if node.kind != "literal":
        return Node("cast", name, (node,))
    base = name.partition("(")[0]
    if node.label == "string" and base in NUMERIC and is_number(node.parts[0].label):
        return Node("literal", "number", (Node("text", node.parts[0].label.strip().lstrip("+")),), base)
    if node.label == "string" and base == "boolean":
        truth = node.parts[0].label.strip().lower() in ("t", "true", "y", "yes", "on", "1")
        return Node("literal", "boolean", (Node("text", "true" if truth else "false"),), base)
    return Node("literal", node.label, node.parts, base)
