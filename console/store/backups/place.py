"""Where backups lie: a folder of this machine, or a place that fsspec reaches. Files are opened to be read, no others.

A link that leads out of the folder, a pipe, a device: none of them is opened, and each is said.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Protocol

from console.core.faults import Fault, UsageFault
from console.core.plain import one_line
from console.store.backups.stream import BrokenError, UnknownError

MOST_ENTRIES = 2_000
_LOGIN = re.compile(r"://[^/\s]*@")
_SIGNED = re.compile(r"(https?://[^\s?]*)\?\S*")
_EXTRA = "a place with :// needs the extra `backups`"


@dataclass(frozen=True, slots=True)
class Item:
    """One file, or one folder."""

    name: str
    size: int
    modified: datetime | None
    folder: bool = False


class Place(Protocol):
    """A folder."""

    def items(self) -> tuple[Item, ...]:
        """What lies in it, the newest first, with what is not looked at left out."""
        ...

    def within(self, name: str) -> Place:
        """A folder in it."""
        ...

    def label(self, name: str = "") -> str:
        """What people call a file of it."""
        ...

    def opened(self, name: str) -> Any:  # noqa: ANN401 - a context that gives a binary file
        """A file of it, at its beginning. BrokenError."""
        ...

    @property
    def odd(self) -> tuple[str, ...]:
        """What was not looked at, one sentence each."""
        ...


def place(named: str) -> Place:
    """The folder that a person named. UsageFault where it is none."""
    return Remote.at(named) if "://" in named else Local.at(named)


def without_login(text: str) -> str:
    """A URL, or what was said of one, without the name and the password that may stand in it, or a signature."""
    return _SIGNED.sub(r"\1", _LOGIN.sub("://", text))


@dataclass(frozen=True)
class Local:
    """A folder of this machine."""

    path: Path
    root: Path
    """Nothing outside of it is opened."""

    @classmethod
    def at(cls, named: str) -> Local:
        """UsageFault where it cannot be read."""
        try:
            path = Path(named).expanduser().resolve(strict=True)
            if not path.is_dir():
                raise UsageFault(f"{one_line(named)} is not a folder", todo="--backups takes a folder of backups")
        except (OSError, ValueError, RuntimeError) as problem:
            why = getattr(problem, "strerror", None) or type(problem).__name__
            raise UsageFault(f"the backups in {one_line(named)} cannot be read", why) from None
        return cls(path, path)

    def items(self) -> tuple[Item, ...]:
        """What lies in it, the newest first."""
        found = [item for entry in self._entries() if (item := self._item(entry)) is not None]
        return tuple(sorted(found, key=lambda item: (item.modified is None, item.modified, item.name), reverse=True))

    def within(self, name: str) -> Local:
        """A folder in it."""
        return Local(self.path / name, self.root)

    def label(self, name: str = "") -> str:
        """Its path."""
        return str(self.path / name) if name else str(self.path)

    @property
    def odd(self) -> tuple[str, ...]:
        """Links that lead out of it, pipes, devices."""
        return tuple(f"{one_line(entry.name, 80)} is no file of this folder, and was not opened"
                     for entry in self._entries() if self._item(entry) is None)  # fmt: skip

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        """Without following a link that leads out, and without waiting for a pipe."""
        path = self.path / name
        if not _inside(path, self.root):
            raise BrokenError("it leads out of the folder of the backups")
        try:
            with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise BrokenError("it is no file")
                yield file
        except OSError as problem:
            raise BrokenError(f"it cannot be read ({problem.strerror or type(problem).__name__})") from None

    def _entries(self) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(self.path) as found:
                return [entry for entry, _ in zip(found, range(MOST_ENTRIES), strict=False)]
        except OSError as problem:
            raise BrokenError(f"it cannot be read ({problem.strerror or type(problem).__name__})") from None

    def _item(self, entry: os.DirEntry[str]) -> Item | None:
        try:
            seen = entry.stat()
        except OSError:
            return None
        kind = stat.S_IFMT(seen.st_mode)
        if kind not in (stat.S_IFREG, stat.S_IFDIR) or not _inside(Path(entry.path), self.root):
            return None
        return Item(entry.name, seen.st_size, datetime.fromtimestamp(seen.st_mtime, UTC), kind == stat.S_IFDIR)


def _inside(path: Path, root: Path) -> bool:
    try:
        return path.resolve(strict=True).is_relative_to(root)
    except (OSError, RuntimeError):
        return False


@dataclass(frozen=True)
class Remote:
    """A place that fsspec reaches."""

    system: Any
    path: str
    named: str

    @classmethod
    def at(cls, named: str) -> Remote:
        """UsageFault where fsspec is not here, or does not know such places."""
        try:
            import fsspec
        except ImportError:
            raise UsageFault(_EXTRA, todo="Install halfway-console[backups]") from None
        try:
            system, path = fsspec.core.url_to_fs(named)
        except (ImportError, ValueError) as problem:
            why = one_line(without_login(str(problem)), 200)
            raise UsageFault(f"the backups cannot be read: {_EXTRA}", why) from None
        return cls(system, path, one_line(without_login(named).partition("?")[0]).rstrip("/"))

    def items(self) -> tuple[Item, ...]:
        """What lies in it, the newest first."""
        try:
            found = self.system.ls(self.path, detail=True)
        except Exception as problem:  # noqa: BLE001 - every system of fsspec has errors of its own
            raise BrokenError(f"it cannot be read ({type(problem).__name__})") from None
        items = [_remote_item(one) for one in found[:MOST_ENTRIES]]
        return tuple(
            sorted(items, key=lambda i: (i.modified is not None, i.modified or _LONG_AGO, i.name), reverse=True)
        )

    def within(self, name: str) -> Remote:
        """A folder in it."""
        return Remote(self.system, f"{self.path.rstrip('/')}/{name}", f"{self.named}/{name}")

    def label(self, name: str = "") -> str:
        """Its URL."""
        return without_login(f"{self.named}/{name}") if name else self.named

    @property
    def is_folder(self) -> bool:
        """And no file. BrokenError."""
        try:
            return bool(self.system.isdir(self.path))
        except Exception as problem:  # noqa: BLE001 - every system of fsspec has errors of its own
            raise BrokenError(f"it cannot be read ({type(problem).__name__})") from None

    @property
    def odd(self) -> tuple[str, ...]:
        """There are neither links nor devices."""
        return ()

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        """As a stream that can be read from any place in it."""
        try:
            with self.system.open(f"{self.path.rstrip('/')}/{name}", "rb") as file:
                yield file
        except (BrokenError, UnknownError, Fault):
            raise
        except Exception as problem:  # noqa: BLE001 - every system of fsspec has errors of its own
            raise BrokenError(f"it cannot be read ({type(problem).__name__})") from None


_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def _remote_item(found: dict[str, Any]) -> Item:
    when = next((found[key] for key in ("LastModified", "last_modified", "mtime", "created") if found.get(key)), None)
    if isinstance(when, int | float):
        when = datetime.fromtimestamp(when, UTC)
    moment = when if isinstance(when, datetime) and when.tzinfo is not None else None
    name = str(found["name"]).rstrip("/").rpartition("/")[2]
    return Item(name, int(found.get("size") or 0), moment, found.get("type") == "directory")
