"""A service provider of the project or of a package: what it sets for the schema builder, what it registers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from console.core.faults import ProjectFault
from console.readers.php.providers import Defaults, defaults_of
from console.readers.settings import read_text

_SET = {
    "string_length": "Schema::defaultStringLength",
    "time_precision": "Schema::defaultTimePrecision",
    "morph_key": "Schema::defaultMorphKeyType",
    "native_changes": "Schema::useNativeSchemaOperationsIfPossible",
}
_MOST = 50
"""Folders one pattern may stand for."""


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider's file."""

    path: Path
    text: str = field(repr=False)
    paths: tuple[Path, ...] = ()
    """Folders and files of migrations, in order."""
    conditional: frozenset[Path] = frozenset()
    """Those of them it registers only under a condition."""
    defaults: Defaults = field(default_factory=Defaults)

    def length(self, otherwise: int | None, driver: str) -> int | None:
        """The length of a string without one; what stands under a condition is there for an old MySQL."""
        if "string_length" in self.defaults.get("conditional", ()) and driver not in ("mysql", "mariadb"):
            return otherwise
        return self.defaults.get("string_length", otherwise)

    @property
    def doubts(self) -> tuple[str, ...]:
        """What it sets or registers in a way that only a run would tell, in its own words or by name."""
        set_there = tuple(name for name in self.defaults.get("conditional", ()) if name in _SET)
        return (*self.defaults.get("unknown", ()), *(f"{_SET[name]} (under a condition)" for name in set_there))


def provider_at(path: Path, folder: Path) -> Provider | None:
    """The provider in a file of the project in `folder`; None when it cannot be read."""
    try:
        text = read_text(path)
    except ProjectFault:
        return None
    if text is None:
        return None
    found = _defaults(text, os.path.relpath(path.parent, folder))
    paths = tuple(place for name in found.get("paths", ()) for place in _places(folder, name))
    under = (place for name in found.get("conditional", ()) for place in _places(folder, name))
    return Provider(path, text, paths, frozenset(under), found)


@lru_cache(maxsize=1024)
def _defaults(text: str, inside: str) -> Defaults:
    return defaults_of(text, inside)


def _places(folder: Path, name: str) -> Iterator[Path]:
    if "*" in name:
        yield from sorted(folder.glob(name))[:_MOST]
    else:
        yield folder / name
