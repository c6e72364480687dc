"""The first picture, drawn before Textual is loaded: that takes longer than the look itself, and a responder waits.

It is the page the console opens with, under a line that says that keys do nothing yet. Nothing is written before there
is an assessment, so that whatever goes wrong until then is a sentence on an untouched terminal. What is typed meanwhile
is kept by the terminal for the screens.
"""

from __future__ import annotations

import os
import sys
import termios
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any, Self

from screens.heading import Mood, header
from screens.incident import page
from screens.lines import Line, line, rule
from screens.text import use_ascii
from screens.tones import Tone

if TYPE_CHECKING:
    from console.core.assessment import Assessment
    from console.incident import Incident

Deliver = Callable[["Assessment"], None]

WAIT = 0.7
"""Seconds that Textual waits for the first picture: loading both at once makes both late."""
_PATIENCE = 0.3
"""Seconds that the screens wait for a terminal that does not take the picture."""
_ENTER = "\x1b[?1049h\x1b[0m\x1b[H\x1b[2J\x1b[?25l\x1b[?7l"
_LEAVE = "\x1b[0m\x1b[?7h\x1b[?1049l\x1b[?25h"
_AROUND = 5
"""Lines around the page: the console's header, tabs, two rules and keys."""
_SGR = {Tone.STRONG: "1", Tone.DIM: "2", Tone.BAD: "1;31", Tone.WARN: "1;33", Tone.GOOD: "32", Tone.BAR: "7"}
_BARE = {**_SGR, Tone.BAD: "1", Tone.WARN: "1", Tone.GOOD: "0"}
"""The same where NO_COLOR is set."""
_SAID = " opening: keys work in a moment"


class Opening:
    """Takes the assessments of an incident from its start, draws the first, and hands all of them on to the screens."""

    def __init__(self, incident: Incident, ascii_only: bool) -> None:
        """Nothing is started or drawn yet."""
        self.newest: Assessment | None = None
        self._incident = incident
        self._ascii = ascii_only
        self._terminal = 2 if sys.__stderr__ is None else sys.__stderr__.fileno()
        self._lock = Lock()
        self._here, self._drawn = Event(), Event()
        self._deliver: Deliver | None = None
        self._over = self._entered = False
        self._echo: list[Any] | None = None

    def __enter__(self) -> Self:
        """Start the incident."""
        use_ascii(self._ascii)
        self._incident.start(self._take, self._incident.interval)
        return self

    def __exit__(self, *_: object) -> None:
        """Where no screens came, the terminal is as it was, and the incident ends."""
        self.end()
        if self._entered:
            self._entered = False
            with suppress(OSError):
                os.write(self._terminal, _LEAVE.encode())
        if self._deliver is None:
            self._incident.stop()

    def look(self) -> None:
        """Wait for the first picture, not for long."""
        if self._here.wait(WAIT):
            self._drawn.wait(_PATIENCE)

    def attach(self, deliver: Deliver, _: float = 0.0) -> None:
        """From now on `deliver` gets what comes, at first what is here."""
        with self._lock:
            self._deliver, newest = deliver, self.newest
        if newest is not None:
            deliver(newest)

    def end(self) -> None:
        """The screens draw from here on, and give the terminal back."""
        with self._lock:
            self._over = True
        if self._entered:
            self._drawn.wait(_PATIENCE)
        if self._echo is not None:
            with suppress(termios.error):
                termios.tcsetattr(self._terminal, termios.TCSANOW, self._echo)
            self._echo = None

    def hand_over(self) -> None:
        """The same; what was drawn is theirs to take away."""
        self.end()
        self._entered = False

    def _take(self, assessment: Assessment) -> None:
        """From the incident's thread, which never waits for a terminal."""
        with self._lock:
            first, self.newest, deliver = self.newest is None, assessment, self._deliver
            draws = first and not self._over and deliver is None
            self._entered |= draws
        if deliver is not None:
            deliver(assessment)
        elif draws:
            Thread(target=self._draw, args=(assessment,), name="halfway-first-picture", daemon=True).start()
        self._here.set()

    def _draw(self, assessment: Assessment) -> None:
        try:
            self._quiet()
            os.write(self._terminal, self._picture(assessment))
        except Exception:  # noqa: BLE001 - a terminal that is gone, a mistake of ours: the screens meet it again
            return
        finally:
            self._drawn.set()

    def _quiet(self) -> None:
        """What is typed is not shown, and not lost."""
        with suppress(termios.error):
            self._echo = termios.tcgetattr(self._terminal)
            modes = [*self._echo]
            modes[3] &= ~termios.ECHO
            termios.tcsetattr(self._terminal, termios.TCSANOW, modes)

    def _picture(self, assessment: Assessment) -> bytes:
        try:
            width, height = os.get_terminal_size(self._terminal)
        except OSError:
            width, height = 80, 24
        width, height = width or 80, height or 24
        drawn = "".join(f"\x1b[{row};1H{_cells(each)}" for row, each in _lines(assessment, self._title, width, height))
        return (_ENTER + drawn).encode("ascii" if self._ascii else "utf-8", "replace")

    @property
    def _title(self) -> str:
        return self._incident.title


def _lines(assessment: Assessment, title: str, width: int, height: int) -> list[tuple[int, Line]]:
    """What stands in which row: where the console will draw it again."""
    shown = page(assessment, width, height - _AROUND)[: height - _AROUND]
    around = [(1, header(assessment, title, Mood(), width)), (3, rule(width)), (height - 1, rule(width))]
    return [*around, *enumerate(shown, 4), (height, line((_SAID, Tone.DIM)))]


def _cells(shown: Line) -> str:
    pens = _BARE if os.environ.get("NO_COLOR") else _SGR
    return "".join(f"\x1b[0;{pens[tone]}m{text}\x1b[0m" if tone in pens else text for text, tone in shown.spans)
