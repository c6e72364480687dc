"""A private MySQL or MariaDB: real, reachable only from here, and gone without a trace."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from console.core.faults import UnreachableFault, UsageFault
from console.drill import mysql_server
from console.drill.mysql_programs import Installation, unpacked
from console.drill.mysql_server import PrivateMySQL
from console.drill.run import run_drill
from tests.drill.traces import Traces, commands
from tests.headless import halfway
from tests.mysql_servers import KINDS, ask, fetched, open_connection, private
from tests.waiting import eventually


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_what_it_is_called_and_leaves_nothing(kind: str) -> None:
    traces = Traces()
    with private(kind) as server:
        traces.remember()
        with open_connection(server.url) as connection:
            ((version,),) = ask(connection, "SELECT version()")
            assert ("mariadb" in version.lower()) == (kind == "mariadb")
            assert ask(connection, "SELECT @@bind_address") == [("127.0.0.1",)]
        assert server.pid is not None
        assert traces.running(f"--port={server.url.port}")
        owner = Path(f"/proc/{server.pid}").stat().st_uid
        assert owner != 0 if not os.geteuid() else owner == os.geteuid()
    eventually(lambda: not traces.left())
    server.stop()


def test_its_folder_goes_when_the_pipe_to_the_watcher_closes() -> None:
    server = private("mariadb")
    server.start()
    folder, process, watcher = server._folder, server.pid, server._watcher
    assert folder is not None
    assert process is not None
    assert watcher is not None
    assert watcher.stdin is not None
    assert stat.S_IMODE((folder / "data").stat().st_mode) == 0o700
    watcher.stdin.close()
    eventually(lambda: not folder.exists() and not commands(process))
    server.stop()


def test_the_last_words_of_a_server_that_does_not_start_are_told() -> None:
    with pytest.raises(UnreachableFault, match="no-such-setting"):
        private("mariadb", {"no-such-setting": "1"}).start()


def test_where_there_is_no_server_it_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mysql_server, "found", {}.get)
    with pytest.raises(UsageFault, match="apt-get install --no-install-recommends mariadb-server-core"):
        PrivateMySQL("mariadb").start()


@pytest.mark.parametrize("kind", KINDS)
def test_a_drill_without_its_server_is_refused_before_anything_starts(
    kind: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(mysql_server, "found", {}.get)
    with pytest.raises(UsageFault, match=f"There is no {mysql_server.NAMES[kind]} server.*make test"):
        run_drill("healthy", lambda _project, _url: 0, kind)
    assert capsys.readouterr() == ("", "")


def test_a_drill_never_takes_the_password_out_of_somebodys_option_file(tmp_path: Path) -> None:
    fetched("mysql")
    (tmp_path / ".my.cnf").write_text("[client]\nuser=deploy\npassword=of-another-server\n")
    answer = halfway("drill", "healthy", "--server", "mysql", "--json", env={"HOME": str(tmp_path), "MYSQL_PWD": "no"})
    assert answer.verdict["state"] == "healthy"


@pytest.mark.parametrize(
    ("said", "kind", "version"),
    [
        ("mysqld  Ver 9.7.4-2 for Linux on x86_64 ((Debian))", "mysql", "9.7.4"),
        ("mysqld  Ver 10.11.18-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64 (Debian 12)", "mariadb", "10.11.18"),
        ("/usr/sbin/mysqld  Ver 8.0.41-0ubuntu0.24.04.1 for Linux on x86_64 ((Ubuntu))", "mysql", "8.0.41"),
    ],
    ids=["mysql", "mariadb", "ubuntu"],
)
def test_a_program_called_mysqld_is_asked_what_it_is(tmp_path: Path, said: str, kind: str, version: str) -> None:
    program = tmp_path / "usr/sbin/mysqld"
    loader = tmp_path / "lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"
    for path in (program, loader):
        path.parent.mkdir(parents=True)
    program.touch()
    loader.write_text(f"#!/bin/sh\necho '{said}'\n")
    loader.chmod(0o755)
    assert unpacked(tmp_path) == Installation(kind, version, program, tmp_path)


def test_a_folder_without_a_server_holds_none(tmp_path: Path) -> None:
    assert unpacked(tmp_path) is None
