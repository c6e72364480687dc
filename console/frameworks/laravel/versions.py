"""Which Laravel a project runs: what is installed, else what the lock file says, else an assumption that is told."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.core.faults import ProjectFault
from console.readers.settings import read_text

LATEST = (12, 0, 0)
_NEWEST_MINOR = 99
"""Of a major version alone its last minor is the likeliest."""
FRAMEWORK = ("laravel/framework", "illuminate/database")
_NUMBER = re.compile(r"v?(\d+)\.(\d+)(?:\.(\d+))?")
_CONSTANT = re.compile(r"const\s+VERSION\s*=\s*['\"](?P<version>[^'\"]+)['\"]")
_REQUIRED = re.compile(r"(?<![\d.])v?(\d+)(?=[.*|\s]|$)")
_APPLICATION = "vendor/laravel/framework/src/Illuminate/Foundation/Application.php"


@dataclass(frozen=True, slots=True)
class Version:
    """A version and where it was found."""

    number: tuple[int, int, int]
    origin: str = ""
    """Empty: assumed."""
    why: str = ""
    """What is to be told about an assumption."""

    @property
    def text(self) -> str:
        """`10.48.2`."""
        return ".".join(map(str, self.number))


def json_of(path: Path) -> Any:  # noqa: ANN401 - whatever the file holds
    """A JSON file; None when there is none or it is no JSON."""
    try:
        text = read_text(path)
        return None if text is None else json.loads(text)
    except (ProjectFault, ValueError, RecursionError):
        return None


def mapping(value: object) -> dict[str, Any]:
    """A JSON object; anything else is an empty one."""
    return value if isinstance(value, dict) else {}


def packages_in(document: object) -> Iterator[dict[str, Any]]:
    """The packages a lock file or installed.json lists: both formats of Composer."""
    entries = document if isinstance(document, list) else mapping(document).get("packages")
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict) and isinstance(entry.get("name"), str):
            yield entry


def version_of(folder: Path) -> Version:
    """The version of the project in `folder`; what is installed there counts more than what is locked."""
    for name in ("vendor/composer/installed.json", "composer.lock"):
        if listed := version_in(json_of(folder / name), name):
            return listed
    try:
        constant = _CONSTANT.search(read_text(folder / _APPLICATION) or "")
    except ProjectFault:
        constant = None
    if constant and (found := _number(constant["version"])):
        return Version(found, _APPLICATION)
    return _assumed(folder)


def version_in(document: object, origin: str) -> Version | None:
    """The version that a list of installed or locked packages names."""
    for entry in packages_in(document):
        found = _number(str(entry.get("version", "")))
        if entry["name"] in FRAMEWORK and found:
            return Version(found, origin)
    return None


def _number(text: str) -> tuple[int, int, int] | None:
    found = _NUMBER.match(text)
    return (int(found[1]), int(found[2]), int(found[3] or 0)) if found else None


def _assumed(folder: Path) -> Version:
    required = mapping(mapping(json_of(folder / "composer.json")).get("require"))
    asked = next((str(required[name]) for name in FRAMEWORK if name in required), "")
    majors = [int(found[1]) for found in _REQUIRED.finditer(asked)]
    known = bool(majors) and max(majors) < 99
    number = (max(majors), _NEWEST_MINOR, 0) if known else LATEST
    by = f"composer.json asks for {asked}" if known else f"{LATEST[0]} is assumed"
    return Version(number, "", f"Laravel's exact version is not known (no composer.lock, no vendor folder): {by}.")
