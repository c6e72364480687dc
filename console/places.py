"""Where a room in a database is: its URL, as it is named on the command line, in the environment or configuration."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from console.core.faults import UsageFault
from console.wiring import parse_url

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

    from console.watching import Watching


def room_url(place: str, environ: Mapping[str, str]) -> URL:
    """Where the room's database is; its password may be in HALFWAY_ROOM_PASSWORD. UsageFault where it is none."""
    url, password = parse_url(place), environ.get("HALFWAY_ROOM_PASSWORD")
    if url.get_backend_name() == "sqlite":
        raise UsageFault("a room in SQLite is a folder, not a URL", todo="halfway room make DIR --group GROUP")
    return url.set(password=password) if password and url.password is None else url


def watching(place: str, incident: str, environ: Mapping[str, str]) -> Watching:
    """What an observer sees of that room. UsageFault or JournalFault, one sentence, where there is none."""
    from console.watching import RemoteWatching, Watching

    if "://" in place:
        return RemoteWatching(room_url(place, environ), incident)
    return Watching(Path(place).expanduser(), incident)


def unsaid(config: str | None, environ: Mapping[str, str]) -> bool:
    """Whether neither environment nor configuration speaks of a room, and this machine has none."""
    from console.store.config import load
    from console.store.place import ROOM

    said = load(config, environ)
    return not (environ.get("HALFWAY_ROOM") or said.room or said.two_person or ROOM.exists())
