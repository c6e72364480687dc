"""The SQL of a backup, line by line, whatever it is written in; no program that reads it ever connects anywhere."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from console.core.faults import UsageFault
from console.core.plain import one_line
from console.core.recover.given import Known
from console.core.restore.cut import lines_of
from console.core.restore.found import Form, Found
from console.store.backups import look_at
from console.store.backups.fetching import fetched
from console.store.backups.folders import database_of, of_folder, rows_of
from console.store.backups.place import Item, Local, Place, Remote, place, without_login
from console.store.backups.stream import CHUNK, BrokenError, UnknownError, unpacked

_ARCHIVES = (Form.CUSTOM, Form.FOLDER, Form.TAR)
_OPTIONS = ("--no-owner", "--no-privileges", "--no-comments", "--file=-")
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR")
"""Nothing that names a server."""


def opened(named: str) -> tuple[Place, str, Found]:
    """The folder, the file in it ('' for a backup that is a folder) and what it is. UsageFault for what is none."""
    said = one_line(without_login(named))
    try:
        where, file, found = _looked(named)
    except BrokenError as broken:
        raise UsageFault(f"{said} cannot be restored", str(broken)) from None
    if found is None:
        raise UsageFault(f"{said} is no backup that is known here")
    if found.whole is not Known.YES:
        raise UsageFault(f"{said} is not loaded: it is not known to be whole", found.why)
    return where, file, found


def _looked(named: str) -> tuple[Place, str, Found | None]:
    head, _, name = named.rstrip("/").rpartition("/")
    if _is_folder(named):
        where = place(named)
        return where, "", of_folder(where, None)
    where = place(head or ("/" if named.startswith("/") else "."))
    with where.opened(name) as stream:
        size = stream.seek(0, os.SEEK_END)
    return where, name, look_at(where, Item(name, size, None))


def _is_folder(named: str) -> bool:
    return Remote.at(named).is_folder if "://" in named else Path(named).expanduser().is_dir()


@contextmanager
def near(where: Place, file: str, found: Found, say: Callable[[str], object]) -> Iterator[Place]:
    """Where what `opened` found can be read: what its program only reads from a disk is copied to this machine's."""
    if isinstance(where, Local) or found.form not in _ARCHIVES:
        yield where
        return
    with fetched(where, file, found.size, say) as local:
        yield local


def dump_lines(where: Place, file: str, found: Found) -> Iterator[bytes]:
    """Its SQL. UsageFault where it cannot be had."""
    try:
        if found.form in _ARCHIVES:
            yield from _by_pg_restore(where.label(file))
        elif found.form is Form.MYDUMPER:
            yield from _by_files(where)
        else:
            with where.opened(file) as stream:
                yield from lines_of(unpacked(stream))
    except (BrokenError, UnknownError) as broken:
        raise UsageFault(f"{one_line(found.name)} cannot be read", str(broken)) from None


def _by_files(where: Place) -> Iterator[bytes]:
    """Each file as if it said which database it is of: its name does."""
    for name in rows_of({item.name: item for item in where.items()}):
        yield b"USE `" + database_of(name).replace("`", "``").encode() + b"`;\n"
        with where.opened(name) as stream:
            yield from lines_of(unpacked(stream))
        yield b"\n"


def _by_pg_restore(path: str) -> Iterator[bytes]:
    """A child that turns the archive into text and gives it to us; it is told of no server."""
    program = shutil.which("pg_restore")
    if program is None:
        command = shlex.join(("pg_restore", *_OPTIONS[:-1], "--file=backup.sql", path))
        raise UsageFault("an archive of pg_dump is read by pg_restore, which is not here", todo=f"Run {command}")
    environ = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    child = subprocess.Popen((program, *_OPTIONS, path), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, env=environ)  # fmt: skip
    try:
        assert child.stdout is not None
        yield from lines_of(iter(partial(child.stdout.read, CHUNK), b""))
        said = child.communicate()[1].decode("utf-8", "replace")
        if child.returncode != 0:
            raise UsageFault("pg_restore could not read the archive", one_line(said, 300))
    finally:
        child.kill()
        child.communicate()
