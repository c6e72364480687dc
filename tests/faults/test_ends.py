"""Clocks that disagree, consoles that die, and links that end in the middle: nothing of ours stays on a server."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from console.core.ports import Link
from console.dialects import open_dialect
from console.dialects.mysql.wire import Wire as MyWire
from console.dialects.postgres import wire as pg_wire
from console.incident import Incident
from console.lanes import lane as lanes
from console.lanes.lane import Lane
from console.report.document import document
from console.wiring import Options, find, source
from tests.dialects.contract import Site
from tests.faults.stands import FEW, plain
from tests.faults.weather import Weather
from tests.headless import environment
from tests.screens.said import drawn
from tests.waiting import eventually

ON_BOTH = pytest.mark.parametrize("contract_server", FEW[:2], indirect=True)
MINUTE = 60.0


@dataclass(frozen=True)
class Skewed:
    """The clock of a machine that is wrong."""

    by: timedelta

    def now(self) -> datetime:
        return datetime.now(UTC) + self.by


def blocked(site: Site) -> None:
    """Somebody holds the table, and an ALTER waits for it."""
    holder, waiter = site.connect(), site.connect()
    holder.ask("BEGIN")
    holder.ask("SELECT * FROM t")
    waiter.start("ALTER TABLE t ADD late INT")
    eventually(lambda: site.is_waiting(waiter), every=site.pause)


@ON_BOTH
def test_a_clock_that_is_hours_off_makes_nobody_wait_for_hours(site: Site, tmp_path: Path) -> None:
    blocked(site)
    options = Options(url=site.url.render_as_string(hide_password=False), project=str(tmp_path))
    for hours in (-3, 3):
        incident = Incident(replace(source(find(options, {})), clock=Skewed(timedelta(hours=hours))))
        try:
            seen = incident.observe()
        finally:
            incident.stop()
        (tree,) = document(seen)["sessions"]["trees"]
        assert 0 <= tree["since_seconds"] < MINUTE
        assert 0 <= tree["waiters"][0]["since_seconds"] < MINUTE
        page = drawn(seen)
        assert " h" not in page.partition("BLOCKED")[2].partition("NEXT")[0]
        assert "STALE" not in page


def ours(site: Site) -> bool:
    """A session of ours is there."""
    if site.kind.startswith("pg"):
        sql = "SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'halfway%' AND datname = current_database()"
    else:
        sql = "SELECT 1 FROM information_schema.processlist WHERE db = database() AND id <> connection_id()"
    return bool(site.admin.ask(sql))


@ON_BOTH
def test_the_server_ends_what_a_dead_network_left(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert lanes.IDLE < pg_wire._IDLE < MINUTE
    assert lanes.IDLE < int(MyWire.idle) < MINUTE
    monkeypatch.setattr(pg_wire, "_IDLE", 1)
    monkeypatch.setattr(MyWire, "idle", "1")
    with Weather(site.url) as link:
        url = plain(link.url.set(database=site.url.database))
        with closing(open_dialect(url.drivername).open(url, "schema")):
            assert ours(site)
            link.freeze()
            eventually(lambda: not ours(site), seconds=10.0)


class Closable:
    """A link that only knows whether it was closed."""

    def __init__(self) -> None:
        self.closed = False

    def cancel(self) -> None:
        """Nothing runs."""

    def close(self) -> None:
        self.closed = True


def test_a_console_that_rests_lets_its_links_go_and_opens_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "IDLE", 0.05)
    made: list[Closable] = []

    def opened(_: str) -> Link:
        made.append(Closable())
        return cast("Link", made[-1])

    job: Callable[[Link], str] = lambda _: "read"  # noqa: E731 - one word
    rests = Lane("schema", opened, job)
    assert rests.turn().result(10) == "read"
    eventually(lambda: made[0].closed)
    rests.take()
    assert rests.turn().result(10) == "read"
    assert len(made) == 2
    rests.stop()
    rests.join(5)


READING = """
import sys
from console.dialects import open_dialect
from sqlalchemy.engine import make_url
link = open_dialect("postgresql").open(make_url(sys.argv[1]), "schema")
print("there", flush=True)
link._wire.read("SELECT pg_sleep(14)")
"""


@pytest.mark.parametrize("contract_server", FEW[:1], indirect=True)
def test_a_read_ends_with_its_process(site: Site) -> None:
    address = site.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", READING, address]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment()) as console:
        assert console.stdout
        assert console.stdout.readline() == b"there\n"
        runs = "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(14)%' AND pid <> pg_backend_pid()"
        eventually(lambda: site.admin.ask(runs))
        console.kill()
        eventually(lambda: not site.admin.ask(runs), seconds=6.0)


@pytest.mark.parametrize("contract_server", FEW, indirect=True)
def test_every_read_has_an_end_of_its_own_on_the_server(site: Site) -> None:
    limit = {"p": "SHOW statement_timeout", "m": "SELECT @@max_execution_time"}
    if site.kind == "mariadb":
        limit["m"] = "SELECT @@max_statement_time * 1000"
    for name, most in (("locks", 2), ("schema", 15)):
        with closing(site.link(name)) as link:
            said = str(vars(link)["_wire"].read(limit[site.kind[0]])[0][0])
            assert float(said.removesuffix("s")) in (most, most * 1000)
