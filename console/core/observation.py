"""All that one sweep read, when, and what could not be read.

An `Observation` is immutable: one sweep makes one, the screens keep the newest. Every part is a `Reading` that says in
words whether it is complete; a reading that failed keeps the last value it had, dated, and is STALE.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from console.core.clues import Clues
from console.core.expected_base import Baseline, Dumped, Ignore
from console.core.habits import Habits
from console.core.lock_rows import LockRow
from console.core.migration import Ledger, Tracked
from console.core.rollback import Rollback
from console.core.schema import Schema
from console.core.session import Lock, Progress, Session

if TYPE_CHECKING:  # whatever a field names here, core/room/codec.py has to name too
    from console.core.exceptions import Allow
    from console.core.proof import Proof
    from console.core.write_rates import Rate

V = TypeVar("V")


class Health(StrEnum):
    """The state of one panel, in words (DESIGN invariant 2)."""

    OK = "ok"
    NONE = "none"
    NOT_PERMITTED = "not permitted"
    NOT_INSTRUMENTED = "not instrumented"
    NOT_SUPPORTED = "not supported"
    TIMED_OUT = "timed out"
    LOCKED = "locked"
    STALE = "stale"
    NOT_READ = "not read"


@dataclass(frozen=True, slots=True)
class Reading(Generic[V]):
    """One part of an observation."""

    value: V | None = None
    health: Health = Health.NOT_READ
    reason: str = ""
    """One sentence when health is not ok or none."""
    grant: str = ""
    """The exact SQL that would mend it."""
    taken_at: datetime | None = None
    """UTC, when the value was read (not when a later try failed)."""
    took: float = 0.0
    """Seconds."""

    @property
    def complete(self) -> bool:
        """Everything there was to read was read, just now."""
        return self.health in (Health.OK, Health.NONE)

    @property
    def asked_at(self) -> datetime | None:
        """When the question was sent: what changed after that need not be in the answer."""
        return self.taken_at - timedelta(seconds=self.took) if self.taken_at is not None else None


@dataclass(frozen=True, slots=True)
class Server:
    """Which server this is; `identity` proves that two reads met the same one."""

    dialect: str
    version: str
    """`16.4`"""
    version_number: int
    """`160004`"""
    name: str
    """The database."""
    host: str
    user: str
    read_only: bool = False
    """The server refuses writes (a replica, or default_transaction_read_only)."""
    replica: bool = False
    replica_lag: int | None = None
    """Where it is one, seconds behind its primary, by the channel that is furthest behind. None: that is not told, or
    its replication stands still."""
    identity: str = ""
    """PostgreSQL: system identifier + postmaster start."""
    now: datetime | None = None
    """The server's clock, UTC."""
    sees_all_sessions: bool = True
    may_signal: bool | None = None
    superuser: bool = False
    home: str = "public"
    max_query_length: int = 1024
    """track_activity_query_size: longer statements are cut off in the session list."""
    folds_tables: bool = False
    """MySQL: names of tables have no case there (`console.core.table_case` folds both sides then)."""
    sessions_grant: str = ""
    """The exact SQL that makes all sessions visible, where they are not."""
    kill_by: str = ""
    """The procedure that ends sessions where KILL is not allowed: `mysql.rds_kill`."""
    replica_grant: str = ""
    """The exact SQL without which it is not known whether it is a replica; '' when that is known."""
    prepared_grant: str = ""
    """The exact SQL without which transactions that were prepared and left are not told; '' when they are."""
    foreign: str = ""
    """`TiDB`: it only speaks the language of `dialect`, and neither its catalog nor its locks are to be trusted."""
    direct: str = ""
    """Where a pooler or a proxy stands between: the URL of the server itself, as it says it. '' where none does."""
    notes: tuple[str, ...] = ()
    """What it is besides its version (a proxy, a cluster, something else that speaks its language) and what of its
    answers is not to be trusted for it, one sentence each."""
    settings: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    """What it has of the settings that decide how a change goes (MySQL, MariaDB): `binlog_format`, `sql_mode`."""

    def setting(self, name: str) -> str:
        """One of them; '' where it is not known."""
        return dict(self.settings).get(name, "")

    @property
    def grammar(self) -> str:
        """How statements are read that are meant for it: postgres, mysql, mariadb or sqlite. What a URL says is not
        enough: behind mysql:// there may be a MariaDB."""
        return "postgres" if self.dialect == "postgresql" else self.dialect


@dataclass(frozen=True, slots=True)
class Machine:
    """What the responder's own machine knows of the migration's client."""

    sockets: frozenset[tuple[str, int]] = frozenset()
    """(address, port) of local ends of live TCP connections."""
    addresses: frozenset[str] = frozenset()
    """This machine's addresses."""
    tools: tuple[ToolProcess, ...] = ()
    readable: bool = True


@dataclass(frozen=True, slots=True)
class ToolProcess:
    """A running process that looks like a migration tool."""

    pid: int
    command: str
    """Its command line, secrets masked, bounded."""
    framework: str
    ports: frozenset[int] = frozenset()
    """Local TCP ports it has open."""


@dataclass(frozen=True, slots=True)
class Runs:
    """How often the server ran statements of one wording, since it counts."""

    times: int
    errors: int = 0
    rows: int = 0
    """Rows that they changed, all together."""
    last: datetime | None = None
    """When the last one ended, UTC."""
    since: datetime | None = None
    """When it began to count, as far as is known."""


@dataclass(frozen=True, slots=True)
class Tracking:
    """One framework: its ledger and files, joined."""

    framework: str
    project: str | None
    """Folder of the project, None when none was found."""
    ledger: Ledger
    tracked: tuple[Tracked, ...] = ()
    files: Reading[int] = field(default_factory=Reading)
    """How many migration files were read; not complete when there were none to be found."""
    locks: tuple[tuple[str | None, ...], ...] = ()
    """Targets of the tool's own lock, as `Lock.target` spells them."""
    lock_note: str = ""
    """What is to be known of who holds that lock; it stands behind `holds Rails's lock`."""
    habits: Habits = field(default_factory=Habits)
    """How two runs of the tool are kept apart, and how its application is brought to rest."""
    rollback: Rollback = field(default_factory=Rollback)
    """The tool's own command that takes its newest migration back."""
    releases: tuple[str, ...] = ()
    current_release: str | None = None
    next_run: str = ""
    """What the tool does on its next run in the present state, for `failed` or half-applied ones: one sentence."""
    about: str = ""
    """What is to be known of the database as the tool keeps it, in whole sentences."""
    dump: Dumped | None = None
    """The schema as the project keeps it in a file, where the tool writes one."""
    runs: tuple[tuple[str, int, Runs], ...] = ()
    """(migration id, statement n, how often such a statement ran), where the catalog tells nothing and a server
    counts."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One question about the data that was asked (causes.py)."""

    migration: str
    n: int
    question: str
    rows: int | None
    """None: not known."""
    sample: tuple[str, ...] = ()
    sql: str = ""
    """What was asked, exactly; '' where the schema tells, or nobody could be asked."""
    why: str = ""
    """Why it is not known."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another database of the project: some migrations send statements there."""

    name: str
    """What the project calls the connection."""
    schema: Reading[Schema] = field(default_factory=Reading)


@dataclass(frozen=True, slots=True)
class Observation:
    """Everything assess() needs, and nothing it would have to fetch."""

    taken_at: datetime
    """UTC."""
    server: Reading[Server] = field(default_factory=Reading)
    schema: Reading[Schema] = field(default_factory=Reading)
    sessions: Reading[tuple[Session, ...]] = field(default_factory=Reading)
    locks: Reading[tuple[Lock, ...]] = field(default_factory=Reading)
    progress: Reading[tuple[Progress, ...]] = field(default_factory=Reading)
    writes: Reading[tuple[Rate, ...]] = field(default_factory=Reading)
    """How fast rows are written to the tables of migrations in trouble."""
    tracking: tuple[Reading[Tracking], ...] = ()
    lock_rows: Reading[tuple[LockRow, ...]] = field(default_factory=Reading)
    """Locks that tools keep as rows and that are taken."""
    one_tool: bool = False
    """A person named the one tool that is meant: ledgers of others do not matter."""
    left_out: tuple[tuple[str, str], ...] = ()
    """Frameworks of other packages that cannot be used, and why: what they keep here is not read."""
    elsewhere: tuple[Elsewhere, ...] = ()
    machine: Machine = field(default_factory=Machine)
    proof: Proof | None = None
    """What an observer's sessions and rights were found to be; None where nobody observes."""
    counts: tuple[tuple[str, int, int | None], ...] = ()
    """(migration id, statement n, rows still to do) for counts that a person asked for; None: not known."""
    answers: tuple[Answered, ...] = ()
    """What explains a refusal, where a person asked for that."""
    clues: Clues = field(default_factory=Clues)
    """What was found of it outside the database."""
    baseline: Baseline | None = None
    """What the schema should have been at some time; None: nothing is expected of it as a whole."""
    kept: tuple[Baseline, ...] = ()
    """Snapshots of this database that lay in their usual place, the newest first: they count where nobody named one."""
    allow: tuple[Allow, ...] = ()
    """Findings of preflight that somebody knows of, says the configuration."""
    ignore: tuple[Ignore, ...] = ()
    """Differences that a person decided to live with."""
    rest: float = field(default=0.0, compare=False)
    """Seconds between two looks, where they take so long that there are fewer of them than was wanted; 0: as wanted."""

    def read_since(self, moment: datetime) -> bool:
        """Whether everything that is read of the database itself was asked after `moment`, or has failed since."""
        readings: tuple[Reading[Any], ...] = (self.server, self.sessions, self.locks, self.schema, *self.tracking)
        return all(r.asked_at is not None and r.asked_at >= moment for r in readings if r.complete)
