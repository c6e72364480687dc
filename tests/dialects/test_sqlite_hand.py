"""What the hand of SQLite sends: rows under the eyes of foreign keys, and never what a key would change besides."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.faults import RefusedFault
from console.core.plan import Step, StepKind
from console.dialects.sqlite.hand import SQLiteHand

SHOP = """
CREATE TABLE shelf (id integer PRIMARY KEY, name text);
CREATE TABLE book (id integer PRIMARY KEY, shelf integer REFERENCES shelf (id) ON DELETE CASCADE);
CREATE TABLE part (id integer PRIMARY KEY, whole integer REFERENCES part (id) ON DELETE SET NULL);
CREATE TABLE note (id integer PRIMARY KEY, book integer REFERENCES book (id));
CREATE TABLE seen (note integer UNIQUE);
CREATE TRIGGER forget AFTER DELETE ON note BEGIN DELETE FROM seen WHERE note = OLD.id; END;
INSERT INTO shelf VALUES (1, 'x');
INSERT INTO book VALUES (1, 1);
INSERT INTO part VALUES (1, NULL), (2, 1);
"""


@pytest.fixture
def file(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(tmp_path / "shop.sqlite", isolation_level=None)) as opened:
        opened.executescript(SHOP)
        yield opened


def _sent(tmp_path: Path, *sql: str, kind: StepKind = StepKind.DATA) -> None:
    hand = SQLiteHand(URL.create("sqlite", database=str(tmp_path / "shop.sqlite")))
    with closing(hand):
        hand.run(Step(1, kind, "statement 1", sql, atomic=len(sql) > 1))


@pytest.mark.parametrize(
    ("sql", "table"),
    [
        ("/* tidy */ DELETE FROM shelf WHERE name = 'x'", "book"),
        ("WITH old AS (SELECT 1 AS id) DELETE FROM shelf WHERE id IN (SELECT id FROM old)", "book"),
        ("REPLACE INTO shelf VALUES (1, 'y')", "book"),
        ("UPDATE OR REPLACE shelf SET id = 1", "book"),
        ("DELETE FROM part WHERE id = 1", "part"),
    ],
)
def test_what_a_key_would_take_along_is_not_sent(
    file: sqlite3.Connection, tmp_path: Path, sql: str, table: str
) -> None:
    with pytest.raises(RefusedFault, match=f"a foreign key would change rows of {table} along"):
        _sent(tmp_path, "CREATE TABLE made (id integer)", sql)
    left = file.execute("SELECT (SELECT count(*) FROM book), (SELECT count(whole) FROM part)").fetchone()
    assert left == (1, 1)
    assert file.execute("SELECT 1 FROM sqlite_master WHERE name = 'made'").fetchall() == []


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE shelf SET name = 'y'",
        "INSERT INTO shelf VALUES (1, 'n') ON CONFLICT (id) DO UPDATE SET name = 'y'",
        "DELETE FROM note",
        "REPLACE INTO seen VALUES (1)",
    ],
)
def test_what_a_statement_and_its_own_triggers_change_is_sent(
    file: sqlite3.Connection, tmp_path: Path, sql: str
) -> None:
    _sent(tmp_path, sql)
    assert file.execute("PRAGMA foreign_key_check").fetchall() == []


def test_rows_without_a_parent_are_refused_whatever_stands_before_the_statement(
    file: sqlite3.Connection, tmp_path: Path
) -> None:
    with pytest.raises(RefusedFault, match="FOREIGN KEY constraint failed"):
        _sent(tmp_path, "-- fill\nINSERT INTO book VALUES (2, 999)")
    assert file.execute("SELECT count(*) FROM book").fetchone() == (1,)


def test_a_file_that_was_put_in_its_place_meanwhile_is_not_touched(file: sqlite3.Connection, tmp_path: Path) -> None:
    path = tmp_path / "shop.sqlite"
    hand = SQLiteHand(URL.create("sqlite", database=str(path)))
    with closing(sqlite3.connect(tmp_path / "new.sqlite")) as other:
        other.executescript(SHOP)
    (tmp_path / "new.sqlite").replace(path)
    with pytest.raises(RefusedFault, match=r"shop\.sqlite was replaced by another file"):
        hand.run(Step(1, StepKind.SCHEMA, "statement 1", ("ALTER TABLE book ADD title text",)))
    with closing(sqlite3.connect(path)) as now:
        assert "title" not in str(now.execute("SELECT sql FROM sqlite_master WHERE name = 'book'").fetchone())


def test_rows_of_a_ledger_go_as_the_tool_itself_takes_them(file: sqlite3.Connection, tmp_path: Path) -> None:
    _sent(tmp_path, "DELETE FROM shelf WHERE id = 1", kind=StepKind.LEDGER)
    assert file.execute("SELECT count(*) FROM book").fetchone() == (0,)
