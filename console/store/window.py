"""The window of a room: responders' consoles put there what observers may see; observers only read it.

One file an incident, put in place of the old one as a whole. The folder belongs to the responders' group, so nobody
else can write there; who reads looks whether that is so.
"""

from __future__ import annotations

import json
import os
import stat
import time
from hashlib import sha256
from pathlib import Path

from console.core.faults import UsageFault
from console.core.plain import one_line
from console.store.whole import write_whole

WINDOW = "window"
LARGEST = 16_000_000
"""Bytes that are read."""


def window_of(folder: Path, incident: str) -> Path:
    """Where a room shows this incident."""
    return folder / WINDOW / f"{sha256(incident.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}.json"


def put(path: Path, document: object) -> bool:
    """Put it up; False where that cannot be (a full disk is no reason not to act)."""
    try:
        write_whole(path, json.dumps(document, ensure_ascii=True, separators=(",", ":")))
    except OSError:
        return False
    return True


def check_window(folder: Path) -> None:
    """That this is a room's window which nobody but its group can write. UsageFault, one sentence, otherwise."""
    shown = one_line(str(folder), 200)
    try:
        found = (folder / WINDOW).lstat()
    except OSError as problem:
        raise UsageFault(f"there is no room {shown} that shows anything", problem.strerror or "") from None
    if not stat.S_ISDIR(found.st_mode) or found.st_mode & stat.S_IWOTH:
        raise UsageFault(f"the room {shown} cannot be trusted", f"anybody can write in its {WINDOW}")


def look(path: Path) -> tuple[object | None, float]:
    """What stands there, and for how many seconds; None where nothing is put up, or nothing that can be read."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return None, 0.0
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST or found.st_mode & stat.S_IWOTH:
            return None, 0.0
        try:
            value: object = json.loads(file.read(LARGEST + 1))
        except (OSError, ValueError, RecursionError):
            return None, 0.0
    return value, max(0.0, time.time() - found.st_mtime)
