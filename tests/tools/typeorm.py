"""The real TypeORM and its command: packages of npm in the tests' cache, run by node."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import URL

from tests.tools.npm import modules, node

VERSION, OLD = "1.1.1", "0.3.27"
_SAID = """
const [file, ...types] = process.argv.slice(1);
const { DataSource, Table } = require('typeorm');
const said = {};
(async () => {
  for (const type of types) {
    const source = new DataSource({ type, database: 'app' });
    if (type === 'postgres') source.driver.searchSchema = 'public';
    said[type] = {};
    for (const [name, run] of Object.entries(require(file).cases)) {
      const runner = source.createQueryRunner();
      const texts = (said[type][name] = []);
      runner.query = async (sql) => {
        if (/^SELECT . FROM current_/.test(sql)) return [{ current_schema: 'public', current_database: 'app' }];
        if (!/^(SELECT|SHOW)/.test(sql)) texts.push(sql);
        return [];
      };
      const columns = ['a', 'b'].map((name) => ({ name, type: 'int' }));
      runner.getCachedTable = async (name) => new Table({ name, columns });
      try { await run(runner); } catch (problem) { texts.push(`refused: ${problem.message}`); }
    }
  }
  console.log(JSON.stringify(said));
})();
"""


def _packages(version: str = VERSION) -> Path:
    return modules(f"typeorm-{version}") / "node_modules"


def environ(version: str = VERSION) -> dict[str, str]:
    """What it runs with."""
    return {"PATH": os.environ["PATH"], "NODE_PATH": str(_packages(version))}


def _node(*words: str, folder: Path, version: str = VERSION) -> subprocess.CompletedProcess[str]:
    line = [node(), *words]
    return subprocess.run(
        line, cwd=folder, env=environ(version), capture_output=True, text=True, check=False, timeout=60
    )


def sent_by(file: Path, *types: str, version: str = VERSION) -> dict[str, dict[str, list[str]]]:
    """By type and case: what TypeORM would send for the functions of a module, without a server."""
    done = _node("-e", _SAID, str(file), *types, folder=file.parent, version=version)
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, list[str]]] = json.loads(done.stdout)
    return found


def configured(folder: Path, url: URL, kind: str, **options: object) -> None:
    """The data source that the command and Halfway read."""
    given = {"type": kind, "host": url.host, "port": url.port, "username": url.username, "password": url.password or "",
             "database": url.database, "migrations": ["migrations/*.js"], **options}  # fmt: skip
    text = f"const {{ DataSource }} = require('typeorm');\nexports.default = new DataSource({json.dumps(given)});\n"
    (folder / "data-source.js").write_text(text)


def cli(folder: Path, command: str) -> tuple[int, str]:
    """Exit code and what it said."""
    done = _node(*_command(command), folder=folder)
    return done.returncode, done.stdout + done.stderr


def line() -> list[str]:
    """Its command line."""
    return [node(), *_command("")[:1]]


def _command(command: str) -> tuple[str, ...]:
    return (str(_packages() / "typeorm/cli.js"), command, "-d", "data-source.js")


@contextmanager
def at_work(folder: Path, command: str) -> Iterator[subprocess.Popen[bytes]]:
    """The command while it runs; it is ended by SIGKILL."""
    with subprocess.Popen([node(), *_command(command)], cwd=folder, env=environ(), stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()
