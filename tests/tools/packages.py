"""Packages from PyPI, pinned, in the tests' cache outside the clone: never in the project's own environment."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.tools.debian import cache_folder

PYTHON = f"py{sys.version_info.major}{sys.version_info.minor}"
"""What a folder of packages with compiled parts is named after."""


class PackagesError(Exception):
    """Packages that could not be had; its text is one sentence for people."""


def fetched(name: str, wanted: Sequence[str], *, npm: bool = False) -> Path:
    """The folder of the packages, from the cache or fetched now. Raises PackagesError."""
    folder = cache_folder() / name
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            (_fetch_npm if npm else _fetch)(wanted, folder)
    return folder


def wanted_by_tests(name: str, wanted: Sequence[str], *, npm: bool = False) -> Path:
    """The same; a test whose tool cannot be had fails with one sentence."""
    try:
        return fetched(name, wanted, npm=npm)
    except PackagesError as error:
        pytest.fail(str(error), pytrace=False)


def _fetch(wanted: Sequence[str], folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder.parent) as work:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target",
                   f"{work}/packages", *wanted]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            said = done.stderr.strip().splitlines()[-1:] or ["pip said nothing"]
            raise PackagesError(f"{wanted[0]} could not be fetched from PyPI: {said[0]}")
        shutil.move(f"{work}/packages", folder)


def _fetch_npm(wanted: Sequence[str], folder: Path) -> None:
    """From npm, without running any script of theirs."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as work:
        command = [
            "npm",
            "install",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            "--prefix",
            f"{work}/packages",
            *wanted,
        ]
        Path(work, "packages").mkdir()
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            raise PackagesError(f"{wanted[0]} could not be fetched: there is no npm here") from None
        if done.returncode:
            said = done.stderr.strip().splitlines()[-1:] or ["npm said nothing"]
            raise PackagesError(f"{wanted[0]} could not be fetched from npm: {said[0]}")
        shutil.move(f"{work}/packages", folder)


def environment(packages: Path) -> dict[str, str]:
    """What a program runs with that sees these packages and nothing of this machine's (with `-S -s`)."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "PYTHONPATH": str(packages), "PYTHONDONTWRITEBYTECODE": "1"}
