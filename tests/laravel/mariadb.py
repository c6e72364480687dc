"""A private, real MariaDB out of Debian's package; nothing is installed and nothing stays."""

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

    def __init__(self, packages: Unpacked) -> None:
        """`packages` hold mariadb-server-core."""
        self.url = URL.create("mysql", "app", "", "127.0.0.1", 3306, "app")
        self._packages = packages
        self._watcher: subprocess.Popen[bytes] | None = None
        self._folder = Path(tempfile.mkdtemp(prefix="halfway-mariadb-"))

    def __enter__(self) -> Self:
        """Started."""
        self._bootstrap()
        (self._folder / "first.sql").write_text(_FIRST)
        port = free_port()
        self.url = self.url.set(port=port)
        self._start(port)
        eventually(lambda: _answers(port), seconds=60)
        return self

    def __exit__(self, *_: object) -> None:
        """Gone, with everything it wrote."""
        if self._watcher and self._watcher.stdin:
            self._watcher.stdin.close()
            self._watcher.wait(timeout=60)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _command(self, *more: str) -> tuple[str, ...]:
        share = self._packages.find("usr/share/mysql")
        (self._folder / "data").mkdir(exist_ok=True)
        return self._packages.command(
            "usr/sbin/mariadbd",
            "--no-defaults",
            f"--basedir={share.parent.parent}",
            f"--lc-messages-dir={share}",
            f"--character-sets-dir={share}/charsets",
            f"--datadir={self._folder}/data",
            f"--tmpdir={self._folder}",
            "--innodb-buffer-pool-size=32M",
            "--innodb-flush-log-at-trx-commit=0",
            "--skip-log-bin",
            *(["--user=root"] if not os.geteuid() else []),
            *more,
        )

    def _bootstrap(self) -> None:
        share = self._packages.find("usr/share/mysql")
        text = "CREATE DATABASE mysql;\nUSE mysql;\n" + "".join((share / name).read_text() for name in _SYSTEM)
        done = subprocess.run(
            self._command("--bootstrap"), input=text.encode(), capture_output=True, check=False, timeout=120
        )
        if done.returncode:
            raise DebianError(f"MariaDB's system tables could not be made: {done.stderr.decode(errors='replace')}")

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


def _answers(port: int) -> bool:
    """It greets; before its first statements ran it does not."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as link:
            return len(link.recv(5)) == 5
    except OSError:
        return False
