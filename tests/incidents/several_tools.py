"""One folder with a Django and an Alembic project on one database, and ledgers of tools that have no project there."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import URL

from tests.alembic.project import AlembicProject, make_project
from tests.django.fixtures import NewDjango
from tests.django.project import DjangoProject
from tests.django.shop import migration as file
from tests.headless import Answer, halfway
from tests.incidents.alembic_told import FIRST
from tests.incidents.django_told import BASE, NICK, NOTES, UNIQUE

PEOPLE = """
op.create_table("people", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(80)))
"""
STOPPED = NICK + UNIQUE + NOTES
"""One of three statements runs where each commits by itself and two customers have one address."""
HISTORY = (
    "CREATE TABLE {}flyway_schema_history (installed_rank INT PRIMARY KEY, version VARCHAR(50), description"
    " VARCHAR(200), type VARCHAR(20), script VARCHAR(1000), checksum INT, installed_by VARCHAR(100), installed_on"
    " TIMESTAMP DEFAULT CURRENT_TIMESTAMP, execution_time INT, success BOOLEAN)"
)
FLYWAY = (
    HISTORY.format(""),
    "INSERT INTO flyway_schema_history VALUES (1, '1', 'first', 'SQL', 'V1__first.sql', 77, 'me', now(), 5, true)",
)
GOLANG = ("CREATE TABLE schema_migrations (version BIGINT PRIMARY KEY, dirty BOOLEAN NOT NULL)",
          "INSERT INTO schema_migrations VALUES (20240101000000, true)")  # fmt: skip
DBMATE = ("CREATE TABLE schema_migrations (version VARCHAR(128) PRIMARY KEY)",
          "INSERT INTO schema_migrations VALUES ('20240101000000')")  # fmt: skip
RAILS = ("CREATE TABLE ar_internal_metadata (`key` VARCHAR(255) PRIMARY KEY, value VARCHAR(255))",)


def both(django: NewDjango, url: URL) -> tuple[DjangoProject, AlembicProject]:
    """Two healthy projects in one folder: the real Django and the real Alembic have run."""
    theirs = django(url, "5.2", {"0001_initial": file(BASE)})
    assert theirs.migrate().code == 0
    others = make_project(theirs.folder, url)
    others.add(FIRST, PEOPLE, 'op.drop_table("people")')
    assert others.alembic("upgrade", "head").code == 0
    return theirs, others


def told(project: AlembicProject, *arguments: str) -> Answer:
    """What `halfway assess` says in the folder of both, which names the database."""
    return halfway("assess", "--project", str(project.folder), *arguments, env=project.environ)


def tools(answer: Answer) -> dict[str, tuple[str, int, set[str], bool]]:
    """Of each tool: its ledger, how many rows that has, the states of its migrations, whether it has a project."""
    return {
        f["framework"]: (
            f["ledger"].rpartition(".")[2],
            f["rows"],
            {m["state"] for m in f["migrations"]},
            f["project"] is not None,
        )
        for f in answer.document["frameworks"]
    }


def by_name(url: URL) -> str:
    """The URL as a person writes it."""
    return url.set(drivername=url.get_backend_name()).render_as_string(hide_password=False)


def by_url(url: URL, folder: Path, *arguments: str) -> Answer:
    """The same of a database alone: there is no project in the folder."""
    folder.mkdir(exist_ok=True)
    return halfway("assess", by_name(url), "--project", str(folder), *arguments)
