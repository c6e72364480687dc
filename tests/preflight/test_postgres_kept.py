"""What PostgreSQL refuses for what a table is: told before, and only where the server says so too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL

from tests.preflight.shop import ON_NEWEST, judged
from tests.servers import ServerUnderTest, conninfo, fresh_database, run

pytestmark = ON_NEWEST
TABLES = (
    "CREATE TABLE logs (id bigint, day int, note text, UNIQUE (id, day)) PARTITION BY RANGE (day)",
    "CREATE TABLE logs_1 PARTITION OF logs FOR VALUES FROM (0) TO (9)",
    "CREATE TABLE people (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text UNIQUE, chief int)",
    "CREATE TABLE pets (id int PRIMARY KEY, owner int REFERENCES people, code text REFERENCES people (code))",
    "CREATE TABLE twice (id int PRIMARY KEY)",
    "ALTER TABLE twice ADD UNIQUE (id)",
    "CREATE TABLE once (id int REFERENCES twice)",
)
CASES = {
    "ALTER TABLE logs_1 ADD more int": "42809",
    "ALTER TABLE logs_1 DROP note": "42P16",
    "ALTER TABLE logs_1 ADD COLUMN IF NOT EXISTS note text": "42809",
    "ALTER TABLE logs DROP day": "42P16",
    "ALTER TABLE logs DROP note": "",
    "ALTER TABLE logs ADD PRIMARY KEY (id)": "0A000",
    "ALTER TABLE logs ADD PRIMARY KEY (day, id)": "",
    'CREATE UNIQUE INDEX ON ONLY logs (id, "day" DESC)': "",
    "CREATE UNIQUE INDEX ON logs (note)": "0A000",
    "ALTER TABLE people ALTER id DROP NOT NULL": "42601",
    "ALTER TABLE twice ALTER id DROP NOT NULL": "42P16",
    "ALTER TABLE people ALTER id SET DEFAULT 3": "42601",
    "ALTER TABLE people ALTER id DROP IDENTITY, ALTER id SET DEFAULT 3": "",
    "ALTER TABLE people DROP CONSTRAINT people_pkey": "2BP01",
    "ALTER TABLE people DROP CONSTRAINT people_code_key": "2BP01",
    "ALTER TABLE people DROP CONSTRAINT people_code_key CASCADE": "",
    "ALTER TABLE pets DROP CONSTRAINT pets_pkey, ALTER id DROP NOT NULL": "",
    "ALTER TABLE pets DROP CONSTRAINT pets_owner_fkey; ALTER TABLE people DROP CONSTRAINT people_pkey": "",
    "ALTER TABLE twice DROP CONSTRAINT twice_id_key": "",
    "DROP INDEX pets_pkey": "2BP01",
}


@pytest.fixture(scope="module")
def tables(postgres_server: ServerUnderTest) -> Iterator[URL]:
    """Nothing of them is changed."""
    with fresh_database(postgres_server) as url:
        run(url, *TABLES)
        yield url


@pytest.mark.parametrize(("sql", "state"), CASES.items(), ids=CASES)
def test_it_is_told_where_the_server_refuses_it(tables: URL, tmp_path: Path, sql: str, state: str) -> None:
    told = judged(tables, tmp_path, sql, "--json").document["findings"]
    assert [state in found["why"] for found in told if found["rule"] == "pg-refused"] == ([True] if state else [])
    assert refused(tables, sql) == state


def refused(url: URL, sql: str) -> str:
    """The server's own word; nothing is kept."""
    with psycopg.connect(conninfo(url)) as connection:
        try:
            connection.execute(sql.encode())
        except psycopg.Error as error:
            return error.sqlstate or "?"
        finally:
            connection.rollback()
    return ""
