"""Migrations of tools of which no package can be had, stopped where a real server refuses, and led out of that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pymysql
from sqlalchemy.engine import URL

from console.core.intent import Intent, Verb
from tests import mysql_servers, servers
from tests.incidents.test_sqlfiles import carried_out, responding
from tests.incidents.told import assessed, judged_of, letters, states, texts

_REFUSED = (psycopg.Error, pymysql.Error)
COLUMNS = ("statements_up", "statements_down", "transactions", "roll_back", "finish", "mark_not_ran", "mark_ran")
"""What `ways_out` tells of."""


@dataclass(frozen=True)
class Place:
    """A database with a project that is about it: BASE ran, MORE is to come."""

    tool: str
    url: URL
    folder: Path
    environ: Mapping[str, str]
    base: str
    more: str
    rows: str
    """Asks for the rows of the tool's table."""

    @property
    def is_postgres(self) -> bool:
        """DDL is taken back there."""
        return self.url.get_backend_name() == "postgresql"

    def run(self, *statements: str) -> None:
        """By the administrator."""
        (servers.run if self.is_postgres else mysql_servers.run)(self.url, *statements)

    def ask(self) -> list[tuple[object, ...]]:
        """The rows of the tool's table."""
        if self.is_postgres:
            with psycopg.connect(servers.conninfo(self.url)) as connection:
                return list(connection.execute(self.rows.encode()).fetchall())
        with mysql_servers.open_connection(self.url) as other:
            return mysql_servers.ask(other, self.rows)

    def found(self) -> tuple[str, str]:
        """The letters of the statements of MORE, and its state."""
        seen = assessed(self.folder, self.environ)
        return letters(judged_of(seen, self.more)), states(seen)[self.more]

    def sent(self, migration: str) -> list[str]:
        """The statements of a migration, as they were read."""
        return texts(judged_of(assessed(self.folder, self.environ), migration))

    def act(self, verb: Verb) -> tuple[str, str]:
        """One way out for MORE, through the use cases; what is told behind it."""
        with responding(self.folder, self.environ, self.tool, self.url.get_backend_name()) as ann:
            carried_out(ann, Intent(verb, migration=self.more, framework=self.tool, reason="a test"))
        return self.found()

    def stop(self, statements: Sequence[str]) -> int:
        """Send them as the tool does until the server refuses one: how many it took."""
        taken: list[str] = []
        try:
            if self.is_postgres:
                with psycopg.connect(servers.conninfo(self.url)) as connection:
                    for sql in statements:
                        connection.execute(sql.encode())
                        taken.append(sql)
            else:
                with mysql_servers.open_connection(self.url) as other, other.cursor() as cursor:
                    for sql in statements:
                        cursor.execute(sql)
                        taken.append(sql)
        except _REFUSED:
            return len(taken)
        raise AssertionError("nothing was refused")


ROWS = "INSERT INTO customers (email) VALUES ('a@x'), ('a@x')"
MENDED = "UPDATE customers SET email = 'b@x' WHERE id = 2"


def nothing_left(at: Place, old: Sequence[tuple[object, ...]], row: tuple[object, ...]) -> None:
    """MORE is refused on PostgreSQL and leaves nothing; half of it sent by hand is finished, then rolled back."""
    statements = at.sent(at.more)
    assert (at.stop(statements), at.found()) == (2, ("NNNN", "pending"))
    at.run(MENDED, *statements[:2])
    assert at.found() == ("LLNN", "half_applied")
    assert (at.act(Verb.FINISH), at.ask()) == (("LLLL", "applied"), [*old, row])
    assert (at.act(Verb.ROLL_BACK), at.ask()) == (("NNNN", "pending"), old)


def ways_out(at: Place) -> dict[str, object]:
    """The four statements of MORE are refused first, in the middle and last on MySQL or MariaDB, and mended each time.

    They add a column to customers, make a table, add a unique index over its email (two are alike), then the index
    ix_nick.
    """
    told: dict[str, object] = {}
    statements = at.sent(at.more)
    told["statements_up"] = [sql.split()[0] for sql in statements]
    at.run("RENAME TABLE customers TO away")
    first = (at.stop(statements), *at.found())
    at.run("RENAME TABLE away TO customers")
    middle = (at.stop(statements), *at.found())
    told["roll_back"] = (at.act(Verb.ROLL_BACK), at.ask())
    at.run(*statements[:2], MENDED, statements[2], "CREATE INDEX ix_nick ON customers (email)")
    last = at.stop(statements[3:])
    at.run("DROP INDEX ix_nick ON customers")
    told["transactions"] = (first, middle, (3 + last, *at.found()))
    told["finish"] = (at.act(Verb.FINISH), at.ask())
    told["mark_not_ran"] = (at.act(Verb.MARK_NOT_RAN), at.ask())
    told["mark_ran"] = (at.act(Verb.MARK_RAN), at.ask())
    told["statements_down"] = at.act(Verb.ROLL_BACK)
    return told


def told_of(
    old: Sequence[tuple[object, ...]], row: tuple[object, ...], marked: tuple[object, ...] | None = None
) -> dict[str, object]:
    """What must be told, for the rows of the tool: those of before, that of MORE, and that of MORE marked."""
    before, after = list(old), [*old, row]
    nothing, all_of_it = ("NNNN", "pending"), ("LLLL", "applied")
    return {
        "transactions": ((0, *nothing), (2, "LLNN", "half_applied"), (3, "LLLN", "half_applied")),
        "roll_back": (nothing, before),
        "finish": (all_of_it, after),
        "mark_not_ran": (("LLLL", "unrecorded"), before),
        "mark_ran": (all_of_it, [*old, marked or row]),
        "statements_down": nothing,
    }
