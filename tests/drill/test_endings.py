"""However a drill ends, and at whatever moment, it takes everything with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from console.drill import stage
from console.drill.kinds import NAMES as SERVERS
from tests.drill.traces import Traces
from tests.drill.watching import prepare
from tests.waiting import eventually

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = """
import sys, threading
from console.core.faults import Fault
from console.drill.run import run_drill
def show(project, url):
    print("shown", flush=True)
    threading.Event().wait()
sys.exit(run_drill("ghost", show, sys.argv[1]))
"""
ENDINGS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
MAKING = {"postgresql": "initdb", "mysql": "--initialize-insecure", "mariadb": "--bootstrap"}
STARTING = {"postgresql": "postgres -D", "mysql": "--port=", "mariadb": "--port="}
PLAYERS = ["console.drill.crowd", "console.drill.player"]
MOMENTS = [
    (server, word) for server in SERVERS for word in (MAKING[server], STARTING[server], *PLAYERS)
]  # fmt: skip
STARTS = [(*moment, ENDINGS[n % len(ENDINGS)]) for n, moment in enumerate(MOMENTS)]
"""Each moment with one signal, each server with all of them: one handler answers all three, see test_held.py."""


@contextmanager
def drill(server: str = "postgresql") -> Iterator[tuple[subprocess.Popen[str], Traces]]:
    """A drill in a process of its own."""
    prepare(server)
    child = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, server],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield child, Traces(child.pid)
    finally:
        child.kill()
        child.communicate()


def shown(child: subprocess.Popen[str]) -> None:
    """Wait until the drill shows its scene."""
    assert child.stdout
    assert child.stdout.readline() == "shown\n"


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("number", ENDINGS, ids=lambda number: number.name)
def test_a_signal_ends_a_drill_within_a_second_and_leaves_nothing(number: signal.Signals, server: str) -> None:
    with drill(server) as (child, traces):
        shown(child)
        traces.remember()
        began = time.monotonic()
        child.send_signal(number)
        assert child.wait(timeout=10) == 128 + number
        assert time.monotonic() - began < 2
        assert len(traces.processes) > (20 if server == "postgresql" else 2)
        eventually(lambda: traces.left() == [])


@pytest.mark.parametrize(
    ("server", "moment", "number"), STARTS, ids=lambda value: value.name if isinstance(value, signal.Signals) else value
)
def test_a_signal_ends_a_drill_that_is_still_starting(server: str, moment: str, number: signal.Signals) -> None:
    with drill(server) as (child, traces):
        eventually(lambda: traces.running(moment))
        traces.remember()
        child.send_signal(number)
        traces.remember()
        assert child.wait(timeout=10) == 128 + number
        eventually(lambda: traces.left() == [])


def test_two_signals_at_once_end_it_once() -> None:
    with drill() as (child, traces):
        shown(child)
        traces.remember()
        child.send_signal(signal.SIGTERM)
        child.send_signal(signal.SIGINT)
        assert child.wait(timeout=10) in (130, 143)
        eventually(lambda: traces.left() == [])


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("moment", ["made", "started", "played", "shown"])
def test_even_a_killed_drill_leaves_nothing(moment: str, server: str) -> None:
    word = {"made": MAKING[server], "started": STARTING[server], "played": PLAYERS[1]}.get(moment)
    with drill(server) as (child, traces):
        if word:
            eventually(lambda: traces.running(word))
        else:
            shown(child)
        traces.remember()
        child.kill()
        child.wait(timeout=10)
        eventually(lambda: traces.left() == [])


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders go in this test."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def dead_pid() -> int:
    """The pid of a process that is gone."""
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


def test_a_later_drill_removes_the_folder_of_a_dead_one(temporary: Path) -> None:
    left = temporary / f"halfway-drill-{dead_pid()}-abc"
    (left / "shop" / "sql").mkdir(parents=True)
    stage.sweep_leftovers()
    assert not left.exists()


def test_a_later_drill_leaves_the_folder_of_a_living_one_alone(temporary: Path) -> None:
    living = temporary / f"halfway-drill-{os.getpid()}-abc"
    living.mkdir()
    stage.sweep_leftovers()
    assert living.exists()


def test_a_server_folder_that_nothing_uses_is_removed_once_it_is_old(temporary: Path) -> None:
    names = ("halfway-pg-old", "halfway-my-old", "halfway-my-new", "halfway-other")
    folders = [temporary / name for name in names]
    for folder in folders:
        folder.mkdir()
    for folder in (*folders[:2], folders[3]):
        os.utime(folder, (0, 0))
    stage.sweep_leftovers()
    assert [folder.exists() for folder in folders] == [False, False, True, True]


def test_as_root_it_also_removes_what_belongs_to_nobody(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = temporary / "halfway-my-old"
    old.mkdir()
    os.utime(old, (0, 0))
    nobody = os.getuid() or 12345
    if old.stat().st_uid != nobody:
        os.chown(old, nobody, 0)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(stage, "nobody", lambda: (nobody, 0))
    stage.sweep_leftovers()
    assert not old.exists()


def test_an_old_server_folder_that_a_process_works_in_stays(temporary: Path) -> None:
    used = temporary / "halfway-pg-used"
    used.mkdir()
    worker = subprocess.Popen([sys.executable, "-c", "input()"], cwd=used, stdin=subprocess.PIPE)
    try:
        os.utime(used, (0, 0))
        stage.sweep_leftovers()
        assert used.exists()
    finally:
        worker.communicate(b"\n")


def test_a_link_that_looks_like_a_leftover_is_not_followed(temporary: Path) -> None:
    precious = temporary / "precious"
    precious.mkdir()
    link = temporary / f"halfway-drill-{dead_pid()}-abc"
    link.symlink_to(precious)
    stage.sweep_leftovers()
    assert precious.exists()
