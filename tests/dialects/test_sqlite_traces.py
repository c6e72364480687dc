"""Whatever state a file is in, reading it changes nothing and leaves nothing, and what cannot be known is said."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest

from console.core.causes import Doubt, Question
from console.core.faults import (
    Fault,
    LinkLostFault,
    LockedFault,
    NotPermittedFault,
    ReadFault,
    TimedOutFault,
    UnreachableFault,
)
from console.core.schema import Kind, Schema
from console.core.statements import DataProbe
from console.dialects.sqlite import wire
from console.dialects.sqlite.link import SQLiteLink
from tests.dialects.sqlite_files import (
    as_nobody,
    contents,
    made,
    opened,
    program,
    with_hot_journal,
    with_left_log,
)
from tests.waiting import eventually

ORDERS = DataProbe("SELECT count(*) FROM orders WHERE total > 5", ("main", "orders"))
ENDLESS = DataProbe(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM orders, n", ("main", "orders")
)


def answered(ask: Callable[[], object]) -> list[object]:
    """What is asked on a thread of its own answers into the list: a value, or the fault."""
    answers: list[object] = []

    def run() -> None:
        try:
            answers.append(ask())
        except Fault as fault:
            answers.append(fault)

    Thread(target=run, daemon=True).start()
    return answers


def tables(schema: Schema) -> set[str]:
    return {thing.ref.name for thing in schema.things if thing.ref.kind is Kind.TABLE}


def everything(link: SQLiteLink) -> Schema:
    """Ask for all there is."""
    assert link.server().name == "shop.sqlite"
    assert link.rights()
    assert link.fingerprint() == link.fingerprint()
    assert link.tables_named("ORDERS") == ("main",)
    assert len(link.rows("main", "orders").rows) == 3
    assert link.count(ORDERS, 5) == 2
    assert link.ask(Question(1, Doubt.DUPLICATES, ("main", "customers"), ("email",)), 5).rows == 1
    return link.schema()


@pytest.mark.parametrize(
    ("make", "also"),
    [
        (lambda folder: made(folder / "shop.sqlite"), set()),
        (lambda folder: made(folder / "shop.sqlite", journal="truncate"), set()),
        (lambda folder: made(folder / "shop.sqlite", journal="persist"), set()),
        (lambda folder: made(folder / "shop.sqlite", journal="wal"), set()),
        (with_hot_journal, set()),
        (with_left_log, {"late"}),
        (lambda folder: with_left_log(folder, index=False), {"late"}),
    ],
    ids=["journal", "truncate", "persist", "log", "hot journal", "log left", "log left without its index"],
)
def test_nothing_is_changed_and_nothing_is_left(make: Callable[[Path], Path], also: set[str], tmp_path: Path) -> None:
    path = make(tmp_path)
    before = contents(tmp_path)
    link = opened(path)
    assert tables(everything(link)) == {"customers", "orders"} | also
    link.close()
    assert contents(tmp_path) == before


def test_an_application_that_has_a_log_open_goes_on_undisturbed(tmp_path: Path) -> None:
    path = made(tmp_path / "shop.sqlite", journal="wal")
    with program(path) as application:
        application.does("CREATE TABLE one (a)")
        link = opened(path)
        application.does("BEGIN IMMEDIATE")
        application.does("CREATE TABLE two (a)")
        assert tables(everything(link)) == {"customers", "orders", "one"}
        application.does("COMMIT")
        assert "two" in tables(link.schema())
    assert sorted(contents(tmp_path)) == ["shop.sqlite"], "the application tidied up, as it does without Halfway"
    assert "two" in tables(link.schema())
    assert sorted(contents(tmp_path)) == ["shop.sqlite"]


def test_a_log_that_begins_while_it_is_read_is_noticed(tmp_path: Path) -> None:
    path = made(tmp_path / "shop.sqlite", journal="wal")
    link, tries = opened(path), 0
    with closing(sqlite3.connect(path, isolation_level=None)) as application:

        def job(reader: wire.Reader) -> int:
            nonlocal tries
            tries += 1
            if tries == 1:
                application.execute("CREATE TABLE new (a)")
            return len(reader.rows("SELECT 1 FROM main.sqlite_master WHERE name = 'new'"))

        assert (link._wire.read(job), tries) == (1, 2)


def test_what_a_killed_process_left_is_said(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in "abc"]
    for folder in folders:
        folder.mkdir()
    assert "taken the change back" in opened(with_hot_journal(folders[0])).server().notes[0]
    assert "-wal was left" in opened(with_left_log(folders[1])).server().notes[0]
    path = made(folders[2] / "shop.sqlite", journal="wal")
    with program(path) as application:
        application.does("CREATE TABLE one (a)")
        assert opened(path).server().notes == (), "its program is alive"


def test_a_copy_goes_with_the_link_and_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copies = tmp_path / "copies"
    copies.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(copies))
    (tmp_path / "db").mkdir()
    link = opened(with_hot_journal(tmp_path / "db"))
    link.schema()
    first = [*copies.iterdir()]
    link.schema()
    assert len(first) == 1
    assert [*copies.iterdir()] == first
    assert first[0].stat().st_mode & 0o077 == 0
    link.close()
    assert [*copies.iterdir()] == []


def test_what_is_too_large_to_be_copied_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = with_hot_journal(tmp_path)
    monkeypatch.setattr(wire, "_LARGEST_COPY", 100)
    with pytest.raises(ReadFault, match="before a program that may write opens it"):
        opened(path).schema()


@pytest.mark.parametrize("sql", ["BEGIN EXCLUSIVE", "PRAGMA locking_mode = EXCLUSIVE"])
def test_a_locked_file_is_locked_and_says_by_whom(tmp_path: Path, sql: str) -> None:
    path = made(tmp_path / "shop.sqlite")
    with program(path) as application:
        application.does(sql)
        application.does("CREATE TABLE one (a)")
        link = opened(path)
        assert link.server().name == "shop.sqlite"
        with pytest.raises(LockedFault, match=f"shop.sqlite is locked: process {application.process.pid} is writing"):
            link.schema()
        with pytest.raises(LockedFault, match="not counted now"):
            link.count(ORDERS, 1)


def test_a_count_gives_way_to_a_writer(tmp_path: Path) -> None:
    path = made(tmp_path / "shop.sqlite")
    link = opened(path)
    with program(path) as application:
        answers = answered(lambda: link.count(ENDLESS, 60))
        eventually(lambda: link._wire._running is not None)
        application.does("INSERT INTO orders (total) VALUES (8)")
        eventually(lambda: bool(answers))
        assert isinstance(answers[0], LockedFault)
        assert f"process {application.process.pid} waits to write" in str(answers[0])


def test_a_count_ends_with_its_time(tmp_path: Path) -> None:
    with pytest.raises(TimedOutFault):
        opened(made(tmp_path / "shop.sqlite")).count(ENDLESS, 0.2)


def test_a_count_is_cancelled_from_another_thread(tmp_path: Path) -> None:
    link = opened(made(tmp_path / "shop.sqlite"))
    answers = answered(lambda: link.count(ENDLESS, 60))
    eventually(lambda: link._wire._running is not None)
    link.cancel()
    eventually(lambda: bool(answers))
    assert str(answers[0]) == "The read was cancelled."


def test_a_file_that_was_replaced_is_another_database(tmp_path: Path) -> None:
    path = made(tmp_path / "shop.sqlite")
    link = opened(path)
    link.schema()
    identity = link.server().identity
    made(tmp_path / "other.sqlite").replace(path)
    with pytest.raises(LinkLostFault, match="replaced by another file"):
        link.schema()
    assert opened(path).server().identity != identity


def test_a_file_that_is_gone_is_lost(tmp_path: Path) -> None:
    path = made(tmp_path / "shop.sqlite")
    link = opened(path)
    path.unlink()
    with pytest.raises(UnreachableFault, match="there is no such file"):
        link.schema()
    link.close()
    with pytest.raises(LinkLostFault):
        link.schema()
    assert contents(tmp_path) == {}


def test_what_lies_beside_the_end_of_a_link_counts(tmp_path: Path) -> None:
    for name in ("shared", "release"):
        (tmp_path / name).mkdir()
    place = tmp_path / "release" / "database.sqlite"
    place.symlink_to(with_left_log(tmp_path / "shared", index=False))
    link = opened(place)
    assert "late" in tables(link.schema())
    assert link.server().name == "database.sqlite"
    link.close()


@pytest.mark.parametrize(
    ("put", "said"),
    [
        (Path.absolute, "cannot be read: there is no such file. Nothing was made in its place."),
        (lambda path: path.mkdir(), "it is not a file"),
        (lambda path: path.write_bytes(b"SQLCipher " * 100), "is no SQLite database"),
        (lambda path: (path.parent / "f").touch() or path.symlink_to(path.parent / "f" / "x"), "no such file"),
    ],
    ids=["missing", "folder", "encrypted", "below a file"],
)
def test_what_is_no_database_is_one_sentence(put: Callable[[Path], object], said: str, tmp_path: Path) -> None:
    path = tmp_path / "shop.sqlite"
    put(path)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(UnreachableFault) as caught:
        opened(path)
    assert said in str(caught.value)
    assert sorted(tmp_path.iterdir()) == before


def test_a_damaged_file_is_said_to_be_damaged(tmp_path: Path) -> None:
    path = made(tmp_path / "shop.sqlite")
    path.write_bytes(path.read_bytes()[:100] + b"\xff" * 4000 + path.read_bytes()[4100:])
    with pytest.raises(ReadFault, match=r"shop\.sqlite is damaged"):
        opened(path).schema()


def test_an_empty_file_is_an_empty_database(tmp_path: Path) -> None:
    (tmp_path / "shop.sqlite").touch()
    link = opened(tmp_path / "shop.sqlite")
    assert link.schema().things == ()
    assert link.tables_named("migrations") == ()
    assert (tmp_path / "shop.sqlite").stat().st_size == 0


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that others than its owner can look into."""
    folder = Path(tempfile.mkdtemp(prefix="halfway-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_who_may_not_read_is_told(open_folder: Path) -> None:
    path = made(open_folder / "shop.sqlite")
    path.chmod(0o200)
    with as_nobody(), pytest.raises(NotPermittedFault, match="may not be read"):
        opened(path)


@pytest.mark.parametrize("log", [None, "-wal", "-shm"], ids=["closed", "left", "left without its index"])
def test_a_log_in_a_folder_that_may_not_be_written(log: str | None, open_folder: Path) -> None:
    if log is None:
        path = made(open_folder / "shop.sqlite", journal="wal")
    else:
        path = with_left_log(open_folder, index=log == "-wal")
    for each in open_folder.iterdir():
        each.chmod(0o444)
    open_folder.chmod(0o555)
    try:
        with as_nobody():
            link = opened(path)
            assert ("late" in tables(link.schema())) is (log is not None)
            assert not link.rights()[0].held
            assert link.server().read_only
            link.close()
    finally:
        open_folder.chmod(0o755)
