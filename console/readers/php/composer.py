"""Which version of a package a PHP project has: what Composer wrote down, what is installed before what is locked."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from console.core.faults import ProjectFault

_NUMBER = re.compile(r"v?(\d+)\.(\d+)(?:\.(\d+))?")
_LISTS = ("vendor/composer/installed.json", "composer.lock")


def version_of(folder: Path, package: str, read: Callable[[Path], str | None]) -> tuple[int, int, int] | None:
    """The version; None where nothing says it. `read` gives a file's text."""
    for name in _LISTS:
        for entry in _entries(_json(read, folder / name)):
            found = _NUMBER.match(str(entry.get("version", "")))
            if entry.get("name") == package and found:
                return int(found[1]), int(found[2]), int(found[3] or 0)
    return None


def _json(read: Callable[[Path], str | None], path: Path) -> object:
    try:
        text = read(path)
        return None if text is None else json.loads(text)
    except (ProjectFault, ValueError, RecursionError):
        return None


def _entries(document: object) -> Iterator[dict[str, object]]:
    parts: list[object] = [document]
    if isinstance(document, dict):
        parts = [document.get("packages"), document.get("packages-dev")]
    for part in parts:
        yield from (entry for entry in part if isinstance(entry, dict)) if isinstance(part, list) else ()
