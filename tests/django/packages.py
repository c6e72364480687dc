"""Django from PyPI with its drivers, in a folder of the tests' own cache: never in the project's environment."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from tests.debian import cache_folder

PINNED = {"4.2": "4.2.30", "5.2": "5.2.19", "wagtail": "5.2.19_wagtail_7.0.10"}
_DRIVERS = ("psycopg[binary]==3.3.*", "pymysql==1.2.*")


class DjangoError(Exception):
    """Django could not be had; its text is one sentence for people."""


def packages(version: str) -> Path:
    """A folder to import Django `version` from. Raises DjangoError."""
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / f"django_{PINNED[version]}"
    with (folder / f"{made.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.is_dir():
            _fetch(version, folder, made)
    return made


def _fetch(version: str, folder: Path, made: Path) -> None:
    with tempfile.TemporaryDirectory(prefix=".making-", dir=folder) as name:
        target = Path(name) / "site"
        django, _, wagtail = PINNED[version].partition("_wagtail_")
        wanted = (f"Django=={django}", *_DRIVERS, *([f"wagtail=={wagtail}"] if wagtail else []))
        command = (sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--target", str(target), *wanted)
        environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600, env=environment)
        if done.returncode:
            said = (done.stderr.strip().splitlines() or ["no reason was given"])[-1]
            raise DjangoError(f"Django {version} could not be had from PyPI ({said}); it is needed once.")
        with suppress(OSError):
            target.rename(made)
