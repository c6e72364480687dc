"""A real tool as a program: run to its end, or started so that it can be killed with all it started."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TIMEOUT = 120


@dataclass(frozen=True)
class Ended:
    """What the program left."""

    code: int
    said: str


@dataclass(frozen=True)
class Program:
    """A command line in a folder, with all that it sees of the environment."""

    line: Sequence[str]
    folder: Path
    environ: Mapping[str, str]

    def run(self) -> Ended:
        """To its end."""
        done = subprocess.run(self.line, cwd=self.folder, env=self.environ, capture_output=True, text=True,
                              check=False, timeout=TIMEOUT)  # fmt: skip
        return Ended(done.returncode, done.stdout + done.stderr)

    def killed(self, when: Callable[[], object]) -> int:
        """Its code after kill -9, of it and what it started, as soon as `when` is so (it waits for that)."""
        started = subprocess.Popen(self.line, cwd=self.folder, env=self.environ, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, start_new_session=True)  # fmt: skip
        try:
            when()
        finally:
            os.killpg(started.pid, signal.SIGKILL)
            started.wait(TIMEOUT)
        return started.returncode
