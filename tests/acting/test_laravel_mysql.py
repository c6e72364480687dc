"""Halfway acts where a real Laravel stopped half way on MySQL and MariaDB: the ends are those that Laravel makes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.acting.laravel_shop import (
    CHANGED,
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
from tests.mysql_servers import MyServer, ask, open_connection, run

NewShop = Callable[..., Shop]
_COUNTER = re.compile(r" AUTO_INCREMENT=\d+")


def rows(url: URL, sql: str) -> Rows:
    with open_connection(url) as other:
        return ask(other, sql)


def schema(url: URL) -> Rows:
    """How many rows there were is no part of it."""
    tables = [name for (name,) in rows(url, "SHOW TABLES")]
    return [(name, _COUNTER.sub("", rows(url, f"SHOW CREATE TABLE `{name}`")[0][1])) for name in tables]


@pytest.fixture
def twin(my_database: URL) -> Iterator[URL]:
    name = f"{my_database.database}_twin"
    run(my_database, f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    yield my_database.set(database=name)
    run(my_database, f"DROP DATABASE {name}")


@pytest.fixture
def new_shop(laravel: NewProject, my_server: MyServer, my_database: URL, twin: URL) -> NewShop:
    def make(wanted: Wanted = LARAVEL_8, prefix: str = "") -> Shop:
        project = laravel(my_database, wanted, **({"DB_PREFIX": prefix} if prefix else {}))
        return Shop(project, my_database, twin, my_server.kind, rows, schema, prefix)

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


def test_who_recorded_it_meanwhile_was_faster(new_shop: NewShop) -> None:
    mark_what_is_recorded_meanwhile(new_shop())
