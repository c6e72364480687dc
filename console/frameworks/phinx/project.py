"""Finding a project of Phinx: by its configuration, without what reads its migrations."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from console.core.ports import Project
from console.frameworks.phinx.settings import file_in, told
from console.readers.sources.around import Sign
from console.readers.sqlfiles.projects import project_of

SIGN = Sign("Phinx", lambda folder: file_in(folder) is not None, frozenset({"vendor", "node_modules"}))


def detect(folder: Path, environ: Mapping[str, str]) -> Project | None:
    """The project at, above or just below `folder`; None where no phinx.php, .json, .yaml or .yml lies."""
    return project_of("phinx", SIGN, folder, environ, told)
