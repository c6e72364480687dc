"""The commands as a stranger runs them: arguments in, exit code, stdout and stderr out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import forked

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Answer:
    """What a command left."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """What stdout holds as JSON; nothing else may be there."""
        return json.loads(self.out)

    @property
    def states(self) -> dict[str, str]:
        """Each migration's state."""
        return {m["id"]: m["state"] for f in self.document["frameworks"] for m in f["migrations"]}

    @property
    def verdict(self) -> dict[str, Any]:
        """The verdict part."""
        found: dict[str, Any] = self.document["verdict"]
        return found

    @property
    def gaps(self) -> dict[str, dict[str, Any]]:
        """What was not read, by name."""
        return {item["what"]: item for item in self.document["coverage"] if not item["complete"]}

    def migration(self, id: str) -> dict[str, Any]:  # noqa: A002
        """One migration."""
        return next(m for f in self.document["frameworks"] for m in f["migrations"] if m["id"] == id)


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Ours, and the place where Halfway is imported from."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **(more or {})}


def command(*arguments: str) -> list[str]:
    """The command line."""
    return [sys.executable, "-m", "screens", *arguments]


def halfway(
    *arguments: str, cwd: Path | None = None, env: Mapping[str, str] | None = None, stdin: bytes = b""
) -> Answer:
    """Run it to its end, without a terminal."""
    run = forked.done if forked.serves(arguments, env or {}) else _started
    done = run(arguments, cwd or _nowhere(), environment(env), stdin)
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())


def _nowhere() -> Path:
    """A folder without a project in it or around it."""
    folder = Path(os.environ["HOME"], "nowhere")
    folder.mkdir(exist_ok=True)
    return folder


def _started(
    arguments: Sequence[str], cwd: Path, env: Mapping[str, str], stdin: bytes
) -> subprocess.CompletedProcess[bytes]:
    """As a person starts it."""
    line = command(*arguments)
    return subprocess.run(line, cwd=cwd, env=env, input=stdin, capture_output=True, check=False, timeout=60)
