"""Fixtures for tests that run the real Django: projects on the tests' own servers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.django.packages import DjangoError, packages
from tests.django.project import DjangoProject, make_project

NewDjango = Callable[[URL, str, Mapping[str, str]], DjangoProject]


@pytest.fixture
def django(tmp_path: Path) -> NewDjango:
    """Makes a project: `django(url, "5.2", {"0001_initial": text})`."""

    def make(url: URL, version: str, migrations: Mapping[str, str]) -> DjangoProject:
        try:
            packages(version)
        except DjangoError as error:
            pytest.fail(str(error), pytrace=False)
        return make_project(tmp_path / "app", url, version, migrations)

    return make
