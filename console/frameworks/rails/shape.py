"""What decides the SQL of all files of a Rails project, besides the files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from console.core.ports import Project
from console.readers.ruby.catalogue import Catalogue
from console.readers.ruby.context import Context
from console.readers.ruby.inflector import Inflector, inflector_of
from console.readers.ruby.migration import Version
from console.readers.settings import read_text


@dataclass(frozen=True)
class Shape:
    """The server, the installed Rails, and what the application changes of names."""

    dialect: str
    home: str
    rails: Version | None
    """The Rails that is installed; None: not known."""
    prefix: str
    suffix: str
    inflector: Inflector

    def context(self, rails: Version, version: Version, catalogue: Catalogue) -> Context:
        """How the commands of a file of that version become SQL under that Rails."""
        return Context(self.dialect, self.home, rails, version, self.prefix, self.suffix, self.inflector, catalogue)


def shape_of(project: Project, folder: Path, dialect: str, home: str) -> Shape:
    """As the project in `folder` says."""
    settings = project.settings
    installed = tuple(int(part) for part in settings.get("version", "").split(".") if part)
    return Shape(
        dialect,
        home,
        (installed[0], installed[1]) if len(installed) > 1 else None,
        settings.get("prefix", ""),
        settings.get("suffix", ""),
        inflector_of(read_text(folder / "config/initializers/inflections.rb") or ""),
    )
