"""A backup that lies far away: what its program reads only from a disk is copied where there is room for it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import fsspec
import pytest

from console.core.faults import UsageFault
from console.store.backups.fetching import fetched
from console.store.backups.place import Remote


@pytest.fixture
def far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Remote]:
    """A place with one folder of two files; the temporary folder is this test's own."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    system = fsspec.filesystem("memory")
    system.pipe({"/far/shop/a.dat": b"a" * 100_000, "/far/shop/b.dat": b"b"})
    yield Remote.at("memory://far/shop")
    system.rm("/far", recursive=True)


def test_a_copy_is_private_and_gone_afterwards(far: Remote, tmp_path: Path) -> None:
    said: list[str] = []
    with fetched(far, "", 100_001, said.append) as place:
        assert {path.name: path.stat().st_size for path in place.path.iterdir()} == {"a.dat": 100_000, "b.dat": 1}
        assert place.path.stat().st_mode & 0o77 == 0
    assert list(tmp_path.iterdir()) == []
    assert said[0].startswith("memory://far/shop is copied to this machine first: needed: 97.7 KiB; free in")


def test_nothing_is_copied_without_room_or_beyond_what_was_said(
    far: Remote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        pytest.raises(UsageFault, match="it has become longer since it was looked at"),
        fetched(far, "a.dat", 99_999, lambda _: None),
    ):
        pass
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=99_999))
    with (
        pytest.raises(UsageFault, match=r"there is no room for a copy of it here\. Set TMPDIR"),
        fetched(far, "a.dat", 100_000, lambda _: None),
    ):
        pass
    assert list(tmp_path.iterdir()) == []
