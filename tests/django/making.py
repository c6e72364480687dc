"""A small Django project on disk, without any Django: what the adapter finds and joins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

MANAGE = 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "conf.settings")\n'
SETTINGS = 'INSTALLED_APPS = ["shop"]\nDEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"\nUSE_TZ = True\n'
_FILE = """from django.db import migrations, models

class Migration(migrations.Migration):
    {more}
    dependencies = [{dependencies}]
    operations = [{operations}]
"""
_TABLE = 'migrations.CreateModel("{name}", [("id", models.BigAutoField(primary_key=True))])'


def text(*dependencies: tuple[str, str], operations: str = "", more: str = "") -> str:
    """A migration file."""
    return _FILE.format(dependencies=", ".join(map(repr, dependencies)), operations=operations, more=more)


def table(name: str) -> str:
    """An operation that makes a model of one column."""
    return _TABLE.format(name=name)


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Files below a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return folder


def project(folder: Path, migrations: Mapping[str, str], settings: str = SETTINGS) -> Path:
    """A project whose app `shop` has these migrations, by name."""
    inside = {f"shop/migrations/{name}.py": content for name, content in migrations.items()}
    files = {"manage.py": MANAGE, "conf/__init__.py": "", "conf/settings.py": settings, "shop/__init__.py": "",
             "shop/migrations/__init__.py": ""}  # fmt: skip
    return write(folder, {**files, **inside})


def app(folder: Path, names: Iterable[str]) -> Path:
    """A project whose migrations depend each on the one before."""
    found: dict[str, str] = {}
    before: tuple[tuple[str, str], ...] = ()
    for name in names:
        found[name] = text(*before, operations=table(f"Of{name.replace('_', '')}"))
        before = (("shop", name),)
    return project(folder, found)
