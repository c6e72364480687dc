"""Does git say that a migration file was changed since its last commit? A hint, never a reason to wait or to fail.

git is asked once per folder and again only when a file, the index or the branch moved; hooks, pagers, the file system
monitor and lock files are off. No git, no repository, another owner or a slow disk all mean `no`.
"""

from __future__ import annotations

import os
import subprocess
from functools import lru_cache
from pathlib import Path

_PATIENCE = 3.0
_QUIET = ("--no-pager", "--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")


def changed_files(folder: Path, inside: tuple[str, ...]) -> frozenset[str]:
    """Those of the files (paths inside `folder`) that differ from the last commit or are not in git at all."""
    root = repository(folder)
    if root is None or not inside:
        return frozenset()
    real = folder.resolve()
    stamps = tuple(_stamp(real / name) for name in inside)
    moved = tuple(_stamp(root / ".git" / name) for name in ("index", "HEAD", "logs/HEAD"))
    changed = _status(real, root, inside, (*stamps, *moved))
    prefix = real.relative_to(root).as_posix()
    prefix = "" if prefix == "." else f"{prefix}/"
    return frozenset(name for name in inside if f"{prefix}{name}" in changed)


def repository(folder: Path) -> Path | None:
    """The root of the repository the folder is in."""
    real = folder.resolve()
    return next((place for place in (real, *real.parents) if (place / ".git").exists()), None)


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return (0, 0)
    return (status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=64)
def _status(folder: Path, root: Path, inside: tuple[str, ...], stamps: tuple[tuple[int, int], ...]) -> frozenset[str]:
    _ = inside, stamps
    command = ["git", *_QUIET, "-C", str(root), "status", "--porcelain", "-z", "--no-renames"]
    command += ["--untracked-files=all", "--ignore-submodules=all", "--", str(folder)]
    quiet = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    quiet |= {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(  # noqa: PLW1510
            command, env=quiet, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE
        )
    except (OSError, subprocess.SubprocessError):
        return frozenset()
    if done.returncode:
        return frozenset()
    entries = done.stdout.decode("utf-8", errors="surrogateescape").split("\0")
    return frozenset(entry[3:] for entry in entries if len(entry) > 3)
