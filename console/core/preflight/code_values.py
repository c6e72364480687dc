"""What the rules about running code are asked with, and what they answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from console.core.preflight.code_tools import Library, library_of
from console.core.preflight.code_use import Running, Swap
from console.core.preflight.finding import Severity
from console.core.preflight.ground import Case
from console.core.refs import Ref, column_ref
from console.core.schema import Column


@dataclass(frozen=True, slots=True)
class Break:
    """One way in which a statement and running code do not fit."""

    rule: str
    severity: Severity
    ref: Ref
    why: str
    safer: str = ""
    stepped: bool = False
    """The safe sequence can be written out for it."""


@dataclass(frozen=True, slots=True)
class Code:
    """A statement, and what the rest of its migration makes of what it does."""

    case: Case
    swap: Swap | None
    again: frozenset[Ref]
    """What the migration takes away and makes anew."""
    running: Running
    table: Ref
    """What it is about."""
    keys: frozenset[tuple[Ref, tuple[str, ...]]]
    """Tables and columns that the migration makes unique."""
    dropped: frozenset[Ref]
    """What it takes away, sooner or later; also what it makes anew."""
    given: frozenset[Ref]
    """Names that it has given so far."""
    ends: Mapping[Ref, Ref]
    """Of what the migration renames: each name it gives -> the one that stays."""

    def binds(self, columns: Sequence[str], *, of_key: bool) -> bool:
        """A rule over these columns can refuse what code writes that knows none of the run's own columns.

        In a key one NULL is enough to refuse nothing, and such code writes NULL to a new column that has no default.
        """
        refs = [column_ref(self.table.schema, self.table.name, name) for name in columns]
        new = [ref for ref in refs if not self.running.uses(ref)]
        if not new or not refs:
            return True
        return len(new) < len(refs) and not (of_key and any(self._is_null(ref) for ref in new))

    def _is_null(self, ref: Ref) -> bool:
        column = self.case.schema.get(ref)
        return isinstance(column, Column) and column.nullable and column.default is None

    @property
    def library(self) -> Library:
        """Of the tool that the migration belongs to."""
        return library_of(self.case.unit.framework)

    @property
    def home(self) -> str:
        """The schema that needs no name."""
        return self.case.schema.home

    def label(self, ref: Ref) -> str:
        """As people name it."""
        return ref.label(self.home)
