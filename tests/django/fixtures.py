"""Fixtures for tests that run the real Django: projects on the tests' own servers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.django.project import DjangoProject, make_project
from tests.tools.django import DjangoError, packages

NewDjango = Callable[[URL, str, Mapping[str, str]], DjangoProject]


def _written_for(version: str, migrations: Mapping[str, str]) -> Mapping[str, str]:
    """From 6.0 on a check's condition is called so."""
    if version < "6":
        return migrations
    return {name: text.replace("(check=", "(condition=").replace(" check=", " condition=")
            for name, text in migrations.items()}  # fmt: skip


@pytest.fixture
def django(tmp_path: Path) -> NewDjango:
    """Makes a project: `django(url, "5.2", {"0001_initial": text})`."""

    def make(url: URL, version: str, migrations: Mapping[str, str]) -> DjangoProject:
        try:
            packages(version)
        except DjangoError as error:
            pytest.fail(str(error), pytrace=False)
        return make_project(tmp_path / "app", url, version, _written_for(version, migrations))

    return make
