"""Release folders beside a `current` link."""

import os
from pathlib import Path

import pytest

from console.readers.sources import SourceFile, deployment_of, gather_given
from console.readers.sources.releases import in_order, natural


def sql(name: str) -> bool:
    return name.endswith(".sql")


def release(root: Path, name: str, files: dict[str, str]) -> Path:
    folder = root / "releases" / name / "db"
    folder.mkdir(parents=True)
    for file, text in files.items():
        (folder / file).write_text(text)
    return folder


def link(root: Path, name: str) -> None:
    (root / "current").symlink_to(root / "releases" / name)


@pytest.fixture
def app(tmp_path: Path) -> Path:
    release(tmp_path, "1", {"1.sql": "one"})
    release(tmp_path, "2", {"1.sql": "one", "2.sql": "two"})
    link(tmp_path, "1")
    return tmp_path


def gathered(path: Path) -> dict[str, SourceFile]:
    return {file.name: file for file in gather_given(str(path), sql)}


@pytest.mark.parametrize("where", ["current/db", "releases/1/db", "releases/2/db"])
def test_a_file_of_an_unlinked_newer_release_is_from_the_failed_deploy(app: Path, where: str) -> None:
    files = gathered(app / where)
    assert {name: (f.release, f.from_failed_deploy) for name, f in files.items()} == {
        "1.sql": ("1", False),
        "2.sql": ("2", True),
    }


def test_the_root_of_the_deployment_can_be_given(app: Path) -> None:
    assert [file.inside for file in gather_given(str(app), sql)] == ["db/1.sql", "db/2.sql"]


def test_a_relative_link_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    release(tmp_path, "1", {"1.sql": "one"})
    release(tmp_path, "2", {"2.sql": "two"})
    (tmp_path / "current").symlink_to("releases/1")
    monkeypatch.chdir(tmp_path / "current" / "db")
    assert sorted(file.name for file in gather_given(".", sql)) == ["1.sql", "2.sql"]


def test_releases_older_than_the_linked_one_are_not_read(tmp_path: Path) -> None:
    release(tmp_path, "1", {"0.sql": "gone since"})
    release(tmp_path, "2", {"1.sql": "one"})
    link(tmp_path, "2")
    assert list(gathered(tmp_path / "current" / "db")) == ["1.sql"]


def test_an_old_release_given_by_name_is_read_alone(tmp_path: Path) -> None:
    release(tmp_path, "1", {"0.sql": "old"})
    release(tmp_path, "2", {"1.sql": "one"})
    link(tmp_path, "2")
    files = gathered(tmp_path / "releases" / "1" / "db")
    assert {name: file.release for name, file in files.items()} == {"0.sql": "1"}


def test_a_file_that_differs_is_taken_from_the_newest_and_says_so(tmp_path: Path) -> None:
    release(tmp_path, "1", {"1.sql": "one"})
    release(tmp_path, "2", {"1.sql": "changed"})
    link(tmp_path, "1")
    file = gathered(tmp_path / "current" / "db")["1.sql"]
    assert (file.text, file.release, file.from_failed_deploy) == ("changed", "2", False)
    assert file.notes == ("release 2 has it with other contents than release 1; shown is 2",)


def test_the_same_file_everywhere_is_the_linked_ones(tmp_path: Path) -> None:
    for name in ("1", "2", "3"):
        release(tmp_path, name, {"1.sql": "one"})
    link(tmp_path, "2")
    file = gathered(tmp_path / "current" / "db")["1.sql"]
    assert (file.release, file.notes) == ("2", ())


def test_a_link_that_points_nowhere_means_all_releases_and_no_blame(tmp_path: Path) -> None:
    release(tmp_path, "1", {"1.sql": "one"})
    release(tmp_path, "2", {"2.sql": "two"})
    link(tmp_path, "9")
    files = gathered(tmp_path / "releases" / "2" / "db")
    assert {name: file.from_failed_deploy for name, file in files.items()} == {"1.sql": False, "2.sql": False}


@pytest.mark.parametrize(
    "names",
    [
        ["9", "10", "11"],
        ["20240101120000", "20240102120000"],
        ["2024-01-09_120000", "2024-01-10_080000"],
        ["v1.9.0", "v1.10.0"],
        ["release-9", "release-10"],
    ],
)
def test_names_that_count_are_ordered_by_number(tmp_path: Path, names: list[str]) -> None:
    for name in reversed(names):
        (tmp_path / name).mkdir()
    assert list(in_order(tmp_path)) == names


def test_other_names_are_ordered_by_age(tmp_path: Path) -> None:
    for age, name in enumerate(["f00d", "beef", "1234"]):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (1000 + age, 1000 + age))
    assert in_order(tmp_path) == ("f00d", "beef", "1234")


def test_hidden_folders_and_files_are_no_releases(tmp_path: Path) -> None:
    (tmp_path / ".tmp").mkdir()
    (tmp_path / "notes").write_text("x")
    (tmp_path / "1").mkdir()
    assert in_order(tmp_path) == ("1",)


def test_numbers_compare_as_numbers() -> None:
    assert natural("v1.10") > natural("v1.9")


def test_a_folder_that_is_no_deployment_is_none(tmp_path: Path) -> None:
    (tmp_path / "releases" / "1").mkdir(parents=True)
    assert deployment_of(tmp_path / "releases" / "1") is None
    (tmp_path / "current").mkdir()
    assert deployment_of(tmp_path / "releases" / "1") is None
    assert deployment_of(tmp_path) is None


def test_a_link_out_of_the_releases_is_no_deployment(tmp_path: Path) -> None:
    (tmp_path / "releases" / "1").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "current").symlink_to(tmp_path / "elsewhere")
    assert deployment_of(tmp_path / "releases" / "1") is None
