"""A production database and a scratch one beside it on the same server, with a login that has only that."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from sqlalchemy.engine import URL

from tests.mysql_servers import run as my_run
from tests.servers import run

_numbers = count(1)
POSTGRES = (
    "CREATE SCHEMA app",
    "CREATE TYPE app.mood AS ENUM ('fine', 'not; fine')",
    "CREATE TABLE app.customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, mood app.mood, tag text[])",
    "INSERT INTO app.customers (mood, tag) VALUES ('fine', '{a,\"b;c\"}'), ('not; fine', NULL)",
    "CREATE TABLE orders (id serial PRIMARY KEY, customer bigint REFERENCES app.customers, note text, raw bytea)",
    "ALTER TABLE orders ADD COLUMN twice int GENERATED ALWAYS AS (1 + 1) STORED",
    "INSERT INTO orders (customer, note) SELECT 1 + n % 2, E'it''s; \\\\ \\n' || n FROM generate_series(1, 500) n",
    "UPDATE orders SET raw = '\\x00ff27' WHERE id > 250",
    "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no; never'; END $$",
    "CREATE TRIGGER no_change BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch()",
    "CREATE VIEW seen AS SELECT id FROM orders",
    "CREATE INDEX orders_note ON orders (note)",
)
MYSQL = (
    "CREATE TABLE customers (id bigint PRIMARY KEY AUTO_INCREMENT, mood enum('fine', 'not; fine'), at timestamp NULL)",
    "INSERT INTO customers (mood, at) VALUES ('fine', '2026-01-31 10:00:00'), ('not; fine', NULL)",
    "CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint, note text, raw blob, price decimal(10, 2))",
    "ALTER TABLE orders ADD FOREIGN KEY (customer) REFERENCES customers (id)",
    "INSERT INTO orders VALUES (1, 1, 'it''s; \\\\ \\n', x'00ff275c', -1.50), (2, 2, 'ü', NULL, NULL)",
    "CREATE TRIGGER no_change BEFORE UPDATE ON orders FOR EACH ROW SET NEW.note = 'x'",
    "CREATE VIEW seen AS SELECT id FROM orders",
    "CREATE PROCEDURE p() BEGIN DELETE FROM orders; END",
    "CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01' DO DELETE FROM orders",
)


@contextmanager
def beside(production: URL, *, shut_out: bool = True) -> Iterator[URL]:
    """An empty PostgreSQL database beside it; its login may not enter production unless `shut_out` is False."""
    name = f"scratch_{os.getpid()}_{next(_numbers)}"
    run(production, f"CREATE ROLE {name} LOGIN PASSWORD 'x'", f"CREATE DATABASE {name} OWNER {name} TEMPLATE template0")
    if shut_out:
        run(production, f'REVOKE CONNECT ON DATABASE "{production.database}" FROM PUBLIC')
    try:
        yield production.set(database=name, username=name, password="x")
    finally:
        run(production, f"DROP DATABASE {name}", f"DROP ROLE {name}")


@contextmanager
def my_beside(production: URL, *, shut_out: bool = True) -> Iterator[URL]:
    """An empty MySQL database beside it, with a login of its own."""
    name = f"scratch_{os.getpid()}_{next(_numbers)}"
    run_all = (f"CREATE DATABASE {name} CHARACTER SET utf8mb4", f"CREATE USER {name} IDENTIFIED BY 'x'",
               f"GRANT ALL ON {name}.* TO {name}")  # fmt: skip
    my_run(production, *run_all, *(() if shut_out else (f"GRANT SELECT ON {production.database}.* TO {name}",)))
    try:
        yield production.set(database=name, username=name, password="x")
    finally:
        my_run(production, f"DROP DATABASE {name}", f"DROP USER {name}")
