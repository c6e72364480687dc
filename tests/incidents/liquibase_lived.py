"""A project of the real Liquibase, stopped at each place, and what every way out of it left, on any server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import URL

from console.core.intent import Intent, Verb
from tests.frameworks.liquibase_corpus import HEAD
from tests.frameworks.making import write
from tests.incidents.test_sqlfiles import carried_out, responding
from tests.incidents.told import assessed, judged_of, letters, states
from tests.mysql_servers import ask, open_connection
from tests.mysql_servers import run as run_there
from tests.servers import conninfo
from tests.servers import run as run_here
from tests.tools.liquibase import jdbc, liquibase

PATH = "db/all.xml"
ONE, TWO = f"1::ann::{PATH}", f"2::ann::{PATH}"
BASE = (
    '<changeSet id="1" author="ann"><createTable tableName="customers"><column name="id" type="int"><constraints'
    ' primaryKey="true"/></column><column name="email" type="varchar(80)"/></createTable>'
    "<sql>INSERT INTO customers VALUES (1, 'a@x'), (2, 'a@x')</sql></changeSet>"
)
GOOD = (
    '<addColumn tableName="customers"><column name="nick" type="varchar(40)"/></addColumn>',
    '<createTable tableName="notes"><column name="id" type="int"/></createTable>',
    '<createIndex tableName="customers" indexName="ix_id"><column name="email"/><column name="id"/></createIndex>',
)
BAD = '<addUniqueConstraint tableName="customers" columnNames="email" constraintName="uq_email"/>'
PLACES = {"first": 0, "middle": 2, "last": 3}
MENDED = "UPDATE customers SET email = 'b@x' WHERE id = 2"


def changelog(place: int, more: str = "") -> str:
    """Where the third or another change of the second changeset is refused: two customers have one address."""
    changes = "".join((*GOOD[:place], BAD, *GOOD[place:]))
    comment = "<comment>more of them</comment>"
    return f'{HEAD}{BASE}<changeSet id="2" author="ann"{more}>{comment}{changes}</changeSet></databaseChangeLog>'


@dataclass
class Site:
    """A project and its database."""

    folder: Path
    url: URL
    kind: str

    @property
    def variables(self) -> Mapping[str, str]:
        """What Halfway finds the database by."""
        named = self.url.set(drivername=self.kind, query={}).render_as_string(hide_password=False)
        return {"LIQUIBASE_COMMAND_URL": f"jdbc:{named}"}

    def tool(self, *arguments: str, fails: str = "") -> str:
        """The real one."""
        ended = liquibase(self.folder, jdbc(self.url), *arguments)
        assert (ended.code != 0, fails in ended.said.lower()) == (bool(fails), True), ended.said
        return ended.out

    def run(self, *sql: str) -> None:
        (run_here if self.kind == "postgresql" else run_there)(self.url, *sql)

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        if self.kind != "postgresql":
            with open_connection(self.url) as other:
                return ask(other, sql)
        with psycopg.connect(conninfo(self.url)) as here:
            return here.execute(sql.encode()).fetchall()

    def lay(self, place: str, more: str = "") -> None:
        write(self.folder, {PATH: changelog(PLACES[place], more), "liquibase.properties": f"changeLogFile={PATH}\n"})

    def told(self) -> tuple[str, str, str]:
        found = assessed(self.folder, self.variables)
        return letters(judged_of(found, TWO)), states(found)[ONE], states(found)[TWO]

    def done(self, verb: Verb) -> None:
        with responding(self.folder, self.variables, "liquibase", self.kind) as ann:
            carried_out(ann, Intent(verb, migration=TWO, framework="liquibase", reason="a test"))

    def own_way_back(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What the tool would take back, and how it is told to."""
        found = assessed(self.folder, self.variables).observation
        (own,) = (each.value.rollback for each in found.tracking if each.value is not None)
        return own.takes, own.argv[1:]

    def rows(self) -> list[tuple[Any, ...]]:
        """All that does not come from a clock."""
        shown = "ID, AUTHOR, FILENAME, ORDEREXECUTED, EXECTYPE, MD5SUM, DESCRIPTION, COMMENTS, TAG, LIQUIBASE, CONTEXTS"
        order = f"SELECT {shown}, LABELS, length(DEPLOYMENT_ID) FROM DATABASECHANGELOG ORDER BY ORDEREXECUTED"
        return self.ask(order)


Seen = tuple[str, str, str]
"""The letters of the second changeset, and the states of both."""


@dataclass
class Lived:
    """An incident from its first failure to its end."""

    site: Site
    stopped: dict[str, Seen] = field(default_factory=dict)
    seen: dict[str, Seen] = field(default_factory=dict)
    """After each way out."""
    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    takes: tuple[str, ...] = ()
    """What the tool's own rollback takes back."""

    def after(self, what: str) -> None:
        self.seen[what], self.rows[what] = self.site.told(), self.site.rows()


def lived(site: Site, refusal: str, last: str = "") -> Lived:
    """Stopped at each place; rolled back, finished, marked, and taken back by the tool itself. `last` is said of the
    changeset where it stops for the last two times."""
    found = Lived(site)
    for place in (*PLACES, *(("middle alone", "last alone") if last else ())):
        site.lay(place.partition(" ")[0], last if "alone" in place else "")
        site.tool("update", fails=refusal)
        found.stopped[place] = site.told()
        if found.stopped[place][0].startswith("LLN"):
            site.done(Verb.ROLL_BACK)
            found.after("rolled back")
    site.run(MENDED)
    site.done(Verb.FINISH)
    found.after("finished")
    site.done(Verb.MARK_NOT_RAN)
    found.after("marked not ran")
    site.done(Verb.MARK_RAN)
    found.after("marked ran")
    site.run("DELETE FROM DATABASECHANGELOG WHERE ID = '2'")
    site.tool("changelog-sync")
    found.rows["marked by the tool"] = site.rows()
    found.takes, own = site.own_way_back()
    site.tool(*own)
    found.after("taken back by the tool")
    return found


class Ways:
    """What holds on every server."""

    def test_liquibase_transactions_and_what_stopped(self, lived: Lived) -> None:
        alone = {place: seen for place, seen in lived.stopped.items() if "alone" in place}
        by_itself = lived.site.kind != "postgresql"
        assert lived.stopped["first"] == ("NNNN", "applied", "pending")
        for place, told in (("middle", "LLNN"), ("last", "LLLN")):
            half = (told, "applied", "half_applied")
            assert lived.stopped[place] == (half if by_itself else ("NNNN", "applied", "pending"))
            assert by_itself or alone[f"{place} alone"] == half

    def test_liquibase_roll_back(self, lived: Lived) -> None:
        assert lived.seen["rolled back"] == ("NNNN", "applied", "pending")
        assert [row[0] for row in lived.rows["rolled back"]] == ["1"]

    def test_liquibase_finish(self, lived: Lived) -> None:
        assert lived.seen["finished"] == ("LLLL", "applied", "applied")
        assert lived.rows["finished"] == lived.rows["marked by the tool"]

    def test_liquibase_mark_ran(self, lived: Lived) -> None:
        assert lived.seen["marked ran"] == lived.seen["finished"]
        assert lived.rows["marked ran"] == lived.rows["marked by the tool"]

    def test_liquibase_mark_not_ran(self, lived: Lived) -> None:
        assert lived.seen["marked not ran"] == ("LLLL", "applied", "unrecorded")
        assert lived.rows["marked not ran"] == lived.rows["taken back by the tool"]

    def test_liquibase_statements_down_by_the_tool_itself(self, lived: Lived) -> None:
        assert lived.takes == (TWO,)
        assert lived.seen["taken back by the tool"] == ("NNNN", "applied", "pending")
