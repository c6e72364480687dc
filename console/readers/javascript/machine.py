"""One reading of a function: what it does is taken down in order, and it is bounded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from console.readers.javascript.scope import Scope, assigned_in
from console.readers.javascript.syntax import Node, line_of, shortly, text_of
from console.readers.javascript.values import (
    UNDEFINED,
    Call,
    Chain,
    Function,
    Item,
    Made,
    Many,
    Pairs,
    Root,
    Together,
    Unknown,
    Unread,
    Value,
    shown,
)

DEEPEST = 60
"""Expressions and blocks inside each other, helpers that call each other included."""
_MOST = 5000
"""Things one migration does."""
TOO_DEEP = "it is nested too deeply to be read"


@dataclass(slots=True)
class Machine:
    """What was taken down so far."""

    items: list[Item] = field(default_factory=list)
    depth: int = 0
    count: int = 0
    quiet: list[int] = field(default_factory=list)
    """Lines where a failure is caught and not passed on."""
    returned: Node | None = None
    """What the function that ended last gave back."""
    known: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What is known of the world around the file, by its path (`process.env.HOST`); behind `...` and the name of a call
    the names of what it gives."""

    @contextmanager
    def aside(self) -> Iterator[list[Item]]:
        """Take down into another list: a branch that may not be run."""
        kept, self.items = self.items, []
        try:
            yield self.items
        finally:
            self.items = kept

    @contextmanager
    def deeper(self) -> Iterator[bool]:
        """One level further inside; False where that is too deep."""
        self.depth += 1
        try:
            yield self.depth <= DEEPEST
        finally:
            self.depth -= 1

    def hush(self, first: int, line: int) -> None:
        """A failure of what was taken down from there on is caught and not passed on."""
        self.quiet.append(line)
        for at, item in enumerate(self.items[first:], first):
            if isinstance(item, Call):
                self.items[at] = replace(item, quiet=True)

    @property
    def full(self) -> bool:
        """It does so much that nothing more is taken down."""
        return self.count >= _MOST

    def add(self, item: Item) -> None:
        """Take one down."""
        self.count += 1
        if self.count < _MOST:
            self.items.append(item)
        elif self.count == _MOST:
            self.items.append(Unread("", item.line, f"it does more than {_MOST} things", stops=True))

    def unread(self, node: Node, why: str, scope: Scope, *, stops: bool = False) -> None:
        """Code that is not read; what it may have changed is not known from here on."""
        self.add(Unread(text_of(node).rstrip(), line_of(node), why, stops))
        poison(node, scope, why)

    def settle(self, value: Value, node: Node, *, awaited: bool = True, together: bool = False) -> Value:
        """A value is waited for: a chain is carried out, and what it comes to is what others may ask of it."""
        if isinstance(value, Chain) and value.calls and _hides(value):
            why = f"what {shown(value)} does with what it is given is only known while it runs"
            self.unread_value(node, why)
            return Chain(Root("outcome", "", value))
        if isinstance(value, Chain) and value.calls:
            self.add(Call(value, text_of(node).rstrip(";"), line_of(node), awaited, together))
            return Chain(Root("outcome", "", value))
        if isinstance(value, Together):
            several = len(value.values) > 1
            return Many(tuple(self.settle(one, node, together=together or several) for one in value.values))
        if isinstance(value, Many):
            for one in value.values:
                self.settle(one, node, awaited=False, together=len(value.values) > 1)
        if isinstance(value, Made) and any(map(_does, value.args)):
            self.unread_value(node, f"what new {value.name} does with what it is given is only known while it runs")
        if isinstance(value, Unknown):
            self.unread_value(node, value.why)
        return value

    def unread_value(self, node: Node, why: str) -> None:
        """An expression that is not read; one that was just taken down is not taken down again around it."""
        last, text = self.items[-1] if self.items else None, text_of(node).rstrip(";")
        if isinstance(last, Unread) and last.why == why and last.source in text and last.line >= line_of(node):
            return
        self.add(Unread(text, line_of(node), why))


_EACH = frozenset({"forEach", "map", "flatMap", "filter", "reduce", "some", "every", "find"})


def _hides(chain: Chain) -> bool:
    """Whether something that the file does is handed to what is not of the file: a loop over an answer, a timer."""
    last = chain.steps[-1]
    if chain.root.kind not in ("global", "outcome", "branch") or not last.args:
        return False
    return (chain.root.kind == "global" or last.name in _EACH) and any(map(_does, last.args))


def _does(value: Value) -> bool:
    if isinstance(value, Many):
        return any(map(_does, value.values))
    if isinstance(value, Chain) and value.root.kind == "parameter":
        return True
    inner = [one for step in value.steps for one in step.args or ()] if isinstance(value, Chain) else []
    return isinstance(value, Function) or any(map(_does, inner))


def poison(node: Node, scope: Scope, why: str) -> None:
    """What a piece of code may have changed is not known any more."""
    for name in assigned_in(node):
        if scope.knows(name) and not isinstance(scope.find(name, 0), Chain):
            scope.assign(name, Unknown(why, line_of(node)))


def unknown(node: Node, why: str = "") -> Unknown:
    """A value that only a run could tell."""
    return Unknown(why or f"the value of {shortly(node)} is not known without running the file", line_of(node))


def truth(value: Value) -> bool | None:
    """Whether JavaScript takes it for true; None where that is not known."""
    if value is None or value == UNDEFINED:
        return False
    if isinstance(value, bool | int | float | str):
        return bool(value)
    return True if isinstance(value, Many | Pairs) else None
