"""Projects, ledgers and servers made for tests of Flyway."""

from collections.abc import Mapping
from pathlib import Path

from console.core.migration import Belief, Ledger, Migration, Tracked
from console.core.observation import Server, Tracking
from console.core.ports import Files, Project, TableRows
from console.frameworks.flyway import Flyway
from console.frameworks.flyway.names import checksum
from console.frameworks.flyway.options import Settings

FLYWAY = Flyway()
SERVER = Server("postgres", "16.4", 160004, "app", "db", "deploy")
COLUMNS = (
    "installed_rank",
    "version",
    "description",
    "type",
    "script",
    "checksum",
    "installed_by",
    "installed_on",
    "execution_time",
    "success",
)
Row = tuple[str | None, ...]
ONE, TWO, THREE = "create table a (b int)", "create table c (d int)", "create table e (f int)"


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Files with their folders."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def project(folder: Path | str = ".", **settings: str) -> Project:
    """A project with these settings (without their `flyway.`)."""
    return Project("flyway", str(folder), settings=Settings({f"flyway.{k}": v for k, v in settings.items()}))


def read(folder: Path, **settings: str) -> Files:
    """The files of a project."""
    return FLYWAY.read(project(folder, **settings), None, "postgres", "public")


def one(folder: Path, name: str, text: str, **settings: str) -> Migration:
    """One migration file, read."""
    write(folder / "sql", {name: text})
    (migration,) = read(folder, **settings).migrations
    return migration


def row(
    rank: int,
    version: str | None,
    text: str | None = "",
    success: str = "t",
    kind: str = "SQL",
    description: str = "x",
    total: str | None = None,
) -> Row:
    """A row of the history; its checksum is that of `text` unless `total` says otherwise."""
    number = total if total is not None else None if text is None else str(checksum(text))
    script = f"V{version}__{description}.sql" if version else f"R__{description}.sql"
    when = "2026-01-31 12:00:00.123456"
    return (str(rank), version, description, kind, script, number, "deploy", when, "12", success)


def ledger(*rows: Row, name: str = "public.flyway_schema_history") -> Ledger:
    """A history with these rows."""
    parsed = FLYWAY.parse_ledger(name, TableRows(COLUMNS, rows, (None,) * len(rows)))
    assert parsed is not None
    return parsed


def track(folder: Path, *rows: Row, **settings: str) -> Tracking:
    """Files below `folder` joined with these rows."""
    made = project(folder, **settings)
    return FLYWAY.track(made, FLYWAY.read(made, None, "postgres", "public"), ledger(*rows), SERVER)


def by_id(tracking: Tracking) -> dict[str, Tracked]:
    """Tracked by id; ids are unique."""
    found = {tracked.id: tracked for tracked in tracking.tracked}
    assert len(found) == len(tracking.tracked)
    return found


def beliefs(tracking: Tracking) -> dict[str, Belief]:
    """What the history says of each."""
    return {name: item.belief for name, item in by_id(tracking).items()}
