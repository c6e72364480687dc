"""A real pty with a terminal emulator on the other end, and a console running in it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyte

PATIENCE = 20.0
FENCE_KEY = "\x1b[24~"
_OWN = ("NO_COLOR", "COLORTERM", "LC_ALL", "LC_CTYPE", "COLUMNS", "LINES")
"""What of the environment would decide for the child."""
ROOT = Path(__file__).parents[2]


class Terminal:
    """Starts a child on a pty and shows what it writes."""

    def __init__(
        self, *arguments: str, size: tuple[int, int] = (80, 24), reported: tuple[int, int] | None = None,
        module: str = "tests.screens.child", cwd: Path = ROOT, **environ: str,
    ) -> None:  # fmt: skip
        """`size` is (columns, lines); the terminal may report another one. `module` is what runs."""
        self.screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self.screen)
        self._text = ""
        self.master, slave = pty.openpty()
        self.written = bytearray()
        self._set_size(*(size if reported is None else reported))
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        kept = {name: value for name, value in os.environ.items() if name not in _OWN}
        self._fence, fence = os.pipe()
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=slave,
            stdout=slave if "stock" in arguments or module != "tests.screens.child" else subprocess.PIPE,
            stderr=slave,
            cwd=cwd,
            start_new_session=True,
            pass_fds=(fence,),
            env={**kept, "TERM": "xterm-256color", "LANG": "C.UTF-8", "FENCE": str(fence), **environ},
        )
        os.close(fence)

    def _set_size(self, columns: int, lines: int) -> None:
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def resize(self, columns: int, lines: int) -> None:
        """The window gets another size."""
        self._set_size(columns, lines)
        self.screen.resize(lines, columns)
        self.process.send_signal(signal.SIGWINCH)

    def type(self, keys: str) -> None:
        """Keys arrive."""
        os.write(self.master, keys.encode())

    def read(self, seconds: float = 0.05) -> int:
        """Take in what was written within a while; how many bytes it was."""
        count = 0
        while self.master >= 0 and select.select([self.master], [], [], seconds)[0]:
            try:
                data = os.read(self.master, 65536)
            except OSError:
                break
            if not data:
                break
            count += len(data)
            self.written += data
            self._stream.feed(_known(data))
        return count

    @property
    def text(self) -> str:
        """What stands on the screen; made anew where something was drawn: who waits asks a hundred times a second."""
        if self.screen.dirty:
            self._text = "\n".join(line.rstrip() for line in self.screen.display)
            self.screen.dirty.clear()
        return self._text

    def until(self, holds: Callable[[], object], seconds: float = PATIENCE) -> None:
        """Read until something holds."""
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, f"never: {self.text}"
            self.read(0.01)

    def shows(self, text: str) -> None:
        """Read until the text is there."""
        self.until(lambda: text in self.text or self.process.poll() is not None)
        assert text in self.text, f"ended: {self.text}"

    def rest(self) -> int:
        """Read until all that was typed and signalled was done and drawn; how many bytes came."""
        before = len(self.written)
        self.type(FENCE_KEY)
        self.until(lambda: select.select([self._fence], [], [], 0)[0])
        assert os.read(self._fence, 1), f"ended: {self.text}"
        while self.read(0.02):
            pass
        return len(self.written) - before

    def settle(self, quiet: float = 0.6) -> int:
        """Read until nothing comes any more; how many bytes came."""
        count = 0
        while got := self.read(quiet):
            count += got
        return count

    def wait(self) -> tuple[int, float]:
        """(exit code, seconds it took), reading meanwhile."""
        start = time.monotonic()
        self.until(lambda: self.process.poll() is not None)
        took = time.monotonic() - start
        self.read()
        return self.process.returncode, took

    def said(self) -> str:
        """What it wrote to stdout, after its end."""
        assert self.process.stdout is not None
        return self.process.stdout.read().decode()

    @property
    def restored(self) -> bool:
        """Whether the terminal is as it was before."""
        return bool(termios.tcgetattr(self.slave) == self.before) and b"\x1b[?1049l" in self.written[-400:]

    def hang_up(self) -> None:
        """The terminal is gone."""
        os.close(self.slave)
        os.close(self.master)
        self.master = self.slave = -1

    def close(self) -> None:
        """End what is left."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        for descriptor in (self.master, self.slave, self._fence):
            if descriptor >= 0:
                os.close(descriptor)


def _known(data: bytes) -> bytes:
    """Without the sequences that pyte would print as text."""
    for sequence in (b"\x1b[>25u", b"\x1b[<u", b"\x1b[?2026$p", b"\x1b[?2048$p"):
        data = data.replace(sequence, b"")
    return data


@contextlib.contextmanager
def terminal(*arguments: str, **options: Any) -> Iterator[Terminal]:
    """A console on a terminal, ended afterwards."""
    made = Terminal(*arguments, **options)
    try:
        yield made
    finally:
        made.close()
