"""Flyway's own lock as the servers have it: who holds it, who waits for it, and what both are called."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.assessment import Assessment
from console.core.session import MigrationSession, walk
from console.frameworks.flyway.ledger import lock_names
from console.incident import Incident
from console.report import as_text
from console.report.document import document
from console.wiring import Options, find, source
from screens import locks
from screens.lock_details import details
from screens.look import Look
from tests.dialects.my_fixtures import MyWaits
from tests.incidents.mysql_flyway import MySite, id_of
from tests.mysql_servers import MyConnect, MyServer, ask, run
from tests.servers import Connect
from tests.sites import V2, Site, shop
from tests.test_incident import incident_on

NUMBER = "77433833903597"


def swept(incident: Incident) -> Assessment:
    """One sweep."""
    try:
        return incident.observe()
    finally:
        incident.stop()


def holder(seen: Assessment) -> MigrationSession:
    (found,) = (own for own in seen.blocked.migration if own.holds_tool_lock)
    return found


def shown(seen: Assessment, session: str) -> str:
    """The locks page, and what it tells of a session."""
    lines = [*locks.page(seen, Look(unfolded=True), 120), *details(seen, f"s/{session}", 120)]
    return " ".join(" ".join(line.text for line in lines).split())


@pytest.fixture
def site(tmp_path: Path, database: URL) -> Site:
    found = shop(tmp_path, database)
    found.file("2", V2)
    return found


def test_flyway_lock_is_held_by_the_session_that_keeps_the_history(site: Site, connect: Connect) -> None:
    main = connect()
    main.execute("BEGIN")
    assert main.execute(f"SELECT pg_try_advisory_xact_lock({NUMBER})".encode()).fetchone() == (True,)
    seen = swept(incident_on(site))
    found = holder(seen)
    assert (found.session.id, found.client) == (str(main.info.backend_pid), "there")
    assert found.tool_lock == f"advisory {NUMBER} (Flyway's lock)"
    assert found.why == (
        "holds Flyway's lock, in a transaction, and writes the history: another session migrates, ending this one does "
        "not stop that, and what that does outside a transaction then gets no row"
    )
    told = shown(seen, found.session.id)
    assert f"waits for nobody: {found.why[:40]}" in told
    assert f"client there. It holds advisory {NUMBER} (Flyway's lock), not before " in told
    told_in_json = document(seen)["sessions"]["migration"][0]
    assert (told_in_json["why"], told_in_json["tool_lock"]) == (found.why, found.tool_lock)
    assert f"RUNNING  session {found.session.id}: {found.why}; client there" in as_text(seen)


def test_a_lock_of_the_whole_session_is_called_so(site: Site, connect: Connect) -> None:
    site.configured(**{"postgresql.transactional.lock": "false"})
    main = connect()
    main.execute(f"SELECT pg_advisory_lock({NUMBER})".encode())
    why = holder(swept(incident_on(site))).why
    assert why.startswith("holds Flyway's lock, as long as it is connected, and writes the history: ")


def test_the_lock_of_another_history_is_nobodys(site: Site, connect: Connect) -> None:
    connect().execute(f"SELECT pg_advisory_lock({int(NUMBER) + 1})".encode())
    assert swept(incident_on(site)).blocked.migration == ()


@pytest.fixture
def my_site(tmp_path: Path, my_database: URL, my_server: MyServer) -> Iterator[MySite]:
    """MariaDB tells of such locks only with its plugin."""
    made = MySite(tmp_path / "shop", my_database).make()
    if not my_server.is_mariadb:
        yield made
        return
    run(my_server.url, "INSTALL SONAME 'metadata_lock_info'")
    try:
        yield made
    finally:
        run(my_server.url, "UNINSTALL SONAME 'metadata_lock_info'")


def test_on_mysql_the_session_that_migrates_holds_it_and_another_run_waits(
    my_site: MySite, my_server: MyServer, my_connect: MyConnect, my_waits: MyWaits
) -> None:
    ledger = f"{my_site.url.database}.flyway_schema_history"
    taken = lock_names(None, ledger, "mariadb")[0]
    main = my_connect()
    assert ask(main, f"SELECT GET_LOCK('{taken}', 10)") == [(1,)]
    other = my_waits(f"SELECT GET_LOCK('{taken}', 30)", state="ser lock")
    address = my_site.url.render_as_string(hide_password=False)
    seen = swept(Incident(source(find(Options(url=address, project=str(my_site.folder)), {}))))
    found = holder(seen)
    named = f"{lock_names(None, ledger, my_server.kind)[0]} (Flyway's lock)"
    assert (found.session.id, found.client, found.tool_lock) == (str(id_of(main)), "there", f"advisory {named}")
    assert found.why == "holds Flyway's lock: it is the session that migrates too"
    (waiter,) = (node for node in walk(seen.blocked.trees) if node.session.id == other)
    assert (waiter.above, waiter.waits_for) == (found.session.id, f"user lock {named}")
    assert named in shown(seen, found.session.id)
