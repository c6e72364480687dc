"""What a framework believes: its ledger, its files, and the state each migration is in.

A `Ledger` row is a belief, never evidence. `Tracked` joins a row with the file it is about; the framework does the
joining (only it knows its rules), the core decides the `State` (landed.py has the verdicts it needs).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from console.core.statements import Statement


class State(StrEnum):
    """DESIGN 2: exactly one, the first that holds. The value is the word in JSON."""

    HALF_APPLIED = "half_applied"
    FAILED = "failed"
    UNRECORDED = "unrecorded"
    UNREADABLE = "unreadable"
    PENDING = "pending"
    FILE_MISSING = "file_missing"
    CHECKSUM_MISMATCH = "checksum_mismatch"
    HOLLOW = "hollow"
    APPLIED = "applied"

    @property
    def word(self) -> str:
        """The word on screen: `HALF APPLIED`."""
        return self.value.replace("_", " ").upper()


class Belief(StrEnum):
    """What the framework itself would say of a migration."""

    RECORDED = "recorded"
    FAILED = "failed"
    PENDING = "pending"
    IGNORED = "ignored"
    """Below a baseline, undone and not to be run, or out of order and never to be run: nothing to judge."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One unit the framework applies, read from its file."""

    id: str
    """The tool's own key: a Flyway version, Laravel's file name without .php, ..."""
    description: str
    file: str
    """Path relative to the project (or as given), for people."""
    statements: tuple[Statement, ...]
    down: tuple[Statement, ...] = ()
    source: str = "file"
    """file, static or dry-run."""
    text: str = ""
    """The whole file as it is."""
    checksum: str | None = None
    transactional: bool = True
    """False: the tool runs its statements outside a transaction, so a prefix can land."""
    repeatable: bool = False
    release: str | None = None
    """Name of the release folder it was found in, when there are several."""
    from_failed_deploy: bool = False
    """It exists only in a release newer than the linked one."""
    modified_at: datetime | None = None
    """Last change of the file, UTC."""
    uncommitted: bool = False
    """git says that the file differs from the last commit."""
    unreadable: str = ""
    """Why the whole file could not be read; empty when it could."""
    note: str = ""
    """What is odd about the file, in words: a placeholder without a value, bytes that are no text, a refusal."""
    row: tuple[tuple[str, str], ...] = ()
    """What the file adds to the row that the tool writes of it: columns and texts."""
    called: str = ""
    """What people call it where its file holds several."""

    @property
    def label(self) -> str:
        """What people call it: the file's name without its ending, else the id; also where every file has one name."""
        name = self.file.rpartition("/")[2].rpartition(".")[0]
        return self.called or (name if name and name != "migration" else self.id)

    def run_as(self, name: str) -> str:
        """What a tool that knows no half runs of it: `the statement of 2`, `2 from the first of its 3 statements`."""
        count = len(self.statements)
        if self.unreadable or not count:
            return name
        if count == 1:
            return f"the statement of {name}" + (", in a transaction" if self.transactional else "")
        how = "all in one transaction" if self.transactional else "each on its own, until one is refused"
        return f"{name} from the first of its {count} statements, {how}"


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One row of the tracking table, as it stands there."""

    id: str
    success: bool
    applied_at: datetime | None = None
    """Naive when the server keeps no zone (then it is the server's clock)."""
    batch: int | None = None
    checksum: str | None = None
    description: str = ""
    script: str = ""
    type: str = ""
    rank: int | None = None
    stamp: int | None = None
    """When the row was written, on the scale of `Thing.stamp`."""
    raw: tuple[tuple[str, str | None], ...] = ()
    """Every column as text, in order: kept for undo and for the journal."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """The tracking table. `exists=False` is an empty ledger; `unread` says why rows are not known."""

    name: str
    exists: bool
    rows: tuple[LedgerRow, ...] = ()
    unread: str = ""
    beside: tuple[tuple[str, str], ...] = ()
    """What the tool keeps in a table of its own beside it: names and values."""

    def rows_of(self, migration: str) -> tuple[LedgerRow, ...]:
        """What it believes of one migration; more than one row where it was recorded twice."""
        return tuple(row for row in self.rows if row.id == migration)


@dataclass(frozen=True, slots=True)
class Tracked:
    """One migration as the framework sees it: file and row joined, in the order the tool would run them."""

    id: str
    belief: Belief
    migration: Migration | None
    row: LedgerRow | None
    checksum_differs: bool = False
    file_expected: bool = True
    """False: rows of this type have no file to be missed (baseline markers, Java classes)."""
    note: str = ""
    """One sentence on anything odd: `recorded twice`, `below the baseline`, `out of order`."""
    after: tuple[str, ...] | None = None
    """What it stands on, where the tool's history may be more than one line; None: there it is one, or not known."""
    head: bool = False
    """The last of its line, as that tool counts."""
    counted: int | None = None
    """How many of its statements the tool itself says it ran before it stopped; None: it does not count."""
