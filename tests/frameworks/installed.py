"""Packages of frameworks as anybody would install them, but into a folder of their own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.tools.packages import environment, wanted_by_tests


def installed(package: Path, folder: Path) -> Path:
    """Where the package is then; what builds it leaves its traces in a copy."""
    source = folder / "source"
    shutil.copytree(package, source, ignore=shutil.ignore_patterns("__pycache__", ".pytest_cache"))
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index",
               "--no-deps", "--no-build-isolation", "--target", str(folder / "packages"), str(source)]  # fmt: skip
    environ = environment(wanted_by_tests("setuptools-80", ("setuptools==80.9.0",)))
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return folder / "packages"
