"""The SQL for Flyway on real servers: from each stop, and by the command that writes it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.forward import Recovery
from console.core.statements import read_script
from console.drill.player import checksum
from tests import mysql_servers, servers
from tests.forward.walking import Place, every_stop
from tests.incidents.mysql_flyway import INDEX, LEDGER, MySite
from tests.mysql_servers import MyServer
from tests.sites import Site

BASE = (
    "CREATE TABLE customers (id bigint PRIMARY KEY, name varchar(40))",
    "CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(20), total numeric(10,2), memo text)",
)
CHANGE = (
    "ALTER TABLE orders ADD COLUMN carrier varchar(40) DEFAULT 'it''s' NOT NULL",
    "CREATE UNIQUE INDEX by_note ON orders (note DESC, id)",
    """ALTER TABLE orders ADD CONSTRAINT of_customer
        FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE""",
    """CREATE TABLE notes (id bigint PRIMARY KEY, stars smallint DEFAULT 3, price numeric(6,2) DEFAULT 0.5,
        CONSTRAINT some_stars CHECK (stars >= 0))""",
    "UPDATE customers SET name = 'nobody' WHERE name IS NULL",
    "ALTER TABLE orders DROP COLUMN total",
)
NOT_NULL = "ALTER TABLE customers ALTER COLUMN name SET NOT NULL"
ON_POSTGRES = (*CHANGE[:5], NOT_NULL, "ALTER TABLE orders RENAME memo TO words", CHANGE[5])
ROW = """INSERT INTO flyway_schema_history (installed_rank, version, description, type, script, checksum, installed_by,
    installed_on, execution_time, success)
    VALUES ({rank}, '{version}', '{words}', 'SQL', '{script}', {checksum}, 'root', now(), 7, true)"""


def _place(folder: Path, url: URL, run: Callable[[str], None], first: Callable[[], object]) -> Place:
    def marked(name: str) -> tuple[str, ...]:
        path = next((folder / "sql").glob(f"V{name.replace('.', '_')}__*.sql"))
        rank = 2 if name == "2" else 3
        words = path.stem.partition("__")[2].replace("_", " ")
        return (
            ROW.format(rank=rank, version=name, words=words, script=path.name, checksum=checksum(path.read_text())),
        )

    def recorded(name: str) -> None:
        (servers.run if url.get_backend_name() == "postgresql" else mysql_servers.run)(url, *marked(name))

    def go(made: Recovery) -> None:
        run(made.text)
        recorded("2.1")

    def go_all() -> None:
        first()
        for name in ("2", "2.1"):
            run(next((folder / "sql").glob(f"V{name.replace('.', '_')}__*.sql")).read_text())
            recorded(name)

    def unmarked(name: str) -> tuple[str, ...]:
        return (f"DELETE FROM flyway_schema_history WHERE version = '{name}'",)

    return Place(folder, url, "2", marked, unmarked, go, go_all, {})


def _file(*statements: str) -> str:
    return ";\n".join(statements) + ";\n"


@pytest.mark.parametrize("postgres_server", [16], indirect=True)
def test_the_sql_recovers_on_postgresql(tmp_path: Path, database: URL) -> None:
    site = Site(tmp_path, database).configured()

    def first() -> None:
        site.ledger()
        site.applied("1", _file(*BASE))

    first()
    site.file("2", _file(*ON_POSTGRES))
    every_stop(_place(tmp_path, database, site.run, first))


@pytest.mark.parametrize("my_server", ["mysql"], indirect=True)
def test_the_sql_recovers_on_mysql(tmp_path: Path, my_server: MyServer, my_database: URL) -> None:
    site = MySite(tmp_path, my_database).make()

    def first() -> None:
        mysql_servers.run(my_database, LEDGER, INDEX)
        site.applied("1", *BASE)

    site.applied("1", *BASE)
    site.file("2", _file(*CHANGE, "ALTER TABLE customers MODIFY name varchar(80) NOT NULL"))

    def run(text: str) -> None:
        mysql_servers.run(my_database, *(s.sql for s in read_script(text, my_server.kind, str(my_database.database))))

    every_stop(_place(tmp_path, my_database, run, first))
