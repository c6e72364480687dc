"""The scripts of docs/deploy.md as they stand there, and a folder of programs in front of the PATH to run them with."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "deploy.md").read_text(encoding="utf-8")
SCRIPTS: Mapping[str, str] = dict(re.findall(r"^## ([^\n]+)\n\n```sh\n(.*?)```", PAGE, re.MULTILINE | re.DOTALL))
HALFWAY = Path(sys.executable).with_name("halfway")
_GATE = """case "$1" in
  preflight) [ -z "${PASS_PREFLIGHT:-}" ] || exit 0 ;;
esac
[ -z "${NO_HALFWAY:-}" ] || exit 0
"""
"""A lock that comes up between the look and the run, and a run of the tool alone."""


@dataclass(frozen=True)
class Ran:
    """What a script left."""

    code: int
    said: str


@dataclass(frozen=True)
class Release:
    """A project's folder, and the programs that its script finds."""

    script: str
    folder: Path
    environ: Mapping[str, str] = field(default_factory=dict)

    def program(self, name: str, line: Sequence[str], environ: Mapping[str, str], before: str = "") -> None:
        """One on the PATH, or in the project where it has a slash."""
        place = self.folder / name if "/" in name else self.folder / ".programs" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        known = "".join(f"export {key}={shlex.quote(value)}\n" for key, value in environ.items() if key != "PATH")
        place.write_text(f'#!/bin/sh\n{before}{known}exec {shlex.join(line)} "$@"\n')
        place.chmod(0o755)

    def deploy(self, **more: str) -> Ran:
        """The script from the page, as `deploy.sh` in the project's folder."""
        self.program("halfway", [str(HALFWAY)], {}, _GATE)
        script = self.folder / "deploy.sh"
        script.write_text(SCRIPTS[self.script])
        path = f"{self.folder / '.programs'}{os.pathsep}{os.environ['PATH']}"
        home = {"HOME": str(self.folder), "XDG_STATE_HOME": str(self.folder / ".state")}
        environ = {"LANG": "C.UTF-8", **home, **self.environ, **more, "PATH": path}
        done = subprocess.run(["/bin/sh", "deploy.sh"], cwd=self.folder, env=environ, capture_output=True, text=True,
                              check=False, timeout=120)  # fmt: skip
        return Ran(done.returncode, done.stdout + done.stderr)
