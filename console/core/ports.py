"""What the use cases need from outside, as Protocols: adapters fit them without inheriting anything.

A `Link` is one server connection used by one thread (only `cancel` may be called from another); it reads and never
writes. A `Framework` knows one migration tool: how to find its project, read its files and ledger, and join the two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from console.core.migration import Ledger, Migration
from console.core.observation import Machine, Runs, Server, Tracking
from console.core.schema import Schema
from console.core.session import Lock, Progress, Session
from console.core.statements import DataProbe
from console.core.storage import Storage

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.engine import URL

    from console.core.causes import Answer, Question
    from console.core.dryrun import DryRun
    from console.core.moment import Moment, Pace
    from console.core.proof import Power, Tried
    from console.core.write_rates import Counts, TableName


@dataclass(frozen=True, slots=True)
class TableRows:
    """Rows of one small table as text, with the stamp of each row (see `Thing.stamp`)."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    stamps: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Right:
    """One right that Halfway can use, and whether the current role has it."""

    name: str
    held: bool
    without: str
    """What is not seen without it, one sentence."""
    grant: str
    """The exact SQL that gives it."""


class Clock(Protocol):
    """The only source of the current time."""

    def now(self) -> datetime:
        """UTC, aware."""
        ...


class Link(Protocol):
    """One reading connection to one server. Every method raises only faults (core/faults.py)."""

    def server(self) -> Server:
        """Which server this is."""
        ...

    def rights(self) -> tuple[Right, ...]:
        """What the role may see."""
        ...

    def doubt(self) -> None:
        """Take nothing for unchanged the next time that it could not swear to: somebody is about to act."""
        ...

    def fingerprint(self) -> str:
        """Cheap: equal to an earlier one only if no schema object changed in between."""
        ...

    def schema(self) -> Schema:
        """Everything there is, without ever waiting behind a lock."""
        ...

    def sessions(self) -> tuple[Session, ...]:
        """All sessions; answers even while the lock table is frozen."""
        ...

    def locks(self) -> tuple[Lock, ...]:
        """The lock table, flat."""
        ...

    def progress(self) -> tuple[Progress, ...]:
        """Running DDL that reports how far it is."""
        ...

    def tables_named(self, name: str) -> tuple[str, ...]:
        """Schemas that hold a table of that name (compared without case)."""
        ...

    def rows(self, schema: str, table: str) -> TableRows:
        """All rows of a small table. LockedFault instead of waiting."""
        ...

    def runs(self, sql: str) -> Runs | None:
        """How often the server ran a statement of this wording; None where it does not count, or not say."""
        ...

    def writes(self, tables: Sequence[TableName]) -> Counts:
        """Rows written to these tables since the server counts, as far as they are there."""
        ...

    def storage(self, tables: Sequence[TableName]) -> Storage:
        """Where the server keeps its data and how large these tables are; no lock on any table is asked for."""
        ...

    def count(self, probe: DataProbe, seconds: float) -> int:
        """The answer of a probe. Refuses while DDL holds or awaits a lock on the table, gives up as soon as
        anything waits behind it, TimedOutFault after `seconds`."""
        ...

    def ask(self, question: Question, seconds: float) -> Answer:
        """How many rows are in the way of a statement, and a few of them; as careful as `count`."""
        ...

    def wording(self, question: Question) -> str:
        """How it would be asked: the SQL; '' where this server cannot be asked."""
        ...

    def moment(self, tables: Sequence[TableName]) -> Moment:
        """What the server says of itself just now, before something is run on these tables."""
        ...

    def pace(self, table: TableName, seconds: float) -> Pace | None:
        """How fast a part of the table is read, as careful as `count`; None: that cannot be told here."""
        ...

    def try_to_write(self) -> Tried:
        """Whether this session is refused a write; the one that is tried can change nothing."""
        ...

    def powers(self) -> tuple[Power, ...]:
        """What the login's rights would allow besides reading."""
        ...

    def cancel(self) -> None:
        """Stop what runs on the server now (the server's own cancel); callable from any thread."""
        ...

    def close(self) -> None:
        """End the connection."""
        ...


class Dialect(Protocol):
    """One kind of server."""

    name: str

    def open(self, url: URL, lane: str) -> Link:
        """A new connection that cannot hang behind the incident (DESIGN 7.1). `lane` goes into its
        application_name (`halfway locks`). UnreachableFault, NotPermittedFault."""
        ...


class HostMachine(Protocol):
    """The machine the responder is on."""

    def look(self) -> Machine:
        """Sockets and processes as they are now; `readable=False` where the system does not tell."""
        ...


@dataclass(frozen=True, slots=True)
class OtherDatabase:
    """A database that a project's migrations may use besides its own."""

    name: str
    """What the project calls the connection."""
    url: URL | None = None
    why: str = ""
    """Why there is no URL: `its password is not in .env`."""


@dataclass(frozen=True, slots=True)
class Project:
    """A migration tool's project as found on disk."""

    framework: str
    folder: str
    url: URL | None = None
    """The database the project itself would use; the password is inside and never printed."""
    url_from: str = ""
    """`flyway.conf`, `FLYWAY_URL`, ...: where the credentials came from."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """The tool's settings, flat, in the tool's own spelling."""
    releases: tuple[str, ...] = ()
    """Release folders, oldest first, when the project is deployed that way."""
    current_release: str | None = None
    others: tuple[OtherDatabase, ...] = ()
    bare: bool = False
    """Nothing but what --migrations named: whether the files are this framework's shows when they are read."""
    apart: str = ""
    """Why its migrations are not about the database that is looked at: they are not read then. Without a `url` that is
    only so where the database has no ledger of it either."""
    missing: tuple[str, ...] = ()
    """What was looked for and not found, one sentence each."""
    server_version: str = ""
    """What the server that is looked at says of itself while the files are read: some tools write other SQL for it."""


@dataclass(frozen=True, slots=True)
class Files:
    """The migration files of a project."""

    migrations: tuple[Migration, ...] = ()
    down: tuple[Migration, ...] = ()
    unread: str = ""
    """Why they are not known (no project, unreadable folder); '' when the reading is complete."""


@runtime_checkable
class KeepsMore(Protocol):
    """A migration tool that keeps a second small table beside its ledger."""

    beside: str
    """Its name; `{}` in it stands for the ledger's own."""

    def with_beside(self, ledger: Ledger, rows: TableRows) -> Ledger:
        """The ledger with what that table says; the ledger itself where the table is another's. One that does not exist
        where that table shows whose the ledger is: another tool's, which looks the same."""
        ...


@runtime_checkable
class KeepsMoving(Protocol):
    """A migration tool whose second table is written without the ledger (a lock, events): it is read each time."""

    beside_moves: bool


class Framework(Protocol):
    """One migration tool."""

    name: str

    @property
    def dry_run_about(self) -> str:
        """What its own dry run does besides printing SQL, said before it is run; '' where it has none."""
        ...

    def detect(self, folder: Path, environ: Mapping[str, str]) -> Project | None:
        """The project at or around `folder`, or None."""
        ...

    def read(self, project: Project, given: str | None, dialect: str, home: str) -> Files:
        """The migration files, parsed. `given` is what --migrations named (a folder, a tar, `-`), else None.
        `home` is the schema unqualified names mean."""
        ...

    def ledger_tables(self, project: Project | None) -> tuple[tuple[str | None, str], ...]:
        """(schema or None for any, table name) where the ledger may be, likeliest first."""
        ...

    def parse_ledger(self, name: str, rows: TableRows) -> Ledger | None:
        """The ledger in these rows; None when the columns show that the table belongs to something else."""
        ...

    def track(self, project: Project | None, files: Files, ledger: Ledger, server: Server) -> Tracking:
        """Files and rows joined in the order the tool would run them."""
        ...

    def dry_run_command(self, project: Project, migration: Migration) -> tuple[str, ...]:
        """The tool's own dry run of one file, as a command line for the project's folder; empty: it has none."""
        ...

    def dry_run(self, project: Project, migration: Migration) -> DryRun:
        """Run it, bounded in time, and read what it printed; only ever on a person's request."""
        ...
