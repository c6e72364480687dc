"""The real Sequelize and its command: packages of npm in the tests' cache, run by node."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import URL

from tests.tools.npm import modules, node

VERSION = "6.37.8"
_SAID = """
const [file, ...dialects] = process.argv.slice(1);
const { Sequelize } = require('sequelize');
const { injectReplacements } = require('sequelize/lib/utils/sql');
const said = {};
(async () => {
  for (const dialect of dialects) {
    const dialectModule = dialect === 'sqlite' ? { Database: class {} } : undefined;
    const sequelize = new Sequelize('app', 'u', 'p', { dialect, dialectModule, logging: false,
      databaseVersion: dialect === 'postgres' ? '16.0.0' : undefined });
    const queryInterface = sequelize.getQueryInterface();
    sequelize.dialect.connectionManager._refreshDynamicOIDs = async () => {};
    let texts;
    sequelize.query = async (sql, options = {}) => {
      const bind = sql.bind || [];
      let text = (sql.query || sql).trim().replace(/\\$(\\d+)/g,
        (mark, n) => (n <= bind.length ? queryInterface.queryGenerator.escape(bind[n - 1]) : mark));
      if (options.replacements) text = injectReplacements(text, sequelize.dialect, options.replacements);
      if (!/^(SELECT|SHOW|PRAGMA)/.test(text)) texts.push(text);
      if (options.type === 'DESCRIBE') return { a: { type: 'INTEGER', allowNull: true, defaultValue: null } };
      const named = { constraintType: 'UNIQUE', tableName: 'users', constraintName: 'named' };
      if (options.type === 'SHOWCONSTRAINTS') return [named];
      return options.plain ? null : [[], {}];
    };
    said[dialect] = {};
    for (const [name, run] of Object.entries(require(file).cases)) {
      said[dialect][name] = texts = [];
      try { await run(queryInterface, Sequelize); } catch (problem) { texts.push(`refused: ${problem.message}`); }
    }
  }
  console.log(JSON.stringify(said));
})();
"""


def _node(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    line = [node(), *words]
    return subprocess.run(line, cwd=folder, env=environ(), capture_output=True, text=True, check=False, timeout=60)


def environ() -> dict[str, str]:
    """What it runs with."""
    return {"PATH": os.environ["PATH"], "NODE_PATH": str(_packages())}


def _packages() -> Path:
    return modules(f"sequelize-{VERSION}") / "node_modules"


def sent_by(file: Path, *dialects: str) -> dict[str, dict[str, list[str]]]:
    """By dialect and case: what Sequelize would send for the functions of a module, without a server."""
    done = _node("-e", _SAID, str(file), *dialects, folder=file.parent)
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, list[str]]] = json.loads(done.stdout)
    return found


def configured(folder: Path, url: URL, dialect: str) -> None:
    """The configuration that the command and Halfway read."""
    config = {"dialect": dialect, "username": url.username, "password": url.password, "host": url.host,
              "port": url.port, "database": url.database, "logging": False}  # fmt: skip
    (folder / "config").mkdir(exist_ok=True)
    (folder / "config" / "config.json").write_text(json.dumps({"development": config}))


def cli(folder: Path, *words: str) -> tuple[int, str]:
    """Exit code and what it said."""
    done = _node(_command(), *words, folder=folder)
    return done.returncode, done.stdout + done.stderr


def line() -> list[str]:
    """Its command line."""
    return [node(), _command()]


def _command() -> str:
    return str(_packages() / "sequelize-cli/lib/sequelize")


@contextmanager
def at_work(folder: Path, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """The command while it runs; it is ended by SIGKILL."""
    with subprocess.Popen([node(), _command(), *words], cwd=folder, env=environ(), stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()
