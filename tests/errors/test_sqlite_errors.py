"""Every row of the table for SQLite, produced by SQLite."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from console.core.errors import Rule, refusal_in
from console.core.errors.sqlite import SQLITE

SETUP = """
CREATE TABLE c (id INTEGER PRIMARY KEY, a INT, b INT, CHECK (b < 9));
CREATE TABLE o (id INTEGER PRIMARY KEY, c_id INT REFERENCES c (id));
CREATE TABLE m (c_a INT REFERENCES c (a));
CREATE VIEW w AS SELECT a, b FROM c;
INSERT INTO c VALUES (1, 5, 1), (2, 5, 2);
"""
REFUSED = (
    "CREATE UNIQUE INDEX u ON c (a)",
    "CREATE TABLE n (x INT NOT NULL); INSERT INTO n VALUES (NULL)",
    "PRAGMA foreign_keys = ON; INSERT INTO o VALUES (1, 99)",
    "INSERT INTO c VALUES (3, 3, 10)",
    "ALTER TABLE c ADD COLUMN x INT NOT NULL",
    "ALTER TABLE c ADD COLUMN x INT UNIQUE",
    "CREATE TABLE c (n INT)",
    "ALTER TABLE c ADD COLUMN a INT",
    "ALTER TABLE nowhere ADD COLUMN a INT",
    "SELECT gone FROM c",
    "DROP INDEX gone",
    "ALTER TABLE c DROP COLUMN a",
    "PRAGMA foreign_keys = ON; INSERT INTO m VALUES (5)",
    "BEGIN; VACUUM",
    "PRAGMA query_only = ON; CREATE TABLE q (n INT)",
    "ALTER TABLE c AD n INT",
    "PRAGMA max_page_count = 8; CREATE TABLE big AS SELECT randomblob(90000)",
)


def said_by(connection: sqlite3.Connection, sql: str) -> str:
    with pytest.raises(sqlite3.Error) as caught:
        play(connection, sql)
    if connection.in_transaction:
        connection.execute("ROLLBACK")
    for pragma in ("query_only = OFF", "foreign_keys = OFF", "max_page_count = 4294967294"):
        connection.execute(f"PRAGMA {pragma}")
    return str(caught.value)


def play(connection: sqlite3.Connection, sql: str) -> None:
    for statement in sql.split("; "):
        connection.execute(statement)


def rule_of(text: str) -> Rule:
    found = refusal_in(text, "sqlite")
    assert found is not None, text
    return found.rule


def test_every_row_is_what_sqlite_says(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    connection.executescript(SETUP)
    hit = [rule_of(said_by(connection, sql)) for sql in REFUSED]
    assert hit.index(rule_of("UNIQUE constraint failed: c.a")) == 0
    other = sqlite3.connect(tmp_path / "a.db", isolation_level=None, timeout=0)
    connection.execute("BEGIN IMMEDIATE")
    hit.append(rule_of(said_by(other, "CREATE TABLE q (n INT)")))
    connection.execute("ROLLBACK")
    other.set_progress_handler(lambda: 1, 1)
    with pytest.raises(sqlite3.Error) as stopped:
        other.execute("SELECT count(*) FROM c")
    hit.append(rule_of(str(stopped.value)))
    (tmp_path / "b.db").write_bytes(b"nothing that SQLite knows" * 100)
    broken = sqlite3.connect(tmp_path / "b.db")
    hit.append(rule_of(said_by_reading(broken)))
    with pytest.raises(sqlite3.Error) as closed:
        sqlite3.connect(tmp_path / "nowhere" / "c.db")
    hit.append(rule_of(str(closed.value)))
    for each in (connection, other, broken):
        each.close()
    assert [rule.words for rule in SQLITE if rule not in hit] == []


def said_by_reading(connection: sqlite3.Connection) -> str:
    with pytest.raises(sqlite3.Error) as caught:
        connection.execute("SELECT * FROM sqlite_master")
    return str(caught.value)
