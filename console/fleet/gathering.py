"""The rows of a run as they come, for whoever draws them: a thread fills it, anybody may look at any time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from console.core.fleet.majority import held_against
from console.core.fleet.row import Row
from console.core.fleet.waves import planned
from console.core.plain import one_line
from console.report.fleet.waves import Commands, commands_for, waves_text

Read = Callable[[threading.Event, frozenset[str]], Iterable[Row]]
"""(set when no more is to be begun, names that are not to be read) -> rows as they come."""


class Gathering:
    """What is known of a fleet by now."""

    def __init__(self, read: Read, total: int, commands: Commands = commands_for) -> None:
        """Nothing is read before `start`. `commands` are those of a wave plan."""
        self._commands = commands
        self.total = total
        self.trouble = ""
        """Why reading ended before its end, where it did."""
        self._read = read
        self._rows: dict[str, Row] = {}
        self._drawn: tuple[Row, ...] | None = ()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._began, self._ended = 0.0, 0.0

    def start(self) -> None:
        """Begin, or go on with those that have no row yet; does nothing while it reads, or has read all."""
        with self._lock:
            known = frozenset(self._rows)
        if len(known) < self.total and not self.reading:
            self._go(known)

    def again(self) -> None:
        """Read all of it anew; what is known stays until then."""
        self.pause()
        self._go(frozenset())

    def _go(self, but: frozenset[str]) -> None:
        self._stop, self.trouble = threading.Event(), ""
        self._began, self._ended = time.monotonic(), 0.0
        self._thread = threading.Thread(target=self._fill, args=(self._stop, but), name="halfway-fleet", daemon=True)
        self._thread.start()

    @property
    def reading(self) -> bool:
        """It reads now."""
        return self._thread is not None and self._thread.is_alive() and not self._stop.is_set()

    @property
    def seconds(self) -> float:
        """How long it has read, or took."""
        return (self._ended or time.monotonic()) - self._began if self._began else 0.0

    def rows(self) -> tuple[Row, ...]:
        """All there are, who is not like the majority said so; the same value until there is a new one."""
        with self._lock:
            if self._drawn is None:
                self._drawn = held_against(self._rows.values())
            return self._drawn

    def plan(self) -> str:
        """The wave plan of what is known."""
        rows = self.rows()
        return waves_text(planned(rows), rows, datetime.now(UTC), self._commands)

    def pause(self) -> None:
        """Begin nothing more; what is under way ends within its own time, and is kept."""
        self._stop.set()
        self._ended = self._ended or time.monotonic()

    def _fill(self, stop: threading.Event, but: frozenset[str]) -> None:
        try:
            for row in self._read(stop, but):
                with self._lock:
                    self._rows[row.target.name] = row
                    self._drawn = None
        except Exception as problem:  # noqa: BLE001 - it is shown; the rows that came stay
            self.trouble = one_line(str(problem) or type(problem).__name__, 300)
        self._ended = self._ended or time.monotonic()
