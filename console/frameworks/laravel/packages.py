"""The packages that Composer installed, and where classes are (PSR-4); nothing is loaded."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.frameworks.laravel.versions import json_of, mapping, packages_in

_MOST = 2000
"""Packages looked at."""
Place = tuple[str, Path]
"""(prefix of a namespace, folder)"""


@dataclass(frozen=True, slots=True)
class Package:
    """One installed package."""

    name: str
    """`acme/billing`"""
    folder: Path
    providers: tuple[str, ...] = ()
    """Service providers that Laravel finds by itself, full class names."""
    places: tuple[Place, ...] = ()


def packages_of(folder: Path) -> tuple[Package, ...]:
    """The installed packages; those that the project tells Laravel not to discover have no providers."""
    vendor = folder / "vendor"
    own = mapping(mapping(json_of(folder / "composer.json")).get("extra"))
    ignored = set(_names(mapping(own.get("laravel")).get("dont-discover")))
    entries = list(_installed(vendor))
    for _, entry in entries:
        ignored |= set(_names(_laravel(entry).get("dont-discover")))
    return tuple(_package(place, entry, ignored) for place, entry in entries)


def _installed(vendor: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """(folder, composer.json) of every package: from Composer's own list, else from the folders."""
    listed = json_of(vendor / "composer" / "installed.json")
    if listed is not None:
        for entry in list(packages_in(listed))[:_MOST]:
            path = entry.get("install-path")
            inside = vendor / "composer" / path if isinstance(path, str) else vendor / entry["name"]
            yield Path(os.path.normpath(inside)), entry
        return
    for path in sorted(vendor.glob("*/*/composer.json"))[:_MOST]:
        entry = mapping(json_of(path))
        if isinstance(entry.get("name"), str):
            yield path.parent, entry


def _package(folder: Path, entry: dict[str, Any], ignored: set[str]) -> Package:
    hidden = "*" in ignored or entry["name"] in ignored
    providers = () if hidden else tuple(_names(_laravel(entry).get("providers")))
    return Package(entry["name"], folder, providers, tuple(_places(folder, mapping(entry.get("autoload")))))


def _laravel(entry: dict[str, Any]) -> dict[str, Any]:
    return mapping(mapping(entry.get("extra")).get("laravel"))


def _names(value: object) -> list[str]:
    names = value if isinstance(value, list) else [value]
    return [name.lstrip("\\") for name in names if isinstance(name, str)]


def _places(folder: Path, autoload: dict[str, Any]) -> Iterator[Place]:
    for prefix, inside in mapping(autoload.get("psr-4")).items():
        for name in inside if isinstance(inside, list) else [inside]:
            if isinstance(name, str):
                yield prefix.strip("\\"), folder / name


class Autoload:
    """Where a class is, by PSR-4: the longest prefix first."""

    def __init__(self, folder: Path, packages: tuple[Package, ...]) -> None:
        """The project's own namespaces stand before those of its packages."""
        document = mapping(json_of(folder / "composer.json"))
        own = [place for key in ("autoload", "autoload-dev") for place in _places(folder, mapping(document.get(key)))]
        usual: list[Place] = (
            [] if own else [("App", folder / "app"), ("Database\\Seeders", folder / "database/seeders")]
        )
        places = [*own, *usual, *(place for package in packages for place in package.places)]
        self._places = sorted(places, key=lambda place: -len(place[0]))

    def file_of(self, name: str) -> Path | None:
        """The file that holds the class of that full name."""
        name = name.lstrip("\\")
        for prefix, folder in self._places:
            if prefix and not name.startswith(f"{prefix}\\"):
                continue
            inside = name[len(prefix) :].lstrip("\\").replace("\\", "/")
            path = folder / f"{inside}.php"
            if ".." not in inside and "\0" not in inside and path.is_file():
                return path
        return None
