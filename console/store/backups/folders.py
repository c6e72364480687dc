"""Backups that are folders: pg_dump's directory format, and what mydumper writes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from console.core.plain import one_line
from console.core.recover.given import Known
from console.core.restore.found import Form, Found
from console.store.backups.archive import Archive, Entry, Head
from console.store.backups.place import Item, Place
from console.store.backups.stream import BrokenError, UnknownError, scan

LIST = "toc.dat"
METADATA = "metadata"
_LARGEST_METADATA = 2**22
_LARGEST_LIST = 2**26
_TIME = re.compile(r"^(?:# )?(Started|Finished) dump at: (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\s*$", re.MULTILINE)
_PACKED = ("", ".gz", ".lz4", ".zst")
_DATA = re.compile(r"(?P<database>[^.]+)\.(?P<table>[^.]+)(?:\.\d+)*\.sql(?:\.(?:gz|zst))?\Z")
_SCHEMA = re.compile(r"(?P<database>[^.]+)\.(?P<table>[^.]+)-schema\.sql(?:\.(?:gz|zst))?\Z")


def of_folder(place: Place, modified: datetime | None) -> Found | None:
    """The backup that a folder is; None where it is none."""
    items = {item.name: item for item in place.items() if not item.folder}
    written = max((i.modified for i in items.values() if i.modified is not None), default=modified)
    size = sum(item.size for item in items.values())
    found = Found(place.label(), Form.MYDUMPER, size, modified=written)
    if LIST in items:
        return _postgres(
            place, items, replace(found, form=Form.FOLDER, server="postgresql"), lambda name: _checked(place, name)
        )
    if METADATA in items or f"{METADATA}.partial" in items:
        return _mydumper(place, items, found)
    return None


def of_tar(place: Place, found: Found) -> Found:
    """What the files of a pg_dump tar are; nothing in it is packed, so what is there to its last byte is whole."""
    try:
        items = {item.name: item for item in place.items()}
    except BrokenError as broken:
        return replace(found, whole=Known.NO, why=str(broken))
    except UnknownError as unknown:
        return replace(found, whole=Known.UNKNOWN, why=str(unknown))
    return _postgres(place, items, found, lambda name: items[name].size)


def _postgres(place: Place, items: dict[str, Item], found: Found, size_of: Callable[[str], int | None]) -> Found:
    try:
        with place.opened(LIST) as file:
            head = Archive(file).head()
        found = with_head(found, head)
        rows = [_large_objects(e, items) if found.form is Form.TAR else e.file for e in head.entries if e.data]
        files = [each for file in rows for each in (file, *_blobs(place, file))]
        sizes = [size_of(_named(file, items)) for file in files]
    except BrokenError as broken:
        return replace(found, whole=Known.NO, why=str(broken))
    except UnknownError as unknown:
        return replace(found, whole=Known.UNKNOWN, why=str(unknown))
    return replace(found, whole=Known.YES, unpacked=_together(sizes))


def _large_objects(entry: Entry, items: dict[str, Item]) -> str:
    """The file of an entry. The list of a tar names one for large objects, which have a list instead."""
    lists = (f"blobs_{entry.number}.toc", "blobs.toc") if entry.kind == "BLOBS" else ()
    return next((name for name in lists if name in items), entry.file)


def _together(sizes: Sequence[int | None]) -> int | None:
    known = [size for size in sizes if size is not None]
    return sum(known) if len(known) == len(sizes) else None


def with_head(found: Found, head: Head) -> Found:
    """With what pg_dump's list says."""
    return replace(found, server="postgresql", version=head.server, database=head.database, said=head.said)


def _named(file: str, items: dict[str, Item]) -> str:
    """The file that the list names, packed or not. A name that is a path is none of pg_dump's."""
    names = [file + ending for ending in _PACKED if file + ending in items]
    if not names:
        raise BrokenError(f"{one_line(file, 60)} is missing")
    return names[0]


def _blobs(place: Place, file: str) -> tuple[str, ...]:
    """The files of large objects, which have a list of their own."""
    if not file.endswith(".toc"):
        return ()
    with place.opened(file) as listed:
        lines = listed.read(_LARGEST_LIST).decode("utf-8", "replace").splitlines()
    return tuple(line.partition(" ")[2] for line in lines)


def _checked(place: Place, name: str) -> int | None:
    """Read to its end, where it is packed; its bytes unpacked, None where it was not unpacked."""
    with place.opened(name) as file:
        seen = scan(file)
    if seen.whole is Known.NO:
        raise BrokenError(f"{one_line(name, 60)}: {seen.why}")
    if seen.whole is Known.UNKNOWN:
        raise UnknownError(f"{one_line(name, 60)}: {seen.why}")
    return seen.size if not name.endswith(".lz4") else None


def _mydumper(place: Place, items: dict[str, Item], found: Found) -> Found:
    databases = {match["database"] for name in items if (match := _SCHEMA.match(name))}
    found = replace(found, database=next(iter(databases)) if len(databases) == 1 else "")
    if METADATA not in items:
        return replace(found, whole=Known.NO, why="mydumper had not finished it (metadata.partial)")
    try:
        with place.opened(METADATA) as file:
            times = dict(_TIME.findall(file.read(_LARGEST_METADATA).decode("utf-8", "replace")))
        found = replace(found, said=_moment(times.get("Started", "")))
        sizes = _checked_all(place, items, times)
    except BrokenError as broken:
        return replace(found, whole=Known.NO, why=str(broken))
    except UnknownError as unknown:
        return replace(found, whole=Known.UNKNOWN, why=str(unknown))
    return replace(found, whole=Known.YES, unpacked=_together(sizes))


def _checked_all(place: Place, items: dict[str, Item], times: dict[str, str]) -> list[int | None]:
    """The size of each file."""
    if "Finished" not in times:
        raise BrokenError("its metadata does not say that it was finished")
    sizes = []
    for name in rows_of(items):
        sizes.append(_checked(place, name))
        _ends_well(place, name)
    return sizes


def rows_of(items: dict[str, Item]) -> Iterator[str]:
    """The files with tables and rows, each table before its rows."""
    names = sorted(items)
    yield from (name for name in names if _SCHEMA.match(name))
    yield from (name for name in names if _DATA.match(name) and not _SCHEMA.match(name))


def database_of(name: str) -> str:
    """The database in the name of a file."""
    return name.partition(".")[0]


def _ends_well(place: Place, name: str) -> None:
    with place.opened(name) as file:
        tail = scan(file).tail
    if tail.strip() and not tail.rstrip().endswith((b";", b"*/")):
        raise BrokenError(f"{one_line(name, 60)} ends in the middle of a statement")


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
