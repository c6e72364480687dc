"""A large real application, migrated by its own Django from nothing: no migration of it is told to be anything else."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy.engine import URL

from tests.django.fixtures import NewDjango
from tests.django.project import DjangoProject
from tests.incidents.django_told import assess, letters

WAGTAIL = (
    "contrib.forms contrib.redirects contrib.search_promotions embeds sites users snippets documents images search "
    "admin"
).split()


def settled(project: DjangoProject) -> None:
    """Wagtail beside Django's own apps."""
    apps = [*(f"wagtail.{name}" for name in WAGTAIL), "wagtail", "modelcluster", "taggit"]
    settings = project.folder / "site_of" / "settings.py"
    more = 'WAGTAIL_SITE_NAME = "x"\nROOT_URLCONF = "site_of.urls"\nSTATIC_URL = "/s/"\n'
    more += f"INSTALLED_APPS = {apps!r} + INSTALLED_APPS\n"
    settings.write_text(settings.read_text() + more)
    (project.folder / "site_of" / "urls.py").write_text("urlpatterns = []\n")


def migrated(project: DjangoProject) -> None:
    """With every migration run by Django itself."""
    settled(project)
    done = project.migrate("--skip-checks")
    assert done.code == 0, done.said


def hold(project: DjangoProject, landed: int) -> None:
    """Everything is applied, and most of it by proof."""
    found = assess(project)
    migrations = [m for f in found.frameworks for m in f.migrations]
    assert {m.tracked.id: m.state.value for m in migrations if m.state.value != "applied"} == {}
    assert found.overall.value == "healthy", found.summary
    seen = Counter("".join(letters(m) for m in migrations))
    assert len(migrations) > 150
    assert seen["L"] > landed
    assert seen.keys() <= {"L", "U", "-"}


@pytest.mark.parametrize("postgres_server", [16], indirect=True)
def test_wagtail_on_postgresql_is_healthy(django: NewDjango, database: URL) -> None:
    project = django(database, "wagtail", {})
    migrated(project)
    hold(project, 300)


def test_wagtail_on_mysql_is_healthy(django: NewDjango, my_database: URL) -> None:
    project = django(my_database, "wagtail", {})
    migrated(project)
    hold(project, 240)
