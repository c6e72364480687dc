"""Release folders: `releases/<name>` beside a link `current`, as Capistrano, Deployer and Envoyer lay them out.

A deploy that failed in its migration leaves its release unlinked: the file that broke is not in `current`, and whoever
starts there must see it all the same. So files are gathered from the linked release and every newer one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from console.readers.sources.values import SourceFile

_ORDERLY = re.compile(r"[a-zA-Z]{0,8}[-._]?\d+(?:[-._:TtZz+]*\d+)*[Zz]?\Z")


@dataclass(frozen=True, slots=True)
class Deployment:
    """One deployed application."""

    root: Path
    """The folder that holds `releases` and `current`."""
    linked: str | None
    """Name of the release `current` points to; None when it points nowhere."""
    names: tuple[str, ...]
    """The linked release and all newer ones, oldest first."""
    inside: Path
    """Where in its release the path was that the deployment was found by."""
    named: str | None = None
    """The release that path lies in."""

    def folder(self, name: str) -> Path:
        """The folder of one release."""
        return self.root / "releases" / name


def deployment_of(path: Path) -> Deployment | None:
    """The deployment that `path` belongs to: a release, anything inside one, the link, or the root itself."""
    real = path.resolve()
    for place in (real, *real.parents):
        if place.parent.name == "releases" and (place.parent.parent / "current").is_symlink():
            return _deployment(place.parent.parent, real.relative_to(place), place.name)
    if (real / "current").is_symlink() and (real / "releases").is_dir():
        return _deployment(real, Path(), None)
    return None


def _deployment(root: Path, inside: Path, named: str | None) -> Deployment | None:
    releases = root / "releases"
    target = (root / "current").resolve()
    if not target.is_relative_to(releases.resolve()) or target == releases.resolve():
        return None
    linked = target.relative_to(releases.resolve()).parts[0]
    names = in_order(releases)
    if linked not in names:
        return Deployment(root, None, names, inside, named)
    return Deployment(root, linked, names[names.index(linked) :], inside, named)


def in_order(releases: Path) -> tuple[str, ...]:
    """Release names, oldest first: as numbers when all are time stamps or versions, else by age of the folder."""
    try:
        folders = [place for place in releases.iterdir() if place.is_dir() and not place.name.startswith(".")]
        if all(_ORDERLY.match(place.name) for place in folders):
            folders.sort(key=lambda place: (natural(place.name), place.name))
        else:
            folders.sort(key=lambda place: (place.stat().st_mtime_ns, place.name))
    except OSError:
        return ()
    return tuple(place.name for place in folders)


def natural(name: str) -> tuple[int, ...]:
    """The numbers in a name: `1.10` comes after `1.9`."""
    return tuple(int(digits) for digits in re.findall(r"\d{1,4000}", name))


def merged(
    deployment: Deployment, by_release: Mapping[str, Sequence[SourceFile]], key: Callable[[SourceFile], str]
) -> list[SourceFile]:
    """Files of all releases as one set: equal copies once (the linked one), of different ones the newest."""
    groups: dict[str, dict[str, list[SourceFile]]] = {}
    for name in deployment.names:
        for file in by_release.get(name, ()):
            groups.setdefault(key(file), {}).setdefault(name, []).append(replace(file, release=name))
    return [file for copies in groups.values() for file in _chosen(deployment, copies)]


def _chosen(deployment: Deployment, copies: Mapping[str, list[SourceFile]]) -> list[SourceFile]:
    names = [name for name in deployment.names if name in copies]
    contents = [tuple((file.inside, file.data, file.unreadable) for file in copies[name]) for name in names]
    if all(content == contents[0] for content in contents):
        failed = deployment.linked is not None and deployment.linked not in names
        return [replace(file, from_failed_deploy=failed) for file in copies[names[0]]]
    newest = names[-1]
    failed = deployment.linked is not None and deployment.linked not in names
    before = ", ".join(name for name, content in zip(names, contents, strict=True) if content != contents[-1])
    note = f"release {newest} has it with other contents than release {before}; shown is {newest}"
    return [replace(file, from_failed_deploy=failed, notes=(*file.notes, note)) for file in copies[newest]]
