"""What is kept of migration files: it saves the reading and changes nothing, and only its owner's is believed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from console import frameworks
from console.core.ports import Files, Project
from console.store import keeping, kept_files
from console.store.keeping import Keeping
from console.store.kept_files import KeptFiles, Shelf, folder_of, lines_of, mark
from tests.frameworks.making import write

ONE = {"flyway.conf": "flyway.url=jdbc:postgresql://h/shop\n", "sql/V1__a.sql": "CREATE TABLE a (id int);\n",
       "sql/V2__b.sql": "UPDATE a SET id = 1 WHERE id IS NULL;\nALTER TABLE a ADD b text;\n"}  # fmt: skip
FLYWAY = frameworks.load("flyway")
Damage = Callable[[Path], object]


class Counting:
    """Keeps, and says how much was new."""

    def __init__(self) -> None:
        self.new: list[int] = []
        self._keeping = Keeping()

    def __call__(self, path: Path, shelf: Shelf, by: str) -> None:
        self.new.append(len(shelf.new))
        self._keeping(path, shelf, by)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    found = FLYWAY.detect(write(tmp_path / "p", ONE | {"flyway.locations": ""}), {})
    assert found is not None
    return found


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "halfway" / "files"


def read(cache: Path, project: Project, dialect: str = "postgres", home: str = "public") -> tuple[Files, int]:
    """The files as a program just started reads them, and how much of it was new."""
    forget()
    counting = Counting()
    files = KeptFiles(cache, counting)(FLYWAY, project, None, dialect, home)
    return files, sum(counting.new)


def forget() -> None:
    """What this process remembers."""
    from console.frameworks.flyway import files, transactions

    files._statements.cache_clear()
    transactions.way_of.cache_clear()


def only(cache: Path) -> Path:
    (path,) = cache.iterdir()
    return path


def test_a_second_start_reads_nothing_and_says_the_same(cache: Path, project: Project) -> None:
    first, new = read(cache, project)
    assert (len(first.migrations), new) == (2, 4)
    written = only(cache).read_bytes()
    assert read(cache, project) == (first, 0)
    assert only(cache).read_bytes() == written
    forget()
    assert FLYWAY.read(project, None, "postgres", "public") == first


def test_a_changed_byte_is_read_and_only_that(cache: Path, project: Project) -> None:
    first, _ = read(cache, project)
    path = Path(project.folder, "sql/V2__b.sql")
    stamps = path.stat()
    path.write_text(ONE["sql/V2__b.sql"].replace("b text", "c text"))
    os.utime(path, ns=(stamps.st_atime_ns, stamps.st_mtime_ns))
    second, new = read(cache, project)
    assert new == 2
    assert second.migrations[0].statements == first.migrations[0].statements
    assert "ADD c text" in second.migrations[1].statements[1].sql
    assert read(cache, project) == (second, 0)


def test_another_server_schema_or_setting_is_another_reading(cache: Path, project: Project) -> None:
    read(cache, project)
    assert read(cache, project, "mysql")[1] > 0
    assert read(cache, project, home="other")[1] > 0
    assert read(cache, project)[1] == 0


def test_what_is_no_longer_used_goes_with_the_next_writing(cache: Path, project: Project) -> None:
    read(cache, project)
    for text in ("SELECT 1;\n", "SELECT 2;\n", "SELECT 3;\n"):
        Path(project.folder, "sql/V2__b.sql").write_text(text)
        read(cache, project)
    assert len(lines_of(only(cache), mark())) == 4


def test_one_process_that_reads_twice_loses_nothing_of_the_first(cache: Path, project: Project) -> None:
    reader = KeptFiles(cache, Keeping())
    forget()
    reader(FLYWAY, project, None, "postgres", "public")
    Path(project.folder, "sql/V3__c.sql").write_text("SELECT 3;\n")
    reader(FLYWAY, project, None, "postgres", "public")
    assert len(lines_of(only(cache), mark())) == 6
    assert read(cache, project)[1] == 0


def test_it_is_its_owners_alone(cache: Path, project: Project) -> None:
    before = os.umask(0)
    try:
        read(cache, project)
    finally:
        os.umask(before)
    modes = [path.stat().st_mode & 0o777 for path in (cache.parent, cache, only(cache))]
    assert modes == [0o700, 0o700, 0o600]


def test_who_only_looks_reads_it_and_writes_nothing(cache: Path, project: Project) -> None:
    forget()
    looked = KeptFiles(cache)(FLYWAY, project, None, "postgres", "public")
    assert not cache.parent.exists()
    assert read(cache, project)[0] == looked
    stamp, around = only(cache).stat().st_mtime_ns, cache.stat().st_mtime_ns
    Path(project.folder, "sql/V3__c.sql").write_text("SELECT 3;\n")
    forget()
    assert len(KeptFiles(cache)(FLYWAY, project, None, "postgres", "public").migrations) == 3
    assert (only(cache).stat().st_mtime_ns, cache.stat().st_mtime_ns) == (stamp, around)


def _changed(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)


def _linked(path: Path) -> None:
    path.rename(path.parent.parent / "elsewhere")
    path.symlink_to(path.parent.parent / "elsewhere")


DAMAGES: dict[str, Damage] = {
    "a changed byte": _changed,
    "cut off": lambda path: path.write_bytes(path.read_bytes()[:-9]),
    "empty": lambda path: path.write_bytes(b""),
    "no text": lambda path: path.write_bytes(b"\xff\xfe\0" * 99),
    "another's words": lambda path: path.write_bytes(b"halfway-read-1 x y\nz"),
    "others may read it": lambda path: path.chmod(0o640),
    "others may write it": lambda path: path.chmod(0o602),
    "others may look into the folder": lambda path: path.parent.chmod(0o750),
    "a link": _linked,
    "a folder": _folder,
    "a pipe": _pipe,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_damaged_or_not_ours_alone_is_not_believed(damage: str, cache: Path, project: Project) -> None:
    first, new = read(cache, project)
    DAMAGES[damage](only(cache))
    assert read(cache, project) == (first, new)
    cache.chmod(0o700)
    if damage != "a folder":
        assert read(cache, project)[0] == first
        assert read(cache, project)[1] == 0


def test_what_belongs_to_another_user_is_not_believed(
    cache: Path, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, new = read(cache, project)
    written = only(cache).stat().st_mtime_ns
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert read(cache, project) == (first, new)
    assert only(cache).stat().st_mtime_ns == written


def test_root_makes_no_folder_in_somebody_elses_home(cache: Path, project: Project, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        os.chown(tmp_path, 12345, -1)
        read(cache, project)
        assert not cache.parent.exists()
        os.chown(tmp_path, 0, -1)
    read(cache, project)
    assert cache.exists()


def test_another_halfway_reads_anew(cache: Path, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    first, new = read(cache, project)
    for module in (kept_files, keeping):
        monkeypatch.setattr(module, "mark_now", lambda: "another", raising=True)
    kept_files.mark.cache_clear()
    try:
        assert read(cache, project) == (first, new)
        assert read(cache, project) == (first, 0)
    finally:
        kept_files.mark.cache_clear()


def test_a_halfway_that_was_replaced_while_it_ran_writes_nothing(
    cache: Path, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark()
    monkeypatch.setattr(keeping, "mark_now", lambda: "another")
    read(cache, project)
    assert not cache.exists()


def test_where_it_cannot_be_written_it_is_silent(
    project: Project, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file" / "halfway" / "files", Path("/proc/halfway/files")):
        assert len(read(folder, project)[0].migrations) == 2
    assert capfd.readouterr() == ("", "")


def test_there_are_never_more_files_or_bytes_than_said(
    cache: Path, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "FILES", 3)
    for number in range(6):
        read(cache, project, home=f"home{number}")
    assert len(list(cache.iterdir())) == 3
    assert read(cache, project, home="home5")[1] == 0
    monkeypatch.setattr(keeping, "BYTES", 10)
    read(cache, project, home="more")
    assert not list(cache.iterdir())
    monkeypatch.setattr(keeping, "MOST", 10)
    read(cache, project, home="most")
    assert not list(cache.iterdir())


def test_halves_that_others_left_go_and_strangers_stay(cache: Path, project: Project) -> None:
    read(cache, project)
    for name in ("x.read.1.part", "notes.txt"):
        (cache / name).write_text("x")
        os.utime(cache / name, (0, 0))
    read(cache, project, home="other")
    assert {path.suffix for path in cache.iterdir()} == {".read", ".txt"}


def test_it_can_be_turned_off_and_lies_where_caches_lie() -> None:
    off = [folder_of({kept_files.OFF: word}) for word in ("0", "false", "No", " off ")]
    assert off == [None] * 4
    found = folder_of({kept_files.OFF: "1"})
    assert found == folder_of({})
    assert found is not None
    assert str(found).startswith(os.environ["XDG_CACHE_HOME"])
