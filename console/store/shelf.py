"""Where snapshots are kept that nobody gave a place: the user's state folder, found again by the database they are of.

A file goes by the name of the database, by a number for its server, and by the time: `shop-3f9a1c2b77de-20260131T..`.
The names are only looked through; what counts is what stands in the file. A folder or file in which others can write is
not read: a snapshot that somebody else laid there would say what is right.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC
from pathlib import Path

from console.core.expected_base import Baseline
from console.core.faults import UsageFault
from console.core.plain import one_line
from console.store import place

_MOST = 5
"""How many are read, the newest first."""


def folder(environ: Mapping[str, str]) -> Path:
    """HALFWAY_SNAPSHOTS, else beside the journal."""
    named = environ.get("HALFWAY_SNAPSHOTS")
    return Path(named).expanduser().absolute() if named else place.default() / "snapshots"


def keep(base: Baseline, environ: Mapping[str, str]) -> Path:
    """The file, in a folder that is its owner's alone. UsageFault where it cannot be written."""
    from console.store import snapshots

    there = folder(environ)
    taken = base.taken_at.astimezone(UTC)
    path = there / f"{_stem(base.identity, base.database)}-{taken:%Y%m%dT%H%M%SZ}.json"
    try:
        there.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        why = problem.strerror or ""
        raise UsageFault(f"{one_line(str(there))} cannot hold snapshots", why, "Name a file with --to") from None
    if not _is_ours(there):
        raise UsageFault(f"others can write in {one_line(str(there))}", todo="Name a file with --to")
    snapshots.write(path, base)
    return path


def of_database(identity: str, database: str, environ: Mapping[str, str]) -> Iterator[Baseline]:
    """What was kept of this database, the newest first; what cannot be read is passed over."""
    from console.store import snapshots

    try:
        there = folder(environ)
        names = sorted(there.glob(f"{_stem(identity, database)}-*.json"), reverse=True) if _is_ours(there) else []
    except (OSError, UsageFault):
        return
    for path in names[:_MOST]:
        try:
            base = snapshots.read(path) if _is_ours(path) else None
        except UsageFault:
            continue
        if base is not None and base.same_place(identity, database):
            yield replace(base, source=f"snapshot of {base.taken_at:%Y-%m-%d %H:%M} UTC")


def _stem(identity: str, database: str) -> str:
    server = hashlib.sha256(f"{identity.partition(' ')[0]}\0{database}".encode()).hexdigest()[:12]
    return f"{re.sub(r'[^A-Za-z0-9_]+', '_', database.rpartition('/')[2])[:40] or 'database'}-{server}"


def _is_ours(path: Path) -> bool:
    """A link is not followed, and nobody else may write there."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return False
    return not path.is_symlink() and found.st_uid == os.getuid() and not found.st_mode & 0o022
