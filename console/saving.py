"""A recovery file or a table on disk: written where a person says, whole or not at all, and over nothing unasked."""

from __future__ import annotations

import hashlib
import os
import secrets
from contextlib import suppress
from pathlib import Path

from console.core.faults import UsageFault
from console.core.forward import Recovery
from console.core.journal import Topic
from console.core.plain import one_line
from console.core.ports_acting import Journal

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def save_recovery(made: Recovery, place: str, about: str, journal: Journal) -> Path:
    """Where it was saved; the journal has it first. UsageFault where something is there or it cannot be written,
    JournalFault."""
    try:
        path = Path(place).expanduser().absolute()
    except (OSError, RuntimeError):
        raise UsageFault(f"{one_line(place)} cannot be written", "the folder it begins with is not known") from None
    digest = hashlib.sha256(_encoded(path, made.text)).hexdigest()
    journal.append(Topic.NOTE, f"saves {made.title} of {about} in {path}", {"file": str(path), "sha256": digest})
    write(path, made.text)
    return path


def save_private(path: Path, text: str, *, over: bool = False) -> None:
    """For nobody else to read; in the place of a plain file only where somebody said so. UsageFault."""
    try:
        if over and path.is_file() and not path.is_symlink():
            path.unlink()
    except OSError as problem:
        raise UsageFault(f"{one_line(str(path))} cannot be replaced", problem.strerror or "") from None
    write(path, text, 0o600)


def write(path: Path, text: str, mode: int = 0o666) -> None:
    """To the letter, also its line ends. UsageFault where something is there, or it cannot be written."""
    data = _encoded(path, text)
    try:
        _put(path, data, mode)
    except FileExistsError:
        raise UsageFault(f"{one_line(str(path))} is there already", todo="Name another file") from None
    except (OSError, ValueError) as problem:
        why = problem.strerror if isinstance(problem, OSError) else "it is no name for a file"
        raise UsageFault(f"{one_line(str(path))} cannot be written", why or "") from None


def _encoded(path: Path, text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        why = "it has half a character in it, which no file can hold"
        raise UsageFault(f"{one_line(str(path))} cannot be written", why) from None


def _put(path: Path, data: bytes, mode: int) -> None:
    """Under a name of its own first: nobody finds a part of it under the one that was asked for."""
    if os.path.lexists(path):
        raise FileExistsError
    new = path.parent / f".halfway-{secrets.token_hex(8)}"
    _fill(new, data, mode)
    try:
        os.link(new, path)
    except FileExistsError:
        raise
    except OSError:  # such as of a file system that has no hard links
        _fill(path, data, mode)
    finally:
        _remove(new)


def _fill(path: Path, data: bytes, mode: int) -> None:
    """A file that was not there; it is gone again where not all of it could be written."""
    handle = os.open(path, _NEW, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(handle)
    except BaseException:
        _remove(path)
        raise


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()
