"""The real migrator of Drizzle, as an application calls it: packages of npm in the tests' cache, run by node."""

from __future__ import annotations

import os
from pathlib import Path

from tests.tools.npm import modules, node
from tests.tools.programs import Program

VERSION = "0.45.4"
_PROGRAM = """
const [kind, url, folder] = process.argv.slice(1);
const { drizzle } = require(`drizzle-orm/${kind}`);
const { migrate } = require(`drizzle-orm/${kind}/migrator`);
const db = drizzle(url);
migrate(db, { migrationsFolder: folder }).then(
  () => process.exit(0),
  (problem) => { console.error(String(problem.cause || problem)); process.exit(1); });
"""


def command(kind: str, url: str, folder: Path) -> Program:
    """Its command line; `kind` is node-postgres or mysql2."""
    packages = modules(f"drizzle-{VERSION}")
    environ = {"PATH": os.environ["PATH"], "NODE_PATH": str(packages / "node_modules")}
    return Program([node(), "-e", _PROGRAM, kind, url, str(folder)], packages, environ)


def migrate(kind: str, url: str, folder: Path) -> tuple[int, str]:
    """Exit code and what it said."""
    ended = command(kind, url, folder).run()
    return ended.code, ended.said
