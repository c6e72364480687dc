"""Schemas that are read together look as each does to whoever works in it: its name is in no text of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.fleet.row import Row, Standing
from console.core.ports import Link
from console.core.schema import Constraint, Namespace, Schema, Thing
from console.dialects import open_dialect, open_sweeper
from console.fleet.looking import Budget, Looker
from console.fleet.making import Asked, find_fleet
from console.fleet.reach import Reach
from console.wiring import Options
from tests.fleet.fleets import LEDGER, Project
from tests.servers import ServerUnderTest, fresh_database, run

ODD = ("acme", "Big-Corp", "half.co", "select")
_RICH = (
    LEDGER,
    "CREATE TYPE mood AS ENUM ('sad', 'acme.orders')",
    "CREATE DOMAIN positive AS int CHECK (VALUE > 0)",
    "CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT n * 2'",
    "CREATE TABLE parents (id serial PRIMARY KEY, note text DEFAULT 'acme.orders_id_seq')",
    """CREATE TABLE orders (id bigserial PRIMARY KEY, parent int REFERENCES parents (id),
       feeling mood DEFAULT 'sad'::mood,
       amount positive, doubled int GENERATED ALWAYS AS (id * 2) STORED, CHECK (twice(parent) > 0),
       made timestamptz DEFAULT now())""",
    "CREATE FUNCTION many() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM orders; END",
    "CREATE FUNCTION felt(m mood) RETURNS mood LANGUAGE sql AS 'SELECT m'",
    'CREATE COLLATION plain FROM "C"',
    "ALTER TABLE parents ADD COLUMN sorted text COLLATE plain",
    "CREATE RULE quiet AS ON DELETE TO parents DO INSTEAD NOTHING",
    "CREATE STATISTICS couple ON id, parent FROM orders",
    "CREATE INDEX orders_twice ON orders (twice(parent)) WHERE feeling = 'sad'::mood",
    "CREATE VIEW sad AS SELECT o.id, p.note FROM orders o JOIN parents p ON p.id = o.parent WHERE o.feeling = 'sad'",
    "CREATE TABLE parts (id int, at date) PARTITION BY RANGE (at)",
    "CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
    "CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE TRIGGER note BEFORE INSERT ON orders FOR EACH ROW WHEN (NEW.id > 0) EXECUTE FUNCTION noted()",
    "ALTER TABLE orders ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY mine ON orders USING (twice(parent) > 1)",
)


@pytest.fixture(scope="module")
def tenants(postgres_server: ServerUnderTest) -> Iterator[URL]:
    """One database with a schema for each odd name, and one table that all lead to."""
    with fresh_database(postgres_server) as url:
        run(url, "CREATE TABLE public.countries (code char(2) PRIMARY KEY)")
        for name in ODD:
            quoted = '"' + name + '"'
            led = "ALTER TABLE orders ADD country char(2) REFERENCES public.countries (code)"
            run(url, f"CREATE SCHEMA {quoted}; SET search_path = {quoted}, public; {'; '.join((*_RICH, led))}")
        yield url


def _of(schema: Schema, name: str) -> dict[object, Thing]:
    return {t.ref: t for t in schema.things if t.ref.schema == name and not isinstance(t, Namespace)}


def test_each_looks_as_it_does_to_whoever_works_in_it(tenants: URL) -> None:
    link = open_sweeper(tenants, "schema")
    swept = link.schemas_of([*ODD, "gone"])
    link.close()
    assert set(swept) == set(ODD)
    for name in ODD:
        path = '"' + name + '",public'
        alone = open_dialect("postgresql").open(
            tenants.update_query_dict({"options": f"-csearch_path={path}"}), "schema"
        )
        wanted, found = _of(alone.schema(), name), _of(swept[name], name)
        alone.close()
        assert found == wanted
        assert swept[name].home == name


def test_a_key_to_a_schema_that_is_not_read_names_its_columns(tenants: URL) -> None:
    link = open_sweeper(tenants, "schema")
    found = link.schemas_of(["acme"])["acme"]
    link.close()
    keys = [t for t in found.of_kind(Constraint) if t.references == "public.countries"]
    assert [key.referenced_columns for key in keys] == [("code",)]


def test_a_link_that_is_lost_midway_loses_nothing_that_was_read(tenants: URL, tmp_path: Path) -> None:
    """The server ends the connection while the second tenant is judged: the first stays, the others are read anew."""
    project = Project.at(tmp_path / "project", 1)
    options = Options(project=str(project.folder))
    asked = Asked(tenants.render_as_string(hide_password=False), schemas="*,!public")
    made, reaches = find_fleet(asked, options, jobs=2, per_server=1, seconds=20)
    ended: list[str] = []

    class Cut(Looker):
        def judged(self, reach: Reach, link: Link, budget: Budget, began: float) -> Row:
            if len(ended) == 1:
                run(
                    tenants,
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'halfway%'",
                )
            ended.append(str(reach.target.schema))
            return super().judged(reach, link, budget, began)

    looker = Cut(made.looker.source_of, made.looker.files, made.looker.seconds)
    rows = list(replace(made, looker=looker).rows(reaches))
    assert sorted(str(row.target.schema) for row in rows) == sorted(ODD)
    assert {row.standing for row in rows} == {Standing.PENDING}
    assert ended[0] not in ended[1:]
    assert len(ended) == len(ODD) + 1
