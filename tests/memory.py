"""Temporary files of tests in memory, where there is plenty of it.

Two thousand tests make a database of their own: three hundred files each, 0.1 s of a processor on a disk and a tenth of
that in memory. Where memory is short, or somebody has named a TMPDIR, everything is as it was.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

_PLACE = Path("/dev/shm")  # noqa: S108 - it is asked whether everybody may write and run programs there
_ROOM = 6 << 30
"""Three workers with five servers each, and what their projects take, come to 3 GiB."""
_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def use_memory() -> None:
    """From now on, in this process and in those that it starts."""
    if "TMPDIR" not in os.environ and _takes_servers(_PLACE) and min(_unused(), *_allowed()) >= _ROOM:
        os.environ["TMPDIR"] = str(_PLACE)
        tempfile.tempdir = None


def _takes_servers(place: Path) -> bool:
    try:
        found = os.statvfs(place)
    except OSError:
        return False
    open_to_all = place.stat().st_mode & 0o1777 == 0o1777
    return open_to_all and not found.f_flag & os.ST_NOEXEC and found.f_bavail * found.f_frsize >= _ROOM


def _unused() -> int:
    """Bytes of memory that the machine has left; 0 where it does not tell."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return 0
    said = (line.split() for line in lines if line.startswith("MemAvailable:"))
    return next((int(words[1]) << 10 for words in said), 0)


def _allowed() -> list[int]:
    """Bytes that a container may use, where there is a limit."""
    texts = [path.read_text().strip() for path in map(Path, _LIMITS) if path.is_file()]
    return [int(text) for text in texts if text.isdigit()] or [_ROOM]
