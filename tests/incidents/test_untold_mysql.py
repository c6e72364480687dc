"""What MySQL or MariaDB does not tell, through the command: unknowable, with the reason, and never an alarm."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.dialects.my_fixtures import MyWaits, NewUser, holding_exclusively
from tests.headless import Answer, halfway
from tests.incidents.mysql_flyway import MySite
from tests.mysql_servers import MyConnect, MyServer, run

DONE = (
    "CREATE TABLE customers (id INT PRIMARY KEY, name VARCHAR(20), old INT, KEY by_name (name))",
    "CREATE TABLE orders (id INT PRIMARY KEY)",
    "ALTER TABLE customers DROP COLUMN old",
    "CREATE TRIGGER named BEFORE INSERT ON customers FOR EACH ROW SET NEW.name = 'n'",
    "CREATE PROCEDURE tidy() DELETE FROM orders",
)
TO_DO = (
    "ALTER TABLE customers ADD COLUMN phone VARCHAR(20)",
    "ALTER TABLE customers DROP INDEX by_name",
    "ALTER TABLE orders ADD COLUMN note TEXT",
    "CREATE TRIGGER noted BEFORE INSERT ON orders FOR EACH ROW SET NEW.note = 'n'",
    "DROP PROCEDURE tidy",
)


@pytest.fixture
def site(tmp_path: Path, my_database: URL) -> MySite:
    """One migration that ran and one that did not."""
    made = MySite(tmp_path / "project", my_database).make()
    made.applied("1", *DONE)
    made.file("2", ";\n".join(TO_DO))
    return made


def verdicts(answer: Answer, version: str = "2") -> list[str]:
    return [statement["verdict"] for statement in answer.migration(version)["statements"]]


def assess(site: MySite) -> Answer:
    return halfway("assess", "--json", cwd=site.folder)


@pytest.mark.parametrize("ran", [0, 2])
def test_a_locked_table_is_no_alarm_and_no_proof(
    ran: int, site: MySite, my_server: MyServer, my_waits: MyWaits, my_connect: MyConnect
) -> None:
    run(site.url, *TO_DO[:ran])
    before = assess(site)
    assert (verdicts(before, "1")[1:], before.states["1"]) == (["landed"] * 4, "applied")
    assert verdicts(before) == ["landed"] * ran + ["not_landed"] * (5 - ran)
    holding_exclusively(my_waits, my_connect, "customers")
    locked = assess(site)
    assert locked.states["1"] == "applied"
    if my_server.is_mariadb:
        assert verdicts(locked, "1") == ["unknowable", "landed", "unknowable", "unknowable", "landed"]
        assert verdicts(locked) == ["unknowable", "unknowable", "not_landed", "unknowable", "not_landed"]
        assert locked.migration("2")["statements"][0]["evidence"] == (
            "column customers.phone cannot be seen: customers is locked and its columns could not be read"
        )
        assert "customers is locked" in locked.gaps["schema"]["reason"]
    else:
        assert verdicts(locked) == verdicts(before)
    assert locked.code == 1


@pytest.mark.parametrize("ran", [0, 4, 5])
def test_rights_that_are_missing_hide_what_ran_until_they_are_granted(
    ran: int, site: MySite, my_server: MyServer, my_user: NewUser
) -> None:
    run(site.url, *TO_DO[:ran])
    whole = assess(site)
    low = replace(site, url=my_user("GRANT SELECT ON {db}.* TO {user}"))
    configure(low)
    told = assess(low)
    assert told.states["1"] == "applied"
    assert verdicts(told, "1")[3:] == ["unknowable", "unknowable"]
    assert verdicts(told)[3:] == ["unknowable", "unknowable"]
    assert {a for a, b in zip(verdicts(told), verdicts(whole), strict=True) if a != b} <= {"unknowable"}
    assert told.migration("2")["statements"][3]["evidence"] == (
        "trigger noted cannot be seen: not all triggers are told to this account"
    )
    run(
        my_server.url,
        *(item["grant"] for item in told.document["coverage"] if item["what"] == "schema" and item["grant"]),
    )
    assert verdicts(assess(low)) == verdicts(whole)


def configure(site: MySite) -> None:
    text = (site.folder / "flyway.conf").read_text()
    kept = [line for line in text.splitlines() if not line.startswith(("flyway.user", "flyway.password"))]
    kept += [f"flyway.user={site.url.username}", f"flyway.password={site.url.password}"]
    (site.folder / "flyway.conf").write_text("\n".join(kept))
