"""Alembic from PyPI, pinned, in the tests' cache outside the clone: never in the project's own environment."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from tests.tools import packages
from tests.tools.packages import PackagesError

__all__ = ["LATEST", "OLDER", "PackagesError", "Release", "command", "environment", "fetched"]

_DRIVERS = ("psycopg[binary]==3.3.9", "pymysql==1.2.4")


@dataclass(frozen=True, slots=True)
class Release:
    """One Alembic with the SQLAlchemy it was used with."""

    alembic: str
    sqlalchemy: str

    @property
    def wanted(self) -> tuple[str, ...]:
        """For pip."""
        return (f"alembic=={self.alembic}", f"sqlalchemy=={self.sqlalchemy}", *_DRIVERS)

    @property
    def name(self) -> str:
        """How the folder of its packages is called."""
        return f"alembic-{self.alembic}-sqlalchemy-{self.sqlalchemy}-{packages.PYTHON}"


LATEST = Release("1.20.1", "2.1.9")
OLDER = Release("1.13.3", "2.0.36")


def fetched(release: Release) -> Path:
    """The folder of the packages, from the cache or fetched now."""
    return packages.fetched(release.name, release.wanted)


def command(*arguments: str) -> list[str]:
    """A command line that sees these packages and nothing of this machine's."""
    return [sys.executable, "-S", "-s", "-m", "alembic", *arguments]


def environment(release: Release) -> dict[str, str]:
    """What the command runs with."""
    return packages.environment(fetched(release))
