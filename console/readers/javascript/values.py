"""What an expression of a JavaScript file is worth, and what the file does with it, before a tool says what that means.

What depends on a run is a `Chain` (members and calls on something given from outside) or `Unknown` with its reason;
the tool's own package decides which chains it knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from console.readers.javascript.scope import Scope
    from console.readers.javascript.syntax import Node


@dataclass(frozen=True, slots=True)
class Undefined:
    """JavaScript's own nothing; None is its null."""


UNDEFINED = Undefined()


@dataclass(frozen=True, slots=True)
class Unknown:
    """What only a run could tell."""

    why: str
    line: int


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of something that is not known."""

    value: Value


@dataclass(frozen=True, slots=True)
class Many:
    """An array."""

    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Together(Many):
    """`Promise.all([...])`: what is awaited at one time."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """An object, in the order it is written."""

    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Root:
    """Where a chain begins: a parameter, a module, a global, or what another chain came to."""

    kind: str
    """parameter, module, global, outcome (of a chain), or branch (one of two values, by its condition)."""
    name: str
    of: Chain | None = None
    """For an outcome: the chain that was awaited."""


@dataclass(frozen=True, slots=True)
class Step:
    """One member of a chain, called where it has arguments; a call without a name is one of what is before it."""

    name: str
    args: tuple[Value, ...] | None = None
    line: int = 1


@dataclass(frozen=True, slots=True)
class Chain:
    """`knex.schema.createTable('a', f)`: a root and its steps."""

    root: Root
    steps: tuple[Step, ...] = ()

    @property
    def calls(self) -> bool:
        """Whether anything in it is called."""
        return any(step.args is not None for step in self.steps)

    @property
    def path(self) -> str:
        """Its names with dots: `knex.schema.createTable`."""
        names = [self.root.name or "it", *(step.name for step in self.steps if step.name)]
        return ".".join(names)


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the file, which is read where it is called."""

    node: Node
    scope: Scope = field(compare=False, repr=False)
    name: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """`new Table({...})`."""

    name: str
    args: tuple[Value, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Class:
    """A class of the file: its fields with a value, and its methods."""

    name: str
    fields: Mapping[str, Value]
    methods: Mapping[str, Function]
    base: str = ""
    """What it extends, as it is written."""
    line: int = 1


Value: TypeAlias = (
    "str | int | float | bool | Undefined | Unknown | Not | Many | Pairs | Chain | Function | Made | Class | None"
)


@dataclass(frozen=True, slots=True)
class Call:
    """A chain that the file carries out."""

    chain: Chain
    source: str
    line: int
    awaited: bool = True
    """False: it stands alone, and nobody waits for it. What is lazy never runs then."""
    together: bool = False
    """It is awaited with others at one time, so their order is not certain."""
    quiet: bool = False
    """Its failure is caught and not passed on."""
    kept: bool = False
    """It is only given a name here: what is not lazy runs, and may be awaited again as the same chain."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A condition that only a run decides."""

    test: Value
    text: str
    line: int
    source: str
    then: tuple[Item, ...]
    otherwise: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Unread:
    """Code that is not read, in its place."""

    source: str
    line: int
    why: str
    stops: bool = False
    """It throws: nothing behind it runs."""


Item: TypeAlias = "Call | Branch | Unread"


@dataclass(frozen=True, slots=True)
class Played:
    """What a function does, in order, and what it gives back."""

    items: tuple[Item, ...]
    value: Value = UNDEFINED
    quiet: tuple[int, ...] = ()
    """Lines where a failure is caught and not passed on."""


def why_not(value: Value) -> str:
    """Why a value is not written down in the file, for people; '' where it is."""
    if isinstance(value, Unknown):
        return value.why
    if isinstance(value, Not):
        return why_not(value.value)
    if isinstance(value, Chain):
        return f"the value of {shown(value)} is not known without running the file"
    if isinstance(value, Many):
        return next((why for one in value.values if (why := why_not(one))), "")
    if isinstance(value, Pairs):
        return next((why for one in value.values.values() if (why := why_not(one))), "")
    return ""


def shown(chain: Chain) -> str:
    """A chain for people, without its arguments."""
    named = f"require('{chain.root.name}')" if chain.root.kind == "module" else chain.root.name or "it"
    begin = f"(what {shown(chain.root.of)} gives)" if chain.root.of is not None else named
    return begin + "".join(
        (f".{step.name}" if step.name else "") + ("(...)" if step.args else "()" if step.args is not None else "")
        for step in chain.steps
    )
