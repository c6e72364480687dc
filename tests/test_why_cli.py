"""`assess --why`, `--error` and `--log`, as a stranger runs them: on a half-applied migration of Flyway on SQLite."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from console.drill.player import checksum
from tests.headless import halfway
from tests.test_sqlite_cli import HISTORY, ONE

TWO = "ALTER TABLE orders ADD COLUMN code text;\nCREATE UNIQUE INDEX one_code ON orders (code);\n"
DATA = "INSERT INTO orders (id, code) VALUES (1, 'x'), (2, 'x'), (3, 'y')"
ERROR = b"[SQLITE_CONSTRAINT_UNIQUE] A UNIQUE constraint failed (UNIQUE constraint failed: orders.code)"
ASKED = (
    "SELECT count(*) FROM (SELECT code AS v0 FROM main.orders WHERE (code) IS NOT NULL "
    "GROUP BY code HAVING count(*) > 1)"
)


@pytest.fixture
def stopped(tmp_path: Path) -> Path:
    """The second statement of the second migration was refused."""
    tmp_path.chmod(0o755)
    (tmp_path / "V1__orders.sql").write_text(ONE)
    (tmp_path / "V2__code.sql").write_text(TWO)
    (tmp_path / "flyway.conf").write_text("flyway.url=jdbc:sqlite:app.db\nflyway.locations=filesystem:.\n")
    row = f"(1, '1', 'orders', 'SQL', 'V1__orders.sql', {checksum(ONE)}, '', '2026-01-31 11:00:00.000', 7, 1)"
    with closing(sqlite3.connect(tmp_path / "app.db", isolation_level=None)) as connection:
        connection.executescript(f"{HISTORY};{ONE};{TWO.partition(';')[0]};{DATA}")
        connection.execute(f"INSERT INTO flyway_schema_history VALUES {row}")
    return tmp_path


def test_an_error_on_stdin_is_held_against_the_migration_and_the_data_is_asked(stopped: Path) -> None:
    answer = halfway("assess", "--json", "--error", "-", "--project", str(stopped), stdin=ERROR)
    (cause,) = answer.migration("2")["causes"]
    assert (cause["n"], cause["rows"], cause["sample"], cause["sql"]) == (2, 1, ["x"], ASKED)
    (reason,) = answer.document["reasons"]
    assert (reason["migration"], reason["certainty"], reason["n"]) == ("2", "seen", 2)
    assert "rows are equal under a key that must be unique" in reason["next"]


def test_text_says_why_and_shows_the_query_but_no_value_where_that_is_asked(stopped: Path) -> None:
    log = stopped / "deploy.log"
    log.write_bytes(b"Migrating schema to version 2 V2__code.sql\n" + ERROR)
    config = stopped / "halfway.toml"
    config.write_text("redact = true\n")
    answer = halfway("assess", "--config", str(config), "--log", str(log), "--project", str(stopped))
    assert f"         asked: {ASKED}" in answer.out
    assert f"  WHY   seen: data: {log} says: {ERROR.decode()}" in answer.out
    assert "1 duplicate values of orders (code)\n" in answer.out


def test_without_anything_to_read_it_says_that_nobody_can_tell(stopped: Path) -> None:
    answer = halfway("assess", "--why", "--project", str(stopped))
    assert "  WHY   cannot tell: the error itself: no log of the tool was found" in answer.out
    assert halfway("assess", "--json", "--project", str(stopped)).document["reasons"] == []


def test_an_error_that_cannot_be_read_is_wrong_usage(stopped: Path) -> None:
    answer = halfway("assess", "--error", "/nowhere/x", "--project", str(stopped))
    assert (answer.code, answer.out) == (2, "")
    assert "cannot read /nowhere/x" in answer.err
