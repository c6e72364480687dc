"""A Django project in a folder, on a real database, driven by the real manage.py; what it sent is recorded."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL

from tests.tools.django import packages, python

_APP = Path(__file__).parent / "app"
"""Its files end in .txt: they are Django's, not ours, to be checked."""
_ENGINES = {"postgresql": "django.db.backends.postgresql", "mysql": "django.db.backends.mysql",
            "mariadb": "django.db.backends.mysql", "sqlite": "django.db.backends.sqlite3"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """What one command left."""

    code: int
    """Negative: the signal that ended it."""
    said: str


@dataclass(frozen=True, slots=True)
class DjangoProject:
    """`folder` is the project; its settings name the database."""

    folder: Path
    site: Path
    python: tuple[str, ...]
    """The command line of its Python."""

    @property
    def log(self) -> Path:
        """Where the recorder writes."""
        return self.folder / "recorded.jsonl"

    @property
    def sent(self) -> tuple[str, ...]:
        """What the server took, in order, since the log was last emptied."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return tuple(str(json.loads(line)) for line in lines)

    def add(self, name: str, text: str) -> None:
        """A migration of the app `shop`."""
        (self.folder / "shop" / "migrations" / f"{name}.py").write_text(text)

    def manage(self, *arguments: str, **environment: str) -> Run:
        """Run one command to its end, whatever end that is."""
        done = subprocess.run(
            (*self.python, "-S", str(self.folder / "manage.py"), *arguments),
            cwd=self.folder,
            env=self._environment(environment),
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        return Run(done.returncode, done.stdout + done.stderr)

    def migrate(self, *arguments: str, **environment: str) -> Run:
        """`manage.py migrate`, with an empty log before it."""
        self.log.write_text("")
        return self.manage("migrate", "--no-color", *arguments, **environment)

    def told(self) -> dict[str, dict[str, list[str]]]:
        """What sqlmigrate says of each migration when its turn comes, which is then run: up and down."""
        done = self.manage("told")
        assert done.code == 0, done.said
        found: dict[str, dict[str, list[str]]] = json.loads(done.said.splitlines()[-1])
        return found

    def _environment(self, more: Mapping[str, str]) -> dict[str, str]:
        return {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "HOME": str(self.folder), "PYTHONPATH": str(self.site),
                "PYTHONDONTWRITEBYTECODE": "1", "RECORD_TO": str(self.log), **more}  # fmt: skip


def make_project(folder: Path, url: URL, version: str, migrations: Mapping[str, str]) -> DjangoProject:
    """The app of tests/django/app on a database, with these migrations of its app `shop`."""
    shutil.copytree(_APP, folder, dirs_exist_ok=True)
    for path in folder.rglob("*.py.txt"):
        path.rename(path.with_suffix(""))
    site = packages(version)
    place = folder / ".venv" / "lib" / "python3.11"
    place.mkdir(parents=True, exist_ok=True)
    (place / "site-packages").symlink_to(site)
    settings = folder / "site_of" / "settings.py"
    settings.write_text(settings.read_text() + f"\nDATABASES = {_databases(url)!r}\n")
    project = DjangoProject(folder, site, python(version))
    for name, text in migrations.items():
        project.add(name, text)
    return project


def _databases(url: URL) -> dict[str, dict[str, Any]]:
    """As a project has it."""
    host = url.host or url.query.get("host") or ""
    return {
        "default": {
            "ENGINE": _ENGINES[url.get_backend_name()],
            "NAME": url.database,
            "USER": url.username or "",
            "PASSWORD": url.password or "",
            "HOST": host,
            "PORT": str(url.port or ""),
        }
    }
