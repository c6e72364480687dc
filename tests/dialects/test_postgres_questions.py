"""The questions, asked of real servers that hold the very rows a statement is refused for."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy.engine import URL

from console.core.causes import questions
from console.core.landed import Ground, judge
from console.core.statements import read_script
from console.dialects import open_dialect
from tests.servers import conninfo, run

ROWS = (
    'CREATE TABLE "Customers" ("Id" bigint PRIMARY KEY, email text, "order" int)',
    "CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint)",
    """INSERT INTO "Customers" VALUES (1, 'A@x', -1), (2, 'a@x', 1), (3, NULL, 2), (4, 'b@x', NULL)""",
    "INSERT INTO orders VALUES (1, 1), (2, 77), (3, 78), (4, NULL)",
)


@pytest.mark.parametrize(
    ("sql", "rows", "sample"),
    [
        ('CREATE UNIQUE INDEX u ON "Customers" (lower(email) DESC)', 1, ("a@x",)),
        ('CREATE UNIQUE INDEX u ON "Customers" (email)', 0, ()),
        ('ALTER TABLE "Customers" ALTER email SET NOT NULL', 1, ()),
        ('ALTER TABLE "Customers" ALTER "order" SET NOT NULL', 1, ()),
        ('ALTER TABLE "Customers" ADD CHECK ("order" > 0)', 1, ()),
        ('ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES "Customers"', 2, ("77", "78")),
        ('ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES "Customers" ("Id") NOT VALID', 2, ("77", "78")),
        ("ALTER TABLE orders ADD UNIQUE (customer_id)", 0, ()),
    ],
)
def test_the_answer_counts_what_is_in_the_way(sql: str, rows: int, sample: tuple[str, ...], database: URL) -> None:
    run(database, *ROWS)
    link = open_dialect("postgresql").open(database, "test")
    schema = link.schema()
    question = questions(judge(read_script(sql), Ground(schema)), schema)[0]
    answer = link.ask(question, 5.0)
    link.close()
    assert answer.rows == rows
    assert tuple(sorted(answer.sample)) == sample
    with psycopg.connect(conninfo(database), autocommit=True) as connection:
        refused = rows and "NOT VALID" not in sql
        if refused:
            with pytest.raises(psycopg.errors.IntegrityError):
                connection.execute(sql.encode())
        else:
            connection.execute(sql.encode())
