"""An observer's view of a room: reads once a second what the responders' consoles put up, and writes nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from console.core.faults import Fault
from console.core.journal import Entry, Topic
from console.core.room.consent import waiting
from console.core.room.members import BEAT
from console.core.room.room import Room
from console.core.room.shown import LINES, looked_up
from console.core.room.wheel import wheel_of
from console.store.window import check_window, look, window_of

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

Deliver = Callable[[Room, Sequence[Entry]], None]


class Watching:
    """Looks through the window of one room, and again each second."""

    def __init__(self, folder: Path, incident: str) -> None:
        """UsageFault, one sentence, where that is no room whose window can be trusted."""
        check_window(folder)
        self._path = window_of(folder, incident)
        self._incident = incident
        self._ended = threading.Event()

    def start(self, deliver: Deliver) -> None:
        """Tell of it once a second, from a thread of its own."""
        threading.Thread(target=self._watch, args=(deliver,), name="halfway-window", daemon=True).start()

    def look(self) -> tuple[Room, tuple[Entry, ...]] | None:
        """What is put up now; None where nothing is."""
        found, age = look(self._path)
        return looked_up(found, self._incident, age)

    def stop(self) -> None:
        """Look no more."""
        self._ended.set()

    def _watch(self, deliver: Deliver) -> None:
        while not self._ended.is_set():
            found = self.look()
            if found is not None:
                deliver(*found)
            self._ended.wait(BEAT)


class RemoteWatching(Watching):
    """The same of a room in a database, by a login that may only read it."""

    def __init__(self, url: URL, incident: str) -> None:
        """JournalFault, one sentence, where there is no such room."""
        from console.store.remote_tables import Room as Remote

        self._room = Remote(url)
        self._incident = incident
        self._ended = threading.Event()
        self._last: tuple[Room, tuple[Entry, ...]] | None = None
        self._read()

    def look(self) -> tuple[Room, tuple[Entry, ...]] | None:
        """What is written now; as it was, and why, where it cannot be read."""
        try:
            self._last = self._read()
        except Fault as fault:
            if self._last is not None:
                self._last = replace(self._last[0], trouble=str(fault)), self._last[1]
        return self._last

    def stop(self) -> None:
        """Look no more."""
        super().stop()
        self._room.engine.dispose()

    def _read(self) -> tuple[Room, tuple[Entry, ...]]:
        from console.store.remote_tables import read_entries, read_members

        entries = read_entries(self._room, self._incident, last=LINES)
        with self._room.told(), self._room.engine.connect() as link:
            everybody, _ = read_members(self._room, link, self._incident)
        heard = tuple(each for each in everybody if not each.elsewhere)
        who = read_entries(self._room, self._incident, last=LINES, topics=(Topic.WHEEL, Topic.JOINED))
        return Room("", heard, (), wheel_of(who), waiting(entries)), entries
