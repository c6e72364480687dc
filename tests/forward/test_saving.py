"""A recovery file is saved whole or not at all, and never over anything."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import pytest

from console.core.faults import UsageFault
from console.core.forward import Recovery
from console.core.forward.values import Written
from console.core.journal import Topic
from console.core.ports_acting import Journal
from console.saving import save_recovery, write

TEXT = "SELECT 'ü';\r\n\n"


def _full(_: int) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def _no_links(*_: object) -> None:
    raise PermissionError(errno.EPERM, "Operation not permitted")


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("links", [True, False])
def test_it_is_written_to_the_letter_and_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool) -> None:
    if not links:
        monkeypatch.setattr(os, "link", _no_links)
    write(tmp_path / "a.sql", TEXT)
    assert (tmp_path / "a.sql").read_bytes() == TEXT.encode()
    assert _names(tmp_path) == ["a.sql"]


@pytest.mark.parametrize("links", [True, False])
def test_what_is_there_stays_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool) -> None:
    if not links:
        monkeypatch.setattr(os, "link", _no_links)
    (tmp_path / "mine.sql").write_text("mine")
    (tmp_path / "away.sql").symlink_to(tmp_path / "nowhere")
    for name in ("mine.sql", "away.sql", "."):
        with pytest.raises(UsageFault, match="is there already"):
            write(tmp_path / name, TEXT)
    assert (tmp_path / "mine.sql").read_text() == "mine"
    assert _names(tmp_path) == ["away.sql", "mine.sql"]


def test_what_came_in_between_is_not_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.sql").write_text("mine")
    monkeypatch.setattr(os.path, "lexists", lambda _: False)
    with pytest.raises(UsageFault, match="is there already"):
        write(tmp_path / "mine.sql", TEXT)
    assert ((tmp_path / "mine.sql").read_text(), _names(tmp_path)) == ("mine", ["mine.sql"])


def test_nothing_is_left_where_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", _full)
    with pytest.raises(UsageFault, match="No space left on device"):
        write(tmp_path / "a.sql", TEXT)
    assert _names(tmp_path) == []


def test_half_a_character_is_said_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(UsageFault, match="half a character"):
        write(tmp_path / "a.sql", "SELECT '\ud800'")
    assert _names(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "why"), [("a\0b", "no name for a file"), ("no/a.sql", "No such file"), ("x" * 256, "")]
)
def test_a_name_that_cannot_be_is_said(tmp_path: Path, name: str, why: str) -> None:
    with pytest.raises(UsageFault, match="cannot be written") as refused:
        write(tmp_path / name, TEXT)
    assert (why in str(refused.value), _names(tmp_path)) == (True, [])


class _Kept:
    """Stands in for a journal."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def append(self, topic: Topic, text: str, details: Mapping[str, str] | None = None) -> None:
        self.texts.append(text)


def test_the_journal_has_it_first_and_only_what_could_be(tmp_path: Path) -> None:
    kept = _Kept()
    journal = cast(Journal, kept)
    made = Recovery(Written("a.sql", TEXT, "run"), (), ())
    with pytest.raises(UsageFault, match="the folder it begins with is not known"):
        save_recovery(made, "~no-such-user/a.sql", "V2", journal)
    assert kept.texts == []
    path = save_recovery(made, str(tmp_path / "a.sql"), "V2", journal)
    assert (path.read_bytes(), len(kept.texts)) == (TEXT.encode(), 1)
