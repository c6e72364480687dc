"""Private servers start anywhere and leave nothing, however they end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from console.core.faults import Fault, UsageFault
from console.drill.server import PrivatePostgres, available
from tests.servers import conninfo
from tests.waiting import eventually

KILLED = """
import os, signal
from console.drill.server import PrivatePostgres
server = PrivatePostgres({major})
server.start()
print(server.pid, server._folder, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def alive(pid: int) -> bool:
    """A process that is more than a zombie nobody has collected."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture(scope="module")
def server() -> Iterator[PrivatePostgres]:
    with PrivatePostgres(max(available())) as started:
        yield started


def test_sixteen_and_eighteen_come_with_the_wheel() -> None:
    assert {16, 18} <= set(available())


def test_a_major_that_is_not_there_is_wrong_usage() -> None:
    with pytest.raises(UsageFault, match="PostgreSQL 7"):
        PrivatePostgres(7).start()


@pytest.mark.parametrize("major", available())
def test_each_major_starts_and_is_what_it_says(major: int) -> None:
    with PrivatePostgres(major) as started, psycopg.connect(conninfo(started.url)) as connection:
        assert connection.info.server_version // 10000 == major


def test_it_listens_on_this_machine_only(server: PrivatePostgres) -> None:
    with psycopg.connect(conninfo(server.url)) as connection:
        settings = [
            connection.execute(f"SHOW {name}").fetchone() for name in ("listen_addresses", "unix_socket_directories")
        ]
    assert settings == [("127.0.0.1",), ("",)]


def test_it_never_runs_as_root(server: PrivatePostgres) -> None:
    assert server.pid is not None
    assert Path(f"/proc/{server.pid}").stat().st_uid != 0


def test_settings_replace_the_defaults() -> None:
    with (
        PrivatePostgres(settings={"max_connections": "7", "superuser_reserved_connections": "1"}) as started,
        psycopg.connect(conninfo(started.url)) as connection,
    ):
        assert connection.execute("SHOW max_connections").fetchone() == ("7",)


def test_a_setting_that_cannot_be_is_said_in_the_servers_words_and_leaves_nothing() -> None:
    refused = PrivatePostgres(settings={"shared_buffers": "nonsense"})
    with pytest.raises(Fault, match="nonsense"):
        refused.start()
    assert refused._folder is None


@pytest.mark.parametrize("how", ["stop", "stop_now"])
def test_stopping_takes_everything_away_and_twice_is_fine(how: str) -> None:
    started = PrivatePostgres()
    started.start()
    pid, folder = started.pid, started._folder
    assert pid is not None
    assert folder is not None
    connection = psycopg.connect(conninfo(started.url))
    connection.execute("SELECT 1")
    began = time.monotonic()
    getattr(started, how)()
    assert how == "stop" or time.monotonic() - began < 1
    assert not folder.exists()
    assert not alive(pid)
    getattr(started, how)()
    connection.close()


def test_a_killed_owner_leaves_neither_files_nor_server() -> None:
    code = KILLED.format(major=max(available()))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL
    pid, folder = done.stdout.split()
    eventually(lambda: not Path(folder).exists() and not alive(int(pid)))


def test_nothing_of_our_environment_reaches_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGDATA", "/nowhere")
    monkeypatch.setenv("LC_ALL", "xx_XX")
    with PrivatePostgres() as started:
        assert started.pid is not None
        assert b"PGDATA" not in Path(f"/proc/{started.pid}/environ").read_bytes()


def test_a_private_temporary_folder_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setenv("TMPDIR", str(closed))
    monkeypatch.setattr("tempfile.tempdir", None)
    with PrivatePostgres() as started:
        assert started.pid is not None
        os.kill(started.pid, 0)
