"""Where a project is looked for: never in a folder where anybody could have planted one."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.core.faults import ProjectFault
from console.readers.sources.around import Sign, above, below

SIGN = Sign("Thing", lambda place: (place / "thing").is_file(), frozenset({"cache"}))


def made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "thing").touch()
    return folder


def test_the_folder_itself_comes_before_one_above_and_one_below(tmp_path: Path) -> None:
    outer, inner = made(tmp_path / "outer"), made(tmp_path / "outer" / "inner")
    assert SIGN.place(inner, {}) == (inner, None)
    assert SIGN.place(outer, {}) == (outer, None)


def test_a_project_above_is_found_up_to_the_repository(tmp_path: Path) -> None:
    outer = made(tmp_path / "outer")
    deep = outer / "app" / "models"
    deep.mkdir(parents=True)
    assert SIGN.place(deep, {}) == (outer, None)
    (outer / "app" / ".git").mkdir()
    assert SIGN.place(deep, {}) is None


@pytest.mark.parametrize("mode", [0o777, 0o1777], ids=["open", "sticky"])
def test_a_folder_that_anybody_may_write_to_is_never_looked_in_from_below(mode: int, tmp_path: Path) -> None:
    shared = made(tmp_path / "shared_by_all")
    inner = shared / "mine"
    inner.mkdir()
    assert SIGN.place(inner, {}) == (shared, None)
    shared.chmod(mode)
    assert list(above(inner, {})) == []
    assert SIGN.place(inner, {}) is None
    shared.chmod(0o755)


def test_the_home_folder_is_not_a_project_of_what_lies_in_it(tmp_path: Path) -> None:
    home = made(tmp_path)
    inner = home / "work"
    inner.mkdir()
    assert SIGN.place(inner, {"HOME": str(home)}) is None


def test_one_just_below_is_found_and_several_have_to_be_named(tmp_path: Path) -> None:
    place = made(tmp_path / "code" / "one")
    made(place / "nested")
    made(tmp_path / "code" / "cache")
    assert SIGN.place(tmp_path, {}) == (place, None)
    made(tmp_path / "code" / "two")
    with pytest.raises(ProjectFault, match=r"several Thing projects below .*code/one, code/two.*--project"):
        SIGN.place(tmp_path, {})


def test_of_release_folders_the_one_that_runs_counts(tmp_path: Path) -> None:
    old, new = made(tmp_path / "releases" / "20260101"), made(tmp_path / "releases" / "20260202")
    (tmp_path / "current").symlink_to("releases/20260101")
    found = SIGN.place(tmp_path, {})
    assert found is not None
    assert found[0].resolve() == old
    assert found[1] is not None
    assert found[1].names == (old.name, new.name)


def test_nothing_is_looked_for_below_the_root_of_the_file_system() -> None:
    assert list(below(Path("/"))) == []
