"""What is told of generated pairs of schemas, against Alembic's compare_metadata, run as a program of its own.

Alembic compares tables, columns, indexes, unique and foreign keys; it knows no renames (one gone, one come), and
nothing of checks, views, types, triggers and policies. What it does compare must come out the same; only after a rename
it also tells of the index on the column, and of the key that refers to the table, which went along.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import URL

from console.cli.mending import written
from console.core.drift import Change, Difference, compare_schemas
from console.core.ports import Dialect
from console.core.schema import Constraint, Index, Kind, Thing, owner_of
from console.dialects.mariadb import make as mariadb
from console.dialects.mysql import make as mysql
from console.dialects.postgres import make as postgres
from tests import mysql_servers, servers
from tests.mysql_servers import MyServer
from tests.schemas import rich
from tests.schemas.elsewhere import Elsewhere
from tests.schemas.reading import read
from tests.test_snapshot_servers import my_rich
from tests.test_snapshot_sql import MYSQL, POSTGRES, base
from tests.tools.alembic import LATEST, environment

_PROGRAM = Path(__file__).parent / "schemas" / "metadata.py"
_UNSEEN = ("CHECK", "ROW LEVEL", "TRIGGER", "VIEW", "TYPE mood", 'orders_total"', "CONSTRAINT orders_total")
Found = set[tuple[str, ...]]
Ask = Callable[[], Found]


@contextmanager
def alembic(expected: URL, actual: URL) -> Iterator[Ask]:
    """Asks Alembic what differs now."""
    urls = [url.render_as_string(hide_password=False) for url in (expected, actual)]
    command = [sys.executable, "-S", "-s", str(_PROGRAM), *urls]
    with subprocess.Popen(
        command, env=environment(LATEST), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        to, of = program.stdin, program.stdout

        def ask() -> Found:
            to.write("\n")
            to.flush()
            return {tuple(item) for item in json.loads(of.readline())}

        yield ask
        to.close()


def told(differences: tuple[Difference, ...]) -> Found:
    """Our differences in Alembic's words."""
    return {line for difference in differences for line in _lines(difference)}


def _lines(found: Difference) -> Iterator[tuple[str, ...]]:
    expected, actual = found.expected, found.actual
    thing = expected or actual
    assert thing is not None
    if thing.ref.kind not in (Kind.TABLE, Kind.COLUMN, Kind.INDEX, Kind.CONSTRAINT):
        return
    if found.change is Change.CHANGED and not isinstance(thing, Index | Constraint):
        yield ("changed", *_name(thing))
        return
    if expected is not None:
        yield ("missing", *_name(expected))
    if actual is not None:
        yield ("unexpected", *_name(actual))


def _name(thing: Thing) -> tuple[str, str]:
    return owner_of(thing) or thing.ref.name, "" if thing.ref.kind is Kind.TABLE else thing.ref.name


def without_parts(found: Found) -> Found:
    """Indexes of a table that is not there at all are not told a second time."""
    whole = {table for _, table, name in found if not name}
    return {line for line in found if line[2] == "" or line[1] not in whole}


def compared(dialect: Dialect, pair: tuple[URL, URL], changes: tuple[str, ...], change: Callable[[str], None],
             driver: str) -> list[tuple[str, Found, Found]]:  # fmt: skip
    """Change by change, each taken back by our own SQL: (the change, theirs, ours) where they are not the same."""
    wrong = []
    expected, _ = read(dialect, pair[0])
    with alembic(*(url.set(drivername=driver) for url in pair)) as ask:
        assert ask() == set()
        for sql in changes:
            change(sql)
            actual, server = read(dialect, pair[1])
            found = compare_schemas(expected, actual).differences
            ours, theirs = without_parts(told(found)), without_parts(ask())
            agreed = ours <= theirs if "RENAME" in sql else ours == theirs
            if not agreed or not ours:
                wrong.append((sql, theirs - ours, ours - theirs))
            for mend in written(found, base(actual, server)):
                for back in mend.sql:
                    change(back)
    return wrong


def seen(changes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sql for sql in changes if not any(word in sql for word in _UNSEEN))


def test_postgres_as_alembic_sees_it(database: URL, pg_elsewhere: Elsewhere) -> None:
    copy = pg_elsewhere()
    for url in (database, copy):
        servers.run(url, rich.POSTGRES)
    changes = seen(POSTGRES)
    assert len(changes) > 8
    wrong = compared(postgres(), (database, copy), changes, lambda sql: servers.run(copy, sql), "postgresql+psycopg")
    assert wrong == []


def test_mysql_as_alembic_sees_it(my_database: URL, my_elsewhere: Elsewhere, my_server: MyServer) -> None:
    copy = my_elsewhere()
    for url in (my_database, copy):
        my_rich(url, my_server.kind)
    dialect = mariadb() if my_server.is_mariadb else mysql()
    changes = seen(MYSQL)
    assert len(changes) > 8
    pair = (my_database, copy)
    run = mysql_servers.run
    wrong = compared(dialect, pair, changes, lambda sql: run(copy, sql), f"{my_server.kind}+pymysql")
    assert wrong == []
