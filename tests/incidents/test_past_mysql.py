"""What recorded migrations left settles what the words of a pending one leave open, on real servers."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.incidents.mysql_flyway import MySite
from tests.incidents.mysql_told import here, letters, migration
from tests.mysql_servers import run

V1 = (
    "CREATE TABLE owners (id int PRIMARY KEY, code varchar(9) NOT NULL DEFAULT 'x', CONSTRAINT one_code UNIQUE (code))",
    """CREATE TABLE things (id int PRIMARY KEY, owner int, n int, CONSTRAINT of_owner FOREIGN KEY (owner)
  REFERENCES owners (id), CONSTRAINT positive CHECK (n > 0))""",
)
LAST = "ALTER TABLE things ADD COLUMN last_one int"


@pytest.mark.parametrize(
    ("steps", "before", "after"),
    [
        (("ALTER TABLE owners DROP CONSTRAINT one_code",), "N", "L"),
        (("ALTER TABLE things DROP CONSTRAINT of_owner",), "N", "L"),
        (("ALTER TABLE things DROP CONSTRAINT positive",), "N", "L"),
        (("ALTER TABLE things DROP FOREIGN KEY of_owner", "ALTER TABLE things DROP INDEX of_owner"), "NN", "LL"),
        (("UPDATE owners SET code = 'y'", "ALTER TABLE owners ENGINE=InnoDB"), "UU", "UU"),
        (("UPDATE owners SET code = 'y'", "ALTER TABLE things MODIFY n int AFTER id"), "UU", "UU"),
        (("UPDATE things SET n = 1", "ALTER TABLE things MODIFY n int NOT NULL"), "UN", "LL"),
        (("ALTER TABLE things MODIFY n bigint", "ALTER TABLE things MODIFY n int"), "UU", "UU"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[-1].partition(" ")[2].replace(" ", "_"),
)
def test_a_pending_file_is_judged_before_and_after(
    tmp_path: Path, my_database: URL, steps: tuple[str, ...], before: str, after: str
) -> None:
    site = MySite(tmp_path / "project", my_database).make()
    site.applied("1", *V1)
    site.file("2", ";\n".join((*steps, LAST)))
    assert letters(migration(here(site.folder))) == f"{before}N"
    run(my_database, *steps)
    told = migration(here(site.folder))
    assert letters(told) == f"{after}N", [s["evidence"] for s in told["statements"]]
    assert migration(here(site.folder), "1")["state"] == "applied"
