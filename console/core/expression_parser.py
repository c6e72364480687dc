"""One SQL expression to a tree, by precedence climbing.

Parentheses vanish, IN becomes = ANY, BETWEEN two comparisons, CAST(x AS t) a cast, LIKE ~~: what the server stores is
what is built here. What is not a plain expression (subselects, window functions) raises `NotAnExpression`.
"""

from __future__ import annotations

from collections.abc import Callable

from console.core.expression_reader import NOT, OTHER, UNARY, Reader
from console.core.expression_tree import NULL, Node, NotAnExpression, cast, flat, negative
from console.core.lexer import TokenKind, significant, string_value, tokens
from console.core.types.postgres import NotAType, read_type
from console.core.types.postgres_words import RESERVED, words

_LIKE = {"LIKE": "~~", "ILIKE": "~~*"}
_BARE_CALLS = words(
    """
    CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP LOCALTIME LOCALTIMESTAMP CURRENT_USER SESSION_USER USER CURRENT_ROLE
    CURRENT_SCHEMA CURRENT_CATALOG
    """
)
_SAME_CALL = {"date_part": "extract", "now": "current_timestamp", "transaction_timestamp": "current_timestamp"}
_TRIMS = {"LEADING": "ltrim", "TRAILING": "rtrim", "BOTH": "btrim"}


def tree(text: str) -> Node:
    """The tree of one expression, with the sort order and operator class of an index column if it is one."""
    parser = _Parser(significant(tokens(text)))
    node = parser.expression(0)
    return parser.index_tail(node)


class _Parser(Reader):
    """Precedence climbing over tokens."""

    def index_tail(self, node: Node) -> Node:
        labels: list[str] = []
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

    def prefix(self) -> Node:
        if self.accept("NOT"):
            return Node("not", "", (self.expression(NOT),))
        if self.accept("-"):
            return negative(self.expression(UNARY))
        if self.accept("+"):
            return self.expression(UNARY)
        token = self.step()
        if token.kind is TokenKind.OPERATOR and token.text in ("~", "@", "!", "|/", "||/"):
            return Node("unary", token.text, (self.expression(OTHER),))
        self.at -= 1
        return self.primary()

    def infix(self, left: Node, level: int) -> Node:
        word = self.word()
        if word in ("AND", "OR"):
            self.at += 1
            return flat(word.lower(), left, self.expression(level))
        negated = self.accept("NOT")
        word = self.step().word
        special = _INFIX.get(word)
        if special is not None:
            return special(self, left, negated)
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

    def infix_between(self, left: Node, negated: bool) -> Node:
        low = self.expression(OTHER - 1)
        self.expect("AND")
        high = self.expression(OTHER - 1)
        first, second = ("<", ">") if negated else (">=", "<=")
        pair = Node("operator", first, (left, low)), Node("operator", second, (left, high))
        return flat("or" if negated else "and", *pair)

    def infix_in(self, left: Node, negated: bool) -> Node:
        self.expect("(")
        items = self.items(")")
        operator = "<>" if negated else "="
        if len(items) == 1:
            return Node("operator", operator, (left, items[0]))
        return Node("all" if negated else "any", operator, (left, Node("array", "", items)))

    def infix_is(self, left: Node, negated: bool) -> Node:
        inverted = "NOT " if self.accept("NOT") else ""
        if self.accept("DISTINCT", "FROM"):
            distinct = Node("distinct", "", (left, self.expression(5)))
            return Node("not", "", (distinct,)) if inverted else distinct
        word = self.step().word
        if word not in ("NULL", "TRUE", "FALSE", "UNKNOWN"):
            raise NotAnExpression
        return Node("is", inverted + word, (left,))

    def infix_at(self, left: Node, negated: bool) -> Node:
        if not self.accept("TIME", "ZONE"):
            raise NotAnExpression
        return Node("call", "timezone", (self.expression(11), left))

    def infix_collate(self, left: Node, negated: bool) -> Node:
        return Node("collate", self.dotted()[-1], (left,))

    def items(self, closing: str) -> tuple[Node, ...]:
        found: list[Node] = []
        while not self.accept(closing):
            if found:
                self.expect(",")
            found.append(self.expression(0))
        return tuple(found)

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
            between = (",", "FROM", "FOR") if name == "SUBSTRING" else (",",)
            if found and not any(self.accept(word) for word in between):
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
        parts.append(self.expression(0) if self.accept("ELSE") else NULL)
        self.expect("END")
        return Node("case", "subject" if subject else "", (subject, *parts) if subject else tuple(parts))

    def array(self) -> Node:
        self.expect("[")
        return Node("array", "", self.items("]"))

    def row(self) -> Node:
        self.expect("(")
        return Node("row", "", self.items(")"))


_SPECIAL: dict[str, Callable[[_Parser], Node]] = {
    "TRUE": lambda _: Node("literal", "boolean", (Node("text", "true"),)),
    "FALSE": lambda _: Node("literal", "boolean", (Node("text", "false"),)),
    "NULL": lambda _: NULL,
    "CAST": _Parser.cast_call,
    "TRIM": _Parser.trim,
    "CASE": _Parser.case,
    "ARRAY": _Parser.array,
    "ROW": _Parser.row,
}
_INFIX: dict[str, Callable[[_Parser, Node, bool], Node]] = {
    "BETWEEN": _Parser.infix_between,
    "IN": _Parser.infix_in,
    "IS": _Parser.infix_is,
    "ISNULL": lambda _, left, __: Node("is", "NULL", (left,)),
    "NOTNULL": lambda _, left, __: Node("is", "NOT NULL", (left,)),
    "AT": _Parser.infix_at,
    "COLLATE": _Parser.infix_collate,
}
