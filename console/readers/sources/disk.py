"""What is free where a server keeps its data, if that is on this machine and it is proved that it is this server's.

An address of this machine may be a tunnel to another one, where the same folder means another disk. So the folder must
hold the server's own number, or the connection must have come over a socket of this machine. A replica of PostgreSQL
has its primary's number: so what runs in the folder must have been started when the server says it was.
"""

from __future__ import annotations

import shutil
import socket
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from console.core.storage import Room, Storage

_LARGEST = 2**16
_BETWEEN = 10.0
"""Seconds between the start that the pid file tells and the one that the server tells, at most."""
_ANYBODY = ("localhost", "localhost.localdomain")
"""What many machines call themselves."""


class Door(StrEnum):
    """How the server was reached."""

    SOCKET = "socket"
    LOOPBACK = "loopback"
    FAR = "far"


def room_of(storage: Storage, door: Door) -> Room:
    """`door`: how the connection went."""
    if door is Door.FAR:
        return Room(None, storage.folder, "the server is on another machine", storage.sizes)
    if not storage.folder:
        return Room(None, "", storage.why or "the server does not tell where its data lies", storage.sizes)
    folder = Path(storage.folder)
    own = _is_own(folder, storage.identity, storage.host)
    if own is None and door is Door.LOOPBACK:
        why = f"whether {folder} of this machine is the server's cannot be told: the address may be a tunnel's"
        return Room(None, storage.folder, why, storage.sizes)
    try:
        free = shutil.disk_usage(folder).free if own is not False else None
    except OSError:
        free = None
    why = f"{folder} is not on this machine, or not to be seen by this user" if free is None else ""
    return Room(free, storage.folder, why, storage.sizes)


def _is_own(folder: Path, identity: str, host: str) -> bool | None:
    """Whether the server's number stands in the folder (MariaDB keeps none there); None: it cannot be read."""
    number, _, started = identity.partition(" ")
    try:
        if (folder / "global" / "pg_control").exists():
            with (folder / "global" / "pg_control").open("rb") as file:
                same = str(int.from_bytes(file.read(8), "little")) == number if number else None
            return _runs_since(folder, started) if same and started else same
        if (folder / "auto.cnf").exists():
            with (folder / "auto.cnf").open(encoding="utf-8", errors="replace") as text:
                return f"server-uuid={number}" in text.read(_LARGEST).split() if number else None
        if (folder / "ibdata1").exists() and host and host not in _ANYBODY:
            return host == socket.gethostname()
    except OSError:
        return None
    return None


def _runs_since(folder: Path, started: str) -> bool | None:
    """Whether PostgreSQL was started in the folder at that time."""
    with suppress(ValueError, IndexError), (folder / "postmaster.pid").open(encoding="utf-8", errors="replace") as text:
        begun = int(text.read(_LARGEST).splitlines()[2])
        return abs(datetime.fromisoformat(started).timestamp() - begun) <= _BETWEEN
    return None
