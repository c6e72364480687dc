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
