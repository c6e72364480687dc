"""Django from PyPI with its drivers, in a folder of the tests' own cache: never in the project's environment."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from tests.tools.debian import DebianError, Wanted, cache_folder, unpacked

PINNED = {"4.2": "4.2.30", "5.0": "5.0.14", "5.1": "5.1.15", "5.2": "5.2.19", "6.0": "6.0.10",
          "wagtail": "5.2.19_wagtail_7.0.10"}  # fmt: skip
_NEWER = {"6.0": "3.13"}
"""Versions that need a newer Python than the tests run on, and which."""
_PYTHON = Wanted("trixie", ("python3.13", "python3.13-minimal", "libpython3.13-stdlib"))
_OTHER = ("--only-binary=:all:", "--ignore-requires-python")
"""What pip is told when it fetches for a Python that is not its own; every version is pinned."""
_DRIVERS = ("psycopg[binary]==3.3.*", "pymysql==1.2.*")
_COMPILED = ".compiled"
"""Is there once what every command loads has been compiled."""
_EVERY = """
import pymysql
pymysql.install_as_MySQLdb()
import django
from django.conf import settings
apps = [f"django.contrib.{name}" for name in ("admin", "auth", "contenttypes", "sessions", "messages")]
memory = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
settings.configure(INSTALLED_APPS=apps, DATABASES={"default": memory}, USE_TZ=True)
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0, skip_checks=True)
import django.db.backends.mysql.base, django.db.backends.postgresql.base
import django.core.management.commands.sqlmigrate, django.core.management.commands.showmigrations
"""


class DjangoError(Exception):
    """Django could not be had; its text is one sentence for people."""


def packages(version: str) -> Path:
    """A folder to import Django `version` from. Raises DjangoError."""
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / f"django_{PINNED[version]}"
    with (folder / f"{made.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.is_dir():
            _fetch(version, folder, made)
        if not (made / _COMPILED).exists():
            _compile(version, made)
    return made


def _compile(version: str, made: Path) -> None:
    """Commands of tests keep nothing compiled, as a migration may be written twice in one second; they would compile
    Django each time. What cannot be compiled is no harm."""
    environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "PYTHONPATH": str(made)}
    command = (*python(version), "-S", "-c", _EVERY)
    subprocess.run(command, env=environment, capture_output=True, check=False, timeout=300)
    (made / _COMPILED).touch()


def python(version: str) -> tuple[str, ...]:
    """The command line of a Python that this Django runs on. Raises DjangoError."""
    if version not in _NEWER:
        return (sys.executable,)
    try:
        debian = unpacked(_PYTHON)
    except DebianError as error:
        raise DjangoError(str(error)) from error
    return ("/usr/bin/env", f"PYTHONHOME={debian.root}/usr", *debian.command(f"usr/bin/python{_NEWER[version]}"))


def _fetch(version: str, folder: Path, made: Path) -> None:
    with tempfile.TemporaryDirectory(prefix=".making-", dir=folder) as name:
        target = Path(name) / "site"
        django, _, wagtail = PINNED[version].partition("_wagtail_")
        wanted = (f"Django=={django}", *_DRIVERS, *([f"wagtail=={wagtail}"] if wagtail else []))
        newer = (*_OTHER, "--python-version", _NEWER[version]) if version in _NEWER else ()
        pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--target", str(target))
        command = (*pip, *newer, *wanted)
        environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600, env=environment)
        if done.returncode:
            said = (done.stderr.strip().splitlines() or ["no reason was given"])[-1]
            raise DjangoError(f"Django {version} could not be had from PyPI ({said}); it is needed once.")
        with suppress(OSError):
            target.rename(made)
