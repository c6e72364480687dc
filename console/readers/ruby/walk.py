"""A method of a migration as the commands it gives, in the order of the file and without running it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from console.core.statements import Guard
from console.readers.ruby.guards import Place, against, condition, is_connection
from console.readers.ruby.literals import evaluate, pairs
from console.readers.ruby.parameters import bound
from console.readers.ruby.syntax import (
    Node,
    below,
    body_of,
    is_broken,
    line_of,
    parameters_of,
    part,
    parts,
    shown,
    text_of,
)
from console.readers.ruby.values import Command, Group, Item, Many, Pairs, Unread, UnreadableError, Value

_NOTHING_SENT = frozenset(
    "say puts p pp print sleep require require_relative announce reset_column_information "
    "disable_statement_timeout".split()
)
_THROUGH = frozenset("safety_assured say_with_time suppress_messages without_statement_timeout".split())
_TRANSACTIONS = frozenset({"transaction", "ddl_transaction"})
_TABLES = frozenset("create_table create_join_table change_table drop_table drop_join_table".split())
_ROWS = frozenset(
    "update_all delete_all destroy_all find_each find_in_batches in_batches update! create! create insert_all "
    "upsert_all update_columns update_column update_attribute save! save insert insert_all! touch_all update".split()
)
_SCHEMA_WORDS = ("execute", "connection", "_table", "_column", "_index", "_reference", "_foreign_key", "exec_")
_DEEPEST = 40
_MOST = 20_000
"""Statements in loops and methods of a file's own that are followed."""
COMMANDS = frozenset(
    "create_table create_join_table drop_table drop_join_table rename_table add_column add_columns remove_column "
    "remove_columns rename_column change_column change_column_default change_column_null change_column_comment "
    "change_table_comment add_index remove_index rename_index add_reference add_belongs_to remove_reference "
    "remove_belongs_to add_foreign_key remove_foreign_key validate_foreign_key add_check_constraint "
    "remove_check_constraint validate_check_constraint validate_constraint add_timestamps remove_timestamps "
    "enable_extension disable_extension create_enum drop_enum add_enum_value rename_enum_value "
    "add_exclusion_constraint remove_exclusion_constraint add_unique_constraint remove_unique_constraint execute "
    "change_table".split()
)


class TooLongError(Exception):
    """Loops in loops, or methods that call each other, come to more than anybody reads."""


@dataclass
class Walker:
    """One way through one class; what it finds stands in `found`."""

    methods: Mapping[str, Node]
    constants: Mapping[str, Value]
    place: Place
    reverting: bool = False
    """`change` is taken back."""
    names: dict[str, Value] = field(default_factory=dict)
    guards: list[Guard] = field(default_factory=list)
    found: list[Item] = field(default_factory=list)
    helper: str = ""
    """What the block of `reversible` calls its parameter."""
    table: str = ""
    """What the block of a table calls it."""
    depth: int = 0
    loops: int = 0
    repeated: int = 0
    """Statements so far that stood in a loop or a method of the file's own."""
    ended: bool = False

    def walk(self, nodes: Sequence[Node]) -> None:
        """Statements in order; behind a `return` under a condition everything stands under its opposite."""
        held = len(self.guards)
        for node in nodes:
            if self.ended:
                break
            self._statement(node)
        del self.guards[held:]

    def unread(self, node: Node, why: str, *, data: bool = False) -> None:
        """It is taken down in its place; a name that it may have given another value is not known any more."""
        text = text_of(node)
        self.names = {name: value for name, value in self.names.items() if not re.search(rf"\b{name}\b", text)}
        self.found.append(Unread(shown(node), line_of(node), why, tuple(self.guards), data))

    @contextmanager
    def inside(self) -> Iterator[list[Item]]:
        """What is found inside goes into a list of its own."""
        before, self.found = self.found, []
        try:
            yield self.found
        finally:
            self.found = before

    def _statement(self, node: Node) -> None:
        walk = _STATEMENTS.get(node.type)
        self.repeated += bool(self.depth or self.loops)
        if self.repeated > _MOST:
            raise TooLongError
        if _raises(node):
            self.unread(node, "the file raises here, so nothing behind it is sent")
            self.ended = True
        elif is_broken(node):
            self.unread(node, "it cannot be parsed")
        elif walk is None:
            self.unread(node, "Ruby of this kind is not read")
        else:
            walk(self, node)

    def names_now(self) -> dict[str, Value]:
        """Everything that has a value here."""
        return {**self.constants, **self.names}


def _call(walker: Walker, node: Node) -> None:
    method, receiver = text_of(part(node, "method")), part(node, "receiver")
    if receiver is not None and not is_connection(receiver):
        _on_receiver(walker, node, receiver, method)
        return
    block = part(node, "block")
    if method in walker.methods:
        _own_method(walker, node, method)
        return
    if method in _NOTHING_SENT:
        return
    if method in _THROUGH:
        walker.walk(body_of(block))
    elif method in _TRANSACTIONS and block is not None:
        _transaction(walker, block)
    elif method in ("reversible", "up_only"):
        _reversible(walker, node, block, method)
    elif method in COMMANDS:
        _command(walker, node, method, block)
    else:
        walker.unread(node, f"what {method} sends is not known")


def _identifier(walker: Walker, node: Node) -> None:
    name = text_of(node)
    if name in walker.methods:
        _own_method(walker, node, name)
    elif name not in _NOTHING_SENT and name not in walker.names:
        walker.unread(node, f"what {name} sends is not known")


def _own_method(walker: Walker, node: Node, name: str) -> None:
    method = walker.methods[name]
    try:
        values = bound(method, node, walker.names_now())
    except UnreadableError as error:
        walker.unread(node, str(error))
        return
    if walker.depth > _DEEPEST:
        walker.unread(node, f"the method {name} is not read")
        return
    outer, walker.names = walker.names, values
    walker.depth += 1
    walker.walk(body_of(method))
    walker.depth -= 1
    walker.names, walker.ended = outer, False


def _transaction(walker: Walker, block: Node) -> None:
    """Rails sends BEGIN and COMMIT around it where none is open; the reader of scripts listens to both."""
    first, last = (
        Group((Command("execute", (word,), source="transaction do", line=line_of(block)),))
        for word in ("BEGIN", "COMMIT")
    )
    with walker.inside() as inner:
        walker.walk(body_of(block))
    walker.found += [last, *inner, first] if walker.reverting else [first, *inner, last]


def _reversible(walker: Walker, node: Node, block: Node | None, method: str) -> None:
    if block is None:
        walker.unread(node, f"what {method} is given is not read")
        return
    with walker.inside() as inner:
        if method == "up_only":
            if not walker.reverting:
                walker.walk(body_of(block))
        else:
            outer, walker.helper = walker.helper, next(iter(parameters_of(block)), "")
            walker.walk(body_of(block))
            walker.helper = outer
    if inner:
        walker.found.append(Group(tuple(inner)))


def _on_receiver(walker: Walker, node: Node, receiver: Node, method: str) -> None:
    block = part(node, "block")
    called = text_of(receiver)
    if walker.helper and called == walker.helper and method in ("up", "down"):
        if (method == "down") == walker.reverting:
            walker.walk(body_of(block))
    elif walker.table and called == walker.table:
        _command(walker, node, method, block)
    elif method in _TRANSACTIONS and block is not None:
        _transaction(walker, block)
    elif (
        (method in ("each", "each_with_index") and block is not None and _each(walker, node, receiver, block))
        or method in _NOTHING_SENT
        or (called in ("Rails.logger", "logger") and method in ("info", "warn", "debug"))
    ):
        return
    else:
        walker.unread(node, "it is only known when the file is run", data=_only_rows(node))


def _only_rows(node: Node) -> bool:
    """A chain of calls on a model that changes rows, with nothing in it that could change the schema."""
    text = text_of(node)
    methods = {text_of(part(call, "method")) for call in below(node, "call")}
    return text[:1].isupper() and bool(methods & _ROWS) and not any(word in text for word in _SCHEMA_WORDS)


def _each(walker: Walker, node: Node, receiver: Node, block: Node) -> bool:
    """A loop over a written list is as many statements as there are values."""
    names = parameters_of(block)
    try:
        value = evaluate(receiver, walker.names_now())
    except UnreadableError:
        return False
    rows = _rows_of(value)
    if rows is None or text_of(part(node, "method")) != "each" or not names:
        return False
    outer = dict(walker.names)
    for row in rows:
        given = row.values if isinstance(row, Many) and len(names) > 1 else (row,)
        if len(given) != len(names):
            return False
        walker.names = {**outer, **dict(zip(names, given, strict=True))}
        walker.loops += 1
        walker.walk(body_of(block))
        walker.loops -= 1
    walker.names = outer
    return True


def _rows_of(value: Value) -> tuple[Value, ...] | None:
    if isinstance(value, Many):
        return value.values
    return tuple(Many((key, one)) for key, one in value.values.items()) if isinstance(value, Pairs) else None


def _command(walker: Walker, node: Node, method: str, block: Node | None) -> None:
    names = walker.names_now()
    given = parts(part(node, "arguments"))
    try:
        plain = [one for one in given if one.type not in ("pair", "hash_splat_argument", "block_argument")]
        options = pairs([one for one in given if one.type in ("pair", "hash_splat_argument")], names)
        args = tuple(evaluate(one, names) for one in plain)
    except UnreadableError as error:
        walker.unread(node, str(error))
        return
    if args and isinstance(args[-1], Pairs):
        options, args = {**args[-1].values, **options}, args[:-1]
    inner = _of_table(walker, block) if block is not None and method in _TABLES else None
    if block is not None and inner is None:
        walker.unread(node, f"what the block of {method} says is not read")
        return
    walker.found.append(Command(method, args, options, inner, shown(node), line_of(node), tuple(walker.guards)))


def _of_table(walker: Walker, block: Node) -> tuple[Item, ...]:
    outer, walker.table = walker.table, next(iter(parameters_of(block)), "")
    with walker.inside() as inner:
        walker.walk(body_of(block))
    walker.table = outer
    return tuple(inner)


def _if(walker: Walker, node: Node) -> None:
    test = part(node, "condition")
    assert test is not None, "the grammar gives every condition a test"
    asked = condition(test, walker.names_now(), walker.place)
    if node.type.startswith("unless"):
        asked = against(asked) if isinstance(asked, Guard) else not asked
    modifier = node.type.endswith("_modifier")
    yes = [body] if modifier and (body := part(node, "body")) is not None else body_of(part(node, "consequence"))
    no = part(node, "alternative")
    otherwise = [] if no is None else [no] if no.type == "elsif" else body_of(no)
    if not isinstance(asked, Guard):
        walker.walk(yes if asked else otherwise)
        return
    if _leaves(yes) and not otherwise:
        walker.guards.append(against(asked))
        return
    before, after = dict(walker.names), []
    for guard, nodes in ((asked, yes), (against(asked), otherwise)):
        walker.guards.append(guard)
        walker.names = dict(before)
        walker.walk(nodes)
        walker.guards.pop()
        after.append(walker.names)
    first, other = after
    walker.names = {name: value for name, value in first.items() if name in other and other[name] == value}
    if walker.ended:
        walker.ended = False
        walker.unread(node, "the method may end here")


def _leaves(nodes: Sequence[Node]) -> bool:
    return len(nodes) == 1 and (nodes[0].type == "return" or _raises(nodes[0]))


def _raises(node: Node) -> bool:
    name = text_of(part(node, "method")) if node.type == "call" and part(node, "receiver") is None else text_of(node)
    return name == "raise"


def _return(walker: Walker, node: Node) -> None:
    walker.ended = True


def _assignment(walker: Walker, node: Node) -> None:
    left, right = part(node, "left"), part(node, "right")
    name = text_of(left)
    walker.names.pop(name, None)
    if right is None or left is None:
        walker.unread(node, "this assignment is not read")
        return
    try:
        walker.names[name] = evaluate(right, walker.names_now())
    except UnreadableError as error:
        if any(True for _ in below(right, "call", "identifier")):
            walker.unread(node, str(error))


def _begin(walker: Walker, node: Node) -> None:
    inner = parts(node)
    if any(child.type in ("rescue", "ensure", "else") for child in inner):
        walker.unread(node, "what happens after an error is not read")
    else:
        walker.walk(inner)


def _ignored(walker: Walker, node: Node) -> None:
    """It sends nothing."""


_STATEMENTS: dict[str, Callable[[Walker, Node], None]] = {
    "call": _call,
    "identifier": _identifier,
    "if": _if,
    "elsif": _if,
    "unless": _if,
    "if_modifier": _if,
    "unless_modifier": _if,
    "return": _return,
    "assignment": _assignment,
    "begin": _begin,
    "parenthesized_statements": _begin,
    "string": _ignored,
    "nil": _ignored,
    "true": _ignored,
    "false": _ignored,
    "simple_symbol": _ignored,
    "integer": _ignored,
}
