"""Migration files gathered from folders, files, archives and stdin."""

import bz2
import gzip
import io
import lzma
import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.core.faults import ProjectFault, UsageFault
from console.readers.sources import archives, folders, from_folder, from_zip, gather_given
from console.readers.sources.values import SourceFile


def sql(name: str) -> bool:
    return name.endswith(".sql")


@pytest.fixture(autouse=True)
def _forget_stdin() -> Iterator[None]:
    archives._stdin.cache_clear()
    yield
    archives._stdin.cache_clear()


def tar_of(files: dict[str, str], mode: str = "w") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(text.encode())
            info.mtime = 1_700_000_000
            archive.addfile(info, io.BytesIO(text.encode()))
    return buffer.getvalue()


def on_stdin(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def seen(files: list[SourceFile]) -> dict[str, str]:
    return {file.inside: file.text for file in files}


def test_a_folder_is_read_with_the_folders_in_it(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "2.sql").write_text("two")
    (tmp_path / "1.sql").write_text("one")
    (tmp_path / "notes.txt").write_text("no")
    files = from_folder(tmp_path, sql, tmp_path.parent)
    assert seen(files) == {"1.sql": "one", "b/2.sql": "two"}
    assert [file.path for file in files] == [f"{tmp_path.name}/1.sql", f"{tmp_path.name}/b/2.sql"]
    assert [file.name for file in files] == ["1.sql", "2.sql"]


def test_the_time_of_the_last_change_is_utc(tmp_path: Path) -> None:
    path = tmp_path / "1.sql"
    path.write_text("one")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    assert from_folder(tmp_path, sql)[0].modified_at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


def test_a_pipe_that_looks_like_a_migration_is_left_alone(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "1.sql")
    assert from_folder(tmp_path, sql) == []


def test_a_folder_linked_into_itself_is_entered_once(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "1.sql").write_text("one")
    (tmp_path / "2.sql").write_text("two")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    assert list(seen(from_folder(tmp_path, sql))) == ["2.sql", "a/1.sql"]


def test_a_broken_link_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "1.sql").symlink_to(tmp_path / "gone")
    assert from_folder(tmp_path, sql) == []


def test_bytes_that_are_no_text_are_replaced_and_noted(tmp_path: Path) -> None:
    (tmp_path / "1.sql").write_bytes(b"select '\xff'")
    (file,) = from_folder(tmp_path, sql)
    assert file.text == "select '\ufffd'"
    assert file.notes == ("some of its bytes are not valid utf-8",)
    assert file.decoded("latin-1").text == "select 'ÿ'"
    assert file.decoded("latin-1").notes == ()


def test_an_unknown_encoding_is_noted_and_read_as_utf8(tmp_path: Path) -> None:
    (tmp_path / "1.sql").write_text("ä", encoding="utf-8")
    (file,) = from_folder(tmp_path, sql, encoding="klingon")
    assert file.text == "ä"
    assert "klingon" in file.notes[0]


@pytest.mark.parametrize("encoding", ["hex", "rot13", "idna"])
def test_codecs_that_are_no_text_encodings_do_not_crash(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "1.sql").write_bytes(b"\xff one")
    assert from_folder(tmp_path, sql, encoding=encoding)[0].text


def test_a_file_that_is_too_large_is_named_with_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "LARGEST_FILE", 3)
    (tmp_path / "1.sql").write_text("1234")
    (tmp_path / "2.sql").write_text("123")
    large, small = from_folder(tmp_path, sql)
    assert "larger than" in large.unreadable
    assert (small.text, small.unreadable) == ("123", "")


def test_the_text_of_a_file_is_not_in_its_repr(tmp_path: Path) -> None:
    (tmp_path / "1.sql").write_text("create user x password 'geheim'")
    assert "geheim" not in repr(from_folder(tmp_path, sql))


def test_migrations_may_name_a_single_file_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "fix.txt"
    path.write_text("select 1")
    (file,) = gather_given(str(path), sql)
    assert (file.name, file.path, file.text) == ("fix.txt", "fix.txt", "select 1")


def test_migrations_may_name_a_folder(tmp_path: Path) -> None:
    (tmp_path / "1.sql").write_text("one")
    assert seen(gather_given(str(tmp_path), sql)) == {"1.sql": "one"}


def test_migrations_that_are_not_there_are_a_usage_fault(tmp_path: Path) -> None:
    with pytest.raises(UsageFault, match="cannot be read"):
        gather_given(str(tmp_path / "none"), sql)


def test_migrations_that_are_a_pipe_are_a_usage_fault_and_do_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageFault, match="neither a folder nor a file"):
        gather_given(str(tmp_path / "pipe"), sql)


@pytest.mark.parametrize("squeeze", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_a_tar_is_read_whatever_packs_it(tmp_path: Path, squeeze: object) -> None:
    assert callable(squeeze)
    path = tmp_path / "migrations.tar"
    path.write_bytes(squeeze(tar_of({"app/db/1.sql": "one", "./app/db/2.sql": "two", "app/x.txt": "no"})))
    files = gather_given(str(path), sql)
    assert seen(files) == {"app/db/1.sql": "one", "app/db/2.sql": "two"}
    assert files[0].modified_at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


@pytest.mark.parametrize("mode", ["w:gz", "w:xz", "w:bz2"])
def test_tars_of_pythons_own_making_are_read_from_stdin(monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    on_stdin(monkeypatch, tar_of({"1.sql": "one"}, mode))
    assert seen(gather_given("-", sql)) == {"1.sql": "one"}


def test_a_tar_stream_on_stdin_can_be_read_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    on_stdin(monkeypatch, tar_of({"1.sql": "one"}))
    assert gather_given("-", sql) == gather_given("-", sql)
    assert seen(gather_given("-", sql)) == {"1.sql": "one"}


def test_plain_sql_on_stdin_is_one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    on_stdin(monkeypatch, b"alter table a add b int;\n" * 40)
    (file,) = gather_given("-", sql)
    assert (file.name, file.text[:13]) == ("stdin", "alter table a")


def test_an_empty_stdin_is_an_empty_file(monkeypatch: pytest.MonkeyPatch) -> None:
    on_stdin(monkeypatch, b"")
    assert gather_given("-", sql)[0].text == ""


@pytest.mark.parametrize("name", ["../../etc/1.sql", "/etc/1.sql", "a/../../1.sql"])
def test_hostile_paths_in_a_tar_write_nothing(tmp_path: Path, name: str) -> None:
    path = tmp_path / "in" / "x.tar"
    path.parent.mkdir()
    path.write_bytes(tar_of({name: "one"}))
    (file,) = gather_given(str(path), sql)
    assert not file.inside.startswith(("/", ".."))
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["in", "x.tar"]


def test_links_and_devices_in_a_tar_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "x.tar"
    with tarfile.open(path, "w") as archive:
        for name, kind in (("1.sql", tarfile.SYMTYPE), ("2.sql", tarfile.CHRTYPE), ("3.sql", tarfile.FIFOTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    assert gather_given(str(path), sql) == []


def test_the_last_of_two_members_of_one_name_counts(tmp_path: Path) -> None:
    path = tmp_path / "x.tar"
    with tarfile.open(path, "w") as archive:
        for text in ("old", "new"):
            info = tarfile.TarInfo("1.sql")
            info.size = 3
            archive.addfile(info, io.BytesIO(text.encode()))
    assert seen(gather_given(str(path), sql)) == {"1.sql": "new"}


def test_a_tar_that_swells_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "LARGEST_STREAM", 100_000)
    path = tmp_path / "x.tar.gz"
    path.write_bytes(tar_of({"big.bin": "0" * 2_000_000, "1.sql": "one"}, "w:gz"))
    with pytest.raises(ProjectFault, match="too large"):
        gather_given(str(path), sql)


def test_a_tar_cut_short_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "x.tar.gz"
    path.write_bytes(tar_of({"1.sql": "one" * 9999, "2.sql": "two"}, "w:gz")[:-20])
    with pytest.raises(ProjectFault, match="is not a tar that can be read"):
        gather_given(str(path), sql)


def test_gzip_that_holds_no_tar_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "x.sql.gz"
    path.write_bytes(gzip.compress(b"select 1"))
    with pytest.raises(ProjectFault, match="is not a tar that can be read"):
        gather_given(str(path), sql)


def test_a_jar_gives_the_files_below_a_path(tmp_path: Path) -> None:
    path = tmp_path / "app.jar"
    with zipfile.ZipFile(path, "w") as jar:
        jar.writestr("BOOT-INF/classes/db/migration/1.sql", "one")
        jar.writestr("BOOT-INF/classes/other/2.sql", "two")
    (file,) = from_zip(path, "BOOT-INF/classes/db/migration/", sql)
    assert (file.inside, file.path) == ("1.sql", "app.jar!/BOOT-INF/classes/db/migration/1.sql")
    assert len(gather_given(str(path), sql)) == 2


def test_a_broken_jar_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "app.jar"
    path.write_bytes(b"PK\x03\x04 no")
    with pytest.raises(ProjectFault, match="is not a jar"):
        from_zip(path, "", sql)


def git(folder: Path, *words: str) -> None:
    who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}
    quiet = {**os.environ, **who, "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True, env=quiet)  # noqa: S607


@pytest.fixture
def committed(tmp_path: Path) -> Path:
    folder = tmp_path / "db ä"
    folder.mkdir()
    (folder / "1.sql").write_text("one")
    (folder / "2.sql").write_text("two")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "x")
    return folder


def uncommitted(folder: Path) -> list[str]:
    return [file.name for file in from_folder(folder, sql) if file.uncommitted]


def test_git_says_which_files_differ_from_the_last_commit(committed: Path) -> None:
    assert uncommitted(committed) == []
    (committed / "2.sql").write_text("changed")
    (committed / "3.sql").write_text("new")
    assert uncommitted(committed) == ["2.sql", "3.sql"]
    git(committed, "add", "-A")
    assert uncommitted(committed) == ["2.sql", "3.sql"]
    git(committed, "commit", "-qm", "y")
    assert uncommitted(committed) == []


def test_git_writes_no_lock_and_runs_no_hook(committed: Path) -> None:
    root = committed.parent
    hook = root / ".git" / "hooks" / "fsmonitor"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch '{root}/ran'\n")
    hook.chmod(0o755)
    git(root, "config", "core.fsmonitor", str(hook))
    before = (root / ".git" / "index").stat().st_mtime_ns
    os.utime(committed / "1.sql", (1, 1))
    assert uncommitted(committed) == []
    assert not (root / "ran").exists()
    assert (root / ".git" / "index").stat().st_mtime_ns == before


def test_without_git_nothing_is_uncommitted(committed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (committed / "2.sql").write_text("changed, and no git to say so")
    monkeypatch.setenv("PATH", "")
    assert uncommitted(committed) == []


def test_a_repository_that_is_broken_says_nothing(committed: Path) -> None:
    (committed.parent / ".git" / "HEAD").write_text("nonsense")
    (committed / "2.sql").write_text("changed")
    assert uncommitted(committed) == []
