"""The life of an incident on real servers: lost, swapped and hanging links, and what is left when it stops."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import URL

from console.core.assessment import Assessment, Overall
from console.core.observation import Health, Reading
from console.core.ports import Framework
from console.dialects.postgres.link import PostgresLink
from console.dialects.postgres.wire import Wire
from console.drill.server import PrivatePostgres, available
from console.incident import Incident
from console.report import document
from console.wiring import Options, find, source
from tests.servers import Connect, run
from tests.sites import V2, Site, shop
from tests.waiting import eventually

pytestmark = pytest.mark.first_of("sweeps one after another")

OURS = (
    "SELECT pid, state, xact_start FROM pg_stat_activity"
    " WHERE application_name LIKE 'halfway%' AND datname = current_database()"
)


@contextmanager
def watching(site: Site, interval: float = 1.0) -> Iterator[tuple[Incident, list[Assessment]]]:
    """A started incident and what it delivered, newest last."""
    seen: list[Assessment] = []
    incident = incident_on(site)
    incident.start(seen.append, interval)
    try:
        yield incident, seen
    finally:
        incident.stop()


def incident_on(site: Site) -> Incident:
    """Nothing is opened yet."""
    return Incident(source(find(Options(url=site.address, project=str(site.folder)), {})))


def told(assessment: Assessment) -> dict[str, Any]:
    """Everything it says, apart from times and from how many sessions there are: those that set it up may still end."""
    found = document(assessment)
    del found["taken_at"], found["sessions"]["total"]
    return found


@pytest.fixture
def site(tmp_path: Path, database: URL) -> Site:
    return shop(tmp_path, database)


def test_sweeps_with_nothing_new_are_equal_and_judge_nothing_again(site: Site) -> None:
    site.file("2", V2)
    incident = incident_on(site)
    try:
        first, second = incident.observe(), incident.observe()
    finally:
        incident.stop()
    assert told(first) == told(second)
    assert first.observation.schema.value is second.observation.schema.value
    assert first.observation.tracking[0].value is second.observation.tracking[0].value
    assert [m.statements for m in first.frameworks[0].migrations] == [
        m.statements for m in second.frameworks[0].migrations
    ]


def test_a_steady_sweep_asks_each_connection_at_most_four_things(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[int, list[str]] = {}
    read = Wire.cursor

    def counted(wire: Wire, sql: str, *more: Any) -> Any:
        asked.setdefault(id(wire), []).append(sql)
        return read(wire, sql, *more)

    incident = incident_on(site)
    try:
        incident.observe()
        monkeypatch.setattr(Wire, "cursor", counted)
        incident.observe()
    finally:
        incident.stop()
    counts = sorted(len(sent) for sent in asked.values())
    assert len(counts) == 3
    assert counts[-1] <= 5, asked  # the fifth only when some transaction ended since the last sweep
    assert sum(counts) <= 12


def test_what_changes_in_the_database_is_seen(site: Site) -> None:
    site.file("2", V2)
    with watching(site) as (_, seen):
        eventually(lambda: seen and seen[-1].overall is Overall.HEALTHY)
        site.run(V2.split(";\n")[0])
        eventually(lambda: seen[-1].overall is Overall.INCIDENT)
        site.run(V2.split(";\n")[1])
        site.row(site.folder / "sql" / "V2__change_2.sql")
        eventually(lambda: seen[-1].overall is Overall.HEALTHY)


def test_a_refresh_sees_changed_files_at_once_even_while_paused(site: Site) -> None:
    with watching(site) as (incident, seen):
        eventually(lambda: seen and seen[-1].frameworks)
        incident.pause()
        site.file("2", V2)
        incident.refresh()
        eventually(lambda: len(seen[-1].frameworks[0].migrations) == 2)


def test_a_refresh_is_not_answered_by_a_turn_that_began_before_it(site: Site) -> None:
    hold, has_read, goes_on = (threading.Event() for _ in range(3))
    with watching(site) as (incident, seen):
        eventually(lambda: seen and seen[-1].frameworks)
        reader = incident._schema_reader
        read = reader._source.read_files

        def slowly(framework: Framework, *given: Any) -> Any:
            found = read(framework, *given)
            if hold.is_set() and framework.name == "flyway":
                has_read.set()
                assert goes_on.wait(30)
            return found

        reader._source = replace(reader._source, read_files=slowly)
        hold.set()
        incident.pause()
        incident.refresh()
        assert has_read.wait(30)
        site.file("2", V2)
        before = len(seen)
        incident.refresh()
        eventually(lambda: len(seen) >= before + 2)
        goes_on.set()
        eventually(lambda: len(seen[-1].frameworks[0].migrations) == 2)


def test_pausing_stops_and_resuming_goes_on_at_once(site: Site) -> None:
    with watching(site) as (incident, seen):
        eventually(lambda: seen)
        incident.set_interval(0)
        assert incident.interval == 1.0
        incident.pause()
        incident.set_interval(600)
        count = len(seen)
        threading.Event().wait(1.5)
        assert len(seen) <= count + 1
        count = len(seen)
        incident.resume()
        eventually(lambda: len(seen) > count, 3)


def test_a_lost_link_keeps_the_last_values_and_comes_back_by_itself(site: Site, connect: Connect) -> None:
    watch = connect()
    allow = f"ALTER DATABASE {site.url.database} ALLOW_CONNECTIONS"
    with watching(site) as (incident, seen):
        eventually(lambda: seen and seen[-1].overall is Overall.HEALTHY)
        run(site.url.set(database="postgres"), f"{allow} false")
        watch.execute(f"SELECT pg_terminate_backend(pid) FROM ({OURS}) o")
        eventually(lambda: seen[-1].observation.schema.health is seen[-1].observation.sessions.health is Health.STALE)
        stale = seen[-1]
        assert stale.observation.sessions.value
        assert [m.state.value for m in stale.frameworks[0].migrations] == ["applied"]
        assert stale.summary.startswith("cannot tell:")
        parts: list[Reading[Any]] = [stale.observation.server, stale.observation.locks, *stale.observation.tracking]
        assert all(part.reason for part in parts)
        eventually(lambda: incident.failure() and "not currently accepting" in str(incident.failure()))
        run(site.url.set(database="postgres"), f"{allow} true")
        eventually(lambda: seen[-1].overall is Overall.HEALTHY)
        assert incident.failure() is None


def test_a_server_that_is_gone_is_stale_and_another_at_its_address_is_read_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with PrivatePostgres(max(available())) as first:
        site = shop(tmp_path, first.url)
        port = first.url.port
        with watching(site) as (incident, seen):
            eventually(lambda: seen and seen[-1].overall is Overall.HEALTHY)
            before = seen[-1].observation.server.value
            first.stop_now()
            eventually(lambda: seen[-1].observation.schema.health is Health.STALE)
            last = seen[-1]
            assert last.frameworks[0].migrations[0].state.value == "applied"
            assert last.summary.startswith("cannot tell:")
            assert incident.failure() is not None
            monkeypatch.setattr("console.drill.server.free_port", lambda: port)
            with PrivatePostgres(max(available())) as second:
                Site(tmp_path, second.url).run("CREATE TABLE stranger (id int)")
                found = eventually(lambda: seen[-1].observation.schema.health is Health.OK and seen[-1], 20)
                assert found
                schema = found.observation.schema.value
                assert schema is not None
                assert "stranger" in {thing.ref.name for thing in schema.things}
                after = eventually(lambda: seen[-1].observation.server.value)
                assert before is not None
                assert after is not None
                assert before.identity != after.identity
                assert [m.state.value for m in seen[-1].frameworks[0].migrations] == ["pending"]


def hanging(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """That read waits on the server until it is cancelled or its limit ends it."""

    def hang(link: PostgresLink) -> Any:
        link._wire.read("SELECT pg_sleep(60)")

    monkeypatch.setattr(PostgresLink, name, hang)


def test_a_hanging_read_holds_up_only_its_own_lane(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    hanging(monkeypatch, "schema")
    with watching(site) as (_, seen):
        eventually(lambda: seen, 2.5)
        assert seen[0].observation.sessions.health is Health.OK
        assert seen[0].observation.schema.reason == "no answer yet"
        assert seen[0].summary.startswith("cannot tell:")
        eventually(lambda: len(seen) >= 3, 5)


@pytest.mark.parametrize("name", ["schema", "sessions", "locks", "server"])
def test_it_stops_within_a_second_while_a_query_hangs_and_leaves_no_session(
    site: Site, connect: Connect, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    hanging(monkeypatch, name)
    watch = connect()
    incident = incident_on(site)
    incident.start(lambda _: None)
    eventually(lambda: watch.execute(f"{OURS} AND query LIKE '%pg_sleep(60)%' AND state = 'active'").fetchall())
    began = time.monotonic()
    incident.stop()
    assert time.monotonic() - began < 1.0
    eventually(lambda: not watch.execute(OURS).fetchall(), 2)


def test_a_count_is_cancelled_when_it_stops(site: Site, connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    site.file("2", "ALTER TABLE orders ADD COLUMN a int;\nUPDATE orders SET a = 1 WHERE a IS NULL;\n")
    site.run("ALTER TABLE orders ADD COLUMN a int")
    watch = connect()
    incident = incident_on(site)
    incident.observe()

    def count(link: PostgresLink, *_: object) -> int:
        link._wire.patient(60)
        with link._wire.with_settings({"statement_timeout": "60s"}):
            link._wire.read("SELECT pg_sleep(60)")
        return 0

    monkeypatch.setattr(PostgresLink, "count", count)
    incident.count("2", 2)
    eventually(lambda: watch.execute(f"{OURS} AND query LIKE '%pg_sleep(60)%' AND state = 'active'").fetchall())
    began = time.monotonic()
    incident.stop()
    assert time.monotonic() - began < 1.0
    eventually(lambda: not watch.execute(OURS).fetchall(), 2)


def test_a_count_asked_for_comes_with_a_later_assessment(site: Site) -> None:
    site.file("2", "ALTER TABLE orders ADD COLUMN a int;\nUPDATE orders SET a = 1 WHERE a IS NULL;\n")
    site.run("ALTER TABLE orders ADD COLUMN a int", "INSERT INTO orders VALUES (1)")
    with watching(site, interval=600) as (incident, seen):
        eventually(lambda: seen and seen[-1].frameworks)
        incident.count("2", 2)
        eventually(lambda: seen[-1].frameworks[0].migrations[1].statements[1].remaining_rows == 1)


def test_nothing_of_ours_stays_in_a_transaction(site: Site, connect: Connect) -> None:
    watch = connect()
    with watching(site) as (_, seen):
        eventually(lambda: len(seen) >= 2)
        eventually(lambda: all(state == "idle" for _, state, _ in watch.execute(OURS).fetchall()))
        assert all(begun is None for _, state, begun in watch.execute(OURS).fetchall() if state == "idle")
    eventually(lambda: not watch.execute(OURS).fetchall())


def test_a_locked_ledger_keeps_the_rows_that_were_read(site: Site, connect: Connect) -> None:
    other = connect()
    with watching(site) as (_, seen):
        eventually(lambda: seen and seen[-1].overall is Overall.HEALTHY)
        other.execute("BEGIN; LOCK TABLE flyway_schema_history IN ACCESS EXCLUSIVE MODE")
        eventually(lambda: seen[-1].observation.tracking[0].health is Health.LOCKED)
        assert [m.state.value for m in seen[-1].frameworks[0].migrations] == ["applied"]
        assert seen[-1].summary.startswith("cannot tell:")
        other.execute("ROLLBACK")
        eventually(lambda: seen[-1].overall is Overall.HEALTHY)


def broken(*_: object) -> Any:
    """A mistake of ours."""
    raise ZeroDivisionError("ours")


@pytest.mark.parametrize("name", ["locks", "sessions", "schema", "rows", "tables_named", "fingerprint"])
def test_a_mistake_in_a_read_is_told_and_the_rest_goes_on(
    site: Site, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(PostgresLink, name, broken)
    incident = incident_on(site)
    try:
        found = incident.observe()
    finally:
        incident.stop()
    assert any(isinstance(problem, ZeroDivisionError) for problem in incident.surprises)
    assert found.observation.server.complete
    if name != "fingerprint":
        assert any("ZeroDivisionError" in gap.reason for gap in found.coverage)
        assert found.summary.startswith("cannot tell:")


def test_a_mistake_in_judging_is_told_and_claims_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.incident.assess", broken)
    with watching(site) as (incident, seen):
        eventually(lambda: len(seen) >= 2)
        assert seen[-1].summary.startswith("cannot tell:")
        assert "ZeroDivisionError" in seen[-1].summary
        assert seen[-1].exit_code == 1
        assert incident.surprises


def test_a_failure_to_show_does_not_end_the_watch(site: Site) -> None:
    calls: list[Assessment] = []

    def show(assessment: Assessment) -> None:
        calls.append(assessment)
        if len(calls) == 1:
            raise RuntimeError("the screen is not there yet")

    incident = incident_on(site)
    incident.start(show, 1.0)
    try:
        eventually(lambda: len(calls) >= 2, 5)
    finally:
        incident.stop()
