"""Rows are heads: what they say of every revision, and what Alembic does next."""

from __future__ import annotations

from pathlib import Path

import pytest

from console import frameworks
from console.core.migration import Belief
from console.core.plan import CannotWriteError
from tests.alembic.making import SERVER, app, by_id, project, revision, track

LINE = ("one", "two", "three")
FORK = {
    "migrations/versions/left.py": revision("left", "one"),
    "migrations/versions/right.py": revision("right", "one"),
}
JOIN = {**FORK, "migrations/versions/join.py": revision("join", ("left", "right"))}


def beliefs(folder: Path, *heads: str) -> dict[str, Belief]:
    return {name: item.belief for name, item in by_id(track(folder, *heads)).items()}


def test_everything_below_a_row_is_recorded(tmp_path: Path) -> None:
    tracking = track(app(tmp_path, LINE), "two")
    assert [(t.id, t.belief) for t in tracking.tracked] == [
        ("one", Belief.RECORDED), ("two", Belief.RECORDED), ("three", Belief.PENDING)]  # fmt: skip
    assert by_id(tracking)["one"].note == "below two, which is recorded"
    assert [t.row is not None for t in tracking.tracked] == [False, True, False]


def test_an_empty_table_is_the_base(tmp_path: Path) -> None:
    assert set(beliefs(app(tmp_path, LINE)).values()) == {Belief.PENDING}


def test_of_two_heads_each_says_what_is_below_it(tmp_path: Path) -> None:
    folder = app(tmp_path, ("one",), FORK)
    assert beliefs(folder, "left") == {"one": Belief.RECORDED, "left": Belief.RECORDED, "right": Belief.PENDING}
    told = track(folder, "left").next_run
    assert "there are 2 heads (left, right)" in told
    assert "it begins with right" in told


def test_a_merge_is_told(tmp_path: Path) -> None:
    tracking = track(app(tmp_path, ("one",), JOIN), "left", "right")
    assert by_id(tracking)["join"].note == "it joins left, right"
    assert tracking.next_run.startswith("The next alembic upgrade runs join")


def test_a_row_without_a_file_leaves_the_rest_unknown(tmp_path: Path) -> None:
    tracking = track(app(tmp_path, LINE), "newer")
    assert {t.id: t.belief for t in tracking.tracked} == {
        "one": Belief.IGNORED, "two": Belief.IGNORED, "three": Belief.IGNORED, "newer": Belief.RECORDED}  # fmt: skip
    assert by_id(tracking)["newer"].migration is None
    assert "cannot locate revision newer" in tracking.next_run


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"migrations/versions/x.py": revision("x", "gone")}, "x stands on gone, which no file has"),
        ({"migrations/versions/x.py": "a = 1\n"}, "migrations/versions/x.py names no revision"),
        ({"migrations/versions/x.py": revision("x", "y"), "migrations/versions/y.py": revision("y", "x")}, "circle"),
    ],
    ids=["parent", "revision", "circle"],
)
def test_what_alembic_refuses_is_told(tmp_path: Path, files: dict[str, str], said: str) -> None:
    told = track(app(tmp_path, LINE, files)).next_run
    assert told.startswith("The next alembic run refuses at once")
    assert said in told


def test_two_files_of_one_revision_are_told(tmp_path: Path) -> None:
    tracking = track(app(tmp_path, ("one",), {"migrations/versions/two.py": revision("one")}))
    assert by_id(tracking)["one"].note == "it counts instead of migrations/versions/one.py, which has the same revision"


def test_an_unreadable_file_keeps_its_reason(tmp_path: Path) -> None:
    files = {"migrations/versions/x.py": "revision = 'x'\ndown_revision = None\ndef upgrade(:\n"}
    tracking = track(app(tmp_path, ("one",), files), "one")
    unread = by_id(tracking)["x"].migration
    assert unread is not None
    assert unread.unreadable == "the file cannot be parsed in line 3"


def marks(folder: Path, verb: str, name: str, *heads: str) -> tuple[str, ...]:
    marker = frameworks.marker("alembic", project(folder))
    return tuple(sql.replace('"', "") for sql in getattr(marker, verb)(track(folder, *heads), name, SERVER).sql)


def test_marks_move_the_heads(tmp_path: Path) -> None:
    folder = app(tmp_path, ("one",), JOIN)
    table = "public.alembic_version"
    assert marks(folder, "mark_ran", "one") == (f"INSERT INTO {table} (version_num) VALUES ('one')",)
    assert marks(folder, "mark_ran", "left", "one") == (
        f"UPDATE {table} SET version_num = 'left' WHERE version_num = 'one'",)  # fmt: skip
    assert marks(folder, "mark_ran", "right", "left") == (f"INSERT INTO {table} (version_num) VALUES ('right')",)
    assert marks(folder, "mark_ran", "join", "left", "right") == (
        f"DELETE FROM {table} WHERE version_num = 'left'",
        f"UPDATE {table} SET version_num = 'join' WHERE version_num = 'right'",
    )
    assert marks(folder, "mark_not_ran", "join", "join") == (
        f"INSERT INTO {table} (version_num) VALUES ('left')",
        f"UPDATE {table} SET version_num = 'right' WHERE version_num = 'join'",
    )
    assert marks(folder, "mark_not_ran", "right", "left", "right") == (
        f"DELETE FROM {table} WHERE version_num = 'right'",)  # fmt: skip


@pytest.mark.parametrize(
    ("verb", "name", "heads", "why"),
    [
        ("mark_ran", "three", ("one",), "It stands on two"),
        ("mark_ran", "one", ("two",), "recorded it already"),
        ("mark_not_ran", "one", ("two",), "two stands on it"),
        ("mark_not_ran", "three", ("two",), "no row of it"),
        ("mark_ran", "three", ("newer",), "names a revision that no file has"),
        ("mark_ran", "newer", ("newer",), "Its file is not there"),
    ],
    ids=["gap", "again", "below", "never", "lost", "no-file"],
)
def test_what_alembic_would_not_write_is_refused(
    tmp_path: Path, verb: str, name: str, heads: tuple[str, ...], why: str
) -> None:
    with pytest.raises(CannotWriteError, match=why):
        marks(app(tmp_path, LINE), verb, name, *heads)
