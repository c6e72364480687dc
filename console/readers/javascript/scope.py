"""The names of a file: what each stands for where it is read.

A name that is given more than one value is only known in the function that gives them, for nobody says when another
function looks.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from console.readers.javascript.syntax import Node, below, part, text_of, unwrapped
from console.readers.javascript.values import Chain, Root, Unknown, Value

_ASSIGNING = ("assignment_expression", "augmented_assignment_expression", "update_expression")


@dataclass(slots=True, eq=False)
class Scope:
    """Names of a block, in front of those around it."""

    names: dict[str, Value] = field(default_factory=dict)
    around: Scope | None = None
    owner: object = None
    """What is the same for all blocks of one function."""
    changing: frozenset[str] = frozenset()
    """Names that anything in the file assigns to."""

    def inner(self) -> Scope:
        """A block inside this one."""
        return Scope({}, self, self.owner, self.changing)

    def called(self) -> Scope:
        """The scope of one call of a function that was written here."""
        return Scope({}, self, object(), self.changing)

    def find(self, name: str, line: int) -> Value:
        """What a name stands for; one that nobody gives is the world's."""
        scope = self._holder(name)
        if scope is None:
            return Chain(Root("global", name))
        if scope.owner is not self.owner and name in self.changing:
            return Unknown(f"{name} is given more than one value", line)
        return scope.names[name]

    def assign(self, name: str, value: Value) -> None:
        """Give a name that is there another value."""
        (self._holder(name) or self).names[name] = value

    def knows(self, name: str) -> bool:
        """Whether the file itself gives the name."""
        return self._holder(name) is not None

    def _holder(self, name: str) -> Scope | None:
        scope: Scope | None = self
        while scope is not None and name not in scope.names:
            scope = scope.around
        return scope


def changing(root: Node) -> frozenset[str]:
    """All names that are assigned to after they were made."""
    found = (_target(node) for node in below(root, *_ASSIGNING))
    return frozenset(text_of(node) for node in found if node is not None and node.type == "identifier")


def _target(node: Node) -> Node | None:
    target = part(node, "argument") if node.type == "update_expression" else part(node, "left")
    return unwrapped(target) if target is not None else None


def assigned_in(node: Node) -> frozenset[str]:
    """Names that a piece of code assigns to, or whose inside it may change."""
    names = set(changing(node))
    for found in below(node, *_ASSIGNING, "unary_expression", "call_expression"):
        target = _target(found) if found.type in _ASSIGNING else part(found, "argument") or part(found, "function")
        while target is not None and target.type in ("member_expression", "subscript_expression"):
            target = part(target, "object")
            if target is not None and target.type == "identifier":
                names.add(text_of(target))
    return frozenset(names)
