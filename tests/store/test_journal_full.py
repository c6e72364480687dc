"""A disk that is full for real: what the cure needs is still kept; what cannot be is said, and goes on elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.full_disk import played

pytestmark = pytest.mark.slow

WAY_OUT = "its disk is full and its reserve is used up. Go on with --journal PATH, in another place."


def test_an_open_console_goes_on_while_another_program_takes_every_block(tmp_path: Path) -> None:
    seen = played("while_open", tmp_path)
    assert seen["left"] == 0
    assert seen["kept"] >= 200
    assert seen["verified"] == seen["last"] == seen["kept"] + 1
    assert seen["sentence"] == f"the journal {tmp_path}/small/halfway/journal.db cannot be used: {WAY_OUT}"


def test_a_console_opens_on_a_full_disk(tmp_path: Path) -> None:
    seen = played("opened_after", tmp_path)
    assert seen["left"] == 0
    assert seen["kept"] >= 200
    assert seen["verified"] == seen["again"] == seen["kept"] + 1


def test_the_account_goes_on_in_another_place(tmp_path: Path) -> None:
    seen = played("elsewhere", tmp_path)
    assert seen["first"] == f"This journal continues {seen['old']} after its entry {seen['kept']}"
    assert seen["details"] == {
        "continues": seen["old"], "continues_entry": str(seen["kept"]), "continues_hash": seen["hash"]
    }  # fmt: skip
    assert seen["in_flight"] == seen["kept"]
    assert seen["new"] == seen["kept"] + 1


def test_a_disk_with_room_again_is_used_and_held_again(tmp_path: Path) -> None:
    seen = played("room_again", tmp_path)
    assert seen["then"] == seen["kept"] + 1
    assert seen["more"] >= 200
    assert seen["verified"] == seen["then"] + 1 + seen["more"]


def test_a_first_journal_on_a_full_disk_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    seen = played("never_there", tmp_path)
    assert WAY_OUT in seen["sentence"]
    assert seen["left"] == []


def test_a_read_only_disk_is_read_and_not_written(tmp_path: Path) -> None:
    seen = played("read_only", tmp_path)
    assert "Read-only file system. Go on with --journal PATH" in seen["sentence"]
    assert seen["verified"] == 1
