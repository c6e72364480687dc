"""What processes cost, out of /proc: processor time and memory."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
_GONE = (FileNotFoundError, ProcessLookupError, PermissionError)


def cpu(pids: Iterable[int]) -> float:
    """Seconds of a processor, with those of their children that ended."""
    return sum(_ticks(pid) for pid in pids) / _TICKS


def thread_cpu(pid: int, thread: int) -> float:
    """Seconds of a processor of one thread."""
    with suppress(*_GONE):
        return int((_PROC / str(pid) / "task" / str(thread) / "schedstat").read_text().split()[0]) / 1e9
    return 0.0


def _ticks(pid: int) -> int:
    with suppress(*_GONE):
        return sum(map(int, _stat(pid)[11:15]))
    return 0


def _stat(pid: int) -> list[str]:
    """The fields behind the name, which may hold anything."""
    return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()


def tree(pid: int) -> list[int]:
    """A process and all below it."""
    parents: dict[int, list[int]] = {}
    for each in _all():
        with suppress(*_GONE):
            parents.setdefault(int(_stat(each)[1]), []).append(each)
    found = [pid]
    for each in found:
        found += parents.get(each, [])
    return found


def marked(setting: str) -> list[int]:
    """The processes that were started with this in their environment."""
    wanted, found = setting.encode(), []
    for pid in _all():
        with suppress(*_GONE):
            if wanted in (_PROC / str(pid) / "environ").read_bytes().split(b"\0"):
                found.append(pid)
    return found


def megabytes(pid: int, name: str = "VmRSS") -> float:
    """Resident memory of a process; `VmHWM`: the most it ever was."""
    with suppress(*_GONE):
        lines = (_PROC / str(pid) / "status").read_text().splitlines()
        return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:")), 0.0)
    return 0.0


def _all() -> list[int]:
    return [int(entry) for entry in os.listdir(_PROC) if entry.isdigit()]  # noqa: PTH208 - it is asked for often
