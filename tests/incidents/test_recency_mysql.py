"""What moves the CREATE_TIME of a table on real servers, and that a stopped migration is told with it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pymysql
import pytest
from sqlalchemy.engine import URL

from console.dialects.mysql import make
from tests.incidents.mysql_cases import V1, A, B
from tests.incidents.mysql_flyway import MySite
from tests.incidents.mysql_told import here
from tests.mysql_servers import MyConnect, MyConnection, MyServer, ask, run
from tests.waiting import eventually

MOVES = {
    "added": "ALTER TABLE {t} ADD COLUMN n int, ALGORITHM=INSTANT",
    "renamed_column": "ALTER TABLE {t} RENAME COLUMN a TO b",
    "dropped": "ALTER TABLE {t} DROP COLUMN a",
    "indexed": "CREATE INDEX i ON {t} (a)",
    "unindexed": "DROP INDEX k ON {t}",
    "renamed_index": "ALTER TABLE {t} RENAME INDEX k TO l",
    "defaulted": "ALTER TABLE {t} ALTER a SET DEFAULT 5",
    "commented": "ALTER TABLE {t} COMMENT 'x'",
    "checked": "ALTER TABLE {t} ADD CONSTRAINT {t}_c CHECK (a > 0)",
    "keyed": "ALTER TABLE {t} ADD CONSTRAINT {t}_f FOREIGN KEY (a) REFERENCES parent (id)",
    "parted": "ALTER TABLE {t} PARTITION BY HASH (id) PARTITIONS 2",
    "rebuilt": "ALTER TABLE {t} FORCE",
}
STAYS = {
    "refused": "ALTER TABLE {t} ADD COLUMN n int, ADD COLUMN a int",
    "refused_rows": "ALTER TABLE {t} ADD UNIQUE u (a)",
    "refused_copy": "ALTER TABLE {t} MODIFY a tinyint, ALGORITHM=COPY",
    "filled": "INSERT INTO {t} VALUES (9, 9)",
    "triggered": "CREATE TRIGGER {t}_g BEFORE INSERT ON {t} FOR EACH ROW SET NEW.a = 1",
    "analyzed": "ANALYZE TABLE {t}",
}


def next_second(client: MyConnection) -> None:
    """Returns when the server's clock shows another second."""
    now = ask(client, "SELECT unix_timestamp()")
    eventually(lambda: ask(client, "SELECT unix_timestamp()") != now)


def stamps(url: URL) -> dict[str, int | None]:
    """What Halfway reads as the date of each table."""
    link = make().open(url, "schema")
    try:
        return {thing.ref.name: thing.stamp for thing in link.schema().things if thing.ref.kind.value == "table"}
    finally:
        link.close()


def test_what_succeeds_on_a_table_moves_its_date_and_what_fails_does_not(
    my_database: URL, my_connect: MyConnect
) -> None:
    client = my_connect()
    ask(client, "CREATE TABLE parent (id int PRIMARY KEY)")
    ask(client, "INSERT INTO parent VALUES (1), (1000)")
    for name in (*MOVES, *STAYS):
        ask(client, f"CREATE TABLE {name} (id int PRIMARY KEY, a int, KEY k (a))")
        ask(client, f"INSERT INTO {name} VALUES (1, 1), (2, 1), (3, 1000)")
    before = stamps(my_database)
    next_second(client)
    for name, sql in (MOVES | STAYS).items():
        with suppress(pymysql.Error):
            ask(client, sql.format(t=name))
    after = stamps(my_database)
    assert [name for name in MOVES if after[name] == before[name]] == []
    assert [name for name in STAYS if after[name] != before[name]] == []


@pytest.mark.parametrize("recorded_later", [True, False], ids=["before", "after"])
def test_a_stopped_migration_says_when_its_tables_were_altered(
    tmp_path: Path, my_server: MyServer, my_database: URL, my_connect: MyConnect, recorded_later: bool
) -> None:
    site = MySite(tmp_path / "project", my_database).make()
    client = my_connect()
    if recorded_later:
        run(my_database, *V1, A)
        next_second(client)
        site.file("1", ";\n".join(V1))
        site.row("1", success=True)
    else:
        site.applied("1", *V1)
        next_second(client)
        run(my_database, A)
    site.file("2", f"{A};\n{B}")
    (judged,) = (m for framework in here(site.folder)["frameworks"] for m in framework["migrations"] if m["id"] == "2")
    words = "and not since the last recorded migration" if recorded_later else "after the last recorded migration"
    assert words in " ".join(judged["notes"])
    assert judged["state"] == "half_applied"
