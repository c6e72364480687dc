"""Migration files from wherever they are: a folder, release folders, a file, a tar, a jar, stdin.

The framework says which names it wants; what comes back is read, dated and named for people. Anything odd about one
file is told with that file: one bad file never hides its neighbours.
"""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

from console.core.faults import UsageFault
from console.readers.sources.archives import STDIN, from_stdin, from_tar, from_zip, is_tar_file
from console.readers.sources.folders import from_file, from_folder
from console.readers.sources.releases import Deployment, deployment_of, merged
from console.readers.sources.values import SourceFile, Wanted, decode

__all__ = [
    "STDIN",
    "Deployment",
    "SourceFile",
    "Wanted",
    "decode",
    "deployment_of",
    "from_folder",
    "from_zip",
    "gather_given",
    "merged",
]


def gather_given(given: str, wanted: Wanted, encoding: str = "utf-8") -> list[SourceFile]:
    """What `--migrations` named: a folder, one file, a tar, a jar, or `-` for stdin. UsageFault if it is none."""
    if given == "-":
        return from_stdin(wanted, encoding)
    path = Path(given).expanduser()
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise UsageFault(f"--migrations {given} cannot be read", error.strerror or type(error).__name__) from None
    if stat.S_ISDIR(mode):
        return _folder(path, wanted, encoding)
    if not stat.S_ISREG(mode):
        raise UsageFault(f"--migrations {given} is neither a folder nor a file")
    if is_tar_file(path):
        return from_tar(path, wanted, encoding)
    import zipfile

    if zipfile.is_zipfile(path):
        return from_zip(path, "", wanted, encoding)
    if path.suffix == ".php" and not wanted(path.name):
        return []
    file = from_file(path, path.parent, encoding)
    return [file] if file else []


def _folder(path: Path, wanted: Wanted, encoding: str) -> list[SourceFile]:
    deployment = deployment_of(path)
    if deployment is None:
        return from_folder(path, wanted, path, encoding)
    if deployment.named is not None and deployment.named not in deployment.names:
        return [replace(file, release=deployment.named) for file in from_folder(path, wanted, path, encoding)]
    by_release = {
        name: from_folder(place, wanted, place, encoding)
        for name in deployment.names
        if (place := deployment.folder(name) / deployment.inside).is_dir()
    }
    return merged(deployment, by_release, lambda file: file.inside)
