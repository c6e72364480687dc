"""What Halfway reads of a Django project, as the tests compare it with what Django says."""

from __future__ import annotations

from pathlib import Path

from console.core.ports import Project
from console.core.statements import Sent
from console.frameworks.django import Django
from console.frameworks.django.application import application_of
from console.frameworks.django.files import Target, _of_project, _told
from console.readers.python.django_file import read_file
from console.readers.settings import environ_of


def found(folder: Path) -> Project:
    """The project in a folder."""
    project = Django().detect(folder, {})
    assert project is not None
    return project


def told(folder: Path, dialect: str, version: str = "") -> dict[str, tuple[tuple[Sent, ...], tuple[Sent, ...]]]:
    """Every migration's statements as they are read, forwards and backwards."""
    application = application_of(folder, environ_of(found(folder).settings))
    sources = list(_of_project(application))
    said = {source.key: read_file(source.file.text, source.package) for source in sources}
    texts = tuple((source.key, source.file.text, source.package, "") for source in sources)
    made = _told(application, texts, said, Target(dialect, "public", version))
    return {".".join(key): (one.up, one.down) for key, one in made.items()}
