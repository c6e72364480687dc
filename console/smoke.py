"""The one command of a person's own that says whether the application works: configured, and run on request.

Only a configuration file that nobody else can write is believed.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from console.core.verify.check import Check, Found
from console.readers.own_command import run_own

SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Smoke:
    """The command, and where it is run."""

    words: tuple[str, ...]
    folder: str
    file: str
    """The configuration file that names it."""

    def run(self) -> Check:
        """Run it once. Never raises."""
        if why := untrusted(Path(self.file)):
            return Check("smoke", Found.UNKNOWN, f"it was not run: {why}")
        ended = run_own(self.words, self.folder, SECONDS)
        found = Found.FAILS if ended.problem else Found.HOLDS
        return Check("smoke", found, ended.problem or "it ended with 0")


def untrusted(path: Path) -> str:
    """Why this file is not believed; '' when only its owner, who is this user or root, can write it."""
    for place in (path, path.parent):
        try:
            found = place.stat()
        except OSError as problem:
            return f"{place} cannot be looked at: {problem.strerror}"
        sticky = place != path and found.st_mode & stat.S_ISVTX
        if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and not sticky:
            return f"{place} can be written by others"
        if found.st_uid not in (0, os.getuid()):
            return f"{place} belongs to somebody else"
    return ""
