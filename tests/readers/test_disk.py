"""What is free where a server keeps its data: only told where the folder is proved to be that server's."""

from __future__ import annotations

import shutil
import socket
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from console.cli.why import door_of
from console.core.storage import Storage
from console.readers.sources.disk import Door, room_of

NUMBER = 7301_000_000_000_000_042


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """PostgreSQL's data directory, as far as it is looked at."""
    (tmp_path / "global").mkdir()
    (tmp_path / "global" / "pg_control").write_bytes(NUMBER.to_bytes(8, "little") + b"\0" * 100)
    return tmp_path


@pytest.mark.parametrize(
    ("identity", "door", "unseen"),
    [
        (str(NUMBER), Door.LOOPBACK, ""),
        (str(NUMBER), Door.SOCKET, ""),
        (str(NUMBER), Door.FAR, "the server is on another machine"),
        ("4711", Door.LOOPBACK, "is not on this machine"),
        ("4711", Door.SOCKET, "is not on this machine"),
        ("", Door.LOOPBACK, "cannot be told: the address may be a tunnel's"),
        ("", Door.SOCKET, ""),
    ],
)
def test_a_folder_counts_that_is_the_servers(folder: Path, identity: str, door: Door, unseen: str) -> None:
    room = room_of(Storage(identity, str(folder), sizes=((("app", "orders"), 5),)), door)
    assert (room.free is None) is bool(unseen)
    assert unseen in room.unseen
    assert room.sizes == ((("app", "orders"), 5),)


def test_a_replica_with_the_servers_number_is_another_server(folder: Path) -> None:
    started = "2026-01-31T12:00:02.5+00:00"
    told = Storage(f"{NUMBER} {started}", str(folder))
    assert (room_of(told, Door.LOOPBACK).free, room_of(told, Door.SOCKET).free is None) == (None, False)
    pid = folder / "postmaster.pid"
    begun = int(datetime.fromisoformat(started).timestamp())
    found = []
    for second in (begun, begun - 3600):
        pid.write_text(f"4711\n{folder}\n{second}\n5432\n")
        found.append(room_of(told, Door.LOOPBACK).free is not None)
    pid.write_text("4711\n")
    assert [*found, room_of(told, Door.LOOPBACK).free] == [True, False, None]


def test_a_server_of_mysql_is_known_by_its_number_and_one_of_mariadb_by_its_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ibdata1").touch()
    free = shutil.disk_usage(tmp_path).free
    here, there = (room_of(Storage("x", str(tmp_path), host), Door.LOOPBACK) for host in (socket.gethostname(), "db9"))
    assert (here.free is not None, there.free) == (True, None)
    (tmp_path / "auto.cnf").write_text("[auto]\nserver-uuid=8d2f-1\n")
    monkeypatch.setattr(socket, "gethostname", lambda: "localhost")
    assert room_of(Storage("x", str(tmp_path), "localhost"), Door.LOOPBACK).free is None
    mine, other = (room_of(Storage(number, str(tmp_path)), Door.LOOPBACK) for number in ("8d2f-1", "8d2f"))
    assert mine.free is not None
    assert abs(mine.free - free) < 2**30
    assert (other.free, "is not on this machine" in other.unseen) == (None, True)


def test_what_is_not_told_or_not_there_is_not_visible(tmp_path: Path) -> None:
    assert room_of(Storage("1", "", why="it does not say"), Door.SOCKET).unseen == "it does not say"
    gone = room_of(Storage("1", str(tmp_path / "gone")), Door.SOCKET)
    assert (gone.free, "is not on this machine" in gone.unseen) == (None, True)


@pytest.mark.parametrize(
    ("url", "environ", "door"),
    [
        ("postgresql:///shop", {}, Door.SOCKET),
        ("postgresql:///shop?host=/run/postgresql", {}, Door.SOCKET),
        ("postgresql:///shop", {"PGHOST": "db9"}, Door.FAR),
        ("postgresql:///shop", {"PGSERVICE": "shop"}, Door.LOOPBACK),
        ("postgresql://127.0.0.1/shop", {}, Door.LOOPBACK),
        ("postgresql://localhost/shop?hostaddr=10.0.0.9", {}, Door.FAR),
        ("mysql+pymysql:///shop", {}, Door.LOOPBACK),
        ("mysql+pymysql:///shop?unix_socket=/run/mysqld/mysqld.sock", {}, Door.SOCKET),
        ("mysql+pymysql://db9/shop", {"PGHOST": "localhost"}, Door.FAR),
    ],
)
def test_how_a_connection_goes(url: str, environ: dict[str, str], door: Door) -> None:
    assert door_of(make_url(url), environ) is door
