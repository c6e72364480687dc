"""Several databases in one project of the real Django, and a router that keeps an app out of one of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.assessment import Assessment
from console.incident import Incident
from console.wiring import Options, find, source
from tests.django.fixtures import NewDjango
from tests.django.project import DjangoProject
from tests.django.shop import migration as file
from tests.incidents.django_told import BASE, FIRST, judged_of, letters

ROUTER = """
class {name}:
    def db_for_read(self, model, **hints):
        return None

    def allow_migrate(self, db, app_label, model_name=None, **hints):
        return {answer}
"""
KEEPS_OUT = "db == 'default' if app_label == 'shop' else None"


@pytest.fixture
def project(django: NewDjango, tmp_path: Path) -> DjangoProject:
    """A shop beside an archive."""
    made = django(URL.create("sqlite", database=str(tmp_path / "shop.sqlite")), "5.2", {"0001_initial": file(BASE)})
    settings = made.folder / "site_of" / "settings.py"
    archive = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "archive.sqlite")}
    more = f'DATABASES["archive"] = {archive!r}\nDATABASE_ROUTERS = ["site_of.routers.Home"]\n'
    settings.write_text(settings.read_text() + more)
    return made


def routed(project: DjangoProject, answer: str) -> None:
    (project.folder / "site_of" / "routers.py").write_text(ROUTER.format(name="Home", answer=answer))


def observed(project: DjangoProject, database: str) -> Assessment:
    """What Halfway says of one of the two."""
    options = Options(project=str(project.folder), url=f"sqlite:///{project.folder.parent}/{database}.sqlite")
    incident = Incident(source(find(options, {})))
    try:
        return incident.observe()
    finally:
        incident.stop()


def test_what_a_router_holds_back_is_recorded_and_not_missed(project: DjangoProject) -> None:
    routed(project, KEEPS_OUT)
    assert project.migrate("--database=archive").code == 0
    assert not any("shop" in sql for sql in project.sent)
    found = observed(project, "archive")
    judged = judged_of(found, FIRST)
    assert (letters(judged), judged.state.value) == ("UU", "applied")
    assert all("site_of.routers.Home" in one.evidence for one in judged.statements)


def test_what_it_lets_through_is_judged(project: DjangoProject) -> None:
    routed(project, KEEPS_OUT)
    assert project.migrate().code == 0
    judged = judged_of(observed(project, "shop"), FIRST)
    assert (letters(judged), judged.state.value) == ("LL", "applied")


def test_each_database_has_its_own_rows_and_its_own_command(project: DjangoProject) -> None:
    routed(project, "True")
    assert project.migrate().code == 0
    assert observed(project, "shop").frameworks[0].next_run == ""
    (project.folder.parent / "archive.sqlite").touch()
    archive = observed(project, "archive")
    assert judged_of(archive, FIRST).state.value == "pending"
    assert archive.frameworks[0].next_run.startswith("`manage.py migrate --database=archive` makes django_migrations")
    assert set(letters(judged_of(archive, FIRST))) == {"N"}
