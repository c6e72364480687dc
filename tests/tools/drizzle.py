"""The real migrator of Drizzle, as an application calls it: packages of npm in the tests' cache, run by node."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.tools.packages import wanted_by_tests

VERSION = "0.45.4"
_WANTED = (f"drizzle-orm@{VERSION}", "pg@8.16.3", "mysql2@3.15.3")
_PROGRAM = """
const [kind, url, folder] = process.argv.slice(1);
const { drizzle } = require(`drizzle-orm/${kind}`);
const { migrate } = require(`drizzle-orm/${kind}/migrator`);
const db = drizzle(url);
migrate(db, { migrationsFolder: folder }).then(
  () => process.exit(0),
  (problem) => { console.error(String(problem.cause || problem)); process.exit(1); });
"""


def migrate(kind: str, url: str, folder: Path) -> tuple[int, str]:
    """Exit code and what it said; `kind` is node-postgres or mysql2."""
    packages = wanted_by_tests(f"drizzle-{VERSION}", _WANTED, npm=True)
    node = shutil.which("node")
    if node is None:
        pytest.fail("there is no node here to run Drizzle with", pytrace=False)
    environ = {"PATH": os.environ["PATH"], "NODE_PATH": str(packages / "node_modules")}
    line = [node, "-e", _PROGRAM, kind, url, str(folder)]
    done = subprocess.run(line, cwd=packages, env=environ, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout + done.stderr
