"""One expression of MySQL or MariaDB to a tree in which what the two servers do to it no longer shows.

Both store a tree and write it back: MySQL with every parenthesis, an introducer before each string and `0 <>` before a
bare condition, MariaDB with as few parentheses as possible and other names for some functions. NOT is pushed down, IN
of one value is `=`, the arrows are JSON functions: what either server writes and what a file says become one tree.
"""

from __future__ import annotations

from console.core.expression_mysql_forms import (
    BARE,
    FUNCTIONS,
    SWAPPED,
    binary,
    boolean,
    literal,
    negated,
    number,
    rewritten,
)
from console.core.expression_reader import Reader
from console.core.expression_tree import NULL, Node, NotAnExpression, flat, negative
from console.core.lexer import Token, TokenKind, significant, tokens
from console.core.types.mysql_tables import INTRODUCERS

_LEVELS = {"OR": 1, "||": 1, "XOR": 2, "AND": 3, "&&": 3}
_LEVELS |= dict.fromkeys(("=", "<=>", ">=", ">", "<=", "<", "<>", "!="), 6)
_LEVELS |= dict.fromkeys(("IS", "LIKE", "REGEXP", "RLIKE", "IN", "BETWEEN", "NOT", "MEMBER"), 6)
_LEVELS |= {"|": 7, "&": 8, "<<": 9, ">>": 9, "+": 10, "-": 10, "*": 11, "/": 11, "%": 11, "DIV": 11, "MOD": 11}
_LEVELS |= {"^": 12, "COLLATE": 15, "->": 16, "->>": 16}
_NOT, _BETWEEN, _UNARY = 4, 6, 13
_UNITS = frozenset(
    """
    MICROSECOND SECOND MINUTE HOUR DAY WEEK MONTH QUARTER YEAR SECOND_MICROSECOND MINUTE_MICROSECOND MINUTE_SECOND
    HOUR_MICROSECOND HOUR_SECOND HOUR_MINUTE DAY_MICROSECOND DAY_SECOND DAY_MINUTE DAY_HOUR YEAR_MONTH
    """.split()
)
_NEVER = frozenset({"SELECT", "EXISTS", "MATCH", "WITH", "OVER"})


def tree(text: str) -> Node:
    """The tree of one expression."""
    parser = _Parser(significant(tokens(text, "mysql")))
    node = parser.expression(0)
    if parser.at < len(parser.found):
        raise NotAnExpression
    return node


class _Parser(Reader):
    """Precedence climbing over tokens."""

    def expression(self, lowest: int) -> Node:
        left = self.prefix()
        while (level := _LEVELS.get(self.word())) is not None and level > lowest:
            left = self.infix(left, level)
        return left

    def prefix(self) -> Node:
        if self.accept("NOT"):
            return negated(self.expression(_NOT))
        if self.accept("!"):
            return negated(self.expression(_UNARY))
        if self.accept("-"):
            return negative(self.expression(_UNARY))
        if self.accept("+"):
            return self.expression(_UNARY)
        if self.accept("~"):
            return Node("unary", "~", (self.expression(_UNARY),))
        if self.word() == "BINARY" and self.word(1) != "(":
            self.step()
            return Node("cast", "binary", (self.expression(_UNARY),))
        return self.primary()

    def infix(self, left: Node, level: int) -> Node:
        word = self.step().word
        if word in ("AND", "&&", "OR", "||"):
            right = self.expression(level)
            return flat("and" if level == _LEVELS["AND"] else "or", boolean(left), boolean(right))
        if word == "XOR":
            return Node("xor", "", (boolean(left), boolean(self.expression(level))))
        if word == "NOT":
            return negated(self.infix(left, _BETWEEN))
        if word == "IS":
            return self.infix_is(left)
        if word == "IN":
            return self.infix_in(left)
        if word == "BETWEEN":
            low = self.expression(_BETWEEN)
            self.expect("AND")
            return Node("between", "", (left, low, self.expression(_BETWEEN)))
        if word in ("->", "->>"):
            found = Node("call", "json_extract", (left, self.primary()))
            return found if word == "->" else Node("call", "json_unquote", (found,))
        if word == "COLLATE":
            return Node("collate", self.step().folded.lower(), (left,))
        return self.operation(left, word, level)

    def operation(self, left: Node, word: str, level: int) -> Node:
        if word == "MEMBER":
            self.expect("OF")
        right = self.expression(level)
        if word in ("LIKE", "REGEXP", "RLIKE", "MEMBER"):
            if self.accept("ESCAPE"):
                right = Node("escape", "", (right, self.expression(level)))
            return Node("operator", "regexp" if word == "RLIKE" else word.lower(), (left, right))
        return binary({"!=": "<>", "MOD": "%"}.get(word, word), left, right)

    def infix_is(self, left: Node) -> Node:
        inverted = self.accept("NOT")
        word = self.step().word
        if word not in ("NULL", "TRUE", "FALSE", "UNKNOWN"):
            raise NotAnExpression
        bare = left.parts[0] if word != "NULL" and left.label == "<>" and left.parts[1:] == (number("0"),) else left
        return Node("is", ("NOT " if inverted else "") + word, (bare,))

    def infix_in(self, left: Node) -> Node:
        self.expect("(")
        items = self.items()
        if len(items) == 1:
            return binary("=", left, items[0])
        return Node("in", "", (left, *items))

    def items(self) -> tuple[Node, ...]:
        found: list[Node] = []
        while not self.accept(")"):
            if found:
                self.expect(",")
            found.append(self.expression(0))
        return tuple(found)

    def primary(self) -> Node:
        token = self.step()
        if token.kind in (TokenKind.STRING, TokenKind.NUMBER):
            return literal(token)
        if token.text == "(":
            items = self.items()
            return items[0] if len(items) == 1 else Node("row", "", items)
        if token.kind is TokenKind.WORD:
            return self.keyword(token)
        if token.kind is TokenKind.QUOTED:
            return self.named(token)
        raise NotAnExpression

    def keyword(self, token: Token) -> Node:
        word = token.word
        if word in _NEVER:
            raise NotAnExpression
        if word.lower() in INTRODUCERS and self.at < len(self.found) and self.found[self.at].kind is TokenKind.STRING:
            return literal(self.step())
        if word in ("TRUE", "FALSE"):
            return number("1" if word == "TRUE" else "0")
        if word == "NULL":
            return NULL
        if word == "CASE":
            return self.case()
        if word == "NEXT" and self.accept("VALUE", "FOR"):
            return Node("call", "nextval", (self.named(self.step()),))
        if word == "INTERVAL" and self.word() != "(":
            return self.interval()
        if word in BARE and self.word() != "(":
            return Node("call", FUNCTIONS.get(word.lower(), word.lower()))
        return self.named(token)

    def interval(self) -> Node:
        amount = self.expression(0)
        unit = self.step().word
        if unit not in _UNITS:
            raise NotAnExpression
        return Node("interval", unit.lower(), (amount,))

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

    def named(self, token: Token) -> Node:
        name = token.folded.lower()
        if self.accept("("):
            return self.call(name)
        while self.accept("."):
            name = self.step().folded.lower()
        return Node("name", name)

    def call(self, name: str) -> Node:
        if name in ("cast", "convert"):
            return self.cast()
        if name == "trim":
            return self.trim()
        if name == "extract":
            unit = self.step().word.lower()
            self.expect("FROM")
            return Node("call", f"extract {unit}", self.items())
        found: list[Node] = []
        while not self.accept(")"):
            between = ("FROM", "FOR", ",") if name in SWAPPED else (",",)
            if found and not any(self.accept(word) for word in between):
                raise NotAnExpression
            found.append(self.expression(_BETWEEN if name == "position" else 0))
            if name == "position" and self.accept("IN"):
                found.append(self.expression(0))
        if self.word() == "OVER":
            raise NotAnExpression
        return rewritten(name, tuple(found))

    def cast(self) -> Node:
        inner = self.expression(0)
        if self.accept("USING"):
            charset = self.step().folded.lower()
            self.expect(")")
            return Node("call", f"convert using {charset}", (inner,))
        if not self.accept("AS"):
            self.expect(",")
        said = []
        depth = 1
        while depth:
            token = self.step()
            depth += {"(": 1, ")": -1}.get(token.text, 0)
            said.append(token.text.lower())
        return Node("cast", _cast_type(said[:-1]), (inner,))

    def trim(self) -> Node:
        side = self.step().word.lower() if self.word() in ("BOTH", "LEADING", "TRAILING") else "both"
        first = None if self.word() == "FROM" else self.expression(0)
        second = self.expression(0) if self.accept("FROM") else None
        self.expect(")")
        parts = [part for part in (second, first) if part is not None]
        return Node("call", f"trim {side}", tuple(parts))


def _cast_type(said: list[str]) -> str:
    """`char(10) charset utf8mb4` is char(10): the set is the connection's when none is given."""
    for words in (["charset"], ["character", "set"]):
        at = next((i for i in range(len(said)) if said[i : i + len(words)] == words), None)
        if at is not None:
            charset = "".join(said[at + len(words) :])
            said = said[:at] if charset != "binary" else ["binary", *said[1:at]]
    return " ".join(word for word in said if word != "integer")
