"""Where the files that a changelog names lie: below the project's folders, or among those that were given."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from console.readers.changelog import ENDINGS
from console.readers.sources.folders import from_file
from console.readers.sources.grounds import there

if TYPE_CHECKING:
    from console.readers.sources import SourceFile

READ = (*ENDINGS, ".sql")
_MOST = 5000


def wanted(name: str) -> bool:
    """A changelog has no name of its own."""
    return name.lower().endswith(READ)


@dataclass
class Library:
    """Files by the paths that Liquibase calls them."""

    folder: Path | None = None
    """The project's."""
    roots: Sequence[str] = ("",)
    """Folders below it that paths begin at, in the order in which they are asked."""
    given: Sequence[SourceFile] = ()
    """What was given instead of a project."""
    _read: dict[str, SourceFile | None] = field(default_factory=dict)

    def file(self, path: str) -> SourceFile | None:
        """The file of that name; None where there is none, or where it would lie outside."""
        if path not in self._read:
            self._read[path] = self._found(path)
        return self._read[path]

    def text(self, path: str) -> str | None:
        """Its text."""
        file = self.file(path)
        return None if file is None or file.unreadable else file.text

    def _found(self, path: str) -> SourceFile | None:
        if self.folder is None:
            return self._among_given(path)
        place = next((place for place in self._places(path) if there(place) and place.is_file()), None)
        return from_file(place, self.folder, "utf-8", root=self.folder) if place is not None else None

    def _among_given(self, path: str) -> SourceFile | None:
        """A folder that was given may begin anywhere below the place where paths begin."""
        same = [file for file in self.given if file.inside == path]
        near = same or [f for f in self.given if f.inside.endswith(f"/{path}") or path.endswith(f"/{f.inside}")]
        return near[0] if len(near) == 1 else None

    def _places(self, path: str) -> Iterator[Path]:
        """Never above the project: a path that climbs out of it is not followed."""
        if self.folder is None or path.startswith(("/", "..")):
            return
        for root in self.roots:
            yield self.folder / root / path

    def below(self, folder: str) -> tuple[str, ...]:
        """Every changelog below a folder, in the order in which all of it is included: by path."""
        plain = folder.rstrip("/")
        if self.folder is None:
            return tuple(sorted(self._given_below(plain)))
        for place in self._places(plain):
            if place.is_dir():
                return tuple(sorted(_walked(place, plain)))
        return ()

    def _given_below(self, folder: str) -> Iterator[str]:
        """A folder that was given may begin further down than the one that is named, or further up."""
        parts = folder.split("/")
        for start in range(len(parts)):
            end = "/".join(parts[start:])
            found = [file for file in self.given if f"/{end}/" in f"/{file.inside}" and wanted(file.name)]
            if found:
                for file in found:
                    at = f"/{file.inside}".find(f"/{end}/")
                    yield f"{folder}/{file.inside[at + len(end) + 1 :]}"
                return


def _walked(place: Path, name: str) -> Iterator[str]:
    count = 0
    for here, folders, names in os.walk(place):
        folders.sort()
        inside = Path(here).relative_to(place).as_posix()
        for each in names:
            if wanted(each):
                count += 1
                if count > _MOST:
                    return
                yield posixpath.normpath(posixpath.join(name, inside, each))
