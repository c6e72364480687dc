"""Statements that leave nothing in the catalog, or are not understood: why it cannot be told whether they ran."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from console.core.operations import Operation
from console.core.statements.cursor import Unreadable
from console.core.statements.verbs import Meaning, opaque

C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class Unseen:
    """Why the catalog cannot tell whether a statement ran."""

    why: str
    harmless: bool = True
    anything: bool = False
    alone: bool = False
    """It cannot run inside a transaction."""

    def operation(self, text: str, dialect: str = "postgres") -> Operation:
        """The statement as something that cannot be seen."""
        return opaque(text, self.why, harmless=self.harmless, anything=self.anything, dialect=dialect)


RIGHTS = Unseen("Halfway does not read who was granted what.")
MAINTENANCE = Unseen("Maintenance changes no object: the catalog does not show whether it ran.")
SESSION = Unseen("It only concerns the session that ran it.")
CALL = Unseen("What the called code changes is not known.", harmless=False, anything=True)
UNPARSED = Unseen("Halfway does not read this kind of statement.", harmless=False, anything=True)


def understood(read: Callable[[C], Meaning | None], cursor: C) -> Meaning | None:
    """What `read` makes of the text; None where it meets something it does not know."""
    try:
        return read(cursor)
    except Unreadable:
        return None
