"""How far links are followed: within the project, or the deployment that it is a release of, and never out of it.

A project is somebody else's word for what lies on a production box: a link in it must not have other people's files
read and shown. A place that a tool's configuration or a person names is followed wherever it is.
"""

from __future__ import annotations

import os.path
from pathlib import Path

from console.core.faults import ProjectFault

STRAYS = "it is a link to a place outside the project, which is not followed"


def there(path: Path) -> bool:
    """Whether there is such a file or folder; a name that can be none, or is too long for one, is not there."""
    return os.path.exists(path)  # noqa: PTH110 - Path.exists raises for a name that is too long


def strays(path: Path, base: Path | None) -> bool:
    """Whether a path that begins in `base` really lies outside."""
    if base is None or not _begins_in(path, base):
        return False
    return not Path(os.path.realpath(path)).is_relative_to(_ground(base))


def stay_inside(folder: Path, base: Path | None) -> None:
    """ProjectFault where a folder of the project lies outside: what is in it cannot be told from nothing."""
    if strays(folder, base):
        raise ProjectFault(f"{folder} is not read", STRAYS, "Name that place with --migrations")


def _begins_in(path: Path, base: Path) -> bool:
    whole, ground = map(os.path.abspath, (path, base))  # resolve() would follow the links that this is about
    return Path(whole).is_relative_to(ground)


def _ground(base: Path) -> Path:
    """The folder itself; of a release the whole deployment, whose releases share files."""
    real = Path(os.path.realpath(base))
    for place in (real, *real.parents):
        if place.parent.name == "releases" and (place.parent.parent / "current").is_symlink():
            return place.parent.parent
    return real
