"""Rows come back by key: what is missing, values only where there is none, and nothing else is touched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import URL

from console import dialects
from console.core.intent import Intent, Verb
from console.core.journal import Topic
from console.core.observation import Server
from console.core.plan import Result, Word
from console.core.plans.restore import _batches
from console.core.restore.row_sql import is_literal
from console.core.restore.rows import lost_in
from console.core.row_values import Rows
from console.dialects.comparing import rows_of_table
from console.incident import Incident
from console.wiring import Options, find, source
from tests.acting.responder import Responder, responder
from tests.headless import halfway
from tests.mysql_servers import MyServer
from tests.mysql_servers import run as my_run
from tests.restore.grounds import beside, my_beside
from tests.restore.test_loading import ON_NEWEST, ON_TWO, my_rows, rows, shown
from tests.servers import ServerUnderTest, run

COLUMNS = "id bigint PRIMARY KEY, note varchar(80), raw {bytes}, price decimal(9, 2), at timestamp NULL {stamp}"
V1 = f"CREATE TABLE orders ({COLUMNS})"
V2 = "ALTER TABLE orders DROP COLUMN note;\nDELETE FROM orders WHERE price < 0;\nALTER TABLE nowhere ADD x int;\n"
ODD = "it''s; \\\\ \n `x` \"y\" %s ü"
FILLED = ("INSERT INTO orders VALUES (1, 'one', {hex}, 1.5, '2026-01-31 10:00:00'), (2, '{odd}', NULL, -2, NULL),"
          " (3, NULL, NULL, 3, NULL), (4, 'four', {hex}, 4, NULL), (5, 'five', NULL, -5, NULL)")  # fmt: skip
SINCE = ("ALTER TABLE orders DROP COLUMN note", "DELETE FROM orders WHERE price < 0",
         "ALTER TABLE orders ADD COLUMN note varchar(80)", "UPDATE orders SET price = 44 WHERE id = 4",
         "INSERT INTO orders (id, note, price) VALUES (9, 'new', 9)")  # fmt: skip
ASKED = "SELECT id, note, raw, price, at FROM orders ORDER BY id"


@dataclass
class Stand:
    """Production after the migration, the backup beside it, and somebody at work."""

    kind: str
    url: URL
    scratch: URL
    ann: Responder
    run: Callable[..., None]
    asked: Callable[[URL, str], list[Any]]

    def found(self, table: str = "orders") -> Rows:
        assessment = self.ann.incident.fresh()
        schema = assessment.observation.schema.value
        assert schema is not None
        return rows_of_table(self.url, self.scratch, (schema.home, table), lost_in(assessment))

    def intent(self) -> Intent:
        return Intent(Verb.RESTORE, object="orders", rows=self.found())

    def do(self, intent: Intent) -> Result:
        plan = self.ann.propose(intent)
        assert plan.refused == ()
        return self.ann.acting.carry_out(plan, plan.phrases)


@contextmanager
def stand(kind: str, url: URL, scratch: URL, folder: Path, run_all: Callable[..., None], asked: Any) -> Iterator[Stand]:
    raw = {
        "bytes": "bytea" if kind == "postgresql" else "blob",
        "hex": r"'\x00ff275c'",
        "odd": ODD.replace("\\\\", "\\"),
    }
    raw["stamp"] = ""
    if kind != "postgresql":
        raw |= {"hex": "x'00ff275c'", "odd": ODD, "stamp": "DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP"}
    for each in (url, scratch):
        run_all(each, V1.format(**raw), FILLED.format(**raw))
    run_all(url, *SINCE)
    (folder / "sql").mkdir()
    jdbc = f"jdbc:{kind}://{url.host}:{url.port}/{url.database}"
    (folder / "flyway.conf").write_text(f"flyway.url={jdbc}\nflyway.locations=filesystem:sql\n")
    (folder / "sql" / "V1__shop.sql").write_text(V1.format(**raw) + ";\n")
    (folder / "sql" / "V2__drop.sql").write_text(V2)
    incident = Incident(source(find(Options(url=shown(url), project=str(folder)), {})))
    with responder(incident, dialects.renderer(kind), partial(dialects.open_hand, kind, url)) as ann:
        yield Stand(kind, url, scratch, ann, run_all, asked)


@pytest.fixture
def postgres(database: URL, postgres_server: ServerUnderTest, tmp_path: Path) -> Iterator[Stand]:
    with beside(database) as scratch, stand("postgresql", database, scratch, tmp_path, run, rows) as found:
        yield found


@pytest.fixture
def mysql(my_database: URL, my_server: MyServer, tmp_path: Path) -> Iterator[Stand]:
    kind = my_server.kind
    with my_beside(my_database) as scratch, stand(kind, my_database, scratch, tmp_path, my_run, my_rows) as found:
        yield found


@ON_TWO
def test_rows_come_back_on_postgres(postgres: Stand) -> None:
    _come_back(postgres)


def test_rows_come_back_on_mysql(mysql: Stand) -> None:
    _come_back(mysql)


def _come_back(found: Stand) -> None:
    then = found.asked(found.scratch, ASKED)[0]
    intent = found.intent()
    seen = intent.rows
    assert seen is not None
    assert [row[0].strip("'") for row in seen.missing] == ["2", "5"]
    assert [(one.column, one.value) for one in seen.fills] == [("note", "'one'"), ("note", "'four'")]
    assert (seen.same, seen.changed, seen.newer, seen.whole) == (2, 1, 1, True)
    plan = found.ann.propose(intent)
    assert (plan.phrase, plan.refused) == ("restore orders", ())
    assert "rows changed since the backup, which stay as they are: 1" in plan.about
    assert any("1 of the values are in rows that were changed since the backup" in text for text in plan.careful)
    result = found.ann.acting.carry_out(plan, plan.phrases)
    assert [one.word for one in result.outcomes] == [Word.DONE] * 2, result
    now = found.asked(found.url, ASKED)[0]
    assert [row for row in now if row[0] in (1, 2, 3, 5)] == [row for row in then if row[0] != 4]
    assert [(row[1], float(row[3])) for row in now if row[0] in (4, 9)] == [("four", 44.0), ("new", 9.0)]
    sent = [entry.details["sql"] for entry in found.ann.journal.kept if entry.topic is Topic.ACTING]
    assert [sql.split()[0] for sql in sent] == ["INSERT", "UPDATE"]
    assert found.ann.propose(found.intent()).refused == ("Nothing of it is missing.",)


@ON_NEWEST
def test_what_somebody_else_wrote_meanwhile_is_never_written_over(postgres: Stand) -> None:
    intent = postgres.intent()
    plan = postgres.ann.propose(intent)
    run(postgres.url, "INSERT INTO orders (id, note) VALUES (5, 'mine')")
    result = postgres.ann.acting.carry_out(plan, plan.phrases)
    assert [(one.word, one.sent) for one in result.outcomes] == [(Word.REFUSED, False)]
    assert "somebody else brought them back" in result.outcomes[0].detail
    assert rows(postgres.url, "SELECT id, note FROM orders WHERE id IN (2, 5)") == [[(5, "mine")]]


@ON_NEWEST
def test_a_plan_is_refused_for_what_no_migration_lost(postgres: Stand) -> None:
    run(postgres.url, "CREATE TABLE other (id int PRIMARY KEY)")
    run(postgres.scratch, "CREATE TABLE other (id int PRIMARY KEY)", "INSERT INTO other VALUES (1)")
    refused = postgres.ann.propose(Intent(Verb.RESTORE, object="other", rows=postgres.found("other"))).refused
    assert refused == ("No migration that failed, waits or ran last loses anything of other.",)
    elsewhere = replace(postgres.found(), server="another")
    refused = postgres.ann.propose(Intent(Verb.RESTORE, object="orders", rows=elsewhere)).refused
    assert refused == ("The backup was compared with another server than this one.",)
    assert postgres.ann.propose(Intent(Verb.RESTORE, object="orders")).refused == ("No backup was looked at.",)


@ON_NEWEST
def test_a_swap_is_only_printed_with_all_that_hangs_on_the_table(postgres: Stand, tmp_path: Path) -> None:
    run(postgres.url, "CREATE TABLE lines (id int PRIMARY KEY, order_id bigint CONSTRAINT of_order REFERENCES orders)",
        "CREATE VIEW open_orders AS SELECT id FROM orders", "CREATE SEQUENCE numbers OWNED BY orders.id")  # fmt: skip
    answer = halfway("restore", shown(postgres.url), "--project", str(tmp_path), "--rows", "orders",
                     "--scratch", shown(postgres.scratch))  # fmt: skip
    assert answer.code == 0, answer
    hanging = ("foreign key lines.of_order refers to it", "view open_orders names it",
               "sequence numbers belongs to public.orders.id")  # fmt: skip
    for text in (*hanging, '-- ALTER TABLE "public"."orders" RENAME TO'):
        assert text in answer.out
    script = [line for line in answer.out.splitlines() if not line.startswith("--")]
    assert "RENAME" not in "\n".join(script)
    assert 'UPDATE "public"."orders" SET "note" = \'one\' WHERE "id" IN (\'1\') AND "note" IS NULL;' in script
    assert postgres.found().missing != ()


@pytest.mark.parametrize("dialect", ["postgresql", "mysql"])
@pytest.mark.parametrize(
    "text", ["1); DROP TABLE orders; --", "'a' || pg_sleep(9)", "'a'b'", "'\\'", "now()", "", "x'1G'"]
)
def test_nothing_but_a_constant_comes_from_the_scratch_server(dialect: str, text: str) -> None:
    server = Server(dialect, "1", 1, "shop", "db1", "ann")
    assert not is_literal(text, server)
    assert is_literal("NULL", server)
    assert is_literal("'it''s'" if dialect == "postgresql" else "'it\\'s'", server)


def test_a_statement_is_never_longer_than_a_server_takes() -> None:
    found = list(_batches(["x" * 100_000] * 5 + ["y"] * 3, 4, len))
    assert [len(batch) for batch in found] == [2, 2, 4]
