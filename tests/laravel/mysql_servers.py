"""A private, real MariaDB or MySQL out of Debian's packages; nothing is installed and nothing stays."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Self

from sqlalchemy.engine import URL

from console.drill.binaries import free_port
from tests.debian import DebianError, Unpacked
from tests.waiting import eventually

_SYSTEM = ("mysql_system_tables.sql", "mysql_system_tables_data.sql")
_FIRST = """
CREATE DATABASE app;
CREATE USER app@'%' IDENTIFIED BY '';
GRANT ALL ON *.* TO app@'%' WITH GRANT OPTION;
"""
# The server lives as long as the pipe on the watcher's stdin: until we close it, or are gone ourselves.
_WATCHER = 'folder=$1; shift; "$@" & pid=$!; read -r _; kill -KILL $pid; wait; rm -rf -- "$folder"'


class PrivateMariaDB:
    """TCP on 127.0.0.1, database `app`, user `app` without a password."""

    program = "usr/sbin/mariadbd"
    own_settings: tuple[str, ...] = ()

    def __init__(self, packages: Unpacked) -> None:
        """`packages` hold the server."""
        self.url = URL.create("mysql", "app", "", "127.0.0.1", 3306, "app")
        self._packages = packages
        self._watcher: subprocess.Popen[bytes] | None = None
        self._folder = Path(tempfile.mkdtemp(prefix="halfway-mysql-"))

    def __enter__(self) -> Self:
        """Started."""
        self._bootstrap()
        (self._folder / "first.sql").write_text(_FIRST)
        port = free_port()
        self.url = self.url.set(port=port)
        self._start(port)
        try:
            eventually(lambda: _answers(port), seconds=60)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Gone, with everything it wrote."""
        if self._watcher and self._watcher.stdin:
            self._watcher.stdin.close()
            self._watcher.wait(timeout=60)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _command(self, *more: str) -> tuple[str, ...]:
        share = self._packages.find("usr/share/mysql")
        return self._packages.command(
            self.program,
            "--no-defaults",
            f"--basedir={share.parent.parent}",
            f"--lc-messages-dir={share}",
            f"--character-sets-dir={share}/charsets",
            f"--datadir={self._folder}/data",
            f"--tmpdir={self._folder}",
            "--innodb-buffer-pool-size=32M",
            "--innodb-flush-log-at-trx-commit=0",
            "--skip-log-bin",
            *self.own_settings,
            *(["--user=root"] if not os.geteuid() else []),
            *more,
        )

    def _bootstrap(self) -> None:
        (self._folder / "data").mkdir()
        share = self._packages.find("usr/share/mysql")
        text = "CREATE DATABASE mysql;\nUSE mysql;\n" + "".join((share / name).read_text() for name in _SYSTEM)
        self._made(self._command("--bootstrap"), text)

    def _made(self, command: tuple[str, ...], text: str = "") -> None:
        done = subprocess.run(command, input=text, text=True, capture_output=True, check=False, timeout=120)
        if done.returncode:
            raise DebianError(f"{self.program} could not make its system tables: {done.stderr}")

    def _start(self, port: int) -> None:
        served = (f"--port={port}", "--bind-address=127.0.0.1", f"--socket={self._folder}/s", "--skip-name-resolve")
        command = self._command(*served, f"--init-file={self._folder}/first.sql", f"--pid-file={self._folder}/pid")
        with (self._folder / "log").open("wb") as log:
            self._watcher = subprocess.Popen(
                ["/bin/sh", "-c", _WATCHER, "halfway-watcher", str(self._folder), *command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            )


class PrivateMySQL(PrivateMariaDB):
    """The same of MySQL's own."""

    program = "usr/sbin/mysqld"
    own_settings = ("--mysqlx=OFF", "--secure-file-priv=NULL")

    def _bootstrap(self) -> None:
        self._made(self._command("--initialize-insecure"))


def _answers(port: int) -> bool:
    """It greets; before its first statements ran it does not."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as link:
            return len(link.recv(5)) == 5
    except OSError:
        return False
