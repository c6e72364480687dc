"""Files and rows of Django joined: the order of the graph, squashes, conflicts, histories, rows without files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from console.core.migration import Belief
from console.core.observation import Server, Tracking
from console.core.ports import TableRows
from console.frameworks.django import Django
from tests.django.making import SETTINGS, project, table, text

SERVER = Server("postgresql", "16.4", 160004, "app", "db", "deploy")
ONE = text(operations=table("One"))
TWO = text(("shop", "0001_one"), operations=table("Two"))
THREE = text(("shop", "0002_two"), operations=table("Three"))
SQUASH = text(
    operations=table("One") + "," + table("Two"), more='replaces = [("shop", "0001_one"), ("shop", "0002_two")]'
)


def tracked(folder: Path, migrations: Mapping[str, str], *rows: str, settings: str = SETTINGS) -> Tracking:
    django = Django()
    found = django.detect(project(folder, migrations, settings), {})
    assert found is not None
    values = [(str(n), *name.split("."), "2026-01-01 00:00:00+00") for n, name in enumerate(rows, 1)]
    table_rows = TableRows(("id", "app", "name", "applied"), tuple(values), ())
    ledger = django.parse_ledger("public.django_migrations", table_rows)
    assert ledger is not None
    return django.track(found, django.read(found, None, "postgres", "public"), ledger, SERVER)


def beliefs(tracking: Tracking) -> dict[str, str]:
    return {t.id.removeprefix("shop."): t.belief.value for t in tracking.tracked}


def test_django_order_is_that_of_the_graph_and_not_of_names(tmp_path: Path) -> None:
    files = {"0002_first": ONE, "0001_second": text(("shop", "0002_first"))}
    assert [t.id for t in tracked(tmp_path, files).tracked] == ["shop.0002_first", "shop.0001_second"]


def test_a_squash_stands_for_what_it_replaces_while_none_of_it_ran(tmp_path: Path) -> None:
    found = tracked(tmp_path, {"0001_one": ONE, "0002_two": TWO, "0001_squashed": SQUASH, "0003_three": THREE})
    assert beliefs(found) == {"0001_squashed": "pending", "0003_three": "pending", "0001_one": "ignored",
                              "0002_two": "ignored"}  # fmt: skip
    assert "replaced by shop.0001_squashed" in found.tracked[2].note


def test_a_squash_of_which_everything_ran_is_applied_without_a_row(tmp_path: Path) -> None:
    files = {"0001_one": ONE, "0002_two": TWO, "0001_squashed": SQUASH}
    found = tracked(tmp_path, files, "shop.0001_one", "shop.0002_two")
    assert beliefs(found)["0001_squashed"] == "recorded"
    assert found.next_run == ""


def test_a_squash_of_which_half_ran_is_not_used(tmp_path: Path) -> None:
    found = tracked(tmp_path, {"0001_one": ONE, "0002_two": TWO, "0001_squashed": SQUASH}, "shop.0001_one")
    assert beliefs(found) == {"0001_one": "recorded", "0002_two": "pending", "0001_squashed": "ignored"}


AGAIN = text(
    operations=",".join(map(table, ("One", "Two", "Three"))),
    more='replaces = [("shop", "0001_squashed"), ("shop", "0003_three")]',
)
NESTED = {"0001_one": ONE, "0002_two": TWO, "0001_squashed": SQUASH, "0003_three": THREE, "0001_all": AGAIN}


def test_a_squash_of_a_squash_stands_for_all_of_them(tmp_path: Path) -> None:
    found = tracked(tmp_path, NESTED)
    assert [name for name, belief in beliefs(found).items() if belief == "pending"] == ["0001_all"]


def test_a_squash_of_a_squash_is_applied_by_the_rows_of_the_first(tmp_path: Path) -> None:
    found = tracked(tmp_path, NESTED, "shop.0001_one", "shop.0002_two", "shop.0003_three")
    assert beliefs(found)["0001_all"] == "recorded"
    assert found.next_run == ""


def test_squashes_that_replace_each_other_come_to_an_end(tmp_path: Path) -> None:
    names = [f"{n:04}_all" for n in range(1, 15)]
    replaced = {one: ", ".join(f'("shop", "{other}")' for other in names if other != one) for one in names}
    found = tracked(tmp_path, {one: text(more=f"replaces = [{inner}]") for one, inner in replaced.items()})
    assert len(found.tracked) == len(names)


def test_rows_of_files_that_a_squash_outlived_are_not_missed(tmp_path: Path) -> None:
    found = tracked(tmp_path, {"0001_squashed": SQUASH}, "shop.0001_one", "shop.0002_two", "shop.0001_squashed")
    gone = [t for t in found.tracked if t.migration is None]
    assert [(t.file_expected, t.note) for t in gone] == [(False, "squashed into shop.0001_squashed")] * 2


@pytest.mark.parametrize(
    ("row", "expected", "note"),
    [
        ("shop.0009_gone", True, ""),
        ("other.0001_initial", False, "other is not installed: Django passes over its rows"),
    ],
    ids=["missing", "uninstalled"],
)
def test_a_row_without_a_file(tmp_path: Path, row: str, expected: bool, note: str) -> None:
    last = tracked(tmp_path, {"0001_one": ONE}, row).tracked[-1]
    assert (last.id, last.file_expected, last.note) == (row, expected, note)


def test_two_last_migrations_are_a_conflict(tmp_path: Path) -> None:
    found = tracked(tmp_path, {"0001_one": ONE, "0002_two": TWO, "0002_other": text(("shop", "0001_one"))})
    assert "multiple leaf nodes in the migration graph: 0002_other, 0002_two in shop" in found.next_run
    assert sum("until they are merged" in t.note for t in found.tracked) == 2


def test_a_row_before_that_of_its_dependency_is_an_inconsistent_history(tmp_path: Path) -> None:
    found = tracked(tmp_path, {"0001_one": ONE, "0002_two": TWO}, "shop.0002_two")
    assert (
        "(InconsistentMigrationHistory): shop.0002_two is applied before its dependency shop.0001_one" in found.next_run
    )
    assert "shop.0001_one, on which it depends, is not" in found.tracked[1].note


def test_a_dependency_that_nobody_has_stops_django(tmp_path: Path) -> None:
    found = tracked(tmp_path, {"0001_one": text(("accounts", "0001_initial"))})
    assert "shop.0001_one depends on accounts.0001_initial, which is not there" in found.next_run


def test_a_row_that_stands_twice_is_said(tmp_path: Path) -> None:
    found = tracked(tmp_path, {"0001_one": ONE}, "shop.0001_one", "shop.0001_one")
    assert (found.tracked[0].belief, found.tracked[0].note) == (Belief.RECORDED, "recorded twice")


def test_what_cannot_be_read_is_said_in_its_own_words(tmp_path: Path) -> None:
    code = text() + "\n    def apply(self, state, editor):\n        pass\n"
    found = tracked(tmp_path, {"0001_one": code, "0002_two": text(("shop", "0001_one"), operations="own.Thing(1)")})
    first, second = (t.migration for t in found.tracked)
    assert first is not None
    assert second is not None
    assert "code of its own (apply)" in first.unreadable
    assert (second.statements[0].sql, second.statements[0].readable) == ("own.Thing(1)", False)


def test_what_follows_a_model_that_is_not_known_is_not_guessed(tmp_path: Path) -> None:
    later = 'migrations.AddField("One", "more", models.IntegerField(null=True))'
    files = {"0001_one": text(operations="own.Thing(1)"), "0002_two": text(("shop", "0001_one"), operations=later)}
    second = tracked(tmp_path, files).tracked[1].migration
    assert second is not None
    assert [s.readable for s in second.statements] == [False]


def test_sql_with_parameters_keeps_its_neighbours(tmp_path: Path) -> None:
    """`RunSQL([sql, (sql, params)])`: the driver writes the values in, so only that one is not known."""
    sql = 'migrations.RunSQL(["CREATE TABLE a (b int)", ("INSERT INTO a VALUES (%s)", [1]), ("DROP TABLE c", None)])'
    (found,) = tracked(tmp_path, {"0001_one": text(operations=sql)}).tracked
    assert found.migration is not None
    assert [(s.sql, s.readable, s.nature.value) for s in found.migration.statements] == [
        ("CREATE TABLE a (b int)", True, "schema"),
        ("INSERT INTO a VALUES (%s)", False, "data"),
        ("DROP TABLE c", True, "schema"),
    ]
