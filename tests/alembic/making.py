"""Alembic projects, files and ledgers made for tests, without the real Alembic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from console.core.migration import Ledger, Tracked
from console.core.observation import Server, Tracking
from console.core.ports import Files, Project, TableRows
from console.frameworks.alembic import Alembic
from tests.frameworks.making import write

ALEMBIC = Alembic()
SERVER = Server("postgres", "16.4", 160004, "app", "db", "deploy")
INI = "[alembic]\nscript_location = migrations\nsqlalchemy.url = postgresql://deploy:s3cret@db/shop\n"
ENV = """
from alembic import context
from sqlalchemy import engine_from_config

config = context.config


def run_migrations_online():
    connectable = engine_from_config(config.get_section(config.config_ini_section), prefix="sqlalchemy.")
    with connectable.connect() as connection:
        context.configure(connection=connection, target_metadata=None)
        with context.begin_transaction():
            context.run_migrations()


run_migrations_online()
"""


def revision(
    name: str, down: str | tuple[str, ...] | None = None, up: str = "pass", depends: str | tuple[str, ...] | None = None
) -> str:
    """A revision file."""
    return f"""\"\"\"make {name}\"\"\"
from alembic import op
import sqlalchemy as sa

revision = {name!r}
down_revision = {down!r}
depends_on = {depends!r}


def upgrade():
    {up}


def downgrade():
    pass
"""


def app(folder: Path, line: Sequence[str] = (), files: Mapping[str, str] | None = None) -> Path:
    """A project with a line of revisions, and `files`; one whose text is empty is left out."""
    made = {"alembic.ini": INI, "migrations/env.py": ENV}
    for before, name in zip((None, *line), line, strict=False):
        made[f"migrations/versions/{name}.py"] = revision(name, before)
    made |= files or {}
    return write(folder, {name: text for name, text in made.items() if text})


def project(folder: Path, **environ: str) -> Project:
    """The project as it is detected."""
    found = ALEMBIC.detect(folder, environ)
    assert found is not None
    return found


def read(folder: Path, given: str | None = None) -> Files:
    """The files of the project in a folder."""
    return ALEMBIC.read(project(folder), given, "postgres", "public")


def ledger(*heads: str) -> Ledger:
    """A ledger with these heads."""
    rows = tuple((head,) for head in heads)
    parsed = ALEMBIC.parse_ledger("public.alembic_version", TableRows(("version_num",), rows, (None,) * len(rows)))
    assert parsed is not None
    return parsed


def track(folder: Path, *heads: str) -> Tracking:
    """Files of the project in `folder` joined with these heads."""
    made = project(folder)
    return ALEMBIC.track(made, ALEMBIC.read(made, None, "postgres", "public"), ledger(*heads), SERVER)


def by_id(tracking: Tracking) -> dict[str, Tracked]:
    """Tracked by id; ids are unique."""
    found = {tracked.id: tracked for tracked in tracking.tracked}
    assert len(found) == len(tracking.tracked)
    return found
