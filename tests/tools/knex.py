"""The real Knex: its own command, and programs that ask it for SQL, run by a node of the tests' own."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.tools.npm import modules, node

VERSION = "3.3.0"
TIMEOUT = 60


@dataclass(frozen=True)
class Ended:
    """What it left."""

    code: int
    said: str


def environ(url: str = "") -> dict[str, str]:
    """What it runs with: its own packages, and what stands in for those with a compiled part."""
    places = (modules(f"knex-{VERSION}") / "node_modules", Path(__file__).with_name("node"))
    return {"PATH": os.environ["PATH"], "NODE_PATH": os.pathsep.join(map(str, places)), "NODE_NO_WARNINGS": "1",
            "NO_COLOR": "1", "DATABASE_URL": url}  # fmt: skip


def program(text: str, given: object) -> object:
    """What a program prints as JSON; it gets its input as JSON."""
    done = subprocess.run(
        [node(), "-e", text], env=environ(), input=json.dumps(given), capture_output=True, text=True, check=False,
        timeout=TIMEOUT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def linked(folder: Path) -> Path:
    """A project's folder that has Knex."""
    there = folder / "node_modules"
    if not there.exists():
        there.symlink_to(modules(f"knex-{VERSION}") / "node_modules")
    return folder


def line(*arguments: str) -> list[str]:
    """Its command line."""
    return [node(), str(modules(f"knex-{VERSION}") / "node_modules/knex/bin/cli.js"), *arguments]


def knex(folder: Path, url: str, *arguments: str) -> Ended:
    """Run its command in a project's folder."""
    done = subprocess.run(
        line(*arguments), cwd=linked(folder), env=environ(url), capture_output=True, text=True, check=False,
        timeout=TIMEOUT,
    )  # fmt: skip
    return Ended(done.returncode, done.stdout + done.stderr)


def started(folder: Path, url: str, *arguments: str) -> subprocess.Popen[bytes]:
    """The same, still running."""
    return subprocess.Popen(
        line(*arguments), cwd=linked(folder), env=environ(url), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
