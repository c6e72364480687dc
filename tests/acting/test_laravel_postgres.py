"""Halfway acts where a real Laravel stopped half way on PostgreSQL: the ends are those that Laravel makes itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL

from tests.acting.laravel_shop import (
    CHANGED,
    MENDED,
    WRONG,
    Rows,
    Shop,
    Wrong,
    finish,
    mark_not_ran_what_is_gone,
    mark_what_is_recorded_meanwhile,
    mark_what_landed,
    mark_what_somebody_deleted,
    take_back,
    take_back_what_is_recorded,
    the_next_runs_go_on,
    undo_marks,
)
from tests.debian import Wanted
from tests.laravel.fixtures import NewProject
from tests.laravel.packages import LARAVEL_8, LARAVEL_10
from tests.servers import conninfo, run

NewShop = Callable[..., Shop]
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


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.name)
def test_finished_by_halfway_is_what_laravel_makes(wrong: Wrong, new_shop: NewShop) -> None:
    finish(new_shop(), wrong)


@pytest.mark.parametrize("wrong", [WRONG[0], CHANGED], ids=lambda wrong: wrong.name)
def test_finished_by_halfway_is_what_laravel_10_makes(wrong: Wrong, new_shop: NewShop) -> None:
    finish(new_shop(LARAVEL_10), wrong)


@pytest.mark.parametrize("wanted", [LARAVEL_8, LARAVEL_10], ids=["8", "10"])
def test_laravel_goes_on_behind_a_finish_and_rolls_it_back(wanted: Wanted, new_shop: NewShop) -> None:
    the_next_runs_go_on(new_shop(wanted, prefix="shop_"))


@pytest.mark.parametrize("wrong", [WRONG[1], *WRONG[3:]], ids=lambda wrong: wrong.name)
def test_what_was_rolled_back_is_run_again_by_laravel(wrong: Wrong, new_shop: NewShop) -> None:
    take_back(new_shop(), wrong)


def test_what_is_recorded_is_rolled_back_as_laravel_does_it(new_shop: NewShop) -> None:
    take_back_what_is_recorded(new_shop(LARAVEL_10))


@pytest.mark.parametrize("wanted", [LARAVEL_8, LARAVEL_10], ids=["8", "10"])
def test_all_that_landed_is_marked_with_the_row_of_laravel(wanted: Wanted, new_shop: NewShop) -> None:
    mark_what_landed(new_shop(wanted))


def test_a_row_that_somebody_deleted_comes_back_with_the_next_batch(new_shop: NewShop) -> None:
    mark_what_somebody_deleted(new_shop())


def test_what_was_taken_away_by_hand_is_marked_not_ran_and_run_again(new_shop: NewShop) -> None:
    mark_not_ran_what_is_gone(new_shop())


def test_a_mark_is_undone_to_the_letter(new_shop: NewShop, tmp_path: Path) -> None:
    undo_marks(new_shop(), tmp_path / "journal.db")


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


def test_who_recorded_it_meanwhile_was_faster(new_shop: NewShop) -> None:
    mark_what_is_recorded_meanwhile(new_shop())
