"""What is remembered: private, whole, and as nothing where it is damaged or somebody else's."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from console.core.preferences import Kept, Remembered
from console.store.remembered import NAME, DiskMemory, memory

LEFT = Remembered("locks", (Kept("locks", "web", 1),), frozenset({"incident"}))
NOTHING = Remembered()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "halfway" / NAME


def test_what_was_kept_is_recalled_and_only_of_that_database(path: Path) -> None:
    DiskMemory(path, "postgresql://web@db1/shop").keep(LEFT)
    assert DiskMemory(path, "postgresql://web@db1/shop").recall() == LEFT
    assert DiskMemory(path, "postgresql://web@db2/shop").recall() == Remembered(hinted=LEFT.hinted)


def test_file_and_folder_are_private(path: Path) -> None:
    DiskMemory(path, "one").keep(LEFT)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [each.name for each in path.parent.iterdir()] == [NAME]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "[" * 100_000, '{"halfway": 2, "databases": {}}', '{"halfway": 1, "databases": []}', "x" * 300_000,
     '{"halfway": 1, "databases": {"one": 5}}', '{"halfway": 1, "databases": {"one": {"looks": 5}}, "hinted": 5}',
     '{"halfway": 1, "databases": {"one": {"page": 5, "looks": [5]}}}', "\xff\x00"],
)  # fmt: skip
def test_a_damaged_file_is_as_none_and_is_written_anew(path: Path, text: str) -> None:
    path.parent.mkdir(mode=0o700)
    path.write_text(text)
    assert DiskMemory(path, "one").recall() == NOTHING
    DiskMemory(path, "one").keep(LEFT)
    assert DiskMemory(path, "one").recall() == LEFT


def test_control_characters_and_wild_numbers_are_left_out(path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    looks = [{"page": "locks", "words": "\x1b[31m", "order": -7}, {"page": "diff", "words": "x" * 900, "order": 10**30}]
    path.write_text(json.dumps({"halfway": 1, "databases": {"one": {"page": "locks", "looks": looks}}}))
    first, second = DiskMemory(path, "one").recall().looks
    assert (first.words, first.order) == ("", 0)
    assert (len(second.words), second.order) == (200, 0)


def test_a_file_that_others_may_write_or_a_link_is_not_read(path: Path) -> None:
    DiskMemory(path, "one").keep(LEFT)
    path.chmod(0o620)
    assert DiskMemory(path, "one").recall() == NOTHING
    real = path.with_name("real")
    path.chmod(0o600)
    path.rename(real)
    path.symlink_to(real)
    assert DiskMemory(path, "one").recall() == NOTHING
    path.unlink()
    os.mkfifo(path)
    assert DiskMemory(path, "one").recall() == NOTHING


def test_nothing_is_written_into_a_folder_that_others_can_write(path: Path) -> None:
    path.parent.mkdir()
    path.parent.chmod(0o777)
    DiskMemory(path, "one").keep(LEFT)
    assert list(path.parent.iterdir()) == []


def test_where_it_cannot_be_written_nothing_is_said(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    DiskMemory(file / "x" / NAME, "one").keep(LEFT)


def test_fifty_databases_are_remembered_the_newest(path: Path) -> None:
    for n in range(60):
        DiskMemory(path, str(n)).keep(LEFT)
    assert DiskMemory(path, "9").recall().page == ""
    assert DiskMemory(path, "10").recall() == LEFT
    assert DiskMemory(path, "59").recall() == LEFT


def test_with_redact_no_word_of_a_filter_is_kept(path: Path) -> None:
    DiskMemory(path, "one", words=False).keep(LEFT)
    assert "web" not in path.read_text()
    assert DiskMemory(path, "one").recall().page == "locks"


def test_nobody_remembers_who_has_no_home_or_keeps_the_journal_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    assert memory("one", {"HALFWAY_JOURNAL": "elsewhere"}) is None
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    monkeypatch.delenv("HOME", raising=False)
    found = memory("one", {})
    assert found is None or isinstance(found, DiskMemory)
