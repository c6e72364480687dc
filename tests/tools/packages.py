"""Packages from PyPI, pinned, in the tests' cache outside the clone: never in the project's own environment."""

from __future__ import annotations

import fcntl
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.tools.debian import cache_folder

PYTHON = f"py{sys.version_info.major}{sys.version_info.minor}"
"""What a folder of packages with compiled parts is named after."""


_PATIENCE = 60


class PackagesError(Exception):
    """Packages that could not be had; its text is one sentence for people."""


def fetched(name: str, wanted: Sequence[str]) -> Path:
    """The folder of the packages, from the cache or fetched now. Raises PackagesError."""
    return cached(name, lambda folder: _fetch(wanted, folder))


def cached(name: str, make: Callable[[Path], None]) -> Path:
    """A folder of the cache, or made now; one process at a time."""
    folder = cache_folder() / name
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            make(folder)
    return folder


def wanted_by_tests(name: str, wanted: Sequence[str]) -> Path:
    """The same; a test whose tool cannot be had fails with one sentence."""
    try:
        return fetched(name, wanted)
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


def download(address: str) -> bytes:
    """What lies at an https address. Raises PackagesError."""
    try:
        with urllib.request.urlopen(address, timeout=_PATIENCE, context=_trusting()) as answer:  # noqa: S310 - https only
            data: bytes = answer.read()
    except OSError as error:
        raise PackagesError(f"{address} could not be fetched: {error}") from None
    return data


def _trusting() -> ssl.SSLContext:
    """The authorities that this machine trusts; on one that has none, those that pip brings."""
    paths = ssl.get_default_verify_paths()
    if paths.cafile or (paths.capath and any(Path(paths.capath).iterdir())):
        return ssl.create_default_context()
    from pip._vendor import certifi

    return ssl.create_default_context(cafile=certifi.where())


def environment(packages: Path) -> dict[str, str]:
    """What a program runs with that sees these packages and nothing of this machine's (with `-S -s`)."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "PYTHONPATH": str(packages), "PYTHONDONTWRITEBYTECODE": "1"}
