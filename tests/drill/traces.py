"""Everything a drill has in the world: processes below it by pid and start, and the folders they work in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

_PROC = Path("/proc")
_PREFIXES = ("halfway-pg-", "halfway-my-", "halfway-drill-")


@dataclass
class Traces:
    """What was seen of a drill; `left` says what of it is still there."""

    root: int = field(default_factory=os.getpid)
    others: frozenset[int] = field(init=False)
    """What was below `root` before: other tests' servers."""
    processes: set[tuple[int, str]] = field(default_factory=set)
    """pid and start time: pids are used again."""
    folders: set[Path] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Take down what is not the drill's."""
        self.others = frozenset(_below(self.root))

    def remember(self) -> None:
        """Add all that is there now."""
        for pid in self._below():
            if (start := _start(pid)) and not _is_watcher(pid):
                self.processes.add((pid, start))
            self.folders |= set(_folders(pid))

    def left(self) -> list[str]:
        """Living processes and existing folders."""
        alive = [f"process {pid} {commands(pid)}" for pid, start in self.processes if _start(pid) == start]
        return alive + [f"folder {folder}" for folder in self.folders if folder.exists()]

    def running(self, word: str) -> bool:
        """A process whose command line holds `word` is below the drill now."""
        return any(word in commands(pid) for pid in self._below())

    def _below(self) -> Iterator[int]:
        return (pid for pid in _below(self.root) if pid not in self.others)


def commands(pid: int) -> str:
    """The command line, or '' when the process is gone."""
    try:
        return (_PROC / str(pid) / "cmdline").read_text(errors="replace").replace("\0", " ").strip()
    except OSError:
        return ""


def sockets_of_living_processes() -> set[int]:
    """Local ports of established IPv4 connections that some process holds open."""
    lines = (_PROC / "net" / "tcp").read_text().splitlines()[1:]
    fields = [line.split() for line in lines]
    return {int(row[1].partition(":")[2], 16) for row in fields if row[3] == "01" and row[9] != "0"}


def _is_watcher(pid: int) -> bool:
    """The server's own watcher goes after everything else; its folder is what counts."""
    return "halfway-watcher" in commands(pid)


def _below(root: int) -> Iterator[int]:
    """All descendants."""
    parents: dict[int, list[int]] = {}
    for process in _PROC.glob("[0-9]*"):
        if (stat := _stat(int(process.name))) is not None:
            parents.setdefault(int(stat[1]), []).append(int(process.name))
    waiting = list(parents.get(root, ()))
    while waiting:
        pid = waiting.pop()
        yield pid
        waiting += parents.get(pid, ())


def _stat(pid: int) -> list[str] | None:
    """Fields of /proc/PID/stat from the state on; None when the process is gone."""
    try:
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return fields if fields[0] not in "ZX" else None


def _start(pid: int) -> str | None:
    stat = _stat(pid)
    return stat[19] if stat else None


def _folders(pid: int) -> Iterator[Path]:
    """Folders of a drill or its server that the process names or works in."""
    words = commands(pid).split()
    with suppress(OSError):
        words.append(str((_PROC / str(pid) / "cwd").readlink()))
    for word in words:
        path = Path(word)
        yield from (folder for folder in (path, *path.parents) if folder.name.startswith(_PREFIXES))
