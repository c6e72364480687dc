"""A private, real MySQL or MariaDB that leaves nothing behind, for drills and for our own tests."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy.engine import URL

from console.core.faults import UsageFault
from console.drill.binaries import free_port, nobody
from console.drill.mysql_programs import PROGRAMS, Installation, found, private_copy
from console.drill.private import PrivateServer

NAMES = MappingProxyType({"mysql": "MySQL", "mariadb": "MariaDB"})
_COMMON = MappingProxyType(
    {
        "bind-address": "127.0.0.1",
        "innodb-buffer-pool-size": "24M",
        "innodb-flush-log-at-trx-commit": "0",
        "innodb-flush-method": "nosync",
        "innodb-doublewrite": "OFF",
        "max-connections": "250",
        "table-open-cache": "1000",
        "character-set-server": "utf8mb4",
        "innodb-use-native-aio": "OFF",
    }
)
"""Without native AIO it starts and ends half a second sooner."""
_SMALL = MappingProxyType(
    {
        "mysql": {
            **_COMMON,
            "mysqlx": "OFF",
            "innodb-redo-log-capacity": "32M",
            "disable-log-bin": "",
            "secure-file-priv": "NULL",
        },
        "mariadb": {**_COMMON, "innodb-log-file-size": "8M", "collation-server": "utf8mb4_general_ci"},
    }
)
_WHERE = MappingProxyType({"mysql": " where there is one: Debian has it in sid", "mariadb": ""})
_READY = b"ready for connections"


def installed_or_refused(kind: str) -> Installation:
    """The server of this kind to use here. UsageFault that says how to get one."""
    installation = found(kind)
    if installation is None:
        raise UsageFault(
            f"There is no {NAMES[kind]} server on this machine",
            f"neither on PATH ({' or '.join(PROGRAMS)}) nor in the cache of our tests",
            f"Install one (apt-get install --no-install-recommends {kind}-server-core{_WHERE[kind]}),"
            " or let `make test` fetch one, which installs nothing",
        )
    return installation


class PrivateMySQL(PrivateServer):
    """One server of our own: TCP on 127.0.0.1 only, user `root`, no password, no trace afterwards."""

    def __init__(
        self,
        kind: str = "mysql",
        settings: Mapping[str, str] = MappingProxyType({}),
        installation: Installation | None = None,
    ) -> None:
        """`settings` are server options that replace the small defaults; an empty value is an option without one."""
        super().__init__(URL.create(kind))
        self.kind = kind
        self._installation = installation
        self._settings = {**_SMALL[kind], **settings}

    @property
    def title(self) -> str:
        """`MySQL 9.7.4`; without the version as long as nothing was looked for."""
        return f"{NAMES[self.kind]} {self._installation.version}" if self._installation else NAMES[self.kind]

    def start(self) -> None:
        """Make a data folder and start a server on it; returns when it accepts connections."""
        installation = self._installation or installed_or_refused(self.kind)
        try:
            self._start(installation)
        except BaseException:
            self.stop_now()
            raise

    def _start(self, installation: Installation) -> None:
        folder = self._made_folder("halfway-my-")
        if not os.geteuid():
            installation = private_copy(installation, folder)
        self._data_folder(folder)
        if not os.geteuid():
            os.chown(folder, *nobody())
        if self._made(installation).wait(timeout=120):
            raise self._refused("its data folder could not be made")
        for _ in range(3):
            if self._run(installation, free_port()):
                return
        raise self._refused("the server did not start")

    def _made(self, installation: Installation) -> subprocess.Popen[bytes]:
        """The process that makes the server's own tables."""
        if self.kind == "mysql":
            return self._spawn(installation, "--initialize-insecure")
        assert self._folder
        if not installation.scripts:
            raise self._refused("the SQL files that make its own tables are missing")
        texts = [b"create database mysql;\nuse mysql;\n", *(path.read_bytes() for path in installation.scripts)]
        file = self._folder / "bootstrap.sql"
        file.write_bytes(b"\n".join(texts))
        return self._spawn(installation, "--bootstrap", "--skip-grant-tables", script=str(file))

    def _run(self, installation: Installation, port: int) -> bool:
        """Start the server on `port`; False when it ended at once (somebody else took the port)."""
        assert self._folder
        before = (self._folder / "log").stat().st_size
        self._spawn(installation, f"--port={port}", f"--pid-file={self._folder}/pid")
        self.url = URL.create(self.kind, "root", host="127.0.0.1", port=port)
        log = self._folder / "log"
        return self._is_ready(lambda: _READY in log.read_bytes()[before:])

    def _spawn(self, installation: Installation, *arguments: str, script: str = os.devnull) -> subprocess.Popen[bytes]:
        """The server program on the data folder, fed with `script`."""
        assert self._folder
        settings = [f"--{name}={value}" if value else f"--{name}" for name, value in self._settings.items()]
        places = [f"--datadir={self._folder}/data", f"--socket={self._folder}/socket", f"--tmpdir={self._folder}/data"]
        command = [*installation.command, "--no-defaults", *installation.options, *places, *settings, *arguments]
        return self._spawned(command, script)

    def stop(self) -> None:
        """Shut down and remove every file; does nothing the second time. Nothing of it is kept, so it may be quick."""
        self.stop_now()

    def stop_now(self) -> None:
        """The same at once, for signal handlers: well under a second, open transactions or not."""
        self._end(signal.SIGKILL, 2.0)
        self._remove()
