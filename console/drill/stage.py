"""All that a drill brings into the world, in one place, so that one call takes it out again.

Whatever ends the drill, nothing stays: children end when their stdin closes, a sweeper removes the folder if this
process is killed, the server has a watcher of its own, and a later drill removes what even those could not.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy.engine import URL

from console.core.faults import Fault
from console.drill.binaries import nobody
from console.drill.held import held
from console.drill.kinds.kind import Kind
from console.drill.session import Session

PREFIX = "halfway-drill-"
REACHED = "url"
"""The file that says how the database is reached; only who opened the drill may read it."""
_SERVER_PREFIXES = ("halfway-pg-", "halfway-my-")
_GRACE = 120
"""Seconds a folder may be there before a process shows up in it."""
_SWEEPER = "trap '' HUP INT TERM; read -r _; rm -rf -- \"$1\""
_ROOT = Path(__file__).resolve().parent.parent.parent


class Stage:
    """A private server, a project beside it, and the processes of the scene."""

    def __init__(self, kind: Kind, major: int | None = None) -> None:
        """Nothing is there yet. `major` is the server's version, the newest when not given. UsageFault when there is
        no server of that kind."""
        self.kind = kind
        self._folder: Path | None = None
        self._sweeper: subprocess.Popen[bytes] | None = None
        self._children: list[subprocess.Popen[str]] = []
        self._crowd: subprocess.Popen[str] | None = None
        self._server = kind.private(major)

    @property
    def project(self) -> Path:
        """Where the project lies."""
        assert self._folder
        return self._folder / "shop"

    @property
    def url(self) -> URL:
        """The shop's database, as the one who deploys."""
        return self.kind.url(self._server.url)

    @property
    def title(self) -> str:
        """`PostgreSQL 18`."""
        return self._server.title

    def begin(self) -> None:
        """The folder, the server and the shop's database, without tables yet; a scene writes its own project."""
        sweep_leftovers()
        with held():
            self._folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-")).resolve()
            self._sweeper = subprocess.Popen(
                ["/bin/sh", "-c", _SWEEPER, "halfway-sweeper", str(self._folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                start_new_session=True,
            )
        crowd = self._crowd = self._spawn("crowd", self.kind.name)
        self._server.start()
        with self.kind.open(self._server.url) as session:
            for statement in self.kind.setting_up:
                session.run(statement)
        self._tell(crowd, f"{self._server.url.host} {self._server.url.port}")
        (self._folder / REACHED).write_text(self.url.render_as_string(hide_password=False), encoding="utf-8")

    def clear(self) -> None:
        """Take everything away; may be called at any time, and again."""
        for child in self._children:
            child.kill()
        self._server.stop_now()
        for child in self._children:
            child.wait()
            for pipe in (child.stdin, child.stdout, child.stderr):
                if pipe:
                    pipe.close()
        self._children.clear()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)
        if self._sweeper and self._sweeper.stdin:
            self._sweeper.stdin.close()
            self._sweeper.wait()
        self._folder = self._sweeper = self._crowd = None

    def session(self) -> Session:
        """A connection of the one who deploys."""
        return self.kind.open(self.url)

    def waiting(self, watch: Session, user: str) -> int:
        """How many of that account's sessions wait for somebody's lock."""
        return watch.number(self.kind.waiting, (user,))

    def connected(self, watch: Session, user: str) -> int:
        """How many sessions that account has, `watch` not counted."""
        return watch.number(self.kind.connected, (user,))

    def program(self, module: str, *arguments: str) -> subprocess.Popen[str]:
        """A module of this package as a process that ends when we do."""
        return self._spawn(module, self.kind.name, str(self._server.url.host), str(self._server.url.port), *arguments)

    def _spawn(self, module: str, *arguments: str) -> subprocess.Popen[str]:
        with held():
            child = subprocess.Popen(
                [sys.executable, "-P", "-m", f"console.drill.{module}", *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                cwd=_ROOT,
                start_new_session=True,
            )
            self._children.append(child)
        return child

    def crowd(self, order: str, count: int) -> None:
        """Have the shop's sessions do something, and wait until they did."""
        assert self._crowd
        self._tell(self._crowd, f"{order} {count}")

    def _tell(self, crowd: subprocess.Popen[str], line: str) -> None:
        assert crowd.stdin
        assert crowd.stdout
        try:
            crowd.stdin.write(f"{line}\n")
            crowd.stdin.flush()
        except BrokenPipeError:
            raise Fault("The drill could not be set up", _last_words(crowd)) from None
        if crowd.stdout.readline() != "done\n":
            raise Fault("The drill could not be set up", _last_words(crowd))

    def until(self, condition: Callable[[], bool], player: subprocess.Popen[str] | None = None) -> None:
        """Wait for `condition`; Fault when `player` ends before it holds, or when it takes too long."""
        deadline = time.monotonic() + 30
        while not condition():
            if player and player.poll() is not None:
                raise Fault("The drill could not be set up", _last_words(player))
            if time.monotonic() > deadline:
                raise Fault("The drill could not be set up", "the server took longer than 30 seconds")
            # who waits for which lock can only be asked again: the server tells nobody
            time.sleep(self.kind.look_every)


def _last_words(child: subprocess.Popen[str]) -> str:
    assert child.stderr
    child.kill()
    return (child.stderr.read().strip().splitlines() or ["a process ended"])[-1]


def sweep_leftovers() -> None:
    """Remove what drills left whose process, and whose watchers, were killed."""
    owners = {os.geteuid()} if os.geteuid() else {0, nobody()[0]}
    for folder in Path(tempfile.gettempdir()).glob("halfway-*-*"):
        try:
            if folder.lstat().st_uid in owners and folder.is_dir() and _is_left_over(folder):
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue


def _is_left_over(folder: Path) -> bool:
    if folder.name.startswith(PREFIX) and not is_alive(folder.name.removeprefix(PREFIX).partition("-")[0]):
        return True
    is_ours = folder.name.startswith((PREFIX, *_SERVER_PREFIXES))
    return is_ours and time.time() - folder.lstat().st_mtime > _GRACE and not _is_used(folder)


def is_alive(pid: str) -> bool:
    """Whether a process has that number."""
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True


def _is_used(folder: Path) -> bool:
    """Some process works in `folder` or was started with it; True where that cannot be seen."""
    proc = Path("/proc")
    if not (proc / "self").exists():
        return True
    return any(_names(process, str(folder)) for process in proc.glob("[0-9]*"))


def _names(process: Path, folder: str) -> bool:
    try:
        return folder in (process / "cmdline").read_text(errors="replace") or folder in str(
            (process / "cwd").readlink()
        )
    except OSError:
        return False
