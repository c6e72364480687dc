"""What every private server has in common: its folder, its process, its watcher, and an end that leaves nothing.

As root the server runs as `nobody`. Everything it is made of lies in one temporary folder, which goes when the server
stops, when this process ends, or when it is killed (a watcher waits for that).
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

from sqlalchemy.engine import URL

from console.core.faults import UnreachableFault
from console.drill.binaries import nobody, temporary_folder
from console.drill.held import held

_STARTING = 60.0
"""Seconds a server may take until it is ready."""
# Ends by itself when the pipe on its stdin closes, that is when this process is gone, however it went. It only ends a
# process whose command line names the folder: the number may be somebody else's by then.
_WATCHER = """
trap '' HUP INT TERM
ours() {
    case "$({ tr '\\0' ' ' <"/proc/$2/cmdline" || ps -p "$2" -o args=; } 2>/dev/null)" in *"$1"*) return 0 ;; esac
    return 1
}
read -r _
ours "$1" "$2" && kill -QUIT "$2" 2>/dev/null
n=0
while ours "$1" "$2" && [ $n -lt 10 ]; do sleep 0.1; n=$((n + 1)); done
ours "$1" "$2" && kill -KILL "$2" 2>/dev/null
n=0
while rm -rf -- "$1" 2>/dev/null; [ -e "$1" ] && [ $n -lt 20 ]; do sleep 0.1; n=$((n + 1)); done
"""
_LOOK_EVERY = 0.01
"""Seconds between two looks: neither a file nor the end of a process can be waited for without a thread or a lock."""


class PrivateServer(ABC):
    """One server of our own: TCP on 127.0.0.1 only, no password, no trace afterwards."""

    def __init__(self, url: URL) -> None:
        """Nothing is there yet."""
        self.url = url
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
        """The server's process id while it runs."""
        return self._server.pid if self._server else None

    @property
    @abstractmethod
    def title(self) -> str:
        """`PostgreSQL 18`."""

    @abstractmethod
    def start(self) -> None:
        """Make a data folder and start a server on it; returns when it accepts connections."""

    @abstractmethod
    def stop(self) -> None:
        """Shut down and remove every file; does nothing the second time."""

    @abstractmethod
    def stop_now(self) -> None:
        """The same at once, for signal handlers: well under a second, open transactions or not."""

    def _data_folder(self, folder: Path) -> Path:
        """An empty one beside an empty log, the server's own."""
        (folder / "log").touch()
        data = folder / "data"
        data.mkdir(mode=0o700)
        if not os.geteuid():
            os.chown(data, *nobody())
        return data

    def _made_folder(self, prefix: str) -> Path:
        """Where everything of it lies; watched from now on."""
        with held():
            self._folder = folder = temporary_folder(prefix)
            self._watch()
        return folder

    def _spawned(self, command: Sequence[str], script: str = os.devnull) -> subprocess.Popen[bytes]:
        """A program of the server, as `nobody` where we are root, with none of our environment. It is the one that an
        end ends, whether it makes the data folder or serves."""
        assert self._folder
        user, group = nobody() if not os.geteuid() else (None, None)
        with held(), (self._folder / "log").open("ab") as log, Path(script).open("rb") as stdin:
            self._server = process = subprocess.Popen(
                command,
                stdin=stdin,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                start_new_session=True,
                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
                user=user,
                group=group,
                extra_groups=[] if user is not None else None,
            )
            self._watch(process.pid)
        return process

    def _is_ready(self, said: Callable[[], bool]) -> bool:
        """Wait until the server has said so; False when it ended before (somebody else took the port)."""
        assert self._server
        deadline = time.monotonic() + _STARTING
        while time.monotonic() < deadline and self._server.poll() is None:
            if said():
                return True
            # a server says that it is ready in its log, which can only be read again
            time.sleep(_LOOK_EVERY)
        return False

    def _watch(self, pid: int = 0) -> None:
        """Have everything removed even if this process is killed: the folder, and the process that works in it. The
        watcher before goes when this one is there."""
        before, self._watcher = (
            self._watcher,
            subprocess.Popen(
                ["/bin/sh", "-c", _WATCHER, "halfway-watcher", str(self._folder), str(pid)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                start_new_session=True,
                env={"PATH": os.defpath},
            ),
        )
        _send_home(before)

    def _refused(self, what: str) -> UnreachableFault:
        """The fault for a server that does not start, with its own words."""
        assert self._folder
        words = (self._folder / "log").read_text(errors="replace").strip().splitlines()
        said = [line for line in words if "ERROR" in line][:1] or words[-1:]
        return UnreachableFault(f"A private {self.title} cannot be used: {what}", said[0] if said else "")

    def _end(self, how: signal.Signals, seconds: float) -> bool:
        """Send `how`; True when the server is gone (or there is none)."""
        server = self._server
        if server is None or server.poll() is not None:
            return True
        server.send_signal(how)
        deadline = time.monotonic() + seconds
        # poll() and a sleep, never wait(): a signal handler that interrupts a wait() could not take its lock.
        while server.poll() is None:
            if time.monotonic() > deadline:
                return False
            time.sleep(_LOOK_EVERY)
        return True

    def _remove(self) -> None:
        """Where its children write until they notice that the folder is gone, the watcher removes what they wrote."""
        folder, self._folder, self._server = self._folder, None, None
        watcher, self._watcher = self._watcher, None
        if folder:
            shutil.rmtree(folder, ignore_errors=True)
        _send_home(watcher, done=not (folder and folder.exists()))


def _send_home(watcher: subprocess.Popen[bytes] | None, *, done: bool = True) -> None:
    """Killed before its pipe is closed where everything is `done`: it would take that for our end, and do the rest."""
    if watcher and watcher.stdin:
        if done:
            watcher.kill()
        else:
            watcher.stdin.close()
        watcher.wait()
        watcher.stdin.close()
