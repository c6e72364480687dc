"""A program on a pty, ours or a peer: when a text stands on its screen, what it writes, what it costs the machine."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

import pyte

from tests.bench import proc

MONITOR = (160, 50)
"""Columns and lines in which peers are compared."""
_PATIENCE = 60.0
_LOOK_EVERY = 0.002
_MARK = "HALFWAY_BENCH_CHILD"
"""In the environment of everything that a child starts, however far it goes away."""
_OWN = ("NO_COLOR", "COLORTERM", "LC_ALL", "LC_CTYPE", "COLUMNS", "LINES", "TMUX", "PYTHONDONTWRITEBYTECODE")
_UNPRINTED = (b"\x1b[>25u", b"\x1b[>1u", b"\x1b[<u", b"\x1b[?2026$p", b"\x1b[?2048$p")
"""What pyte would print as text."""


_ASKED = re.compile(rb"\x1bP\+q(?P<capability>[0-9a-fA-F;]*)\x1b\\\\|\x1b\[(?P<what>>q|>c|c|6n|\?\d+\$p)")
"""What programs ask of a terminal; without an answer some wait for ten seconds."""
_ANSWERS = {b">q": b"\x1bP>|XTerm(379)\x1b\\", b">c": b"\x1b[>41;379;0c", b"c": b"\x1b[?1;2c", b"6n": b"\x1b[1;1R"}
"""What xterm says."""


@dataclass(frozen=True, slots=True)
class Written:
    """What came at once, and when."""

    at: float
    data: bytes


class Child:
    """A program on a pty. Its output is taken in by a thread, so that it never waits for who measures it."""

    def __init__(
        self, line: Sequence[str], environ: Mapping[str, str], size: tuple[int, int] = MONITOR, cwd: Path | None = None
    ) -> None:
        """`environ` is all it sees, beside what a terminal sets."""
        self.screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self.screen)
        self._mark = uuid.uuid4().hex
        self._new: deque[Written] = deque()
        self.bytes = 0
        """Written so far."""
        self._master, slave = pty.openpty()
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        kept = {name: value for name, value in environ.items() if name not in _OWN}
        self.began = time.perf_counter()
        self._process = subprocess.Popen(
            line, stdin=slave, stdout=slave, stderr=slave, cwd=cwd, start_new_session=True,
            env={**kept, "TERM": "xterm-256color", "LANG": "C.UTF-8", _MARK: self._mark},
        )  # fmt: skip
        os.close(slave)
        self._thread = Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        with suppress(OSError):
            while data := os.read(self._master, 1 << 16):
                self._new.append(Written(time.perf_counter(), data))
                self.bytes += len(data)
                for asked in _ASKED.finditer(data):
                    os.write(self._master, _answer(asked))

    def taken(self) -> Iterator[Written]:
        """What came since the last time, each drawn on the screen when it is handed on."""
        while self._new:
            written = self._new.popleft()
            data = written.data
            for sequence in _UNPRINTED:
                data = data.replace(sequence, b"")
            self._stream.feed(data)
            yield written

    @property
    def text(self) -> str:
        """What stands on the screen."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def until(self, *texts: str, patience: float = _PATIENCE) -> float:
        """Seconds from the start to the write with which all of them stood on the screen."""
        deadline = time.monotonic() + patience
        while True:
            for written in self.taken():
                if _holds(self.text, texts):
                    return written.at - self.began
            assert self._process.poll() is None or self._new, f"it ended with {self._process.returncode}:\n{self.text}"
            assert time.monotonic() < deadline, f"never {texts}:\n{self.text}"
            Event().wait(_LOOK_EVERY)

    def settle(self, seconds: float) -> None:
        """Let it work for so long, and draw what it wrote."""
        Event().wait(seconds)
        self.draw()

    def draw(self) -> None:
        """Put what came on the screen."""
        for _ in self.taken():
            pass

    def type(self, keys: bytes) -> None:
        """Keys arrive."""
        os.write(self._master, keys)

    def answers(self, keys: bytes, shown: Callable[[str], bool], patience: float = _PATIENCE) -> float:
        """Seconds from keys to the write with which the screen was as wanted."""
        self.draw()
        began = time.perf_counter()
        self.type(keys)
        while True:
            for written in self.taken():
                if shown(self.text):
                    return written.at - began
            assert time.perf_counter() - began < patience, f"never an answer to {keys!r}:\n{self.text}"
            Event().wait(_LOOK_EVERY)

    @property
    def pid(self) -> int:
        """Of the program itself."""
        return self._process.pid

    @property
    def pids(self) -> list[int]:
        """It, and all that it started and that is alive."""
        return proc.marked(f"{_MARK}={self._mark}")

    def cpu(self) -> float:
        """Seconds of a processor that it and what it started used so far; what ended counts with who waited for it."""
        return proc.cpu(self.pids)

    def close(self) -> None:
        """End it and all that it started."""
        for pid in self.pids:
            with suppress(ProcessLookupError):
                os.kill(pid, 9)
        self._process.wait()
        self._thread.join(2)
        os.close(self._master)


def _answer(asked: re.Match[bytes]) -> bytes:
    """As xterm, without any capability that is asked for, and without modes that it does not know."""
    if asked["what"] is None:
        return b"\x1bP0+r" + asked["capability"] + b"\x1b\\"
    if asked["what"].startswith(b"?"):
        return b"\x1b[" + asked["what"].removesuffix(b"$p") + b";0$y"
    return _ANSWERS[asked["what"]]


def _holds(text: str, texts: Sequence[str]) -> bool:
    return all(each in text for each in texts)


@contextmanager
def child(
    line: Sequence[str], environ: Mapping[str, str], size: tuple[int, int] = MONITOR, cwd: Path | None = None
) -> Iterator[Child]:
    """Started, and ended afterwards."""
    made = Child(line, environ, size, cwd)
    try:
        yield made
    finally:
        made.close()
