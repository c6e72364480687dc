"""The terminal driver: sends only cells that changed, only ASCII where the locale asks for it, and notices the end.

Textual's own driver repaints regions (9 KB for one changed cell), blocks the application behind a stalled link, spins
on a closed terminal and dies by SIGHUP without giving the terminal back. `run_test` replaces drivers by a headless one,
so this one is tested on a pty.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
import termios
from codecs import getincrementaldecoder
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import Any, ClassVar, TextIO

from rich.cells import get_character_cell_size
from textual import events
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size
from textual.message import Message

from screens.canvas import Canvas
from screens.writer import Writer

RESTORE = "\x1b[0m\x1b[?2004l\x1b[?7h\x1b[?2048l\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l"
"""Everything Textual switches on, off again."""

_TABLE = {
    **dict.fromkeys("─━═╌╍┄┅┈┉▁▂▔▀▄", "-"),
    **dict.fromkeys("│┃║╎╏┆┇┊┋▏▎▍▌▐▕", "|"),
    **dict.fromkeys("┌┐└┘├┤┬┴┼┏┓┗┛┣┫┳┻╋╔╗╚╝╠╣╦╩╬╭╮╯╰", "+"),
    **dict.fromkeys("█▉▊▋▓▒░", "#"),
    **dict.fromkeys("▼▾⬇↓", "v"), **dict.fromkeys("▶▸→", ">"), **dict.fromkeys("◀◂←", "<"), **dict.fromkeys("▲▴↑", "^"),
    "•": "*", "·": "-", "…": ".", "\u00a0": " ",
}  # fmt: skip
_ESCAPE, _DONE = 0.1, 5
"""Seconds after which an Escape that came alone was the key, and as many looks as show that nothing else comes."""


def _fileno(stream: TextIO | None) -> int:
    return 2 if stream is None else stream.fileno()


def to_ascii(data: str) -> str:
    """`data` in ASCII, every cell staying where it is; what has no likeness becomes `?`."""
    if data.isascii():
        return data
    return "".join(c if c.isascii() else _TABLE.get(c) or "?" * get_character_cell_size(c) for c in data)


class ConsoleDriver(LinuxDriver):
    """Textual's Linux driver with another way in and out."""

    ascii: ClassVar[bool] = False
    """Only ASCII leaves this process."""
    hung_up: ClassVar[Callable[[], None]] = staticmethod(lambda: None)
    """Called once, from any thread, when the terminal is gone."""
    current: ClassVar[ConsoleDriver | None] = None
    """The driver whose terminal has to be given back, if one is up."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - handed on as they come
        """As Textual calls it."""
        super().__init__(*args, **options)
        self._lock = Lock()
        self._output = _fileno(sys.__stderr__)
        self._canvas = Canvas(*self._get_terminal_size())
        self._passed: list[str] = []
        self._writer: Writer | None = None
        self._gone = False
        self._stirs, self._stir = os.pipe()
        """Wakes whoever waits for keys; as long as the process lasts, for a closed driver may be opened again."""

    def write(self, data: str) -> None:
        """Never blocks: a frame the terminal has no room for yet is painted over by the next."""
        with self._lock:
            passed = self._canvas.feed(to_ascii(data) if self.ascii else data)
            if passed:
                self._passed.append(passed)
        if self._writer is None:
            self._writer = Writer(self._output, self._fetch, self._hang_up)
        self._writer.wake()

    def _fetch(self) -> str:
        with self._lock:
            passed = "".join(self._passed)
            self._passed.clear()
            return passed + self._canvas.take()

    def redraw(self) -> None:
        """Clear the terminal and write everything again: somebody else wrote on it."""
        with self._lock:
            self._canvas.redraw()
        if self._writer is not None:
            self._writer.wake()

    def _get_terminal_size(self) -> tuple[int, int]:
        """(columns, lines); a signal handler of Textual's calls this: it must not wait for the lock."""
        try:
            size = tuple(os.get_terminal_size(_fileno(sys.__stderr__)))
        except (OSError, ValueError):
            size = super()._get_terminal_size()
        # A pty that nobody gave a size reports 0 x 0.
        return size[0] or 80, size[1] or 24

    def _measure(self) -> None:
        if not self._in_band_window_resize:
            size = Size(*self._get_terminal_size())
            self.process_message(events.Resize(size, size))

    def process_message(self, message: Message) -> None:
        """The terminal got another size: its cells are unknown."""
        if isinstance(message, events.Resize):
            with self._lock:
                self._canvas.resize(*message.size)
            if self._writer is not None:
                self._writer.wake()
        super().process_message(message)

    def start_application_mode(self) -> None:
        """From here on the terminal has to be given back, whatever happens."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        # A handler of `signal.signal` comes in the middle of itself, and then reports the older size last.
        asyncio.get_running_loop().add_signal_handler(signal.SIGWINCH, self._measure)
        if self._get_terminal_size() != (self._canvas.width, self._canvas.height):
            self._measure()
        ConsoleDriver.current = self

    def stop_application_mode(self) -> None:
        """Give the terminal back and wait until it has it."""
        with suppress(RuntimeError):
            asyncio.get_running_loop().remove_signal_handler(signal.SIGWINCH)
        super().stop_application_mode()
        if self._writer is not None:
            self._writer.settle()
        ConsoleDriver.current = None

    def close(self) -> None:
        """End the writer."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        super().close()

    def disable_input(self) -> None:
        """Wait for no more keys, from now on."""
        os.write(self._stir, b".")
        super().disable_input()

    def rescue(self) -> None:
        """Give the terminal back at once, from any thread, without the application's help."""
        if self.attrs_before is not None:
            with suppress(termios.error):
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)
        with suppress(OSError, ValueError):
            if select.select([], [self._output], [], 0)[1]:
                os.write(self._output, RESTORE.encode())

    @classmethod
    def rescue_current(cls) -> None:
        """The same for the terminal that is up, if one is."""
        if cls.current is not None:
            cls.current.rescue()

    def run_input_thread(self) -> None:
        """Read keys until told to stop; an end of file or an I/O error means that the terminal is gone."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")("replace").decode
        quiet = 0
        while not self.exit_event.is_set():
            try:
                ready = select.select([self.fileno, self._stirs], [], [], _ESCAPE if quiet < _DONE else None)[0]
                if self._stirs in ready:
                    os.read(self._stirs, 1)
                    continue
                data = os.read(self.fileno, 4096) if ready else b""
            except OSError:
                ready, data = [self.fileno], b""
            quiet = 0 if ready else quiet + 1
            if ready and not data:
                self._hang_up()
                return
            text = decode(data)  # nothing, while a character has come in part: the parser would take that for an end
            for event in parser.feed(text) if text else ():
                self.process_message(event)
            for event in parser.tick():
                self.process_message(event)

    def _hang_up(self) -> None:
        if not self._gone:
            self._gone = True
            type(self).hung_up()
