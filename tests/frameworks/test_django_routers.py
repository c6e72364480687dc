"""Which routers are seen to hold nothing back, and which alias of a project is the database that is looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.core.observation import Server
from console.frameworks.django import Django
from console.frameworks.django.routers import command
from tests.django.making import SETTINGS, project, table, text, write

YES = "class R:\n    def allow_migrate(self, db, app_label, **hints):\n        return True\n"
READS = 'class R:\n    """Replicas."""\n    def db_for_read(self, model):\n        return pick()\n'
NO = "class R:\n    def allow_migrate(self, db, app_label, **hints):\n        return db == 'default'\n"
CHILD = "from other import B\nclass R(B):\n    pass\n"
BOUND = "class R:\n    allow_migrate = lambda *a, **k: False\n"
SEVERAL = """
DATABASES = {
    "default": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "HOST": "one"},
    "copy": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "HOST": "two"},
    "archive": {"ENGINE": "django.db.backends.postgresql", "NAME": "archive", "HOST": "one"},
}
"""


@pytest.mark.parametrize(
    ("router", "decides"),
    [(YES, False), (READS, False), (NO, True), (CHILD, True), (BOUND, True), ("", True)],
    ids=["yes", "reads", "no", "child", "bound", "gone"],
)
def test_only_a_router_that_lets_everything_through_is_passed_over(tmp_path: Path, router: str, decides: bool) -> None:
    folder = project(
        tmp_path, {"0001_one": text(operations=table("One"))}, f'{SETTINGS}DATABASE_ROUTERS = ["conf.r.R"]\n'
    )
    found = Django().detect(write(folder, {"conf/r.py": router}), {})
    assert found is not None
    statement = Django().read(found, None, "postgres", "public").migrations[0].statements[0]
    assert bool(statement.guards) is decides
    assert any("conf.r.R decides at run time" in told for told in found.missing) is decides


@pytest.mark.parametrize(
    ("name", "host", "called"),
    [
        ("shop", "one", "`manage.py migrate`"),
        ("shop", "two", "`manage.py migrate --database=copy`"),
        ("archive", "one", "`manage.py migrate --database=archive`"),
        ("shop", "10.0.0.1", "`manage.py migrate --database=...` (which of default, copy, archive"),
    ],
    ids=["default", "by-host", "by-name", "unknown"],
)
def test_an_alias_is_known_by_its_address(tmp_path: Path, name: str, host: str, called: str) -> None:
    found = Django().detect(project(tmp_path, {}, SETTINGS + SEVERAL), {})
    server = Server("postgresql", "16.4", 160004, name, host, "deploy")
    assert command(found, server).startswith(called)
