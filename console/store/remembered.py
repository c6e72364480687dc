"""How a responder left the console on a database: one plain private file in the state folder, for the next time.

It is only ever a convenience: a file that is damaged, foreign, shared or a link is as none, and nothing waits for it.
"""

from __future__ import annotations

import json
import os
import stat
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from console.core.faults import Fault
from console.core.preferences import Kept, Remembered
from console.store.place import default

NAME = "remembered.json"
_FORMAT = 1
_MOST_BYTES = 200_000
_MOST_DATABASES = 50
_LONGEST = 200


class DiskMemory:
    """Of one database, in the file of all."""

    def __init__(self, path: Path, database: str, *, words: bool = True) -> None:
        """`database` says which, without any secret; without `words` no filter is kept: it may name somebody."""
        self._path = path
        self._database = database
        self._words = words

    def recall(self) -> Remembered:
        """How it was left; empty where nothing can be read."""
        found = _read(self._path)
        return _remembered(found.get("databases", {}).get(self._database, {}), found.get("hinted", []))

    def keep(self, left: Remembered) -> None:
        """Beside what is kept of others; where it cannot be written nothing is kept."""
        found = _read(self._path)
        databases = {name: each for name, each in found.get("databases", {}).items() if name != self._database}
        looks = [{"page": k.page, "words": k.words if self._words else "", "order": k.order} for k in left.looks]
        kept = [*databases.items(), (self._database, {"page": left.page, "looks": looks})][-_MOST_DATABASES:]
        text = {"halfway": _FORMAT, "hinted": sorted(left.hinted), "databases": dict(kept)}
        with suppress(OSError):
            _write(self._path, json.dumps(text, indent=1))


def memory(database: str, environ: Mapping[str, str], *, words: bool = True) -> DiskMemory | None:
    """The one of this user; None where there is no home, or somebody keeps their journal elsewhere."""
    if environ.get("HALFWAY_JOURNAL"):
        return None
    try:
        return DiskMemory(default() / NAME, database, words=words)
    except Fault:
        return None


def _read(path: Path) -> dict[str, Any]:
    """What the file says; {} for anything that this program did not write there for this user."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return {}
    with os.fdopen(handle, "rb") as file:
        about = os.fstat(handle)
        ours = stat.S_ISREG(about.st_mode) and about.st_uid == os.geteuid() and not about.st_mode & 0o022
        if not ours or about.st_size > _MOST_BYTES:
            return {}
        try:
            found = json.loads(file.read())
        except (OSError, ValueError, RecursionError):
            return {}
    right = isinstance(found, dict) and found.get("halfway") == _FORMAT and isinstance(found.get("databases"), dict)
    return found if right else {}


def _remembered(found: Any, hinted: Any) -> Remembered:  # noqa: ANN401 - what JSON holds
    names = frozenset(map(str, hinted)) if isinstance(hinted, list) else frozenset()
    if not isinstance(found, dict) or not isinstance(found.get("looks"), list):
        return Remembered(hinted=names)
    looks = tuple(_look(each) for each in found["looks"] if isinstance(each, dict))
    page = found.get("page")
    return Remembered(page if isinstance(page, str) else "", looks, names)


def _look(found: dict[str, Any]) -> Kept:
    page, words, order = (found.get(name) for name in ("page", "words", "order"))
    return Kept(
        page if isinstance(page, str) else "",
        words[:_LONGEST] if isinstance(words, str) and words.isprintable() else "",
        order if isinstance(order, int) and 0 <= order < _LONGEST else 0,
    )


def _write(path: Path, text: str) -> None:
    """Whole or not at all, in a folder that is this user's alone."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = path.parent.lstat()
    if not stat.S_ISDIR(folder.st_mode) or folder.st_uid != os.geteuid() or folder.st_mode & 0o022:
        return
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
