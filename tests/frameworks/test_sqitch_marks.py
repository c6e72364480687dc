"""Sqitch's marks held against its own `--log-only`: the same plan recorded in two registries of one database, once by
the real one and once by Halfway, is the same row by row; and the real one goes on from what Halfway wrote.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL

from console.core.intent import Intent, Verb
from tests import mysql_servers, servers
from tests.frameworks.making import write
from tests.incidents.test_sqlfiles import carried_out, responding
from tests.mysql_servers import MyServer, ask, open_connection
from tests.servers import ServerUnderTest, conninfo
from tests.tools.programs import Ended
from tests.tools.sqitch import sqitch

WHEN, ANN = "2026-01-31T12:00:00Z", "Ann Lee  <ann@example.org>"
LIB = f"%syntax-version=1.0.0\n%project=lib\n\ncommon {WHEN} {ANN} # c\n@l1 {WHEN} {ANN}\n"
HEAD = "%syntax-version=1.0.0\n%project=shop\n%uri=https://github.com/example/shop\n\n"
PLAN = (
    f'base {WHEN} {ANN} # first\\nline \\\\ "quoted" it\'s ünï # and more\n'
    f"@v0.1 {WHEN} Bob <bob@example.org> # tagged\\r\\n twice\n"
    f"users [shop:base lib:common lib:common@l1 lib:@l1 !lib:gone] {WHEN} {ANN}\n"
    f"@v1.0 {WHEN} {ANN}\n@v1.1 {WHEN} {ANN} # 0\n"
    f"  + orders [users @v1.0 !lib:never] {WHEN} Bob <bob@example.org> # 0\n"
    f"users [users@v1.1] {WHEN} {ANN} # again\n"
    f"@v2 {WHEN} {ANN} # the end\n"
)
SCRIPTS = {
    "deploy/base.sql": "CREATE TABLE base (id int);\n", "revert/base.sql": "DROP TABLE base;\n",
    "deploy/users@v1.1.sql": "CREATE TABLE users (id int);\n", "revert/users@v1.1.sql": "DROP TABLE users;\n",
    "deploy/orders.sql": "CREATE TABLE orders (id int);\nCREATE TABLE parts (id int);\n",
    "revert/orders.sql": "DROP TABLE parts;\nDROP TABLE orders;\n",
    "deploy/users.sql": "ALTER TABLE users ADD nick int;\nALTER TABLE users ADD city int;\n",
    "revert/users.sql": "ALTER TABLE users DROP COLUMN city;\nALTER TABLE users DROP COLUMN nick;\n",
}  # fmt: skip
NAMES = ("base", "users@v1.0", "orders", "users")
_ROWS = {
    "projects": "project, uri, creator_name, creator_email",
    "changes": "change_id, script_hash, {change}, project, note, committer_name, committer_email, planned_at,"
               " planner_name, planner_email",
    "tags": "tag_id, tag, project, change_id, note, committer_name, committer_email, planned_at, planner_name,"
            " planner_email",
    "dependencies": "change_id, type, dependency, dependency_id",
    "events": "event, change_id, {change}, project, note, requires, conflicts, tags, committer_name, committer_email,"
              " planned_at, planner_name, planner_email",
}  # fmt: skip
Rows = dict[str, list[tuple[object, ...]]]


@dataclass
class Place:
    """One project with a registry of its own."""

    kind: str
    url: URL
    folder: Path
    registry: str

    def __post_init__(self) -> None:
        engine = "pg" if self.kind == "postgresql" else "mysql"
        target = self.url.set(drivername="x", query={}).render_as_string(hide_password=False).removeprefix("x:")
        conf = (f'[core]\n\tengine = {engine}\n[engine "{engine}"]\n\ttarget = db:{engine}:{target}\n'
                f"\tregistry = {self.registry}\n[user]\n\tname = Ann\n\temail = ann@example.org\n")  # fmt: skip
        write(self.folder, {**SCRIPTS, "sqitch.conf": conf, "sqitch.plan": HEAD + PLAN})
        write(self.folder / "lib", {"sqitch.conf": conf, "sqitch.plan": LIB, "deploy/common.sql": "SELECT 1;\n",
                                    "revert/common.sql": "SELECT 1;\n"})  # fmt: skip
        assert self.real("deploy", "--log-only", below="lib").code == 0

    def real(self, *arguments: str, below: str = ".") -> Ended:
        """The real one."""
        return sqitch(self.folder / below, *arguments, client="psql" if self.kind == "postgresql" else "mysql")

    def log(self, verb: str, *arguments: str) -> None:
        """It only writes its rows."""
        ended = self.real(verb, "--log-only", *arguments)
        assert ended.code == 0, ended.said

    def act(self, *verbs: tuple[Verb, str]) -> None:
        """Halfway's way."""
        with responding(self.folder, {}, "sqitch", self.kind) as ann:
            for verb, migration in verbs:
                carried_out(ann, Intent(verb, migration=migration, framework="sqitch", reason="a test"))

    def refusal(self, verb: Verb, migration: str) -> str:
        """Why not."""
        with responding(self.folder, {}, "sqitch", self.kind) as ann:
            return " ".join(ann.propose(Intent(verb, migration=migration, framework="sqitch")).refused)

    def rows(self) -> Rows:
        """All tables, but for the times at which they were written, in the order of their writing."""
        change = '"change"' if self.kind == "postgresql" else "`change`"
        at = {"projects": "created_at", "dependencies": "change_id, dependency", "tags": "tag_id"}
        return {
            table: self._ask(f"SELECT {columns.format(change=change)} FROM {self.registry}.{table}"
                             f" ORDER BY {at.get(table, 'committed_at')}")
            for table, columns in _ROWS.items()
        }  # fmt: skip

    def sent(self, *sql: str) -> None:
        """By hand."""
        (servers.run if self.kind == "postgresql" else mysql_servers.run)(self.url, *sql)

    def _ask(self, sql: str) -> list[tuple[object, ...]]:
        if self.kind == "postgresql":
            with psycopg.connect(conninfo(self.url)) as other:
                return list(other.execute(sql.encode()).fetchall())
        with open_connection(self.url) as other:
            return ask(other, sql)


@dataclass
class Lived:
    """What both left after each step."""

    places: tuple[Place, Place]
    steps: dict[str, tuple[Rows, Rows]] = field(default_factory=dict)
    ended: tuple[Ended, ...] = ()

    def kept(self, name: str) -> None:
        theirs, own = self.places
        self.steps[name] = (theirs.rows(), own.rows())


@pytest.fixture(scope="module")
def lived(
    request: pytest.FixtureRequest, my_server: MyServer, postgres_server: ServerUnderTest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Lived]:  # fmt: skip
    kind: str = request.param
    with ExitStack() as stack:
        server = (
            mysql_servers.fresh_database(my_server) if kind == "mariadb" else servers.fresh_database(postgres_server)
        )
        url = stack.enter_context(server)
        theirs, own = (Place(kind, url, tmp_path_factory.mktemp("shop"), f"{url.database}_{n}") for n in "ab")
        yield _both(Lived((theirs, own)))
        if kind == "mariadb":
            mysql_servers.run(url, *(f"DROP DATABASE {place.registry}" for place in (theirs, own)))


def _both(found: Lived) -> Lived:
    theirs, own = found.places
    for name in NAMES:
        theirs.log("deploy", "--to", {"users": "@v2"}.get(name, name))
        own.act((Verb.MARK_RAN, name))
        found.kept(f"ran {name}")
    theirs.log("revert", "-y", "--to", "@HEAD^")
    own.act((Verb.MARK_NOT_RAN, "users"))
    found.kept("not ran users")
    for place in found.places:
        write(place.folder, {"sqitch.plan": HEAD + PLAN.replace("# 0\nusers", f"# 0\n@late {WHEN} {ANN}\nusers")})
        place.folder.joinpath("deploy/users@v1.1.sql").rename(place.folder / "deploy/users@late.sql")
    theirs.log("deploy")
    own.act((Verb.MARK_RAN, "users"))
    found.kept("a late tag")
    theirs.log("revert", "-y", "--to", "@HEAD^")
    own.act((Verb.MARK_NOT_RAN, "users"), (Verb.UNDO, "users"), (Verb.MARK_NOT_RAN, "users"))
    theirs.log("deploy")
    theirs.log("revert", "-y", "--to", "@HEAD^")
    found.kept("undone")
    _stopped(found)
    return found


def _stopped(found: Lived) -> None:
    """The last change stops half way, for there is a column of that name; then the ways out of it."""
    theirs, own = found.places
    made = [text for name, text in SCRIPTS.items() if name.startswith("deploy/") and name != "deploy/users.sql"]
    own.sent(*(sql for text in made for sql in text.split(";\n") if sql), "ALTER TABLE users ADD city int")
    assert own.real("deploy").code != 0
    own.sent("ALTER TABLE users DROP COLUMN city")
    own.act((Verb.FINISH, "users"))
    theirs.log("deploy")
    found.kept("finished")
    own.act((Verb.ROLL_BACK, "users"))
    theirs.log("revert", "-y", "--to", "@HEAD^")
    found.kept("rolled back")
    found.ended = own.real("deploy"), own.real("status"), own.real("verify")
    theirs.log("deploy")
    found.kept("deployed")


pytestmark = [
    pytest.mark.parametrize("my_server", ["mariadb"], indirect=True, scope="session"),
    pytest.mark.parametrize("postgres_server", [16], indirect=True, scope="session"),
    pytest.mark.parametrize("lived", ["postgresql", "mariadb"], indirect=True, scope="module"),
]


def same(lived: Lived, *names: str) -> None:
    """After these steps both registries are alike, but for the failure that the real one kept in one of them."""
    for name in names:
        theirs, own = lived.steps[name]
        assert {**own, "events": [row for row in own["events"] if row[0] != "fail"]} == theirs, name


def test_sqitch_mark_ran_leaves_the_rows_of_its_log_only(lived: Lived) -> None:
    same(lived, *(f"ran {name}" for name in NAMES), "a late tag")
    assert [len(rows) for rows in lived.steps["ran users"][1].values()] == [2, 5, 5, 9, 5]


def test_sqitch_mark_not_ran_leaves_the_rows_of_its_log_only(lived: Lived) -> None:
    same(lived, "not ran users", "undone")
    assert [row[0] for row in lived.steps["undone"][1]["events"]][-4:] == ["deploy", "revert", "deploy", "revert"]


def test_sqitch_finish_leaves_the_rows_of_its_deploy(lived: Lived) -> None:
    same(lived, "finished")


def test_sqitch_roll_back_leaves_the_rows_of_its_revert(lived: Lived) -> None:
    same(lived, "rolled back", "deployed")


def test_sqitch_failure_that_it_kept_stays_as_it_was(lived: Lived) -> None:
    events = [row[0] for row in lived.steps["deployed"][1]["events"]]
    assert events[-4:] == ["fail", "deploy", "revert", "deploy"]
    assert events.count("fail") == 1


def test_sqitch_roll_back_is_what_the_next_deploy_goes_on_from(lived: Lived) -> None:
    assert [ended.code for ended in lived.ended] == [0, 0, 0], lived.ended
    assert "Nothing to deploy (up-to-date)" in lived.ended[1].said


def test_sqitch_mark_not_ran_is_refused_of_all_but_the_last(lived: Lived) -> None:
    own = lived.places[1]
    assert own.refusal(Verb.MARK_NOT_RAN, "orders") == "users was deployed after it: Sqitch takes back the last first."
