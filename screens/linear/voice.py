"""What is said and heard: whole lines out, one line in, never an escape sequence, nothing twice over.

The main thread waits in one place only, for a line, for a signal or for what another thread has to say. A signal never
breaks into what is being done: it is noted, and met where the voice waits next.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import termios
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

from console.core.plain import visible

T = TypeVar("T")
_LONGEST = 200_000
_KEPT = 10_000
"""Lines that wait for somebody who listens; who was away for so long misses the oldest."""
PAGE = 20
"""So many lines of a list are said before somebody asks for more."""


class InterruptedError_(Exception):  # noqa: N801 - Python has an InterruptedError, which is another thing
    """Ctrl-C was typed where the voice waited."""


class OverError(Exception):
    """Nobody types any more, or the program is told to end."""


class Voice:
    """One terminal, as a person who hears it meets it."""

    def __init__(self, source: int = 0, target: int = 1) -> None:
        """File descriptors: lines come from `source`, and go to `target`."""
        self._source = source
        self._target = target
        self._wake, self._poke = os.pipe()
        os.set_blocking(self._wake, False)
        os.set_blocking(self._poke, False)
        self._pending: deque[str] = deque(maxlen=_KEPT)
        self._rest: list[str] = []
        self._left = threading.Event()
        self._interrupted = False
        self.ended: Callable[[], None] = lambda: None
        """Ends the program as an interrupted one."""
        self.gone = False
        """The terminal is not there any more."""

    def say(self, *lines: str) -> None:
        """Each as one line of its own; whatever could move a cursor is written out."""
        for text in lines:
            self._write(visible(text, _LONGEST) + "\n")

    def listed(self, lines: Iterable[str]) -> None:
        """The first of a long list; the rest stays for `more`."""
        self._rest = list(lines)
        self.more()

    def more(self) -> None:
        """What was not said of the last list."""
        if not self._rest:
            self.say("There is no more.")
            return
        now, self._rest = self._rest[:PAGE], self._rest[PAGE:]
        self.say(*now)
        if self._rest:
            self.say(f"{len(self._rest)} more lines: type more.")

    def later(self, *lines: str) -> None:
        """From any thread: said where the voice waits next, unless it waits for somebody who types."""
        self._pending.extend(lines)
        self._wake_up()

    def leave(self, _: int) -> None:
        """From any thread: end the conversation."""
        self._left.set()
        self._wake_up()

    def drained(self) -> tuple[str, ...]:
        """What other threads had to say since."""
        said = []
        while self._pending:
            said.append(self._pending.popleft())
        return tuple(said)

    def ask(self, prompt: str, *, fresh: bool = False) -> str:
        """The next line. `fresh`: what was typed before it was asked does not count. OverError at the end."""
        if fresh:
            with suppress(termios.error):
                termios.tcflush(self._source, termios.TCIFLUSH)
        self._write(prompt)
        while True:
            self._ready(typing=True)
            if self._interrupted:
                self._interrupted = False
                self._write("\n")
                raise InterruptedError_
            if (line := self._line()) is not None:
                return line

    def during(self, job: Callable[[], T], heard: Callable[[str], bool] | None = None) -> T | None:
        """What `job` gives, done on another thread; meanwhile what others say is said, and what is typed goes to
        `heard`, which answers whether to wait on. None: nobody waits any more, it goes on."""
        found: list[T] = []
        failed: list[BaseException] = []
        over = threading.Event()

        def work() -> None:
            try:
                found.append(job())
            except BaseException as problem:  # noqa: BLE001 - raised again where it is waited for
                failed.append(problem)
            over.set()
            self._wake_up()

        threading.Thread(target=work, name="halfway-linear", daemon=True).start()
        while not over.is_set():
            self._ready(typing=heard is not None, until=over)
            self.say(*self.drained())
            if self._interrupted:
                self._interrupted = False
                self._write("\n")
                raise InterruptedError_
            line = self._line(wait=False) if heard is not None else None
            if line is not None and heard is not None and not heard(line):
                return None
        self.say(*self.drained())
        if failed:
            raise failed[0]
        return found[0]

    def watch(self, look: Callable[[], Iterable[str]], until: Callable[[], bool]) -> None:
        """Say what `look` gives whenever there is something, until a line is typed or `until` holds."""
        while not until():
            self._ready(typing=True)
            self.say(*look())
            if self._interrupted:
                self._interrupted = False
                self._write("\n")
                return
            if self._line(wait=False) is not None:
                return

    @contextmanager
    def interrupts(self) -> Iterator[None]:
        """Ctrl-C is ours."""
        before = signal.getsignal(signal.SIGINT)
        signal.signal(signal.SIGINT, lambda _, __: self._interrupt())
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def _interrupt(self) -> None:
        self._interrupted = True
        self._wake_up()

    def _wake_up(self) -> None:
        with suppress(OSError):  # full: it will wake up anyway
            os.write(self._poke, b".")

    def _ready(self, *, typing: bool, until: threading.Event | None = None) -> None:
        """Wait until there is something to do. OverError where the conversation is over."""
        if until is None or not until.is_set():
            select.select([self._wake, *([self._source] if typing else [])], [], [])
        with suppress(BlockingIOError):
            os.read(self._wake, 65536)
        if self._left.is_set():
            raise OverError

    def _line(self, *, wait: bool = True) -> str | None:
        """One line, if one was typed: the terminal gives it whole. OverError at the end of all of them."""
        if not select.select([self._source], [], [], 0)[0]:
            return None
        try:
            data = os.read(self._source, 65536)
        except OSError:
            data = b""
            self.gone = True
        if not data:
            if wait:
                self._write("\n")
            raise OverError
        return data.decode("utf-8", "replace").rstrip("\r\n")

    def _write(self, text: str) -> None:
        data = text.encode(self.encoding, "backslashreplace")
        while data:
            try:
                data = data[os.write(self._target, data) :]
            except BlockingIOError:
                select.select([], [self._target], [])
            except OSError:
                self.gone = True
                raise OverError from None

    @property
    def encoding(self) -> str:
        """As this program's own output."""
        return getattr(sys.__stdout__, "encoding", None) or "utf-8"
