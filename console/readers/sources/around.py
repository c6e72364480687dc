"""Where a tool's project is, seen from the folder in which a responder happens to stand.

In the project, below it, in a release folder, or just above: so the given folder is tried first, then the ones above
it, then those just below. Where several lie below, which one is meant has to be said.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from console.core.faults import ProjectFault
from console.readers.sources.releases import Deployment, deployment_of

_HIGHEST = 8
_MOST_BELOW = 200
"""A home folder is not searched for minutes."""
_MOST_BESIDE = 50
_NEVER = frozenset({"node_modules", "venv", "env", "__pycache__", "releases", "shared"})


@dataclass(frozen=True, slots=True)
class Sign:
    """How the root of one tool's projects is recognised."""

    tool: str
    """As people write it: `Django`."""
    holds: Callable[[Path], bool]
    skipped: frozenset[str] = frozenset()
    """Folders of the tool's world that hold no project of a person's own."""
    depth: int = 2

    def root_of(self, folder: Path, environ: Mapping[str, str]) -> Path | None:
        """The project that `folder` is in."""
        return next(filter(self.holds, (folder, *above(folder, environ))), None)

    def place(self, folder: Path, environ: Mapping[str, str]) -> tuple[Path, Deployment | None] | None:
        """The project at, above or just below `folder`, and the release folders it is deployed in.

        ProjectFault where a folder cannot be read, or where several projects lie below.
        """
        with readable(folder):
            deployment = deployed(folder)
            if deployment is not None:
                release = newest(deployment)
                found = next(filter(self.holds, (release, *below(release, self.skipped, self.depth))), None)
            else:
                here = folder.resolve()
                found = self.root_of(here, environ) or self._inside(here)
        return (found, deployment) if found is not None else None

    def _inside(self, folder: Path) -> Path | None:
        found: list[Path] = []
        for place in below(folder, self.skipped, self.depth):
            if self.holds(place) and not any(place.is_relative_to(known) for known in found):
                found.append(place)
        return the_one(self.tool, folder, found)


@contextmanager
def readable(folder: Path) -> Iterator[None]:
    """What the system says of a folder that cannot be read becomes a fault that names it."""
    try:
        yield
    except OSError as error:
        raise ProjectFault(f"{folder} cannot be read", error.strerror or type(error).__name__) from None


def deployed(folder: Path) -> Deployment | None:
    """The release folders around `folder`; None where nothing was deployed that way."""
    found = deployment_of(folder)
    return found if found is not None and found.names else None


def newest(deployment: Deployment) -> Path:
    """The release that runs, else the last one."""
    return deployment.folder(deployment.linked or deployment.names[-1])


def no_current(deployment: Deployment | None) -> tuple[str, ...]:
    """What is to be said where no release is the current one."""
    if deployment is None or deployment.linked is not None:
        return ()
    return (f"{deployment.root / 'current'} points to no release; all releases are read.",)


def above(folder: Path, environ: Mapping[str, str]) -> Iterator[Path]:
    """The folders above, up to the repository's root; never the home folder, never one that anybody may write to."""
    home = Path(environ["HOME"]) if environ.get("HOME") else None
    inner = folder
    for place in folder.parents[:_HIGHEST]:
        if (inner / ".git").exists() or place in {home, Path(place.anchor)} or _is_anybodys(place):
            return
        yield place
        inner = place


def below(folder: Path, skipped: frozenset[str] = frozenset(), depth: int = 2) -> Iterator[Path]:
    """The folders just below, nearest first; none below the root of the file system."""
    if folder != Path(folder.anchor):
        yield from islice(_below(folder, skipped | _NEVER, depth), _MOST_BELOW)


def the_one(tool: str, folder: Path, found: Sequence[Path]) -> Path | None:
    """The only project below `folder`. ProjectFault where there are several: which one is meant must be said."""
    if len(found) > 1:
        names = ", ".join(str(place.relative_to(folder)) for place in found[:4])
        raise ProjectFault(f"there are several {tool} projects below {folder}", names, "Name one with --project DIR")
    return found[0] if found else None


def _is_anybodys(folder: Path) -> bool:
    try:
        return bool(folder.stat().st_mode & stat.S_IWOTH)
    except OSError:
        return False


def _below(folder: Path, skipped: frozenset[str], depth: int) -> Iterator[Path]:
    try:
        inner = sorted(p for p in folder.iterdir() if p.name[:1] != "." and p.name not in skipped and p.is_dir())
    except OSError:
        return
    yield from inner
    if depth > 1:
        for place in inner[:_MOST_BESIDE]:
            yield from _below(place, skipped, depth - 1)
