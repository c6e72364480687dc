"""What was read of a project's migration files, kept in the user's cache folder from one start to the next.

The seam is the reading of one text: a script, or what one file sends, read as statements, and with the tools that
write their files in a language, the reading of one file. Their arguments decide them alone (or with answers of the
project that are asked again), so they stand here under a digest of these, in a file that names all that reads (`mark`).
The project itself, its folders, settings and ledger, is looked at each time.

One plain text file for each project and server, never code. It is its owner's alone or it is not read, it may be
deleted at any time, and where a byte of it is wrong everything is read again.

Only keeping.py writes: an observer has not loaded it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TypeVar

from console.core.forms import Form, NoFormError
from console.core.kept import Ask, Questions, digest, put_up, still_so
from console.core.ports import Files, Framework, Project

T = TypeVar("T")
OFF = "HALFWAY_CACHE_FILES"
ENDING = ".read"
MOST = 32 * 1024 * 1024
"""Bytes of one file."""
_MAGIC = "halfway-read-1"
_READERS = ("core", "frameworks", "readers")
_OTHERS = ("sqlglot", "tree_sitter", "pyyaml")
"""Libraries that read, as the folders of their descriptions begin."""
_VALUES = frozenset({"env", "config"})
_SECRET = re.compile(r"passw|pwd|secret|token|credential|key|private|dsn|url", re.IGNORECASE)
"""What is asked for by such a name may stand in the statements: it is nothing to be kept."""
_NO = frozenset({"0", "false", "no", "off"})


class Shelf:
    """What one reading finds, and what it adds."""

    def __init__(self, lines: Mapping[str, bytes]) -> None:
        """`lines`: what was kept, by key."""
        self._lines = lines
        self.used: set[str] = set()
        """Keys of what was found."""
        self.new: dict[str, bytes] = {}

    def kept(self, form: Form, name: str, given: tuple[object, ...], read: Callable[[], T]) -> T:
        """As console.core.kept.Shelf says."""
        return self.asking(form, name, given, _nobody, lambda _: read())

    def asking(self, form: Form, name: str, given: tuple[object, ...], ask: Ask, read: Callable[[Ask], T]) -> T:
        """The same."""
        key = digest((name, given))
        line = self._lines.get(key) or self.new.get(key)
        if line is not None:
            try:
                plain, asked = json.loads(line)
                if still_so({(question, about): answer for question, about, answer in asked}, ask):
                    value: T = form.value(plain)
                    self.used.add(key)
                    return value
            except (NoFormError, ValueError, TypeError, RecursionError):
                pass
        questions = Questions(ask)
        made = read(questions)
        if not any(_SECRET.search(about) for question, about in questions.asked if question in _VALUES):
            self._add(key, form, made, questions.asked)
        return made

    def _add(self, key: str, form: Form, made: object, asked: Mapping[tuple[str, str], str]) -> None:
        """What has no form is read anew each time."""
        try:
            whole = [form.plain(made), [[*question, answer] for question, answer in asked.items()]]
        except (NoFormError, RecursionError):
            return
        self.new[key] = json.dumps(whole, separators=(",", ":")).encode("ascii")


def _nobody(question: str, about: str) -> object:
    """A reading that asks nothing has nobody to ask."""
    raise ValueError(question)


Keep = Callable[[Path, Shelf, str], None]
"""(file, what was found and added, the mark of what read it)."""


class KeptFiles:
    """Reads migration files as their tool would find them, with what is kept of them; any thread."""

    def __init__(self, folder: Path, keep: Keep | None = None) -> None:
        """`keep` writes what is new; None: nothing is written."""
        self._folder = folder
        self._keep = keep

    def __call__(self, framework: Framework, project: Project, given: str | None, grammar: str, home: str) -> Files:
        """The migration files."""
        path = self._folder / f"{digest((framework.name, project.folder, given, grammar, home))}{ENDING}"
        shelf = Shelf(lines_of(path, mark()) if mark() else {})
        with put_up(shelf):
            files = framework.read(project, given, grammar, home)
        if self._keep is not None and shelf.new and mark():
            self._keep(path, shelf, mark())
        return files


def folder_of(environ: Mapping[str, str]) -> Path | None:
    """Where it is kept; None where nothing is to be."""
    if environ.get(OFF, "").strip().lower() in _NO:
        return None
    from platformdirs import user_cache_path

    try:
        path = user_cache_path("halfway", appauthor=False) / "files"
    except RuntimeError:
        return None
    return path if path.is_absolute() else None


def lines_of(path: Path, wanted: str) -> dict[str, bytes]:
    """What is kept in it, by key; nothing where it is missing, another's, damaged, or made by another Halfway."""
    try:
        data = _ours(path)
    except (OSError, ValueError):
        return {}
    head, _, body = data.partition(b"\n")
    if head != head_of(wanted, body):
        return {}
    pairs = (line.split(b" ", 1) for line in body.splitlines())
    return {key.decode("ascii"): line for key, line in pairs}


def head_of(by: str, body: bytes) -> bytes:
    """The first line of a file."""
    return f"{_MAGIC} {by} {hashlib.blake2b(body, digest_size=16).hexdigest()}".encode("ascii")


def is_ours(found: os.stat_result) -> bool:
    """Nobody else may read or write it."""
    return found.st_uid == os.geteuid() and not found.st_mode & 0o077


def _ours(path: Path) -> bytes:
    """The bytes of a plain file of this user, in a folder of this user. OSError, ValueError."""
    around = path.parent.lstat()
    if not (stat.S_ISDIR(around.st_mode) and is_ours(around)):
        raise ValueError("the folder is not ours alone")
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(file.fileno())
        if not (stat.S_ISREG(found.st_mode) and is_ours(found) and found.st_size <= MOST):
            raise ValueError("the file is not ours alone")
        return file.read()


@cache
def mark() -> str:
    """What reads in this process."""
    return mark_now()


def mark_now() -> str:
    """Tells apart what reads: Halfway's readers, the libraries they stand on, Python; '' where that is not known."""
    try:
        here = Path(__file__).parent.parent
        own = [each for room in _READERS for each in _stamps(here / room)]
        beside = [each.name for each in _libraries().iterdir() if each.name.lower().startswith(_OTHERS)]
    except (OSError, ValueError):
        return ""
    return digest((sys.version, own, sorted(beside))) if own else ""


def _stamps(folder: Path) -> Iterator[tuple[str, int, int]]:
    """Of every module: another one has another time or another length."""
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda each: each.name):
            if entry.name == "__pycache__":
                continue
            if entry.is_dir():
                yield from _stamps(Path(entry.path))
            elif entry.name.endswith(".py"):
                status = entry.stat()
                yield entry.path, status.st_mtime_ns, status.st_size


def _libraries() -> Path:
    """The folder that sqlglot is in, with the descriptions of what is installed. ValueError where it is no folder."""
    from importlib.util import find_spec

    spec = find_spec("sqlglot")
    if spec is None or spec.origin is None:
        raise ValueError("sqlglot is not in a folder")
    return Path(spec.origin).parent.parent
