"""Rails' own lock while a real run of it waits: who holds it, who migrates, and what ends what."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.observation import Tracking
from console.core.session import MigrationSession
from tests.incidents.rails_cases import BASE, BROKEN, FIRST, LATE, NICK
from tests.incidents.test_rails_failures import assess
from tests.mysql_servers import MyConnect, MyServer, ask, run
from tests.rails.making import change
from tests.rails.project import RailsProject, make_project
from tests.servers import Connect
from tests.tools.debian import Wanted
from tests.tools.rails import RAILS_61, RAILS_72
from tests.waiting import eventually


def opened(folder: Path, url: URL, wanted: Wanted = RAILS_61) -> RailsProject:
    """The shop, and a migration that will have to wait for somebody."""
    project = make_project(folder, url, wanted)
    project.add(f"{FIRST}_make_shop", BASE)
    made = project.run("migrate")
    assert made.code == 0, made.said
    project.add(f"{BROKEN}_change_shop", change(f"{NICK}\n{LATE}", name="ChangeShop"))
    return project


@contextmanager
def migrating(project: RailsProject) -> Iterator[subprocess.Popen[bytes]]:
    """A run that does not get to its end; it is ended here."""
    process = project.started("migrate")
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def seen(project: RailsProject) -> tuple[MigrationSession, MigrationSession] | None:
    """Who migrates and who holds the lock, once both are there."""
    found = assess(project).blocked.migration
    working = [one for one in found if one.statement == 2]
    holding = [one for one in found if one.holds_tool_lock]
    return (working[0], holding[0]) if working and holding else None


def tell(project: RailsProject) -> None:
    eventually(lambda: seen(project) is not None)
    both = seen(project)
    assert both is not None
    working, holding = both
    assert working.migration == BROKEN
    assert working.why == f"runs statement 2 of {BROKEN}_change_shop"
    assert working.session.id != holding.session.id
    assert holding.why == (
        "holds Rails's lock: in a session of its own, and ending that one does not end the migration"
    )
    again = project.run("migrate")
    assert (again.code, "ConcurrentMigrationError" in again.said) == (1, True), again.said


def test_rails_lock_is_held_by_an_idle_session_on_postgres(tmp_path: Path, database: URL, connect: Connect) -> None:
    project = opened(tmp_path / "app", database)
    holder = connect()
    holder.execute("BEGIN")
    holder.execute("SELECT count(*) FROM orders")
    with migrating(project):
        tell(project)
        both = seen(project)
        assert both is not None
        holder.execute(f"SELECT pg_terminate_backend({int(both[1].session.id)})".encode())
        found = assess(project).blocked.migration
        assert [one.statement for one in found if one.migration == BROKEN] == [2], "it still waits, and will land"


def test_since_7_2_the_session_that_migrates_holds_it(tmp_path: Path, database: URL, connect: Connect) -> None:
    project = opened(tmp_path / "app", database, RAILS_72)
    holder = connect()
    holder.execute("BEGIN")
    holder.execute("SELECT count(*) FROM orders")
    with migrating(project):
        eventually(lambda: any(one.statement == 2 for one in assess(project).blocked.migration))
        (working,) = assess(project).blocked.migration
        assert (working.statement, working.holds_tool_lock) == (2, True)
        assert _tracking(project).lock_note == ": this session migrates, and ending it ends the migration"


def _tracking(project: RailsProject) -> Tracking:
    (reading,) = assess(project).observation.tracking
    assert reading.value is not None
    return reading.value


@pytest.fixture
def locks_are_told(my_server: MyServer) -> Iterator[None]:
    """MariaDB tells of such locks only with its plugin."""
    if not my_server.is_mariadb:
        yield
        return
    run(my_server.url, "INSTALL SONAME 'metadata_lock_info'")
    try:
        yield
    finally:
        run(my_server.url, "UNINSTALL SONAME 'metadata_lock_info'")


@pytest.mark.usefixtures("locks_are_told")
def test_rails_lock_is_held_by_an_idle_session_on_mysql(
    tmp_path: Path, my_database: URL, my_connect: MyConnect
) -> None:
    project = opened(tmp_path / "app", my_database)
    holder = my_connect()
    ask(holder, "BEGIN")
    ask(holder, "SELECT count(*) FROM orders")
    with migrating(project):
        tell(project)
