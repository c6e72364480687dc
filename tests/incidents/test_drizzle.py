"""The real migrator of Drizzle stops half way, and finds nothing to do after each way out."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.frameworks.drizzle.tracking import PASSED
from tests.frameworks.making import write
from tests.frameworks.sqlfiles import journal
from tests.incidents.told import assessed, judged_of, states
from tests.servers import ServerUnderTest
from tests.tools.drizzle import migrate


def named(url: URL, kind: str) -> str:
    """As node's drivers read it."""
    return url.set(drivername=kind, query={}).render_as_string(hide_password=False)


@pytest.mark.parametrize("postgres_server", [16], indirect=True)
def test_drizzle_transactions_hold_a_whole_run_and_what_is_older_never_runs(
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
    assert states(found) == {"0000_a": "applied", "0002_c": "hollow", "0001_b": "applied"}
    assert judged_of(found, "0002_c").tracked.note == PASSED
