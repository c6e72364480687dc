"""Finding a project of Doctrine Migrations: by its configuration, without what reads its migrations."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from console.core.ports import Project
from console.frameworks.doctrine.settings import file_in, told
from console.readers.sources.around import Sign
from console.readers.sqlfiles.projects import project_of

_SKIPPED = frozenset({"vendor", "node_modules", "var"})


def _holds(folder: Path) -> bool:
    path = file_in(folder)
    return path is not None and (path.name != "migrations.php" or "migrations_" in path.read_text(errors="replace"))


SIGN = Sign("Doctrine", _holds, _SKIPPED)


def detect(folder: Path, environ: Mapping[str, str]) -> Project | None:
    """The project at, above or just below `folder`; None where nothing configures Doctrine Migrations."""
    return project_of("doctrine", SIGN, folder, environ, told)
