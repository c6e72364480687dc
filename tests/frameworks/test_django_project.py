"""A Django project as its files tell: settings read and never run, its database, its apps, its version."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.core.ports import Project
from console.frameworks.django import Django
from tests.django.making import SETTINGS, project, table, text, write

DICTIONARY = """
import os
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "USER": os.environ["DB_USER"],
    "PASSWORD": os.environ.get("DB_PASSWORD", ""), "HOST": os.getenv("DB_HOST", "db"), "PORT": "5433"}}
"""
BY_URL = """
import dj_database_url
DATABASES = {"default": dj_database_url.config(default="postgres://me:secret@db:5433/shop")}
"""
BY_ENVIRON = """
import environ
env = environ.Env(DEBUG=(bool, False))
environ.Env.read_env(".env")
DATABASES = {"default": env.db("DATABASE_URL")}
"""
BY_DECOUPLE = """
from decouple import config
DATABASES = {"default": {"ENGINE": "django.db.backends.mysql", "NAME": config("DB_NAME"), "USER": "u", "PASSWORD": "p",
    "HOST": "db", "PORT": config("DB_PORT", default=3306, cast=int)}}
"""
KNOWN = {"DB_USER": "me", "DB_PASSWORD": "secret", "DB_HOST": "db", "DATABASE_URL": "psql://me:secret@db:5433/shop",
         "DB_NAME": "shop", "DB_PORT": "3307"}  # fmt: skip


def found(folder: Path, environ: dict[str, str] | None = None) -> Project:
    made = Django().detect(folder, environ or {})
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        (DICTIONARY, "postgresql://me:secret@db:5433/shop"),
        (BY_URL, "postgresql://me:secret@db:5433/shop"),
        (BY_ENVIRON, "postgresql://me:secret@db:5433/shop"),
        (BY_DECOUPLE, "mysql://u:p@db:3307/shop"),
    ],
    ids=["dictionary", "dj-database-url", "django-environ", "decouple"],
)
def test_the_database_is_read_from_the_settings(tmp_path: Path, settings: str, url: str) -> None:
    made = found(project(tmp_path, {}, SETTINGS + settings), KNOWN)
    assert made.url is not None
    assert made.url.render_as_string(hide_password=False) == url
    assert made.missing[1:] == ()


@pytest.mark.parametrize(
    "settings", [DICTIONARY, BY_URL, BY_ENVIRON, BY_DECOUPLE], ids=["dictionary", "url", "environ", "decouple"]
)
def test_variables_that_are_not_known_make_no_url(tmp_path: Path, settings: str) -> None:
    made = found(project(tmp_path, {}, SETTINGS + settings))
    assert made.url is None
    assert "database is not known" in made.missing[-1]
    assert "secret" not in str(made)


def test_a_dotenv_beside_manage_py_is_read(tmp_path: Path) -> None:
    write(tmp_path, {".env": "DATABASE_URL=postgres://me:secret@db/shop\n"})
    made = found(project(tmp_path, {}, SETTINGS + BY_ENVIRON))
    assert made.url is not None
    assert made.url.database == "shop"


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("postgres:///shop?host=/run/pg&conn_max_age=5", "postgresql:///shop?host=%2Frun%2Fpg"),
        ("mysql:///shop?unix_socket=/run/my.sock", "mysql:///shop?unix_socket=%2Frun%2Fmy.sock"),
    ],
)
def test_what_a_url_says_of_the_place_behind_its_question_mark_is_kept(tmp_path: Path, given: str, read: str) -> None:
    made = found(project(tmp_path, {}, SETTINGS + BY_ENVIRON), {"DATABASE_URL": given})
    assert made.url is not None
    assert made.url.render_as_string() == read


def test_settings_in_several_files_are_read_from_top_to_bottom(tmp_path: Path) -> None:
    folder = project(tmp_path, {"0001_one": text(operations=table("One"))}, "from .base import *\nDEBUG = False\n")
    more = (
        'INSTALLED_APPS += ["other"]\nif DEBUG:\n    INSTALLED_APPS = []\nINSTALLED_APPS.append("third.apps.Third")\n'
    )
    write(folder, {
        "conf/base.py": f"DEBUG = False\n{SETTINGS}{more}",
        "other/__init__.py": "", "other/migrations/0001_a.py": text(operations=table("A")),
        "third/__init__.py": "", "third/apps.py": "from django.apps import AppConfig\n\nclass Third(AppConfig):\n"
        '    name = "third"\n    label = "thirds"\n',
        "third/migrations/0001_b.py": text(operations=table("B")),
    })  # fmt: skip
    files = Django().read(found(folder), None, "postgres", "public")
    assert [m.id for m in files.migrations] == ["other.0001_a", "shop.0001_one", "thirds.0001_b"]
    assert 'CREATE TABLE "thirds_b"' in files.migrations[2].statements[0].sql


def test_apps_that_only_a_run_could_tell_are_said(tmp_path: Path) -> None:
    settings = "import conf.more\nINSTALLED_APPS = conf.more.apps()\n"
    made = found(project(tmp_path, {}, settings))
    assert any("INSTALLED_APPS" in text for text in made.missing)
    assert Django().read(made, None, "postgres", "public").migrations == ()


def test_packages_that_are_not_here_are_named(tmp_path: Path) -> None:
    made = found(project(tmp_path, {}, 'INSTALLED_APPS = ["shop", "django.contrib.auth"]\n'))
    assert any("django.contrib.auth" in text for text in made.missing)


def test_the_version_is_that_of_the_environment_else_of_a_lock_file(tmp_path: Path) -> None:
    folder = project(tmp_path, {})
    assert found(folder).settings["version"] == "5.2"
    assert "is assumed" in found(folder).missing[0]
    write(folder, {"uv.lock": '[[package]]\nname = "django"\nversion = "4.2.9"\n'})
    assert found(folder).settings["version"] == "4.2"
    place = ".venv/lib/python3.12/site-packages/django/__init__.py"
    write(folder, {place: 'VERSION = (5, 1, 3, "final", 0)\n', ".venv/pyvenv.cfg": ""})
    assert found(folder).settings["version"] == "5.1.3"


def test_nothing_of_the_project_is_run(tmp_path: Path) -> None:
    bomb = "import pathlib\npathlib.Path(__file__).with_name('ran').touch()\n"
    folder = project(tmp_path, {"0001_one": bomb + text(operations=table("One"))}, bomb + SETTINGS)
    files = Django().read(found(folder), None, "postgres", "public")
    assert len(files.migrations) == 1
    assert list(tmp_path.rglob("ran")) == []


def test_django_detection_of_several_projects_below_asks_which(tmp_path: Path) -> None:
    from console.core.faults import ProjectFault

    project(tmp_path / "one", {})
    project(tmp_path / "two", {})
    with pytest.raises(ProjectFault, match="several Django projects"):
        Django().detect(tmp_path, {})
