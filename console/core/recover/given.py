"""What the ways out need to know and no catalog tells: backups, the release that runs, what a person has found out.

Everything here begins as unknown, and unknown is never "no": a way that needs an answer stays closed until there is
one, and says which answer it is that it waits for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from console.core.plan import Plan


class Known(StrEnum):
    """An answer, or that there is none."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


def known(answer: bool) -> Known:
    """The answer to a question that has one."""
    return Known.YES if answer else Known.NO


def any_of(answers: Iterable[Known]) -> Known:
    """Yes if one is; no only if all are."""
    found = set(answers)
    return Known.YES if Known.YES in found else Known.UNKNOWN if Known.UNKNOWN in found else Known.NO


def other(answer: Known) -> Known:
    """The opposite; nothing known stays nothing known."""
    return {Known.YES: Known.NO, Known.NO: Known.YES}.get(answer, Known.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Backup:
    """One copy of the database that was found."""

    name: str
    """As people call it: `s3://backups/shop-0200.dump`."""
    taken_at: datetime | None = None
    """UTC; None: not known."""
    before: Known = Known.UNKNOWN
    """It was taken before the migration began."""
    readable: Known = Known.UNKNOWN
    """It was opened and read to its end."""
    about: str = ""
    """What it is, how large, of which server and database, and by what the rest is known; one line."""

    @property
    def good(self) -> Known:
        """It can be restored from."""
        return other(any_of((other(self.before), other(self.readable))))


@dataclass(frozen=True, slots=True)
class Given:
    """What was found out beside the assessment."""

    fits: Known = Known.UNKNOWN
    """The release that runs works with the schema as it is now."""
    fits_finished: Known = Known.UNKNOWN
    """The release that runs works with the schema once the migration is finished."""
    former_fits: Known = Known.UNKNOWN
    """The release from before the migration works with the schema as it is now."""
    mended: Known = Known.UNKNOWN
    """What stopped the migration is mended."""
    holds: Known = Known.UNKNOWN
    """What the migration made holds values that somebody would miss; No: it was counted."""
    rows: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """(schema, table) -> rows, where somebody counted them: better than the server's estimate."""
    backups: tuple[Backup, ...] | None = None
    """None: nobody has looked; (): somebody has, and there is none."""
    point_in_time: Known = Known.UNKNOWN
    """The server, or who runs it, can give the database back as it was at a given moment."""
    tool_takes_it: Known = Known.UNKNOWN
    """The tool's own rollback command takes this migration, and no other."""
    back_to: str = ""
    """The batch, version or date to go back to: `batch 41`."""
    at_work: Known = Known.UNKNOWN
    """The migration still runs somewhere; asked where the server does not show what other sessions do."""
    in_flight: bool = False
    """A step of our own still runs."""
    plans: tuple[Plan, ...] = ()
    """Plans that were made for this migration: where one is refused, its way is closed."""

    @property
    def backup(self) -> Known:
        """Whether there is a copy to restore from."""
        return Known.UNKNOWN if self.backups is None else any_of(backup.good for backup in self.backups)
