"""Conditions of a migration: those that ask the catalog keep their question, others keep only their words."""

from __future__ import annotations

from dataclasses import dataclass

from console.core.refs import Kind, Ref, column_ref, table_ref
from console.core.statements import Guard
from console.readers.ruby.literals import Names, evaluate, pairs
from console.readers.ruby.names import index_name
from console.readers.ruby.syntax import Node, part, parts, text_of
from console.readers.ruby.values import UnreadableError, Value, words_of

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Place:
    """Where names of the file are looked up on the server."""

    dialect: str = "postgres"
    home: str = "public"

    def table(self, name: str) -> tuple[str, str]:
        """(schema, name) of a table."""
        schema, _, plain = name.rpartition(".")
        return schema or self.home, plain

    def index(self, table: str, name: str) -> Ref:
        """The address of an index."""
        schema, plain = self.table(table)
        return Ref(Kind.INDEX, schema, "" if self.dialect in ("postgres", "sqlite") else plain, name)


def condition(node: Node, names: Names, place: Place) -> bool | Guard:
    """A condition: known, or asked of the catalog, or only its words."""
    try:
        value = evaluate(node, names)
    except UnreadableError:
        return _asked(node, names, place)
    return value is not None and value is not False


def against(guard: Guard) -> Guard:
    """The opposite of a condition."""
    text = guard.text.removeprefix("!") if guard.text.startswith("!") else f"!{guard.text}"
    return Guard(text, guard.ref, not guard.present if guard.ref else True)


def _asked(node: Node, names: Names, place: Place) -> bool | Guard:
    if node.type == "parenthesized_statements" and len(parts(node)) == 1:
        return condition(parts(node)[0], names, place)
    operand = part(node, "operand")
    if node.type == "unary" and operand is not None and text_of(part(node, "operator")) in ("!", "not"):
        inner = condition(operand, names, place)
        return against(inner) if isinstance(inner, Guard) else not inner
    return Guard(_short(node), _ref(node, names, place))


def _short(node: Node) -> str:
    line = " ".join(text_of(node).split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}\N{HORIZONTAL ELLIPSIS}"


def _ref(node: Node, names: Names, place: Place) -> Ref | None:
    """What is asked for; None: it cannot be said as one object."""
    receiver = part(node, "receiver")
    if node.type != "call" or (receiver is not None and not is_connection(receiver)):
        return None
    given = parts(part(node, "arguments"))
    try:
        args = [evaluate(one, names) for one in given if one.type != "pair"]
        options = pairs([one for one in given if one.type == "pair"], names)
        return _question(text_of(part(node, "method")), args, options, place)
    except UnreadableError:
        return None


def _question(name: str, args: list[Value], options: dict[str, Value], place: Place) -> Ref | None:
    words = [str(arg) for arg in args if isinstance(arg, str)]
    if name in ("table_exists?", "data_source_exists?") and len(args) == len(words) == 1 and not options:
        return table_ref(*place.table(words[0]))
    if name == "column_exists?" and len(args) == len(words) == 2 and not options:
        return column_ref(*place.table(words[0]), words[1])
    if name == "index_name_exists?" and len(args) == len(words) == 2:
        return place.index(words[0], words[1])
    if name == "index_exists?" and words and isinstance(options.get("name"), str):
        return place.index(words[0], str(options["name"]))
    if name == "index_exists?" and len(args) == 2 and words and not options:
        # an index of another name on the same columns would do for Rails as well: its usual name is what is asked
        return place.index(words[0], index_name(words[0], words_of(args[1])))
    return None


def is_connection(node: Node) -> bool:
    """Whether a receiver is the migration itself or its connection."""
    return "".join(text_of(node).split()) in _CONNECTIONS


_CONNECTIONS = frozenset(
    {"self", "connection", "self.connection", "ActiveRecord::Base.connection", "ApplicationRecord.connection"}
)
