"""What --migrations named, narrowed to Laravel's migrations: a folder, one file, a tar of a whole image, stdin."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from console.core.faults import ProjectFault
from console.frameworks.laravel.versions import Version, version_in
from console.readers.sources import SourceFile, gather_given

_USUAL = re.compile(r"\d{4}_\d{2}_\d{2}_\d{4,6}_.+\.php\Z")
_LOCK = "composer.lock"
_STDIN = "stdin.php"
_OF_PROJECT = "/database/migrations/"


@dataclass(frozen=True, slots=True)
class Given:
    """The files, and the version a lock file among them names."""

    files: tuple[SourceFile, ...]
    alone: bool = False
    """It was one file, which says nothing of others."""
    version: Version | None = None


def gathered(given: str) -> Given:
    """Everything that was given."""
    try:
        every = gather_given(given, _any)
    except ProjectFault:
        # a whole image holds more files with a _ in their name than any project has migrations
        every = gather_given(given, _usual)
    locks = [file for file in every if file.name == _LOCK]
    # whoever names one file, or pipes one in, is not asked what it is called
    files = _narrowed([file for file in every if file.name.endswith(".php")])
    alone = [file.name for file in every] in ([_STDIN], [Path(given).name])
    return Given(tuple(files), alone, _version(locks))


def _any(name: str) -> bool:
    return name in (_LOCK, _STDIN) or (name.endswith(".php") and "_" in name and not name.startswith("."))


def _usual(name: str) -> bool:
    return name in (_LOCK, _STDIN) or bool(_USUAL.match(name))


def _narrowed(files: Sequence[SourceFile]) -> list[SourceFile]:
    """Of a whole project or file system only the project's own folder; of a folder not those inside it."""
    own = [file for file in files if _OF_PROJECT in f"/{file.inside}" and "/vendor/" not in f"/{file.inside}"]
    if own:
        return [file for file in own if "/" not in f"/{file.inside}".partition(_OF_PROJECT)[2]]
    top = [file for file in files if "/" not in file.inside]
    if top:
        return top
    folders = [file for file in files if Path(file.inside).parent.name.lower() == "migrations"]
    return folders or [file for file in files if _USUAL.match(file.name)]


def _version(locks: Sequence[SourceFile]) -> Version | None:
    """The lock file that lies nearest to the root."""
    for file in sorted(locks, key=lambda lock: lock.inside.count("/")):
        try:
            found = version_in(json.loads(file.text), file.path)
        except (ValueError, RecursionError):
            continue
        if found is not None:
            return found
    return None
