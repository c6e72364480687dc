"""A tmux of our own, out of Debian's package: panes of one window, keys for each, and what each shows."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from tests.tools.debian import Wanted, unpacked

_WANTED = Wanted("bookworm", ("tmux", "ncurses-base"))
PATIENCE = 30.0
_PANES = 3
_LOOK_EVERY = 0.05
"""Each look is a process."""
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Pane:
    """One of the window."""

    tmux: Tmux
    id: str

    @property
    def text(self) -> str:
        """What stands there."""
        return self.tmux.run("capture-pane", "-p", "-t", self.id)

    @property
    def flat(self) -> str:
        """The same as one line, however it was broken."""
        return " ".join(self.text.split())

    @property
    def ended(self) -> bool:
        """Whether its program has: tmux knows, but does not always write it into the pane."""
        return self.tmux.run("display-message", "-p", "-t", self.id, "#{pane_dead}").strip() == "1"

    def type(self, text: str, *keys: str) -> None:
        """Letters, then keys by tmux' names."""
        if text:
            self.tmux.run("send-keys", "-t", self.id, "-l", text)
        if keys:
            self.tmux.run("send-keys", "-t", self.id, *keys)

    def until(self, holds: Callable[[], object], seconds: float = PATIENCE) -> None:
        """Look until something holds."""
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, f"never:\n{self.text}"
            Event().wait(_LOOK_EVERY)

    def shows(self, *texts: str, seconds: float = PATIENCE) -> None:
        """Look until all of them stand there."""
        self.until(lambda: _holds(self.flat, texts), seconds)

    def kill(self) -> None:
        """As a terminal goes whose window is closed."""
        self.tmux.run("kill-pane", "-t", self.id)


def _holds(flat: str, texts: Sequence[str]) -> bool:
    return all(text in flat for text in texts)


@dataclass(frozen=True)
class Tmux:
    """A server with one window, which holds `panes` of 80 by 24 before one is closed."""

    socket: Path
    environ: Mapping[str, str]

    def run(self, *arguments: str) -> str:
        """One of its commands, and what it says."""
        program = unpacked(_WANTED).command("usr/bin/tmux", "-u", "-f", "/dev/null", "-S", str(self.socket))
        done = subprocess.run(
            [*program, *arguments], capture_output=True, text=True, check=False, timeout=20, env=dict(self.environ)
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def console(self, *arguments: str, **environ: str) -> Pane:
        """`halfway` with these arguments."""
        return self.pane(sys.executable, "-m", "screens", *arguments, **environ)

    def pane(self, *what: str, **environ: str) -> Pane:
        """A program in a pane of its own."""
        size = ("-x", "80", "-y", str(25 * _PANES - 1))
        told = [word for name, value in environ.items() for word in ("-e", f"{name}={value}")]
        first = ("set-option", "-g", "remain-on-exit", "on", ";", "new-session", "-d", "-s", "room", *size)
        make = ("split-window", "-t", "room", "-v") if self._is_there() else first
        found = self.run(*make, *told, "-c", str(ROOT), "-P", "-F", "#{pane_id}", *what).strip()
        self.run("select-layout", "-t", "room", "even-vertical")
        return Pane(self, found)

    def _is_there(self) -> bool:
        return self.socket.exists()


@contextmanager
def tmux(**environ: str) -> Iterator[Tmux]:
    """Its server ends with everything in it."""
    terms = unpacked(_WANTED).find("lib/terminfo")
    kept = {name: value for name, value in os.environ.items() if name not in ("TMUX", "TMUX_PANE", "NO_COLOR")}
    with tempfile.TemporaryDirectory(prefix="halfway-tmux-") as place:
        told = {"LANG": "C.UTF-8", "TERM": "screen", "TERMINFO_DIRS": f"{terms}:", "PYTHONPATH": str(ROOT)}
        made = Tmux(Path(place, "socket"), {**kept, **told, **environ})
        try:
            yield made
        finally:
            if made._is_there():
                made.run("kill-server")
