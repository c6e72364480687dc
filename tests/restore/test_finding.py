"""Which backups there are: what each is of, from when, and whether it can be read to its end."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fsspec.core import url_to_fs
from sqlalchemy.engine import URL

from console.core.faults import UsageFault
from console.core.recover.given import Known
from console.core.restore.found import Form, Found, as_backup, before, need
from console.store.backups import look
from console.store.backups.lines import opened
from tests.headless import halfway as run_halfway
from tests.mysql_servers import MyServer
from tests.mysql_servers import run as my_run
from tests.restore.making import SHOP, mydumped, pg_dump, zstd
from tests.schemas.dumps import mysql_dump
from tests.servers import ServerUnderTest, run

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
NAIVE = NOON.replace(tzinfo=None)
DAY = timedelta(days=1)
HEAD = "-- MySQL dump 10.13\n--\n-- Host: db1    Database: shop\n-- Server version\t8.0.36\nCREATE TABLE a (b int);\n"
END = "\n-- Dump completed on 2026-01-31  2:00:05\n"


def only(folder: Path) -> Found:
    """The one backup in it."""
    looked = look([str(folder)])
    assert len(looked.found) == 1, looked
    return looked.found[0]


def test_what_pg_dump_writes_is_read_to_its_end(
    database: URL, postgres_server: ServerUnderTest, tmp_path: Path
) -> None:
    major = postgres_server.major
    run(database, *SHOP, "CREATE VIEW v AS SELECT * FROM orders", "SELECT lo_create(4711)")
    custom, text, folder = tmp_path / "shop.dump", tmp_path / "shop.sql.gz", tmp_path / "shop"
    tar = tmp_path / "shop.tar"
    custom.write_bytes(pg_dump(database, major, "-Fc"))
    text.write_bytes(gzip.compress(pg_dump(database, major, "-C")))
    pg_dump(database, major, "-Fd", "-f", str(folder))
    tar.write_bytes(pg_dump(database, major, "-Ft"))
    found = {one.form: one for one in look([str(tmp_path)]).found}
    assert set(found) == {Form.CUSTOM, Form.POSTGRES, Form.FOLDER, Form.TAR}
    assert {(one.whole, one.server, one.version.split(".")[0], one.database) for one in found.values()} == {
        (Known.YES, "postgresql", str(major), str(database.database))
    }
    rows = len("1\tfirst;\n2\tit's\n3\t\\N\n\\.\n\n\n")
    for form in (Form.CUSTOM, Form.FOLDER, Form.TAR):
        assert found[form].said is not None
        assert rows <= (found[form].unpacked or 0) <= rows + 30
    assert opened(str(custom))[2].size == custom.stat().st_size
    _cut_short(custom, 40)
    _cut_short(text, 40)
    _cut_short(next(folder.glob("*.dat.gz")), 5)
    _cut_short(tar, 1024)
    assert [one.whole for one in look([str(tmp_path)]).found] == [Known.NO] * 4


def _cut_short(file: Path, count: int) -> None:
    file.write_bytes(file.read_bytes()[:-count])


def test_what_mysqldump_writes_is_read_to_its_end(my_database: URL, my_server: MyServer, tmp_path: Path) -> None:
    my_run(my_database, *SHOP)
    file = tmp_path / "shop.sql"
    file.write_bytes(mysql_dump(my_database, my_server.kind, "--databases"))
    found = only(tmp_path)
    assert (found.form, found.whole, found.server, found.database) == (
        Form.MYSQL, Known.YES, my_server.kind, my_database.database)  # fmt: skip
    assert (found.said is not None, found.said_end) == (True, True)
    _cut_short(file, 60)
    assert (only(tmp_path).whole, only(tmp_path).why) == (
        Known.NO, "its last line is not the one that mysqldump ends with")  # fmt: skip


@pytest.mark.parametrize("my_server", ["mariadb"], indirect=True)
def test_what_mydumper_writes_is_read_to_its_end(my_database: URL, tmp_path: Path) -> None:
    my_run(my_database, *SHOP)
    folder = mydumped(my_database, tmp_path / "shop", "--compress")
    found = only(tmp_path)
    assert (found.form, found.whole, found.database) == (Form.MYDUMPER, Known.YES, my_database.database)
    assert found.said is not None
    _cut_short(folder / f"{my_database.database}.orders.sql.gz", 5)
    assert only(tmp_path).whole is Known.NO
    (folder / "metadata").rename(folder / "metadata.partial")
    assert only(tmp_path).why == "mydumper had not finished it (metadata.partial)"


def test_what_is_needed_is_never_nothing() -> None:
    guess = "80.0 GiB or more (4 times the size of the backup: how much is in it was not read)"
    assert need(Found("a", Form.CUSTOM, 20 * 2**30)) == (80 * 2**30, guess)
    assert need(Found("a", Form.CUSTOM, 7, unpacked=2**30)) == (2**30, "1.0 GiB or more")
    assert need(Found("a", Form.CUSTOM, 0)) == (None, "not known")


def test_a_file_of_the_root_is_not_looked_for_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "halfway_shop.sql").write_text(HEAD + END)
    monkeypatch.chdir(tmp_path)
    assert opened("halfway_shop.sql")[2].size == len(HEAD + END)
    with pytest.raises(UsageFault, match=r"/halfway_shop\.sql cannot be restored"):
        opened("/halfway_shop.sql")


@pytest.mark.parametrize(
    ("found", "answer"),
    [
        (Found("a", Form.CUSTOM, 1, said=NAIVE - DAY, modified=NOON + DAY), Known.YES),
        (Found("a", Form.CUSTOM, 1, said=NAIVE - DAY / 4, modified=NOON + DAY), Known.UNKNOWN),
        (Found("a", Form.CUSTOM, 1, said=NAIVE - DAY / 4, modified=NOON - DAY / 4), Known.YES),
        (Found("a", Form.CUSTOM, 1, said=NAIVE + DAY, modified=NOON + DAY), Known.NO),
        (Found("a", Form.MYSQL, 1, said=NAIVE + DAY, said_end=True, modified=NOON + DAY), Known.UNKNOWN),
        (Found("a", Form.POSTGRES, 1, modified=NOON - DAY), Known.YES),
        (Found("a", Form.POSTGRES, 1, modified=NOON + DAY), Known.UNKNOWN),
        (Found("a", Form.POSTGRES, 1), Known.UNKNOWN),
    ],
    ids=["day-before", "hours-before", "file-before", "day-after", "end-after", "file", "file-after", "nothing"],
)
def test_before_is_only_said_where_every_time_zone_agrees(found: Found, answer: Known) -> None:
    assert before(found, NOON, NOON) is answer
    assert before(found, None, None) is Known.UNKNOWN
    assert as_backup(found, NOON, NOON).before is answer


def _tar(name: bytes, data: bytes, kind: bytes = b"0") -> bytes:
    """One file, as pg_dump packs it."""
    header = name.ljust(100, b"\0") + b"0000600\0" * 3 + b"%011o\0" % len(data) + b"0" * 12
    rest = kind + b"\0" * 100 + b"ustar\x0000"
    said = b"%06o\0 " % (sum(header) + 8 * 0x20 + sum(rest))
    return (header + said + rest).ljust(512, b"\0") + data + b"\0" * (-len(data) % 512 + 1024)


def _a_pipe(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda p: p.symlink_to("/etc/passwd"), "is no file of this folder, and was not opened"),
        (_a_pipe, "is no file of this folder, and was not opened"),
        (lambda p: p.write_bytes(b"PGDMP" + b"\xff" * 40), None),
        (lambda p: p.write_bytes(b"PGDMP\x01\x0e\x00\x04\x08\x01\x00\xff\xff\xff\x7f" * 40), None),
        (lambda p: p.write_bytes(_tar(b"toc.dat", b"PGDMP\x01\x0e" + b"\xff" * 300)), None),
        (lambda p: p.write_bytes(_tar(b"toc.dat", b"PGDMP", b"2")), None),
        (lambda p: p.write_bytes(_tar(b"toc.dat", b"x" * 2_000)[:1_500]), None),
        (lambda p: p.write_bytes(_tar(b"toc.dat", b"")[:500] + b"\xff" * 1_000), None),
        (lambda p: p.write_bytes(b"\x1f\x8b" + b"\x00" * 400), "gzip cannot be read to its end"),
        (lambda p: p.write_bytes(gzip.compress(b"PGDMP\x01")), "it holds an archive or a folder of files: unpack"),
        (lambda p: p.write_bytes(gzip.compress(_tar(b"a", b"b"))), "it holds an archive or a folder of files"),
        (lambda p: p.write_bytes(_tar(b"shop/metadata", b"b")), "it holds an archive or a folder of files"),
        (lambda p: p.write_bytes(b"x" * 3_000_000), "is no backup that is known here"),
        (lambda p: p.write_bytes(b"\0" * 100_000), "is no backup that is known here"),
        (lambda p: p.write_bytes(b""), "is no backup that is known here"),
        (lambda p: p.write_bytes(gzip.compress(HEAD.encode() + b"x" * 30_000_000)[:-9]), None),
    ],
    ids=[
        "link",
        "pipe",
        "archive",
        "lengths",
        "tar",
        "tar-link",
        "tar-cut",
        "tar-odd",
        "gzip",
        "packed-archive",
        "packed-tar",
        "other-tar",
        "line",
        "nul",
        "empty",
        "cut",
    ],
)
def test_hostile_files_do_no_harm(tmp_path: Path, make: Callable[[Path], object], said: str | None) -> None:
    make(tmp_path / "odd")
    looked = look([str(tmp_path)])
    if said is None:
        assert [one.whole in (Known.NO, Known.UNKNOWN) for one in looked.found] == [True]
    else:
        assert looked.found == ()
        assert said in looked.notes[0]


def test_fsspec_is_only_needed_for_urls(tmp_path: Path) -> None:
    (tmp_path / "shop.sql").write_text(HEAD + END)
    found = look([f"file://{tmp_path}"]).found
    assert [(one.name, one.whole) for one in found] == [(f"file://{tmp_path}/shop.sql", Known.YES)]


def test_no_password_of_a_place_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shop.sql").write_text(HEAD)
    system = url_to_fs(f"file://{tmp_path}")[0]
    url = "sftp://backup:hunter2?@nas/shop@home"
    monkeypatch.setattr("fsspec.core.url_to_fs", lambda named: (system, named.replace(url, str(tmp_path))))
    assert [one.name for one in look([url]).found] == ["sftp://nas/shop@home/shop.sql"]
    with pytest.raises(UsageFault, match=r"^sftp://nas/shop@home/shop\.sql is not loaded"):
        opened(f"{url}/shop.sql")
    with pytest.raises(UsageFault, match=r"^sftp://nas/shop@home/none\.sql cannot be restored"):
        opened(f"{url}/none.sql")

    def unknown(named: str) -> None:
        raise ValueError(f"Protocol not known: {named}")

    monkeypatch.setattr("fsspec.core.url_to_fs", unknown)
    with pytest.raises(UsageFault) as fault:
        look([url])
    assert "hunter2" not in str(fault.value)
    assert "sftp://nas" in str(fault.value)


def test_without_fsspec_a_url_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(UsageFault, match=r"needs the extra `backups`\. Install halfway-console"):
        look(["s3://backups"])


def test_zstd_is_unpacked_by_its_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = zstd(tmp_path / "bin")
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "shop.sql").write_text(HEAD + END)
    subprocess.run([str(program), "-q", "--rm", str(folder / "shop.sql")], check=True)
    assert only(folder).whole is Known.YES
    _cut_short(folder / "shop.sql.zst", 8)
    assert look([str(folder)]).notes == (f"{folder}/shop.sql.zst: zstd cannot be read to its end",)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert look([str(folder)]).notes == (
        f"{folder}/shop.sql.zst: it is packed with zstd, and no program `zstd` is here",)  # fmt: skip


def test_the_command_lists_what_there_is(tmp_path: Path) -> None:
    (tmp_path / "shop.sql").write_text(HEAD + END)
    (tmp_path / "notes.txt").write_text("hello")
    config = tmp_path / "halfway.toml"
    config.write_text('backups = ["."]\n')
    answer = run_halfway("restore", "--config", str(config), "--before", "2026-02-01T10:00:00Z")
    assert answer.code == 0, answer
    assert "mysqldump" in answer.out
    assert "from before the migration, read to its end" in answer.out
    assert "notes.txt is no backup that is known here" in answer.err
    assert run_halfway("restore", "--backups", str(tmp_path), "--before", "2026-01-30T10:00:00Z").code == 1
    assert run_halfway("restore").code == 2
