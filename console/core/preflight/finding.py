"""What preflight says: one finding for each thing a person should know before a migration is run.

The words of a finding are made here in the core; text, JSON, SARIF, annotations and the screen only render it. A rule
that does not know says so in a finding of its own: no finding means that every rule was asked and answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much it matters; the value is the word in JSON (DESIGN 6)."""

    BLOCK = "block"
    """It will be refused, or must not be run now."""
    CRIT = "crit"
    HIGH = "high"
    MED = "med"
    LOW = "low"
    APP = "app"
    """Running code breaks, whatever the locks."""
    INFO = "info"

    @property
    def rank(self) -> int:
        """For ordering and thresholds, the worst first from 0. Code that breaks is as bad as a long lock."""
        return _WORST_FIRST.index(self)


_WORST_FIRST = (Severity.BLOCK, Severity.CRIT, Severity.APP, Severity.HIGH, Severity.MED, Severity.LOW, Severity.INFO)


class About(StrEnum):
    """Which part of preflight found it."""

    LOCK = "lock"
    """What the statement locks, rewrites and scans."""
    GROUP = "group"
    """What the statements of one migration mean together: a transaction, rows and DDL mixed, no way back."""
    DATA = "data"
    """What the rows that are there will make of it."""
    CODE = "code"
    """What it means for the code that runs."""
    NOW = "now"
    """What stands in the way at this moment and will be gone later."""
    WAY = "way"
    """How else it could be done: ALGORITHM, an online tool."""
    UNKNOWN = "unknown"
    """What could not be judged, and why."""
    ALLOW = "allow"
    """An exception that somebody wrote down and that does not do what they meant."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """Somebody said that this finding is known."""

    reason: str
    until: str = ""
    """ISO date, the last day it holds; '' for ever."""
    where: str = ""
    """`halfway.toml` or the migration's file and line."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know before the migration is run."""

    rule: str
    """Its id in docs/preflight.md: `pg-set-not-null`."""
    severity: Severity
    about: About
    why: str
    """What will happen, and what that rests on, one or two sentences."""
    safer: str = ""
    """What to do instead, one or two sentences; '' where nothing is better."""
    migration: str = ""
    """The tool's own key; '' for `--sql` and for what is about no migration."""
    file: str = ""
    n: int = 0
    """The statement, from 1; 0: the finding is about the migration or the server as a whole."""
    line: int = 0
    """Of the file, from 1; 0 where that is not known."""
    sql: str = ""
    table: str = ""
    """The first table it is about, as people name it."""
    lock: str = ""
    """`ACCESS EXCLUSIVE on orders, SHARE ROW EXCLUSIVE on customers`."""
    rewrite: bool | None = None
    scan: bool | None = None
    blocks: str = ""
    """`reads and writes`, `writes`, `nothing`; '' unknown."""
    hold: str = ""
    """How long, in words, with what that rests on."""
    steps: tuple[str, ...] = ()
    """The safer way written out: SQL or the framework's own steps, one each."""
    rows: int | None = None
    """About.DATA: how many rows (or values) are in the way."""
    sample: tuple[str, ...] = ()
    """A few of them."""
    waits_for: str = ""
    """About.NOW: the session or object by name: `session 4711 (web@10.0.0.5), idle in transaction for 12 min`."""
    allowed: Allowed | None = None


class Answer(StrEnum):
    """What all findings together say; the value is the word on screen."""

    STOP = "STOP"
    """It will be refused, or destroys what must not be."""
    WAIT = "WAIT"
    """Somebody is in the way now; later a new preflight says go."""
    CANNOT_TELL = "CANNOT TELL"
    LOOK_FIRST = "LOOK FIRST"
    """It can be run, and something about it is high or worse."""
    GO = "GO"


@dataclass(frozen=True, slots=True)
class Report:
    """What one preflight found."""

    findings: tuple[Finding, ...]
    """The worst first within each migration, migrations in the order they run; what is about none of them first."""
    judged: tuple[str, ...] = ()
    """The migrations (or files) that were judged, in the order they run."""
    server: str = ""
    """`PostgreSQL 16.4, shop on db1`."""
    taken_at: str = ""
    """UTC, ISO."""
    unread: tuple[str, ...] = ()
    """What was not read, so that something may be missing here; one sentence each."""
    threshold: Severity = Severity.HIGH
    """The mildest that counts for the exit code."""
    statements: int = 0
    """How many were judged."""
    noun: str = "migration"
    """What was judged: migrations, or scripts that were named."""

    @property
    def waits(self) -> tuple[Finding, ...]:
        """What to wait for before it is run; empty: go."""
        return tuple(
            f for f in self.findings if f.about is About.NOW and f.severity is Severity.BLOCK and not f.allowed
        )

    @property
    def answer(self) -> tuple[Answer, str]:
        """What to do, and one sentence that says why."""
        stops = [
            f for f in self.findings if f.severity is Severity.BLOCK and f.about is not About.NOW and not f.allowed
        ]
        if stops:
            return Answer.STOP, f"{_about(stops[0])}{stops[0].why}{_more(stops)}"
        if self.waits:
            return Answer.WAIT, f"because {self.waits[0].waits_for or self.waits[0].why}{_more(self.waits)}"
        if self.unread:
            return Answer.CANNOT_TELL, f"{self.unread[0]}{_more(self.unread)}"
        if severe := self.above(Severity.HIGH):
            return Answer.LOOK_FIRST, f"{_about(severe[0])}{severe[0].why}{_more(severe)}"
        if self.unknown:
            return Answer.CANNOT_TELL, f"{_about(self.unknown[0])}{self.unknown[0].why}{_more(self.unknown)}"
        return Answer.GO, "nothing that was asked speaks against it" if self.judged else "nothing is to be run"

    @property
    def unknown(self) -> tuple[Finding, ...]:
        """What could not be judged and nobody allowed; without it there is no go."""
        return tuple(f for f in self.above(Severity.MED) if f.about is About.UNKNOWN)

    @property
    def exit_code(self) -> int:
        """0 where nothing is at or above the threshold, nothing was left unread and everything was judged, else 1."""
        return 1 if self.above(self.threshold) or self.waits or self.unread or self.unknown else 0

    def above(self, threshold: Severity) -> tuple[Finding, ...]:
        """Those at least as bad as it that nobody allowed."""
        return tuple(f for f in self.findings if f.severity.rank <= threshold.rank and f.allowed is None)


def _about(finding: Finding) -> str:
    """`statement 2 of add_shipping: `, where it is about one. A bare number says less than the file's name."""
    base = finding.file.rpartition("/")[2]
    name = base if base and (not finding.migration or finding.migration.isdigit()) else finding.migration
    if finding.n:
        return f"statement {finding.n} of {name}: "
    return f"{name}: " if name and name not in finding.why else ""


def _more(others: Sequence[object]) -> str:
    return f" (and {len(others) - 1} more)" if len(others) > 1 else ""
