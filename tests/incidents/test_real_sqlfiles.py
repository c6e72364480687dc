"""Real tools that run SQL files fail for real reasons at a first, a middle and a last statement, and are killed; then
what is told, and what the tool itself says and writes after each way out, on MariaDB and on PostgreSQL.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL

from console.core.assessment import Assessment
from console.core.intent import Intent, Verb
from tests import mysql_servers, servers
from tests.frameworks.making import write
from tests.incidents.real_tools import TOOLS, Change, Tool
from tests.incidents.test_sqlfiles import carried_out, responding
from tests.incidents.told import assessed, judged_of, letters, states
from tests.mysql_servers import MyServer, ask, open_connection
from tests.servers import ServerUnderTest, conninfo
from tests.waiting import eventually

pytestmark = [
    pytest.mark.parametrize("my_server", ["mariadb"], indirect=True, scope="session"),
    pytest.mark.parametrize("postgres_server", [16], indirect=True, scope="session"),
    pytest.mark.parametrize("told", TOOLS, indirect=True, scope="module"),
]

BASE = Change(("CREATE TABLE customers (id int PRIMARY KEY, email varchar(80) NOT NULL)",))
MIDDLE = Change((
    "ALTER TABLE customers ADD COLUMN nick varchar(40)",
    "CREATE TABLE notes (id int PRIMARY KEY, body varchar(80))",
    "CREATE UNIQUE INDEX uq_email ON customers (email)",
    "CREATE INDEX ix_nick ON customers (nick)",
))  # fmt: skip
FIRST = Change(("CREATE UNIQUE INDEX uq_body ON notes (body)", "ALTER TABLE notes ADD COLUMN seen int"))
LAST = Change(
    (
        "ALTER TABLE notes ADD COLUMN kind int DEFAULT 9",
        "ALTER TABLE notes ADD CONSTRAINT fk_kind FOREIGN KEY (kind) REFERENCES customers (id)",
    ),
    ("ALTER TABLE notes DROP CONSTRAINT fk_kind", "ALTER TABLE notes DROP COLUMN kind"),
)
KILLED = Change((
    "CREATE TABLE logs (id int)", "ALTER TABLE customers ADD COLUMN age int", "CREATE TABLE tags (id int)",
))  # fmt: skip
MANY = ("INSERT INTO customers VALUES (1, 'a@x'), (2, 'a@x')", "UPDATE customers SET email = 'b@x' WHERE id = 2",
        "INSERT INTO notes (id, body) VALUES (1, 'b'), (2, 'b')", "DELETE FROM notes WHERE id = 2",
        "INSERT INTO customers (id, email) VALUES (9, 'c@x')")  # fmt: skip
Rows = list[tuple[object, ...]]


@dataclass
class Place:
    """One tool's project and database."""

    tool: Tool
    kind: str
    folder: Path
    url: URL

    def run(self, *sql: str) -> None:
        """By hand."""
        (servers if self.kind == "postgresql" else mysql_servers).run(self.url, *sql)

    def lay(self, *changes: Change) -> None:
        """The project has these migrations."""
        write(self.folder, self.tool.lay(changes, self.url))

    def go(self) -> int:
        """The tool runs all that is pending."""
        return self.tool.command(self.folder, self.url).run().code

    def seen(self) -> Assessment:
        """As Halfway sees it."""
        return assessed(self.folder, {})

    def told(self, number: int) -> tuple[str, str]:
        """Letters and state of that migration."""
        found, name = self.seen(), self.tool.id(number)
        return letters(judged_of(found, name)), states(found)[name]

    def act(self, verb: Verb, number: int) -> None:
        """A way out of it, carried out."""
        with responding(self.folder, {}, self.tool.name, self.kind) as ann:
            carried_out(ann, Intent(verb, migration=self.tool.id(number), framework=self.tool.name, reason="a test"))

    def rows(self) -> Rows:
        """What the tool's ledger says."""
        postgres = self.kind == "postgresql"
        apart = {"drizzle": "drizzle." if postgres else "", "change": '"change"' if postgres else "`change`",
                 "sqitch": "sqitch."}  # fmt: skip
        sql = self.tool.ledger.format(**apart)
        if postgres:
            with psycopg.connect(conninfo(self.url)) as other:
                return list(other.execute(sql.encode()).fetchall())
        with open_connection(self.url) as other:
            return ask(other, sql)

    def killed(self) -> int:
        """The tool's code after kill -9, while its second statement waits for a lock; its session is ended, too."""
        if self.kind == "postgresql":
            return self._killed_on_postgres()
        mine, locked = f"db = '{self.url.database}'", "state LIKE 'Waiting for table metadata lock%'"
        waiting = f"SELECT id FROM information_schema.processlist WHERE {mine} AND {locked}"
        with open_connection(self.url) as other, open_connection(self.url) as watch:
            ask(other, "BEGIN")
            ask(other, "SELECT * FROM customers")
            code = self.tool.command(self.folder, self.url).killed(lambda: eventually(lambda: ask(watch, waiting)))
            for (session,) in ask(watch, waiting):
                ask(watch, f"KILL {session}")
            eventually(lambda: not ask(watch, waiting))
            ask(other, "ROLLBACK")
        return code

    def _killed_on_postgres(self) -> int:
        waiting = "FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        with (
            psycopg.connect(conninfo(self.url)) as other,
            psycopg.connect(conninfo(self.url), autocommit=True) as watch,
        ):
            other.execute("SELECT * FROM customers")
            look = f"SELECT 1 {waiting}".encode()
            code = self.tool.command(self.folder, self.url).killed(
                lambda: eventually(lambda: watch.execute(look).fetchall())
            )
            watch.execute(f"SELECT pg_terminate_backend(pid) {waiting}".encode())
            eventually(lambda: not watch.execute(look).fetchall())
        return code


@dataclass
class Told:
    """What was told and done, from the first failure to the end."""

    tool: Tool
    where: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Where it stopped -> letters and state."""
    ran: dict[str, bool] = field(default_factory=dict)
    """What the tool's own run said after each way out: it had nothing to object to."""
    rows: dict[str, Rows] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)


Both = dict[str, Told]


@pytest.fixture(scope="module")
def told(
    request: pytest.FixtureRequest, my_server: MyServer, postgres_server: ServerUnderTest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Both:  # fmt: skip
    tool = TOOLS[request.param]
    with mysql_servers.fresh_database(my_server) as mine, servers.fresh_database(postgres_server) as theirs:
        urls = {"mariadb": mine, "postgresql": theirs}
        return {kind: lived(Place(tool, kind, tmp_path_factory.mktemp(tool.name), urls[kind])) for kind in tool.on}


def lived(place: Place) -> Told:
    """Every failure, and the ways out of it."""
    found, tool = Told(place.tool), place.tool

    def fails(where: str, number: int, sql: str, *changes: Change) -> None:
        place.lay(*changes)
        place.run(sql)
        found.ran[f"{where} fails"] = place.go() == 0
        found.where[where] = place.told(number)

    place.lay(BASE)
    found.ran["base"] = place.go() == 0
    fails("middle", 2, MANY[0], BASE, MIDDLE)
    if found.where["middle"][0] != "NNNN":
        place.act(Verb.ROLL_BACK, 2)
    elif tool.keeps_failures:
        place.act(Verb.MARK_NOT_RAN, 2)
    found.where["rolled back"] = place.told(2)
    found.rows["rolled back"] = place.rows()
    found.ran["again fails"] = place.go() == 0
    _ended(place, found)
    fails("first", 3, MANY[2], BASE, MIDDLE, FIRST)
    _mended(place, found, "first", 3, MANY[3])
    fails("last", 4, "SELECT 1", BASE, MIDDLE, FIRST, LAST)
    _mended(place, found, "last", 4, MANY[4])
    place.lay(BASE, MIDDLE, FIRST, LAST, KILLED)
    found.ran["killed fails"] = place.killed() == 0
    seen = place.seen()
    found.states, found.where["killed"] = states(seen), (letters(judged_of(seen, tool.id(5))), "")
    return found


def _ended(place: Place, found: Told) -> None:
    """Finished by Halfway where something landed, and run by the tool itself: the rows are the same."""
    landed, tool = found.where["middle"][0] != "NNNN", place.tool
    if not (landed and tool.records):
        _mended(place, found, "middle", 2, MANY[1])
    else:
        place.run(MANY[1])
        place.act(Verb.FINISH, 2)
        found.ran["finished"] = place.go() == 0
        found.rows["finished"] = place.rows()
        if tool.unmarks:
            place.act(Verb.ROLL_BACK, 2)
        found.ran["by itself"] = place.go() == 0
    found.rows["by itself"] = place.rows()
    if tool.unmarks:
        place.act(Verb.MARK_NOT_RAN, 2)
        found.rows["marked not ran"] = place.rows()
        place.act(Verb.MARK_RAN, 2)
        found.rows["marked ran"] = place.rows()


def _mended(place: Place, found: Told, where: str, number: int, sql: str) -> None:
    """The cause is mended and what landed taken back: the tool runs it."""
    if "L" in found.where[where][0]:
        place.act(Verb.ROLL_BACK, number)
    elif place.tool.keeps_failures and place.tool.records:
        place.act(Verb.MARK_NOT_RAN, number)
    place.run(sql)
    found.ran[f"{where} mended"] = place.go() == 0


def letters_of(told: Told, *where: str) -> list[str]:
    return [told.where[each][0] for each in where]


def stays(told: Told, kind: str) -> bool:
    """What landed before a failure stays there."""
    return kind == "mariadb" or not told.tool.whole


def test_statements_up_are_told_wherever_the_real_one_stopped(told: Both) -> None:
    for kind, one in told.items():
        left = ["NN", "LLNN", "LN"] if stays(one, kind) else ["NN", "NNNN", "NN"]
        assert letters_of(one, "first", "middle", "last") == left
        assert {name: said for name, said in one.ran.items() if said == name.endswith("fails")} == {}


def test_transactions_of_the_real_one_leave_nothing_and_others_what_landed(told: Both) -> None:
    assert {kind: one.where["killed"][0] for kind, one in told.items()} == {
        kind: "LNN" if stays(one, kind) else "NNN" for kind, one in told.items()
    }


def test_order_of_the_real_one_is_kept_and_what_it_ran_is_applied(told: Both) -> None:
    for one in told.values():
        assert list(one.states) == [one.tool.id(number) for number in range(1, 6)]
        assert [one.states[one.tool.id(number)] for number in range(1, 5)] == ["applied"] * 4
        assert one.states[one.tool.id(5)] != "applied"


def test_roll_back_has_the_real_one_run_it_again(told: Both) -> None:
    for one in told.values():
        assert one.where["rolled back"] == ("NNNN", "pending" if one.tool.records else "failed")
        assert (len(one.rows["rolled back"]), one.ran["last mended"]) == (1, True)


def as_by_itself(told: Both, what: str) -> bool:
    """Halfway left the rows that the tool then wrote itself, wherever there was anything to be done."""
    return all(one.rows.get(what, one.rows["by itself"]) == one.rows["by itself"] for one in told.values())


def test_finish_leaves_the_rows_of_the_real_one(told: Both) -> None:
    finished = {kind for kind, one in told.items() if "finished" in one.rows}
    assert finished == {kind for kind, one in told.items() if stays(one, kind) and one.tool.records}
    assert as_by_itself(told, "finished")


def test_mark_ran_leaves_the_rows_of_the_real_one(told: Both) -> None:
    assert {"marked ran" in one.rows for one in told.values()} == {one.tool.unmarks for one in told.values()}
    assert as_by_itself(told, "marked ran")


def test_mark_not_ran_leaves_the_rows_from_before(told: Both) -> None:
    for one in told.values():
        assert one.rows.get("marked not ran", one.rows["rolled back"]) == one.rows["rolled back"]
