"""An incident worked by two people and watched by a third, each in a pane of tmux: from half applied to healthy.

Whoever acts loses their terminal in the middle of a statement; their partner follows it to its end and does the rest.
"""

from __future__ import annotations

import grp
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from console.drill.server import PrivatePostgres, available
from tests.headless import halfway
from tests.observer.sent import LOGGED, not_reads, sent_to_postgres
from tests.servers import conninfo, run
from tests.sites import Site, shop
from tests.tools.tmux import Pane, Tmux, tmux
from tests.waiting import eventually

pytestmark = pytest.mark.slow

_GATE = 4711
SLOW = f"""CREATE FUNCTION size_of(total numeric) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN
  WHILE NOT pg_try_advisory_xact_lock_shared({_GATE}) LOOP PERFORM pg_sleep(0.05); END LOOP;
  RETURN CASE WHEN total > 100 THEN 'large' ELSE 'small' END; END $$"""
"""What takes as long as the test wants."""
INDEX = "CREATE INDEX orders_size_idx ON orders (size_of(total))"
LAST = "ALTER TABLE orders ADD COLUMN shipped_at timestamptz"
V3 = f"""CREATE TABLE carriers (id bigint PRIMARY KEY, name varchar(40) NOT NULL);
ALTER TABLE orders ADD COLUMN carrier varchar(40);
{INDEX};
{LAST};
"""
RUNNING = "SELECT pid FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'CREATE INDEX orders_size%'"


@dataclass(frozen=True)
class Stage:
    """A server that tells what it was sent, a project, and a room."""

    site: Site
    room: Path
    tmux: Tmux

    def url(self, login: str) -> str:
        """As somebody types it."""
        return self.site.url.set(drivername="postgresql", username=login).render_as_string()

    def person(self, name: str, origin: str) -> Pane:
        """A responder's console, which wants a partner for everything."""
        who = {"HALFWAY_NAME": name, "SSH_CONNECTION": f"{origin} 50000 10.0.0.1 22"}
        options = ("--project", str(self.site.folder), "--two-person", "all")
        return self.tmux.console(self.url(name.lower()), *options, **who)

    def running(self) -> bool:
        """Whether the slow statement runs."""
        with psycopg.connect(conninfo(self.site.url)) as other:
            return bool(other.execute(RUNNING).fetchall())


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Two of four statements of the third migration landed."""
    folder = tmp_path_factory.mktemp("three")
    with PrivatePostgres(max(available()), LOGGED) as server:
        run(server.url, "CREATE DATABASE shop", *(f"CREATE ROLE {name} LOGIN SUPERUSER" for name in ("ann", "bob")))
        run(server.url, "CREATE ROLE watcher LOGIN", "GRANT pg_read_all_stats, pg_read_all_data TO watcher")
        site = shop(folder / "project", server.url.set(database="shop"))
        site.run("INSERT INTO orders VALUES (1, 1), (2, 200)", SLOW)
        site.row(site.file("2", f"{SLOW};\n"))
        site.file("3", V3)
        site.run(*V3.split(";\n")[:2])
        room = folder / "room"
        made = halfway("room", "make", str(room), "--group", grp.getgrgid(os.getegid()).gr_name)
        assert made.code == 0, made.err
        with tmux(HALFWAY_ROOM=str(room)) as window:
            yield Stage(site, room, window)


@pytest.fixture(scope="module")
def report(stage: Stage) -> str:
    """What is told afterwards of all that the three lived through."""
    with psycopg.connect(conninfo(stage.site.url), autocommit=True) as gate:
        gate.execute(f"SELECT pg_advisory_lock({_GATE})")
        ann = stage.person("Ann", "10.0.0.5")
        ann.shows("HALF APPLIED", "f finish")
        bob = stage.person("Bob", "10.0.0.6")
        dora = stage.tmux.console("observe", stage.url("watcher"), "--project", str(stage.site.folder))
        bob.shows("HALF APPLIED", "WHEEL Ann")
        dora.shows("HALF APPLIED", "OBSERVER WHEEL Ann", "no writer in this process")
        _agreed(ann, bob)
        eventually(stage.running)
        dora.shows("Ann (root): acting statement 3 of V3__change_3")
        bob.shows("i follows what is in flight: statement 3 of V3__change_3")
        ann.shows(f"NOW statement 3 of V3__change_3 RUNS {INDEX}", "Step 1 of 3 is being done.")
        ann.kill()
        _taken(bob)
        assert stage.running()
        bob.type("i")
        bob.shows("SENT statement 3", "by Ann (root)", INDEX, "is still on the server: active")
    bob.shows("Nothing is in flight any more")
    bob.type("", "Escape")
    bob.shows("[1 Incident]", "3 of 4 statements landed")
    _done_alone(bob)
    dora.shows("HEALTHY")
    for each in (bob, dora):
        each.type("q")
    told = halfway("report", "--journal", str(stage.room / "desk" / "journal.db"))
    assert told.code == 0, told.err
    return told.out


def _agreed(ann: Pane, bob: Pane) -> None:
    """She wants it, he reads it and types its phrase."""
    ann.type("f")
    ann.shows("Type finish 3 to do it")
    ann.type("finish 3", "Enter")
    ann.shows("Enter asks a partner: Bob (root) can agree")
    ann.type("", "Enter")
    ann.shows("s left: Bob (root) can agree", INDEX)
    bob.shows("P reads: Ann (root) waits for a partner: Finish V3__change_3")
    bob.type("P")
    bob.shows("Finish V3__change_3: a partner is asked", INDEX, LAST, "Type finish 3 to agree")
    bob.type("finish 3", "Enter")


def _taken(bob: Pane) -> None:
    """The wheel of somebody who is gone; without it nothing is done."""
    bob.shows("WHEEL free")
    bob.type("f")
    bob.shows("REFUSED A step is still in flight: statement 3 of V3__change_3", "w takes it over")
    bob.type("", "Escape")
    bob.shows("[1 Incident]")
    bob.type("w")
    bob.until(lambda: "to act from here" in bob.flat)
    bob.type(bob.flat.partition("Type ")[2].partition(" to act")[0], "Enter")
    bob.until(lambda: "[1 Incident]" in bob.flat and "WHEEL free" not in bob.flat)


def _done_alone(bob: Pane) -> None:
    """What is left, with nobody there who could agree."""
    bob.type("f")
    bob.shows("Type finish 3 to do it")
    bob.type("finish 3", "Enter")
    bob.shows("nobody else is in the room. Or type alone: REASON")
    bob.type("alone: Ann's terminal died", "Enter")
    bob.shows("DONE after", "Esc back")
    bob.type("", "Escape")
    bob.shows("HEALTHY 3 migrations applied")


def test_it_goes_from_half_applied_to_healthy(stage: Stage, report: str) -> None:
    found = halfway("assess", stage.url("watcher"), "--project", str(stage.site.folder), "--json")
    assert (found.code, found.verdict["state"], set(found.states.values())) == (0, "healthy", {"applied"})


@pytest.mark.parametrize(
    "told",
    ["Ann (root", "Bob (root", "Ann's terminal died", INDEX, LAST, 'INSERT INTO "public"."flyway_schema_history"',
     "agrees to: Finish V3",
     "Outcome: unknown", "Outcome: done", "takes the wheel", "gives the wheel back", "HALF APPLIED", "HEALTHY"],
)  # fmt: skip
def test_the_report_tells_the_story(report: str, told: str) -> None:
    assert told.casefold() in report.casefold()


def test_what_was_done_alone_stands_before_the_timeline(report: str) -> None:
    assert report.index("Ann's terminal died") < report.index("joins")


def test_the_observer_sent_reads_and_settings_alone(stage: Stage, report: str) -> None:
    sent = sent_to_postgres(stage.site.url, "watcher")
    assert len(sent) > 5
    assert not_reads("postgresql", sent) == []
