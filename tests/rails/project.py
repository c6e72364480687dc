"""A Rails project in a folder, on a real database, driven by the real ActiveRecord; what it sent is recorded."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from sqlalchemy.engine import URL

from tests.tools.debian import DebianError, Wanted
from tests.tools.rails import RAILS_61, Ruby, ruby

_SCRIPT = Path(__file__).parent / "run.rb"
_ADAPTERS = {"postgresql": "postgresql", "mysql": "mysql2", "mariadb": "mysql2", "sqlite": "sqlite3"}
_OWN = ("schema_migrations", "ar_internal_metadata", "pg_try_advisory_lock", "pg_advisory_unlock", "GET_LOCK",
        "RELEASE_LOCK")  # fmt: skip
_CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SET ", "SELECT ", "SHOW ", "SAVEPOINT", "RELEASE ")
LOCK = """GEM
  remote: https://rubygems.org/
  specs:
    activerecord (6.1.7.10)
    rails (6.1.7.10)
"""


@dataclass(frozen=True, slots=True)
class Run:
    """What one command left."""

    code: int
    """Negative: the signal that ended it."""
    said: str


@dataclass(frozen=True, slots=True)
class Sent:
    """One statement as the server was sent it, blanks made single."""

    sql: str
    failed: bool


@dataclass(frozen=True, slots=True)
class RailsProject:
    """`folder` is the project; its config/database.yml names the database."""

    folder: Path
    ruby: Ruby

    def add(self, name: str, text: str) -> Path:
        """A migration file; `name` without .rb."""
        path = self.folder / "db/migrate" / f"{name}.rb"
        path.write_text(text)
        return path

    def run(self, *arguments: str, **environment: str) -> Run:
        """One command to its end, whatever end that is."""
        done = subprocess.run(
            self.ruby.command(_SCRIPT, *arguments),
            cwd=self.folder,
            env={**self._environment(), **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        return Run(done.returncode, (done.stdout + done.stderr)[:4000])

    def started(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start one command and leave it alone."""
        return subprocess.Popen(
            self.ruby.command(_SCRIPT, *arguments),
            cwd=self.folder,
            env=self._environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _environment(self) -> dict[str, str]:
        own = {"RAILS_ENV": "production", "RECORD_TO": str(self.log), "HOME": "/nonexistent"}
        return {**self.ruby.environment(), **own}

    @property
    def log(self) -> Path:
        """Where the recorder writes."""
        return self.folder / "recorded.jsonl"

    def sent(self) -> list[Sent]:
        """What migrations sent so far: Rails' own table, its lock and transactions left out."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        found = [json.loads(line) for line in lines]
        every = [Sent(" ".join(one["sql"].split()), one["failed"]) for one in found]
        loud = [one for one in every if not one.sql.upper().startswith(_CONTROL)]
        return [one for one in loud if not any(word in one.sql for word in _OWN)]

    def status(self) -> dict[str, str]:
        """`up` or `down` by version, as Rails itself tells it."""
        done = self.run("status")
        assert done.code == 0, done.said
        return {version: state for state, version, _ in json.loads(done.said.splitlines()[-1])}

    def is_done(self) -> bool:
        """Whether Rails has nothing to do."""
        done = self.run("pending")
        assert done.code == 0, done.said
        return json.loads(done.said.splitlines()[-1]) is False


def make_project(folder: Path, url: URL, wanted: Wanted = RAILS_61) -> RailsProject:
    """A project without any migration; one sentence instead of a traceback when there is no Rails to be had."""
    try:
        program = ruby(wanted)
    except DebianError as error:
        pytest.fail(str(error), pytrace=False)
    settings = {"adapter": _ADAPTERS[url.get_backend_name()], "database": url.database, "username": url.username,
                "password": url.password, "host": url.host or url.query.get("host"), "port": url.port}  # fmt: skip
    known = {key: value for key, value in settings.items() if value is not None}
    for name, text in (
        ("config/database.yml", yaml.safe_dump({"production": known})),
        ("bin/rails", "#!/usr/bin/env ruby\n"),
        ("Gemfile.lock", LOCK.replace("6.1.7.10", program.rails)),
        ("db/migrate/.keep", ""),
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return RailsProject(folder, program)
