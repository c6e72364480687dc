"""What is asked of Halfway where a real Laravel stopped half way, on every server; each has its shop."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acting.laravel_shop import (
    CHANGED,
    WRONG,
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
from tests.tools.debian import Wanted
from tests.tools.laravel import LARAVEL_8, LARAVEL_10

NewShop = Callable[..., Shop]


class LaravelActs:
    """The tests; a module that has the fixture `new_shop` makes a class `Test...` of it."""

    @pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.name)
    def test_laravel_finish_is_what_laravel_makes(self, wrong: Wrong, new_shop: NewShop) -> None:
        finish(new_shop(), wrong)

    @pytest.mark.parametrize("wrong", [WRONG[0], CHANGED], ids=lambda wrong: wrong.name)
    def test_finished_by_halfway_is_what_laravel_10_makes(self, wrong: Wrong, new_shop: NewShop) -> None:
        finish(new_shop(LARAVEL_10), wrong)

    @pytest.mark.parametrize("wanted", [LARAVEL_8, LARAVEL_10], ids=["8", "10"])
    def test_laravel_goes_on_behind_a_finish_and_rolls_it_back(self, wanted: Wanted, new_shop: NewShop) -> None:
        the_next_runs_go_on(new_shop(wanted, prefix="shop_"))

    @pytest.mark.parametrize("wrong", [WRONG[1], *WRONG[3:]], ids=lambda wrong: wrong.name)
    def test_laravel_roll_back_has_laravel_run_it_again(self, wrong: Wrong, new_shop: NewShop) -> None:
        take_back(new_shop(), wrong)

    def test_laravel_statements_down_take_back_what_is_recorded(self, new_shop: NewShop) -> None:
        take_back_what_is_recorded(new_shop(LARAVEL_10))

    @pytest.mark.parametrize("wanted", [LARAVEL_8, LARAVEL_10], ids=["8", "10"])
    def test_laravel_mark_ran_writes_the_row_of_laravel(self, wanted: Wanted, new_shop: NewShop) -> None:
        mark_what_landed(new_shop(wanted))

    def test_a_row_that_somebody_deleted_comes_back_with_the_next_batch(self, new_shop: NewShop) -> None:
        mark_what_somebody_deleted(new_shop())

    def test_laravel_mark_not_ran_has_laravel_run_it_again(self, new_shop: NewShop) -> None:
        mark_not_ran_what_is_gone(new_shop())

    def test_a_mark_is_undone_to_the_letter(self, new_shop: NewShop, tmp_path: Path) -> None:
        undo_marks(new_shop(), tmp_path / "journal.db")

    def test_who_recorded_it_meanwhile_was_faster(self, new_shop: NewShop) -> None:
        mark_what_is_recorded_meanwhile(new_shop())
