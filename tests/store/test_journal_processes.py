"""Several consoles on one journal, and consoles that are killed: no fork, no gap, nothing acknowledged is lost."""

from __future__ import annotations

import sqlite3
import threading
from collections import Counter
from itertools import chain
from pathlib import Path

import pytest

from console.core.faults import JournalFault
from console.core.journal import Topic, broken
from console.store import table
from console.store.mark import read_mark
from console.store.reading import verified
from tests.store.appender import started
from tests.store.journals import all_of, journal


def test_four_consoles_append_in_one_chain(tmp_path: Path) -> None:
    consoles = [started(tmp_path, 200, f"run-{n}") for n in range(4)]
    numbers = [[int(line) for line in console.communicate(timeout=60)[0].split()] for console in consoles]
    assert [console.returncode for console in consoles] == [0] * 4
    entries = all_of(tmp_path / "halfway/journal.db")
    assert broken(entries) == ""
    assert sorted(chain.from_iterable(numbers)) == [entry.n for entry in entries] == list(range(1, 801))
    assert Counter(entry.run for entry in entries) == {f"run-{n}": 200 for n in range(4)}
    for n, own in enumerate(numbers):
        assert [entry.n for entry in entries if entry.run == f"run-{n}"] == own


@pytest.mark.parametrize("after", [1, 7, 40])
def test_a_killed_console_loses_nothing_it_acknowledged(tmp_path: Path, after: int) -> None:
    with started(tmp_path, 100_000, "killed") as console:
        assert console.stdout is not None
        seen = [int(console.stdout.readline()) for _ in range(after)]
        console.kill()
        seen += [int(line) for line in console.stdout.read().split("\n")[:-1]]
    path = tmp_path / "halfway/journal.db"
    entries = all_of(path)
    assert [entry.n for entry in entries][: len(seen)] == seen
    assert len(entries) - len(seen) in {0, 1}
    assert verified(path).n == len(entries)
    with journal(tmp_path, run="next") as following:
        assert len(following.in_flight()) == len(entries)
        assert following.append(Topic.OPENED, "the next console").n == len(entries) + 1
    assert verified(path).n == len(entries) + 1


def test_two_consoles_one_of_them_killed(tmp_path: Path) -> None:
    with journal(tmp_path) as open_one, started(tmp_path, 100_000, "killed") as console:
        assert console.stdout is not None
        for _ in range(20):
            console.stdout.readline()
            open_one.append(Topic.NOTE, "meanwhile")
        console.kill()
        console.wait()
        last = open_one.append(Topic.NOTE, "afterwards")
        assert verified(open_one.path).n == last.n
        assert len(open_one.entries()) == last.n


def test_many_threads_of_one_console(tmp_path: Path) -> None:
    with journal(tmp_path) as one:
        threads = [threading.Thread(target=lambda: [one.append(Topic.NOTE, "x") for _ in range(25)]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert verified(one.path).n == 100


def test_two_first_consoles_make_one_journal(tmp_path: Path) -> None:
    consoles = [started(tmp_path, 1, f"run-{n}") for n in range(4)]
    assert sorted(int(console.communicate(timeout=60)[0]) for console in consoles) == [1, 2, 3, 4]
    assert not list((tmp_path / "halfway").glob("*-new-*"))


def test_a_console_that_does_not_let_go_is_waited_for_only_so_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal(tmp_path).close()
    monkeypatch.setattr(table, "PATIENCE", 0.2)
    with journal(tmp_path) as one:
        hung = sqlite3.connect(one.path, isolation_level=None)
        hung.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalFault, match="another console did not let go of it"):
            one.append(Topic.ACTING, "step")
        hung.execute("ROLLBACK")
        hung.close()
        assert one.append(Topic.ACTING, "step").n == 1


def test_the_mark_is_never_ahead(tmp_path: Path) -> None:
    with started(tmp_path, 100_000, "killed") as console:
        assert console.stdout is not None
        console.stdout.readline()
        console.kill()
    path = tmp_path / "halfway/journal.db"
    assert read_mark(path).n <= verified(path).n
