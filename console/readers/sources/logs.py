"""The end of a log: bounded, masked, and only of a file that not everybody could have written."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterable
from pathlib import Path

from console.core.clues import Clues

MOST = 512 * 1024
"""Bytes that are read, from the end."""
_KERNEL = (Path("/var/log/kern.log"), Path("/var/log/messages"), Path("/var/log/syslog"))


def end_of(path: Path, secrets: Iterable[str] = (), most: int = MOST) -> tuple[str, str]:
    """Its last part as text, and why there is none."""
    from console.core.masks import mask

    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as problem:
        return "", f"{path} cannot be read: {(problem.strerror or 'refused').lower()}"
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            return "", f"{path} is no file"
        if found.st_mode & stat.S_IWOTH or _is_anybodys(path.parent):
            return "", f"{path} could have been written by anybody"
        text = os.pread(descriptor, most, max(0, found.st_size - most)).decode("utf-8", "replace")
    finally:
        os.close(descriptor)
    return mask(text, secrets), ""


def _is_anybodys(folder: Path) -> bool:
    try:
        return bool(folder.stat().st_mode & stat.S_IWOTH)
    except OSError:
        return True


def newest_of(places: Iterable[Path]) -> Path | None:
    """The one that was written last."""
    dated: list[tuple[float, Path]] = []
    for path in places:
        try:
            dated.append((path.stat().st_mtime, path))
        except OSError:
            continue
    return max(dated)[1] if dated else None


def log_of(framework: str, folder: Path) -> Path | None:
    """Where a framework keeps its log inside a project; None: it keeps none there."""
    patterns = {"laravel": ("storage/logs", "*.log"), "rails": ("log", "*.log")}
    if framework not in patterns:
        return None
    place, pattern = patterns[framework]
    try:
        return newest_of((folder / place).glob(pattern))
    except OSError:
        return None


def kernel_log() -> str | None:
    """The end of the kernel's, where it may be read; None: nowhere."""
    texts = [text for path in _KERNEL if os.access(path, os.R_OK) for text, why in (end_of(path),) if not why]
    return "\n".join(texts) if texts else None


def free_at(path: Path) -> int | None:
    """Bytes left on the disk of a file; None: not visible."""
    try:
        return shutil.disk_usage(path).free
    except OSError:
        return None


def clues_of(
    error: str,
    log: str | None,
    projects: Iterable[tuple[str, str]],
    *,
    local: bool,
    file: Path | None,
    redact: bool = False,
) -> Clues:
    """Everything that can be found without a right. `projects`: (framework, folder); `file`: of a SQLite database;
    `redact`: without the values of rows that an error quotes."""
    from console.core.masks_values import without_values

    here = [found for name, folder in projects if (found := log_of(name, Path(folder))) is not None]
    path = Path(log).expanduser() if log else newest_of(here)
    text, why = end_of(path) if path is not None else ("", "no log of the tool was found")
    kernel = kernel_log() if local else None
    free = free_at(file) if file is not None else None
    place = str(path) if path is not None else ""
    error, text = (without_values(said) for said in (error, text)) if redact else (error, text)
    return Clues(error, text, place, why, kernel, free, asked=True)


def given_text(text: str) -> str:
    """What a person gave, bounded and masked."""
    from console.core.masks import mask

    return mask(text[:MOST])
