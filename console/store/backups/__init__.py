"""The backups that lie where a person said: each opened and read, none of it loaded anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from console.core.plain import one_line
from console.core.recover.given import Known
from console.core.restore.found import Form, Found
from console.store.backups.archive import MAGIC, Archive
from console.store.backups.folders import of_folder, of_tar, with_head
from console.store.backups.place import Item, Place, place
from console.store.backups.stream import MOST, BrokenError, UnknownError, packing, scan
from console.store.backups.tarred import Tarred
from console.store.backups.texts import of_text

__all__ = ["Looked", "look", "look_at"]


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found."""

    found: tuple[Found, ...] = ()
    notes: tuple[str, ...] = ()
    """What was not looked at, or is no backup, one sentence each."""


def look(named: Iterable[str]) -> Looked:
    """In all these places. UsageFault for one that cannot be read at all."""
    found: list[Found] = []
    notes: list[str] = []
    for name in named:
        for one in _in(place(name)):
            found += [one] if isinstance(one, Found) else []
            notes += [one] if isinstance(one, str) else []
    return Looked(tuple(found), tuple(notes))


def look_at(where: Place, item: Item) -> Found | None:
    """The backup that one file is; None: it is none that is known here. BrokenError where it cannot be read."""
    found = Found(where.label(item.name), Form.CUSTOM, item.size, modified=item.modified)
    with where.opened(item.name) as file:
        start = file.read(512)
        if start.startswith(MAGIC):
            file.seek(0)
            return _archive(found, Archive(file))
        if start[257:262] == b"ustar" and start.startswith(b"toc.dat\0"):
            return of_tar(Tarred(where, item.name), replace(found, form=Form.TAR, server="postgresql"))
        if b"\0" in start and start[257:262] != b"ustar" and not packing(start):
            return None
        seen = scan(file)
        if not seen.head and seen.why:
            raise BrokenError(seen.why)
        if seen.head.startswith(MAGIC) or seen.head[257:262] == b"ustar":
            raise BrokenError("it holds an archive or a folder of files: unpack it, and name what comes out of it")
        return of_text(found, seen)


def _in(where: Place) -> Iterator[Found | str]:
    try:
        itself = of_folder(where, None)
        if itself is not None:
            yield itself
            return
        yield from (f"{one_line(where.label())}: {why}" for why in where.odd)
        for item in where.items():
            yield from _one(where, item)
    except BrokenError as broken:
        yield f"{one_line(where.label())}: {broken}"


def _one(where: Place, item: Item) -> Iterator[Found | str]:
    name = one_line(where.label(item.name))
    try:
        found = of_folder(where.within(item.name), item.modified) if item.folder else look_at(where, item)
    except BrokenError as broken:
        yield f"{name}: {broken}"
        return
    yield found if found is not None else f"{name} is no backup that is known here"


def _archive(found: Found, archive: Archive) -> Found:
    """pg_dump's custom format: all that its list promises must be in it."""
    try:
        head = archive.head()
        found = with_head(found, head)
        wanted = {entry.number: entry for entry in head.entries if entry.data}
        missing = wanted.keys() - archive.blocks(head.packing, MOST)
    except BrokenError as broken:
        return replace(found, whole=Known.NO, why=str(broken))
    except UnknownError as unknown:
        return replace(found, whole=Known.UNKNOWN, why=str(unknown))
    if missing:
        first = wanted[min(missing)]
        return replace(found, whole=Known.NO, why=f"the rows of {one_line(first.name, 60)} are not in it")
    return replace(found, whole=Known.YES, unpacked=archive.unpacked)
