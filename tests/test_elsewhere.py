"""Statements for another database of the project are judged there, on its own connection, or said to be unknowable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from sqlalchemy.engine import URL

from console.core.assessment import Assessment
from console.core.dryrun import DryRun
from console.core.migration import Belief, Ledger, Migration, Tracked
from console.core.observation import Health, Reading, Server, Tracking
from console.core.ports import Files, Project, TableRows
from console.core.statements import Sent, read_sent
from console.dialects import open_dialect
from console.incident import Incident, Source
from console.lanes.elsewhere import Other
from console.machine import LocalMachine
from console.wiring import SystemClock
from tests.servers import ServerUnderTest, conninfo, run

SENT = (
    Sent("create table orders (id bigint)"),
    Sent("create table events (id bigint)", database="archive"),
    Sent("create table notes (id bigint)"),
)


@dataclass
class OneFile:
    """A framework with one migration, never recorded."""

    name: str = "laravel"
    dry_run_about: str = ""

    def detect(self, folder: object, environ: object) -> Project | None:
        return None

    def read(self, project: Project, given: str | None, dialect: str, home: str) -> Files:
        return Files((Migration("1", "", "1.php", read_sent(SENT), transactional=False),))

    def ledger_tables(self, project: Project | None) -> tuple[tuple[str | None, str], ...]:
        return ((None, "migrations"),)

    def parse_ledger(self, name: str, rows: TableRows) -> Ledger | None:
        return None

    def track(self, project: Project | None, files: Files, ledger: Ledger, server: Server) -> Tracking:
        tracked = tuple(Tracked(m.id, Belief.PENDING, m, None) for m in files.migrations)
        return Tracking("laravel", "/srv/app", ledger, tracked, Reading(1, Health.OK))

    def dry_run_command(self, project: Project, migration: Migration) -> tuple[str, ...]:
        return ()

    def dry_run(self, project: Project, migration: Migration) -> DryRun:
        return DryRun("", problem="none")


@pytest.fixture
def archive(postgres_server: ServerUnderTest, database: URL) -> Iterator[URL]:
    name = f"{database.database}_archive"
    run(postgres_server.url, f"CREATE DATABASE {name} TEMPLATE template0")
    yield postgres_server.url.set(database=name)
    run(postgres_server.url, f"DROP DATABASE {name}")


def assess(database: URL, other: Other) -> Assessment:
    """One look."""
    project = Project("laravel", "/srv/app")
    source = Source(
        open_dialect("postgresql"), database, ((OneFile(), project),), LocalMachine(), SystemClock(), others=(other,)
    )
    incident = Incident(source)
    try:
        return incident.observe()
    finally:
        incident.stop()


def words(found: Assessment) -> list[str]:
    return [judgement.word for judgement in found.frameworks[0].migrations[0].statements]


def test_each_statement_is_judged_in_its_own_database(database: URL, archive: URL) -> None:
    run(database, "create table orders (id bigint)")
    other = Other("archive", open_dialect("postgresql"), archive)
    assert words(assess(database, other)) == ["LANDED", "NOT LANDED", "NOT LANDED"]
    run(archive, "create table events (id bigint)")
    found = assess(database, other)
    assert words(found) == ["LANDED", "LANDED", "NOT LANDED"]
    assert found.frameworks[0].migrations[0].headline == "2 of 3 statements landed."


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (Other("archive", why="its password is not in .env"), "its password is not in .env"),
        (Other("another"), "the project does not say where it is"),
    ],
    ids=["no-password", "not-named"],
)
def test_without_credentials_it_is_unknowable_and_said_so(database: URL, other: Other, why: str) -> None:
    found = assess(database, other)
    judgement = found.frameworks[0].migrations[0].statements[1]
    assert (judgement.word, judgement.evidence) == ("CANNOT TELL", f"other database: connection archive; {why}")
    assert [(c.what, c.reason) for c in found.coverage if not c.complete] == [("connection archive", why)]


def test_a_database_that_does_not_answer_costs_only_its_own_statements(database: URL, archive: URL) -> None:
    gone = archive.set(database=f"{archive.database}_gone")
    found = assess(database, Other("archive", open_dialect("postgresql"), gone))
    assert words(found) == ["NOT LANDED", "CANNOT TELL", "NOT LANDED"]
    assert "does not exist" in found.frameworks[0].migrations[0].statements[1].evidence


def test_nothing_is_opened_for_a_database_that_no_statement_is_for(database: URL, archive: URL) -> None:
    class Never:
        name = "postgres"

        def open(self, url: URL, lane: str) -> None:
            raise AssertionError(conninfo(url))

    never = Other("elsewhere", Never(), archive)  # type: ignore[arg-type]
    found = assess(database, replace(never, name="elsewhere"))
    assert "elsewhere" not in str(found.coverage)
