"""The safe sequence on real servers ends with the rows and columns that the change at once would have left."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import URL

from console.core.observation import Server
from console.core.preflight.steps_values import Step
from console.core.schema import Schema
from console.dialects import open_dialect
from tests.builders import SERVER
from tests.mysql_servers import MyServer, ask, open_connection
from tests.preflight.walking import Rows, Send, Walk, case_of, gone
from tests.servers import ServerUnderTest, conninfo

KEYS = {
    "number": "id bigint PRIMARY KEY",
    "two columns": "id bigint NOT NULL, part varchar(10) NOT NULL DEFAULT 'p', PRIMARY KEY (part, id)",
    "text, unique": "id varchar(40) NOT NULL UNIQUE",
    "none": "id bigint",
}
MADE = "CREATE TABLE {{t}} ({key}, customer_id bigint NOT NULL, note varchar(20), total bigint DEFAULT 7)"
LINKED = (
    f"{MADE.format(key=KEYS['number'])};CREATE INDEX {{t}}_customer ON {{t}} (customer_id, note);"
    "ALTER TABLE {t} ADD CONSTRAINT {t}_fk FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE"
)
ROWS = ";".join(
    f"INSERT INTO {{t}} (id, customer_id, note, total) VALUES ('{n}', {n * 10}, {note}, {n})"
    for n, note in enumerate(("'1'", "NULL", "'3'", "'4'", "NULL", "'06'", "'7'"), start=1)
)
BEFORE = (
    "INSERT INTO {t} (id, customer_id, note) VALUES ('20', 200, '20');"
    "UPDATE {t} SET customer_id = 90, note = '9' WHERE id = '2';DELETE FROM {t} WHERE id = '4'"
)
RENAME = "ALTER TABLE {t} RENAME COLUMN customer_id TO buyer_id"
RENAMED = "INSERT INTO {t} (id, buyer_id, note) VALUES ('30', 300, '30');UPDATE {t} SET buyer_id = 50 WHERE id = '3'"
MOVED = "INSERT INTO {t} (id, customer_id) VALUES ('31', 31);DELETE FROM {t} WHERE id = '1'"


def _walk(key: str, change: str, after: str = "", before: str = BEFORE, **more: Any) -> Walk:
    return Walk(MADE.format(key=KEYS[key]), ROWS, change, before, after, **more)


WALKS = {
    "rename_number": replace(_walk("number", RENAME, RENAMED), table=LINKED),
    "rename_two": _walk("two columns", RENAME, RENAMED),
    "rename_text": _walk("text, unique", RENAME, RENAMED),
    "rename_keyless": _walk("none", "ALTER TABLE {t} RENAME COLUMN note TO remark"),
    "rename_table": _walk("number", "ALTER TABLE {t} RENAME TO {t}_new", MOVED, where="{t}_new"),
    "type": _walk("number", "ALTER TABLE {t} ALTER COLUMN note TYPE integer USING note::integer"),
    "wider": _walk("two columns", "ALTER TABLE {t} ALTER COLUMN total TYPE numeric(20,2)"),
    "not_null": _walk(
        "number", "ALTER TABLE {t} ALTER COLUMN total SET NOT NULL", before="UPDATE {t} SET total = NULL WHERE id < 4"
    ),
    "let_go": _walk("number", "ALTER TABLE {t} DROP COLUMN customer_id", "INSERT INTO {t} (id) VALUES ('40')", ""),
}
ON_MYSQL = {
    "type": "ALTER TABLE {t} MODIFY note bigint",
    "wider": "ALTER TABLE {t} MODIFY total decimal(20,2) DEFAULT 7",
    "not_null": "ALTER TABLE {t} MODIFY total bigint NOT NULL DEFAULT 7",
}
CUSTOMERS = [f"INSERT INTO customers VALUES ({n})" for n in (*range(10, 100, 10), 200, 300)]
READS = r"(?<!:):((?:last|next)_\w+)"


def _read(url: URL, dialect: str) -> Schema:
    link = open_dialect(dialect).open(url, "schema")
    try:
        return link.schema()
    finally:
        link.close()


def _sent(cursor: Any, sql: str, given: dict[str, Any]) -> Rows:
    cursor.execute(re.sub(READS, r"%(\1)s", sql) if given else sql, given or None)
    return list(cursor.fetchall()) if cursor.description else []


def _each(walks: Mapping[str, Walk], cursor: Any, read: Callable[[], Schema], server: Server) -> dict[str, list[Step]]:
    """All of them, one behind the other."""
    send: Send = partial(_sent, cursor)
    for sql in ("CREATE TABLE customers (id bigint PRIMARY KEY)", *CUSTOMERS):
        send(sql, {})
    for name, walk in walks.items():
        _at_once(name, walk, send)
    steps = {}
    for name, walk in walks.items():
        table = f"{name}_steps"
        steps[name] = list(gone(walk, case_of(walk, table, read(), server), send))
        seen = [_rows(cursor, walk.where.format(t=each)) for each in (table, f"{name}_once")]
        assert seen[0] == seen[1], name
    return steps


def _at_once(name: str, walk: Walk, send: Send) -> None:
    """Both tables alike; the change at once on one of them, with what code writes before and behind it."""
    filled = "UPDATE {t} SET total = 7 WHERE total IS NULL" if name == "not_null" else ""
    once, steps = f"{name}_once", f"{name}_steps"
    texts = [(f"{walk.table};{walk.rows}", once), (f"{walk.table};{walk.rows}", steps)]
    texts += [(text, once) for text in (walk.before, filled, walk.change)] + [(walk.after, walk.where.format(t=once))]
    for text, table in texts:
        for sql in filter(None, text.format(t=table).split(";")):
            send(sql, {})


def _rows(cursor: Any, table: str) -> list[list[tuple[str, str]]]:
    """The columns in the order of their names, each with its values as text."""
    found = _sent(cursor, f"SELECT * FROM {table}", {})
    names = [column[0] for column in cursor.description]
    return sorted(sorted((name, str(value)) for name, value in zip(names, row, strict=True)) for row in found)


def test_it_ends_as_the_change_at_once_on_postgresql(postgres_server: ServerUnderTest, database: URL) -> None:
    server = replace(SERVER, version_number=postgres_server.major * 10_000)
    with psycopg.connect(conninfo(database), autocommit=True) as connection:
        cursor = connection.cursor()
        steps = _each(WALKS, cursor, partial(_read, database, "postgresql"), server)
        left = _sent(cursor, "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal", {})
        valid = _sent(cursor, "SELECT count(*) FROM pg_index WHERE NOT indisvalid", {})
        keys = _sent(cursor, "SELECT conname, convalidated FROM pg_constraint WHERE contype = 'f' ORDER BY 1", {})
        _sent(cursor, "PREPARE all_of_it AS SELECT * FROM customers", {})
        _sent(cursor, "ALTER TABLE customers ADD COLUMN name text", {})
        with pytest.raises(psycopg.errors.FeatureNotSupported, match="cached plan must not change result type"):
            _sent(cursor, "EXECUTE all_of_it", {})
    assert left == []
    assert valid == [(0,)]
    assert keys == [("rename_number_once_fk", True), ("rename_number_steps_fk_buyer_id", True)]
    assert [s.deploy for s in steps["rename_number"]] == [1] * 3 + [2] * 6 + [3]
    assert [s.deploy for s in steps["type"]] == [1, 1, 1, 2, 3]


def test_it_ends_as_the_change_at_once_on_mysql(my_server: MyServer, my_database: URL) -> None:
    home = my_database.database or ""
    server = replace(SERVER, dialect=my_server.kind, version="10.11", version_number=101100, home=home)
    walks = {name: replace(walk, change=ON_MYSQL.get(name, walk.change)) for name, walk in WALKS.items()}
    with open_connection(my_database) as connection, connection.cursor() as cursor:
        steps = _each(walks, cursor, partial(_read, my_database, my_server.kind), server)
        assert ask(connection, "SHOW TRIGGERS") == []
        named = "SELECT table_name FROM information_schema.views WHERE table_schema = DATABASE()"
        assert ask(connection, named) == []
    assert [s.deploy for s in steps["rename_number"]] == [1] * 3 + [2] * 4 + [3]
    assert "no key" in next(s.told for s in steps["rename_keyless"] if s.batches)
