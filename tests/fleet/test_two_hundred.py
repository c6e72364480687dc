"""Two hundred real databases on two servers, in every state there is: told apart in one answer, each read once.

One fleet is made for all of it, and one run of the command; what it printed is looked at from all sides. The logins of
the fleet may have eight connections on each server and no more: a ninth would make a database unreachable.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import URL, make_url

from console.drill.server import PrivatePostgres
from tests import mysql_servers, servers
from tests.fleet.fleets import Made, Project, fill_mysql, fill_postgres, refused, silent
from tests.headless import Answer, halfway
from tests.screens.terminal import terminal
from tests.waiting import eventually

POSTGRES = {"applied": 40, "half": 7, "failed": 4, "unrecorded": 3, "drifted": 2, "pending": 5}
MARIADB = {"applied": 120, "half": 6, "failed": 3, "unrecorded": 2, "drifted": 1, "pending": 4}
STATES = {
    "applied": "applied", "half": "half_applied", "failed": "failed", "unrecorded": "unrecorded",
    "drifted": "drifted", "pending": "pending", "blocked": "blocked", "dead": "unreachable",
}  # fmt: skip
BLOCKED = "pg_applied_1"
PATIENT = ("fleet", "--seconds", "60")
SECONDS = 60.0
"""What a loaded machine may take for a screen."""

pytestmark = pytest.mark.server


@dataclass(frozen=True)
class Seen:
    """The fleet, and what was said of it."""

    made: Made
    listed: Path
    json: Answer

    @property
    def lines(self) -> list[dict[str, Any]]:
        """A line each."""
        return [json.loads(line) for line in self.json.out.splitlines()]

    @property
    def databases(self) -> dict[str, dict[str, Any]]:
        """By name."""
        return {line["name"]: line for line in self.lines if line["kind"] == "database"}

    def words(self, *more: str) -> tuple[str, ...]:
        """The command again, resumed: nothing but what could not be looked at is read."""
        kept = self.listed.with_suffix(".jsonl")
        kept.write_text(self.json.out)
        return *PATIENT, str(self.listed), "--project", str(self.made.project.folder), "--resume", str(kept), *more

    def asked(self, *more: str) -> Answer:
        """What it says."""
        return halfway(*self.words(*more))


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    folder = tmp_path_factory.mktemp("fleet")
    made = Made(Project.at(folder / "project", 3))
    with PrivatePostgres(max(servers.MAJORS)) as postgres, mysql_servers.private("mariadb") as mariadb:
        fill_postgres(made, postgres.url, POSTGRES, login="fleet")
        fill_mysql(made, mariadb.url, MARIADB, login="fleet")
        with silent() as port, _blocked(postgres.url.set(database=BLOCKED)):
            made.kinds[BLOCKED] = "blocked"
            made.add("dead_refused", "dead", f"postgresql://x@127.0.0.1:{refused()}/shop")
            made.add("dead_silent", "dead", f"mysql://x:s3cret@127.0.0.1:{port}/shop")
            made.add("dead_password", "dead", mariadb.url.set(username="fleet", password="s3cret", database="shop"))
            listed = made.csv(folder / "fleet.csv")
            yield Seen(made, listed, halfway(*PATIENT, str(listed), "--project", str(made.project.folder), "--json"))


@contextmanager
def _blocked(url: URL) -> Iterator[None]:
    """A session waits behind another one that forgot its transaction."""
    with psycopg.connect(servers.conninfo(url)) as holder, psycopg.connect(servers.conninfo(url)) as waiter:
        holder.execute("LOCK TABLE t1")
        thread = Thread(target=lambda: waiter.execute("SELECT * FROM t1"), daemon=True)
        thread.start()
        waits = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        eventually(lambda: holder.execute(waits).fetchone() == (1,))
        yield
        holder.rollback()
        thread.join()


def test_every_one_is_told_apart(seen: Seen) -> None:
    told = {name: line["state"] for name, line in seen.databases.items()}
    assert told == {name: STATES[kind] for name, kind in seen.made.kinds.items()}
    assert len(told) == 200


def test_worst_wins(seen: Seen) -> None:
    assert seen.json.code == 3
    assert seen.lines[-1]["exit"] == 3
    codes = {STATES[kind]: seen.databases[name]["exit"] for name, kind in seen.made.kinds.items()}
    assert codes == {"applied": 0, "pending": 0, "half_applied": 1, "failed": 1, "unrecorded": 1, "drifted": 1,
                     "blocked": 1, "unreachable": 3}  # fmt: skip


def test_half_applied_says_at_which_statement(seen: Seen) -> None:
    halves = [seen.databases[name] for name in seen.made.names("half")]
    assert {(line["migration"], line["statement"], line["statements"], line["pattern"]) for line in halves} == {
        ("3", 2, 3, "LNN")
    }


def test_equal_incidents_are_one_line(seen: Seen) -> None:
    groups = {(group["state"], group["about"].partition(":")[0]): group["count"] for group in seen.lines[-1]["groups"]}
    assert groups["half_applied", "V3__t3, statement 2 of 3"] == 13
    assert groups["unrecorded", "V3__t3"] == 5
    assert groups["applied", "3 applied"] == 159
    unreached = [group["names"] for group in seen.lines[-1]["groups"] if group["state"] == "unreachable"]
    assert sorted(unreached) == [["dead_password"], ["dead_refused"], ["dead_silent"]]


def test_no_password_is_printed(seen: Seen) -> None:
    said = seen.json.out + seen.json.err
    assert "s3cret" not in said
    assert "k3pt" not in said


def test_an_earlier_run_is_taken_up_and_only_the_dead_are_asked_again(seen: Seen) -> None:
    again = [json.loads(line) for line in seen.asked("--json").out.splitlines()]
    fresh = {line["name"] for line in again if line["kind"] == "database" and not line["resumed"]}
    assert fresh == set(seen.made.names("dead"))
    assert again[-1]["states"] == seen.lines[-1]["states"]


def test_the_grid_as_text_has_a_line_for_each_state(seen: Seen) -> None:
    answer = seen.asked("--filter", "-silent")
    assert answer.code == 3
    words = [line.split("  ")[0] for line in answer.out.splitlines()[2:] if line[:1].isupper()]
    assert words[:3] == ["HALF APPLIED", "FAILED", "BLOCKED"]
    assert "V3__t3, statement 2 of 3" in answer.out


def test_a_wave_plan_is_written_and_nothing_is_run(seen: Seen) -> None:
    plan = seen.asked("--waves", "--wave-size", "3", "--filter", "-silent").out
    assert plan.startswith("# Wave plan")
    waves = [line for line in plan.splitlines() if line.startswith("## Wave")]
    assert [wave.partition(", ")[2].partition(",")[0] for wave in waves] == [
        "my: 1 database", "my: 2 databases", "my: 1 database", "pg: 3 databases", "pg: 2 databases",
    ]  # fmt: skip
    pending = seen.made.names("pending")
    assert all(f"# {name}: 1 pending" in plan for name in pending)
    assert plan.count("flyway -url=jdbc:") == len(pending)
    assert "halfway assess" in plan
    assert all(f"- {name}: half applied" in plan for name in seen.made.names("half"))
    assert "- dead_refused: " in plan.partition("## Nothing is known of these")[2]
    assert "s3cret" not in plan


def test_a_filter_leaves_the_others_alone(seen: Seen) -> None:
    answer = seen.asked("--filter", "pg_ -applied -half", "--json")
    names = {json.loads(line).get("name") for line in answer.out.splitlines()} - {None}
    assert names == {n for n in seen.made.kinds if n.startswith("pg_") and "applied" not in n and "half" not in n}
    assert answer.code == 1


def test_one_screen_tells_them_apart_and_opens_the_console_on_one(seen: Seen) -> None:
    with terminal(*seen.words("--filter", "-silent"), module="screens") as screen:
        screen.until(
            lambda: "199 databases, 31 need attention" in screen.text and "reading" not in screen.text, SECONDS
        )
        lines = [line[2:24].split("  ")[0] for line in screen.text.splitlines()[3:12]]
        assert lines == ["HALF APPLIED", "FAILED", "BLOCKED", "UNREACHABLE", "UNREACHABLE", "UNRECORDED", "DRIFTED",
                         "PENDING", "APPLIED"]  # fmt: skip
        assert "13  V3__t3, statement 2 of 3" in screen.text
        screen.type("\r")
        screen.shows("-HALF APPLIED")
        screen.type("\x1b[B\r")
        screen.until(lambda: "my_half_1 on 127.0.0.1" in screen.text and "NOT LANDED" in screen.text, SECONDS)
        screen.type("q")
        screen.until(lambda: "back from my_half_1" in screen.text, SECONDS)
        screen.type("q")
        assert screen.wait()[0] == 0
        assert screen.restored
        assert "k3pt" not in screen.written.decode()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param(("--databases", "pg_drift*,!*_2"), {"pg_drifted_1": "drifted"}, id="by a pattern"),
        pytest.param(
            ("--from-query", "SELECT 'one' AS name, 'pg_half_1' AS database UNION SELECT 'two', 'pg_pending_2'"),
            {"one": "half_applied", "two": "pending"}, id="by a query",
        ),
    ],
)  # fmt: skip
def test_a_server_says_itself_which_databases_it_has(seen: Seen, words: tuple[str, ...], found: dict[str, str]) -> None:
    answer = halfway(*PATIENT, seen.made.urls[BLOCKED], "--project", str(seen.made.project.folder), "--json", *words)
    lines = [json.loads(line) for line in answer.out.splitlines()]
    assert {line["name"]: line["state"] for line in lines if line["kind"] == "database"} == found


def test_the_servers_were_sent_nothing_that_changes(seen: Seen) -> None:
    with psycopg.connect(servers.conninfo(make_url(seen.made.urls[BLOCKED]))) as connection:
        assert connection.execute("SELECT count(*) FROM flyway_schema_history").fetchone() == (3,)
