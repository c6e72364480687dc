"""Halfway acts where a real Laravel stopped half way on PostgreSQL: the ends are those that Laravel makes itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest
from sqlalchemy.engine import URL

from tests.acting.laravel_acts import LaravelActs, NewShop
from tests.acting.laravel_shop import MENDED, WRONG, Rows, Shop, finish
from tests.laravel.fixtures import NewProject
from tests.servers import conninfo, run
from tests.tools.debian import Wanted
from tests.tools.laravel import LARAVEL_8, LARAVEL_10

pytestmark = pytest.mark.first_of("what Laravel makes of acts")

_CATALOG = """
    SELECT 'column', table_name,
           lpad((row_number() OVER (PARTITION BY table_name ORDER BY ordinal_position))::text, 3),
           concat_ws(' ', column_name, data_type, udt_name,
           character_maximum_length, numeric_precision, numeric_scale, is_nullable, column_default)
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
    UNION ALL SELECT 'owner', relname, relkind::text, relowner::regrole::text FROM pg_class
    WHERE relnamespace = 'public'::regnamespace
    ORDER BY 1, 2, 3"""


def rows(url: URL, sql: str) -> Rows:
    with psycopg.connect(conninfo(url), autocommit=True) as other:
        found = other.execute(sql.encode())
        return found.fetchall() if found.description else []


def schema(url: URL) -> Rows:
    return rows(url, _CATALOG)


@pytest.fixture
def twin(database: URL) -> Iterator[URL]:
    name = f"{database.database}_twin"
    run(database, f'CREATE DATABASE "{name}"')
    yield database.set(database=name)
    run(database.set(database="postgres"), f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def new_shop(laravel: NewProject, database: URL, twin: URL) -> NewShop:
    def make(wanted: Wanted = LARAVEL_8, prefix: str = "") -> Shop:
        project = laravel(database, wanted, **({"DB_PREFIX": prefix} if prefix else {}))
        return Shop(project, database, twin, "postgresql", rows, schema, prefix)

    return make


class TestLaravelOnPostgres(LaravelActs):
    """All of them."""


def test_another_schema_is_finished_in_and_no_other(new_shop: NewShop) -> None:
    plain = new_shop(LARAVEL_10)
    config = plain.project.folder / "config" / "database.php"
    config.write_text(config.read_text().replace("'search_path' => 'public'", "'search_path' => 'shop'"))
    for url in (plain.url, plain.twin):
        run(url, "CREATE SCHEMA shop")
    there = replace(plain, prefix="shop.", schema=lambda url: rows(url, _CATALOG.replace("public", "shop")))
    mend = (MENDED.replace("customers", "shop.customers"),)
    finish(there, replace(WRONG[0], mend=mend))
    assert len(there.schema(there.url)) > 20
    assert schema(plain.url) == []
