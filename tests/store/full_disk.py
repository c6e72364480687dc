"""A disk that is really full, in a process of its own: a small tmpfs in a mount namespace that ends with the process.

Run as `python -m tests.store.full_disk SCENE FOLDER`; what was seen is printed as JSON.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from console.core.faults import JournalFault
from console.core.journal import Person, Topic
from console.store.journal import DiskJournal, open_journal
from console.store.reading import entries_of, opened, verified

SQL = "ALTER TABLE orders ADD COLUMN carrier varchar(255); " * 30
MIB = 1024 * 1024
MOUNT, UNSHARE = shutil.which("mount") or "", shutil.which("unshare") or ""
GREEDY = """
import os, sys
handle = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT)
print("at it", flush=True)
while True:
    try:
        os.write(handle, b"x" * 4096)
    except OSError:
        pass
"""
"""Takes every block the moment it is free."""


def scene(name: str, folder: Path) -> dict[str, Any]:
    """Mount the disk, play, and say what was seen."""
    folder.mkdir(exist_ok=True)
    small = folder / "small"
    small.mkdir()
    subprocess.run([MOUNT, "-t", "tmpfs", "-o", "size=32m", "none", str(small)], check=True)
    return SCENES[name](small, folder)


def console(disk: Path, **more: Any) -> DiskJournal:
    """A console's journal."""
    return open_journal("shop on db1", Person("ann"), "run", {}, disk / "halfway", **more)


def fill(disk: Path) -> None:
    """Until not one block is left."""
    handle = os.open(disk / "fill", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for size in (MIB, 4096, 1):
        while True:
            try:
                os.write(handle, os.urandom(size))
            except OSError as problem:
                if problem.errno != errno.ENOSPC:
                    raise
                break
    os.close(handle)
    assert free(disk) == 0


def free(disk: Path) -> int:
    """Bytes left."""
    found = os.statvfs(disk)
    return found.f_bavail * found.f_frsize


def until_it_ends(journal: DiskJournal, most: int = 5000) -> tuple[list[int], str]:
    """Append until nothing more can be kept: what was acknowledged, and the last sentence."""
    kept: list[int] = []
    for n in range(most):
        try:
            kept.append(journal.append(Topic.ACTING, f"step {n}", {"sql": SQL, "step": str(n)}).n)
        except JournalFault as fault:
            return kept, str(fault)
    return kept, ""


def while_open(disk: Path, _: Path) -> dict[str, Any]:
    """The disk fills up under an open console, and somebody takes every block that comes free."""
    journal = console(disk)
    journal.append(Topic.OPENED, "the console was opened")
    with subprocess.Popen([sys.executable, "-c", GREEDY, str(disk / "fill")], stdout=subprocess.PIPE) as greedy:
        try:
            assert greedy.stdout is not None
            greedy.stdout.readline()
            fill(disk)
            left = free(disk)
            kept, sentence = until_it_ends(journal)
        finally:
            greedy.kill()
    mark = verified(journal.path)
    return {"left": left, "kept": len(kept), "last": kept[-1], "verified": mark.n, "sentence": sentence}


def opened_after(disk: Path, _: Path) -> dict[str, Any]:
    """A console is opened when the disk is full already."""
    with console(disk) as first:
        first.append(Topic.OPENED, "the console was opened")
    fill(disk)
    left = free(disk)
    journal = console(disk)
    kept, sentence = until_it_ends(journal)
    seen = {"left": left, "kept": len(kept), "verified": verified(journal.path).n, "sentence": sentence}
    journal.close()
    fill(disk)
    again = console(disk)
    return {**seen, "again": len(again.entries())}


def elsewhere(disk: Path, folder: Path) -> dict[str, Any]:
    """Nothing more goes in: the journal goes on in another place, and knows what was in flight."""
    journal = console(disk)
    fill(disk)
    kept = until_it_ends(journal)[0]
    other = console(disk, path=str(folder / "other.db"))
    with opened(other.path) as link:
        first = next(entries_of(link, other.path))
    return {"kept": kept[-1], "first": first.text, "details": dict(first.details), "old": str(journal.path),
            "hash": verified(journal.path).hash, "in_flight": len(other.in_flight()),
            "new": verified(other.path).n}  # fmt: skip


def room_again(disk: Path, _: Path) -> dict[str, Any]:
    """Somebody makes room: the same console goes on, and holds what it held before."""
    journal = console(disk)
    fill(disk)
    kept = until_it_ends(journal)[0]
    (disk / "fill").unlink()
    then = journal.append(Topic.NOTE, "there is room again")
    journal.append(Topic.NOTE, "and it is held")
    fill(disk)
    more = until_it_ends(journal)[0]
    return {"kept": kept[-1], "then": then.n, "more": len(more), "verified": verified(journal.path).n}


def never_there(disk: Path, _: Path) -> dict[str, Any]:
    """The first console ever is opened on a full disk."""
    fill(disk)
    return {"sentence": _refused(disk), "left": sorted(path.name for path in (disk / "halfway").glob("*"))}


def read_only(disk: Path, _: Path) -> dict[str, Any]:
    """The disk became one that nobody can write on: it is read all the same, and not written."""
    with console(disk) as journal:
        journal.append(Topic.NOTE, "kept")
    subprocess.run([MOUNT, "-o", "remount,ro", str(disk)], check=True)
    return {"sentence": _refused(disk), "verified": verified(journal.path).n}


def _refused(disk: Path) -> str:
    try:
        console(disk)
    except JournalFault as fault:
        return str(fault)
    return ""


SCENES = {act.__name__: act for act in (while_open, opened_after, elsewhere, room_again, never_there, read_only)}


def played(name: str, folder: Path) -> dict[str, Any]:
    """Play a scene in a mount namespace of its own; as root of a user namespace where we are not root."""
    command = [UNSHARE, "--mount", *(["--user", "--map-root-user"] if os.getuid() else [])]
    done = subprocess.run([*command, sys.executable, "-m", "tests.store.full_disk", name, str(folder)],
                          capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])  # fmt: skip
    assert done.returncode == 0, done.stderr
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


if __name__ == "__main__":
    sys.stdout.write(json.dumps(scene(sys.argv[1], Path(sys.argv[2]))))
