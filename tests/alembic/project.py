"""An Alembic project in a folder, on a real database, driven by the real command; what it sent is recorded."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.tools.alembic import LATEST, PackagesError, Release, command, environment, fetched

ENV = """
import json
import os

from alembic import context
from sqlalchemy import create_engine, event, pool

config = context.config
config.set_main_option("sqlalchemy.url", os.environ["DATABASE_URL"].replace("%", "%%"))
LOG = os.path.join(os.path.dirname(__file__), "sent.jsonl")


def record(kind, statement):
    with open(LOG, "a") as log:
        log.write(json.dumps([kind, statement]) + "\\n")


def run_migrations_offline():
    context.configure(url=config.get_main_option("sqlalchemy.url"), literal_binds=True,
                      dialect_opts={"paramstyle": "named"}, target_metadata=None)
    with context.begin_transaction():
        context.run_migrations()


def run_migrations_online():
    engine = create_engine(config.get_main_option("sqlalchemy.url"), poolclass=pool.NullPool)
    event.listen(engine, "before_cursor_execute", lambda c, cur, sql, *_: record("begun", sql))
    event.listen(engine, "after_cursor_execute", lambda c, cur, sql, *_: record("done", sql))
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=None{options})
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    run_migrations_offline()
else:
    run_migrations_online()
"""
_DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
    "sqlite": "sqlite",
}
HEAD = '''"""{message}"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql

revision = {revision!r}
down_revision = {down!r}
branch_labels = None
depends_on = {depends!r}


def upgrade() -> None:
{up}


def downgrade() -> None:
{down_body}
'''


@dataclass(frozen=True, slots=True)
class Run:
    """What one command left."""

    code: int
    out: str
    said: str


@dataclass(frozen=True, slots=True)
class AlembicProject:
    """`folder` is the project; DATABASE_URL names the database."""

    folder: Path
    url: URL
    release: Release

    @property
    def environ(self) -> dict[str, str]:
        """What names the database."""
        driver = _DRIVERS[self.url.get_backend_name()]
        return {"DATABASE_URL": self.url.set(drivername=driver).render_as_string(hide_password=False)}

    def add(
        self,
        revision: str,
        up: str,
        down: str = "pass",
        *,
        after: str | tuple[str, ...] | None = None,
        depends: str | tuple[str, ...] | None = None,
    ) -> Path:
        """A revision file; the bodies are lines of Python."""
        path = self.folder / "migrations" / "versions" / f"{revision}_x.py"
        text = HEAD.format(message=f"make {revision}", revision=revision, down=after, depends=depends,
                           up=_indented(up), down_body=_indented(down))  # fmt: skip
        path.write_text(text)
        return path

    def alembic(self, *arguments: str) -> Run:
        """Run one command to its end, whatever end that is."""
        env = {**environment(self.release), **self.environ}
        done = subprocess.run(
            command("-c", str(self.folder / "alembic.ini"), *arguments),
            cwd=self.folder,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        return Run(done.returncode, done.stdout, done.stderr)

    def sent(self, kind: str = "done") -> list[str]:
        """What it sent (`begun`), or what the server carried out (`done`), without its own table's."""
        log = self.folder / "migrations" / "sent.jsonl"
        entries = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
        return [sql.strip() for what, sql in entries if what == kind and not _is_own(sql)]

    def forget(self) -> None:
        """What was sent so far."""
        (self.folder / "migrations" / "sent.jsonl").unlink(missing_ok=True)


def _indented(body: str) -> str:
    return "\n".join(f"    {line}" for line in body.strip().splitlines())


_PROBES = ("select pg_catalog.version()", "show standard_conforming_strings", "select current_schema()")


def _is_own(sql: str) -> bool:
    """Alembic's table, and what SQLAlchemy asks a server first."""
    words = sql.strip().lower()
    return "alembic_version" in words or words.startswith(("select", "show", "describe", "pragma")) or words in _PROBES


NewAlembic = Callable[..., AlembicProject]


def make_project(folder: Path, url: URL, release: Release = LATEST, options: str = "") -> AlembicProject:
    """An empty project. `options` are words for context.configure: `, transaction_per_migration=True`."""
    try:
        fetched(release)
    except PackagesError as error:
        pytest.fail(str(error), pytrace=False)
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True)
    (folder / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s/migrations\n")
    (folder / "migrations" / "env.py").write_text(ENV.replace("{options}", options))
    return AlembicProject(folder, url, release)


@pytest.fixture
def alembic(tmp_path: Path) -> NewAlembic:
    """Makes a project of a real Alembic: `alembic(url, release=OLDER)`."""

    def make(url: URL, release: Release = LATEST, options: str = "") -> AlembicProject:
        return make_project(tmp_path / "app", url, release, options)

    return make
