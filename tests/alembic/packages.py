"""Alembic from PyPI, pinned, in the tests' cache outside the clone: never in the project's own environment."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.debian import cache_folder

_DRIVERS = ("psycopg[binary]==3.3.9", "pymysql==1.2.4")


@dataclass(frozen=True, slots=True)
class Release:
    """One Alembic with the SQLAlchemy it was used with."""

    alembic: str
    sqlalchemy: str

    @property
    def wanted(self) -> tuple[str, ...]:
        """For pip."""
        return (f"alembic=={self.alembic}", f"sqlalchemy=={self.sqlalchemy}", *_DRIVERS)

    @property
    def folder(self) -> Path:
        """Where it lies once it was fetched."""
        python = f"py{sys.version_info.major}{sys.version_info.minor}"
        return cache_folder() / f"alembic-{self.alembic}-sqlalchemy-{self.sqlalchemy}-{python}"


LATEST = Release("1.20.1", "2.1.9")
OLDER = Release("1.13.3", "2.0.36")


class PackagesError(Exception):
    """Packages that could not be had; its text is one sentence for people."""


def fetched(release: Release) -> Path:
    """The folder of the packages, from the cache or fetched now."""
    folder = release.folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            _fetch(release, folder)
    return folder


def _fetch(release: Release, folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder.parent) as work:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target",
                   f"{work}/packages", *release.wanted]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            said = done.stderr.strip().splitlines()[-1:] or ["pip said nothing"]
            raise PackagesError(f"Alembic {release.alembic} could not be fetched from PyPI: {said[0]}")
        shutil.move(f"{work}/packages", folder)


def command(*arguments: str) -> list[str]:
    """A command line that sees these packages and nothing of this machine's."""
    return [sys.executable, "-S", "-s", "-m", "alembic", *arguments]


def environment(release: Release) -> dict[str, str]:
    """What the command runs with."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "PYTHONPATH": str(fetched(release)), "PYTHONDONTWRITEBYTECODE": "1"}
