"""Where each tool would look for a recovery, and when there is no place for one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.core.forward import file_of
from console.core.forward.values import Order
from console.core.plan import CannotWriteError
from tests.forward.ordering import ORDER, order

ADD = "ALTER TABLE orders ADD COLUMN a int"
FLYWAY = order(ADD)
LARAVEL = replace(FLYWAY, failed="2024_05_05_120000_add_a", label="2024_05_05_120000_add_a",
                  file="database/migrations/2024_05_05_120000_add_a.php")  # fmt: skip
RAILS = replace(FLYWAY, failed="20240505235959", label="20240505235959_add_a",
                file="db/migrate/20240505235959_add_a.rb", text="class A < ActiveRecord::Migration[7.1]")  # fmt: skip
DJANGO = replace(FLYWAY, failed="shop.0009_add_a", label="0009_add_a", file="shop/migrations/0009_add_a.py")
ALEMBIC = replace(FLYWAY, failed="abc", label="abc_add_a", file="versions/abc_add_a.py")
CASES = {
    "laravel": (LARAVEL, "database/migrations/2024_05_05_120000_add_a_recovery.php", "class AddARecovery extends"),
    "rails": (RAILS, "db/migrate/20240506000000_recover_add_a.rb", "class RecoverAddA < ActiveRecord::Migration[7.1]"),
    "django": (DJANGO, "shop/migrations/0010_recover_0009_add_a.py", "dependencies = [('shop', '0009_add_a')]"),
    "alembic": (ALEMBIC, "versions/74cc235e09e4_recover_abc_add_a.py", "down_revision = 'abc'"),
    "flyway": (FLYWAY, "sql/V2_1__recover_change.sql", "halfway_saw := (SELECT"),
}


@pytest.mark.parametrize("tool", CASES)
def test_it_stands_directly_behind_the_failed_one(tool: str) -> None:
    given, file, words = CASES[tool]
    made = file_of(tool, given)
    assert (made.file, words in made.text) == (file, True), made.text


REFUSED = [
    ("laravel", replace(LARAVEL, failed="add_a"), "not named as Laravel names migrations"),
    ("rails", replace(RAILS, text=""), "Which version of ActiveRecord::Migration"),
    ("rails", replace(RAILS, known=("20240506000000",)), "No version is free between"),
    ("rails", replace(RAILS, failed="abc"), "Its version is no number"),
    ("django", replace(DJANGO, behind=("shop.0010_b",), recorded=frozenset({"shop.0010_b"})), "0010_b stands on"),
    ("django", replace(DJANGO, failed="shop.0009_" + "a" * 100), "No file name is free"),
    ("alembic", replace(ALEMBIC, behind=("def",), recorded=frozenset({"def"})), "def stands on it"),
    ("flyway", replace(FLYWAY, file="sql/R__view.sql"), "not named as a versioned migration"),
    ("flyway", replace(FLYWAY, known=("2.0.0.1",)), "No version is free directly behind 2."),
    ("flyway", order("CREATE INDEX CONCURRENTLY i ON orders (id)"), "SQL alone cannot look before it"),
    ("flyway", order("ALTER TABLE orders ADD COLUMN a text DEFAULT '${x}'"), "Flyway would take for a placeholder"),
    ("flyway", order("ALTER TABLE orders ADD COLUMN a varchar(9) DEFAULT '//'", "mysql"), "would end the procedure"),
    ("flyway", order(ADD, "sqlite", "main"), "can look at nothing before it runs a statement"),
    ("knex", FLYWAY, "No recovery file is written for knex"),
]  # fmt: skip


@pytest.mark.parametrize(("tool", "given", "why"), REFUSED, ids=[f"{tool}-{why[:30]}" for tool, _, why in REFUSED])
def test_where_there_is_no_place_it_is_said(tool: str, given: Order, why: str) -> None:
    with pytest.raises(CannotWriteError) as refused:
        file_of(tool, given)
    assert why in str(refused.value)


def test_what_is_pending_on_the_failed_one_waits_for_it() -> None:
    assert "run_before = [('shop', '0010_b')]" in file_of("django", replace(DJANGO, behind=("shop.0010_b",))).text
    (careful,) = file_of("alembic", replace(ALEMBIC, behind=("def",))).careful
    assert careful == "Change down_revision of def from abc to 74cc235e09e4, or Alembic has two heads."


@pytest.mark.parametrize(
    ("known", "version"), [((), "2_1"), (("2.1",), "2_0_1"), (("3",), "2_1"), (("2.0.1", "3"), "2_0_0_1")]
)
def test_the_version_comes_before_every_other(known: tuple[str, ...], version: str) -> None:
    assert file_of("flyway", replace(FLYWAY, known=known)).file == f"sql/V{version}__recover_change.sql"


def test_a_name_that_is_taken_is_not_taken_again() -> None:
    taken = replace(LARAVEL, known=("2024_05_05_120000_add_a_recovery",))
    assert file_of("laravel", taken).file.endswith("add_a_recovery_2.php")
    taken = replace(RAILS, labels=("20200101000000_recover_add_a",))
    assert file_of("rails", taken).file.endswith("20240506000000_recover_add_a_20240506000000.rb")
    taken = replace(DJANGO, known=("shop.0010_recover_0009_add_a",))
    assert file_of("django", taken).file.endswith("0010_recover_0009_add_a_2.py")


def test_it_runs_in_a_transaction_where_the_failed_one_would_have() -> None:
    loose, alone = replace(ORDER, transactional=False), order("CREATE INDEX CONCURRENTLY i ON orders (id)")
    assert [o.loose for o in (FLYWAY, loose, alone, replace(ORDER, dialect="mysql"))] == [False, True, True, True]
