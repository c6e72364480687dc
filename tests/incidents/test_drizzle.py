"""The real migrator of Drizzle stops half way, and finds nothing to do after each way out."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.intent import Verb
from tests.frameworks.making import write
from tests.frameworks.sqlfiles import journal
from tests.incidents.sqlfile_cases import DRIZZLE, MENDED, ROWS
from tests.incidents.test_sqlfiles import done, environ, rows
from tests.incidents.told import assessed, judged_of, letters, states
from tests.mysql_servers import MyServer, run
from tests.servers import ServerUnderTest
from tests.tools.drizzle import migrate

BASE, MORE = "0000_base", "0001_more"


def named(url: URL, kind: str) -> str:
    """As node's drivers read it."""
    return url.set(drivername=kind, query={}).render_as_string(hide_password=False)


@pytest.mark.parametrize("my_server", ["mariadb"], indirect=True)
def test_the_real_one_finds_nothing_to_do_afterwards(tmp_path: Path, my_server: MyServer, my_database: URL) -> None:
    url, theirs = named(my_database, "mysql"), tmp_path / "drizzle"
    write(tmp_path, {**DRIZZLE.files, "drizzle/meta/_journal.json": journal((BASE, 1000))})
    assert migrate("mysql2", url, theirs) == (0, "")
    run(my_database, *ROWS)
    write(tmp_path, DRIZZLE.files)
    code, said = migrate("mysql2", url, theirs)
    assert (code, "Duplicate entry" in said) == (1, True)
    found = assessed(tmp_path, environ(DRIZZLE, my_database))
    assert (letters(judged_of(found, MORE)), states(found)) == ("LLNN", {BASE: "applied", MORE: "half_applied"})
    done(DRIZZLE, tmp_path, my_database, Verb.ROLL_BACK)
    assert rows(DRIZZLE, my_database) == DRIZZLE.back
    assert migrate("mysql2", url, theirs)[0] == 1
    run(my_database, MENDED)
    done(DRIZZLE, tmp_path, my_database, Verb.FINISH)
    assert migrate("mysql2", url, theirs) == (0, "")
    assert rows(DRIZZLE, my_database) == DRIZZLE.done


@pytest.mark.parametrize("postgres_server", [16], indirect=True)
def test_on_postgres_all_of_a_run_goes_and_what_is_older_never_runs(
    tmp_path: Path, postgres_server: ServerUnderTest, database: URL
) -> None:
    url, theirs = named(database, "postgresql"), tmp_path / "drizzle"
    files = {
        "0000_a": "CREATE TABLE a (b int);",
        "0001_b": "CREATE TABLE c (d int);--> statement-breakpoint\nSELECT 1 / 0;",
    }
    write(tmp_path, {f"drizzle/{name}.sql": text for name, text in files.items()})
    write(
        tmp_path, {"drizzle/meta/_journal.json": journal(("0000_a", 1000), ("0001_b", 3000)), "drizzle/0002_c.sql": ""}
    )
    code, said = migrate("node-postgres", url, theirs)
    assert (code, "division by zero" in said) == (1, True)
    assert states(assessed(tmp_path, {"DATABASE_URL": url})) == {"0000_a": "pending", "0001_b": "pending"}
    write(tmp_path, {"drizzle/0001_b.sql": "CREATE TABLE c (d int);"})
    assert migrate("node-postgres", url, theirs) == (0, "")
    entries = journal(("0000_a", 1000), ("0002_c", 2000), ("0001_b", 3000))
    write(tmp_path, {"drizzle/meta/_journal.json": entries, "drizzle/0002_c.sql": "CREATE TABLE e (f int);"})
    assert migrate("node-postgres", url, theirs) == (0, "")
    found = assessed(tmp_path, {"DATABASE_URL": url})
    assert states(found) == {"0000_a": "applied", "0002_c": "pending", "0001_b": "applied"}
    assert judged_of(found, "0002_c").tracked.note == "older than the newest row: Drizzle never runs it"
