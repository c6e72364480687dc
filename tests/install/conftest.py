"""The files, made once for all tests that carry them somewhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def made(script: str, to: Path) -> bytes:
    """What one of the scripts makes."""
    command = [sys.executable, str(ROOT / "packaging" / script), "--to", str(to)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
    if done.returncode:
        pytest.fail(done.stderr, pytrace=False)
    return to.read_bytes()


@pytest.fixture(scope="session")
def pyz(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """halfway.pyz."""
    return made("pyz.py", tmp_path_factory.mktemp("pyz") / "halfway.pyz")


@pytest.fixture(scope="session")
def binary(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The one with a Python of its own."""
    return made("binary.py", tmp_path_factory.mktemp("binary") / "halfway")
