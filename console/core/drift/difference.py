"""What a comparison of two schemas finds, as values: differences, those that are ignored, and what nobody can tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from console.core.expected_base import Ignore
from console.core.schema import Ref, Thing, Value

Part = tuple[str, Value, Value]
"""(attribute, expected, actual)."""


class Change(StrEnum):
    """How actual differs from expected; the value is the word in JSON."""

    MISSING = "missing"
    UNEXPECTED = "unexpected"
    CHANGED = "changed"
    RENAMED = "renamed"
    """The same definition under another name."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One object that is not as it should be."""

    change: Change
    expected: Thing | None
    """None: it should not be there."""
    actual: Thing | None
    """None: it is not there."""
    parts: tuple[Part, ...] = ()
    """Of a changed one, what differs."""
    members: tuple[Thing, ...] = ()
    """What is missing, or unexpected, together with it: the columns of a table."""
    ignored: str = ""
    """Why it is shown and does not count."""

    @property
    def ref(self) -> Ref:
        """Its address: where it should be, or where it is and should not be."""
        thing = self.expected or self.actual
        assert thing is not None
        return thing.ref


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that could not be compared; it is neither the same nor different."""

    ref: Ref
    why: str
    slight: bool = False
    """Both sides are known, and a server may write the one as the other."""


@dataclass(frozen=True, slots=True)
class Drift:
    """All that one comparison found, in the order people read it: table by table."""

    differences: tuple[Difference, ...] = ()
    ignored: tuple[Difference, ...] = ()
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """What counts as a difference."""

    ignore: tuple[Ignore, ...] = ()
    ledgers: frozenset[str] = frozenset()
    """`schema.table` of the tables in which tools keep what ran; the usual ones are known by their columns."""
    loose: frozenset[Ref] = field(default_factory=frozenset)
    """What is expected because files say so: a server writes that in its own way. Everything else was read of one."""
    alike: bool = True
    """Both servers spell expressions alike (the same product and major version): another text is another meaning."""
    owners: bool = True
    """Who owns a thing counts; between two environments the owners' names are expected to differ."""
