"""Files and rows joined as Rails joins them, and the row that it writes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from console.core.ledgers import about
from console.core.migration import Belief, Ledger
from console.core.observation import Server
from console.core.plan import CannotWriteError
from console.core.ports import TableRows
from console.frameworks.rails.ledger import with_beside
from console.frameworks.rails.marks import Marks
from tests.rails.making import GUARDED, RAILS, SERVER, app, by_id, change, ledger, project, read, track

ONE, TWO, THREE = "20240101000000", "20240201000000", "20240301000000"
MYSQL = Server("mysql", "9.7", 90700, "app", "db", "deploy", home="app")


def test_a_row_means_that_it_ran_and_no_row_that_it_did_not(tmp_path: Path) -> None:
    tracking = track(app(tmp_path, (TWO, ONE, THREE)), ONE, TWO)
    beliefs = [(item.id, item.belief) for item in tracking.tracked]
    assert beliefs == [(ONE, Belief.RECORDED), (TWO, Belief.RECORDED), (THREE, Belief.PENDING)]
    assert tracking.next_run == (
        "`bin/rails db:migrate` runs the statement of 20240301000000_change20240301000000, in a transaction."
    )


def test_rails_order_is_that_of_the_numbers(tmp_path: Path) -> None:
    files = {f"db/migrate/{n}_changes.rb": change("add_column :a, :b, :text") for n in ("9", "010", "100")}
    assert [item.id for item in track(app(tmp_path, files=files)).tracked] == ["9", "10", "100"]


def test_an_older_file_without_a_row_is_run_all_the_same(tmp_path: Path) -> None:
    found = by_id(track(app(tmp_path, (ONE, TWO)), TWO))
    assert (found[ONE].belief, found[ONE].note) == (
        Belief.PENDING,
        "a higher version is recorded: Rails runs it all the same",
    )


def test_a_row_without_a_file_is_missed_unless_it_is_older_than_all(tmp_path: Path) -> None:
    found = by_id(track(app(tmp_path, (TWO,)), ONE, THREE))
    assert [(found[v].file_expected, found[v].belief) for v in (ONE, THREE)] == [
        (False, Belief.RECORDED),
        (True, Belief.RECORDED),
    ]


def test_two_files_of_one_version_stop_everything(tmp_path: Path) -> None:
    text = change("add_column :a, :b, :text")
    tracking = track(app(tmp_path, (ONE,), {f"db/migrate/{ONE}_twin.rb": text}))
    assert tracking.next_run == (
        f"`bin/rails db:migrate` runs nothing: two files have the version {ONE}: Rails refuses to run any."
    )


def test_two_files_of_one_name_stop_everything(tmp_path: Path) -> None:
    text = change("add_column :a, :b, :text", name="Twin")
    tracking = track(app(tmp_path, files={f"db/migrate/{version}_twin.rb": text for version in (ONE, TWO)}))
    assert tracking.next_run == (
        "`bin/rails db:migrate` runs nothing: two files have the name twin: Rails refuses to run any."
    )


def test_a_class_of_another_name_is_said(tmp_path: Path) -> None:
    app(tmp_path, files={f"db/migrate/{ONE}_add_nick.rb": change("add_column :a, :b, :text", name="Other")})
    assert by_id(track(tmp_path))[ONE].note == "Rails looks for another class in it than Other: it stops there"


def test_folders_below_are_read_and_other_names_are_not(tmp_path: Path) -> None:
    text = change("add_column :a, :b, :text")
    names = (f"deep/{ONE}_changes.rb", f"{TWO}_Changes.rb", f"{THREE}_changes.other.rb", "changes.rb")
    app(tmp_path, files={f"db/migrate/{name}": text for name in names})
    assert [m.id for m in read(tmp_path).migrations] == [ONE, THREE]


def test_a_strangers_rows_are_refused() -> None:
    for odd in ("abc", "\N{SUPERSCRIPT TWO}", "1" * 5000):
        assert RAILS.parse_ledger("x", TableRows(("version",), ((odd,),), (None,))) is None
    mixed = RAILS.parse_ledger("x", TableRows(("version",), (("20240101000000",), ("abc",)), (None, None)))
    assert mixed is not None
    assert (mixed.exists, mixed.rows, mixed.unread) == (True, (), "its row 'abc' is no version")
    assert RAILS.parse_ledger("x", TableRows(("version", "dirty"), (("1", "f"),), (None,))) is None


def test_the_row_is_the_one_that_rails_writes(tmp_path: Path) -> None:
    tracking = track(app(tmp_path, (ONE, TWO)), ONE)
    edit = Marks(project(tmp_path)).mark_ran(tracking, TWO, SERVER)
    assert edit.sql == (f'INSERT INTO "public"."schema_migrations" ("version") VALUES (\'{TWO}\')',)
    assert edit.undo == (f'DELETE FROM "public"."schema_migrations" WHERE "version" = \'{TWO}\'',)


def test_the_row_goes_as_it_stands_there(tmp_path: Path) -> None:
    files = {"db/migrate/0007_changes.rb": change("add_column :a, :b, :text")}
    tracking = track(app(tmp_path, files=files), "0007")
    edit = Marks(project(tmp_path)).mark_not_ran(tracking, "7", MYSQL)
    assert edit.sql == ("DELETE FROM `public`.`schema_migrations` WHERE `version` = '0007'",)
    assert edit.before == ((("version", "0007"),),)


def test_what_cannot_be_marked_is_refused(tmp_path: Path) -> None:
    tracking = track(app(tmp_path, (ONE, TWO)), ONE)
    marks = Marks(None)
    gone = replace(tracking, ledger=Ledger("public.schema_migrations", exists=False))
    for refused, version in ((tracking, ONE), (tracking, THREE), (gone, TWO)):
        with pytest.raises(CannotWriteError):
            marks.mark_ran(refused, version, SERVER)
    with pytest.raises(CannotWriteError):
        marks.mark_not_ran(tracking, TWO, SERVER)


def test_a_session_is_set_to_utc_as_rails_does_on_postgres(tmp_path: Path) -> None:
    yml = "production:\n  adapter: postgresql\n  database: shop\n  schema_search_path: shop,public\n"
    marks = Marks(project(app(tmp_path, files={"config/database.yml": yml})))
    assert marks.session_settings(SERVER) == {"search_path": "shop,public", "timezone": "UTC"}
    assert marks.session_settings(MYSQL) == {}


METADATA = TableRows(("key", "value", "at"), (("schema_sha1", "9f", "x"), ("environment", "production", "x")), ())
LOADED = "A schema file was loaded into it once: what that held was not made by migrations."
OTHER = "From here it is run as staging: the next run would write that down instead."


@pytest.mark.parametrize(
    ("environment", "said"), [("production", (GUARDED, LOADED)), ("staging", (GUARDED, OTHER, LOADED))]
)
def test_what_rails_keeps_of_the_database_is_said(environment: str, said: tuple[str, ...], tmp_path: Path) -> None:
    kept = with_beside(ledger(ONE), METADATA)
    made = project(app(tmp_path, (ONE,)), RAILS_ENV=environment)
    tracking = RAILS.track(made, RAILS.read(made, None, "postgres", "public"), kept, SERVER)
    assert (tracking.about, about(tracking, None)) == (" ".join(said), " ".join(said))


def test_a_table_of_another_kind_says_nothing() -> None:
    assert with_beside(ledger(ONE), TableRows(("id", "value"), (("1", "x"),), ())) == ledger(ONE)
