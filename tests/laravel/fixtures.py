"""Fixtures for tests that run the real Laravel: the framework, servers for it, projects on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.laravel.project import LaravelProject, make_project
from tests.mysql_servers import laravel_server
from tests.tools.debian import DebianError, Unpacked, Wanted, unpacked
from tests.tools.laravel import LARAVEL_8, Php

NewProject = Callable[..., LaravelProject]


def _had(wanted: Wanted) -> Unpacked:
    """One sentence instead of a traceback when there is no network: it is not the code under test that failed."""
    try:
        return unpacked(wanted)
    except DebianError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[URL]:
    """A private MariaDB."""
    with laravel_server() as url:
        yield url


@pytest.fixture
def laravel(tmp_path: Path) -> NewProject:
    """Makes a project of a real Laravel: `laravel(url, wanted=LARAVEL_10, DB_PREFIX="x_")`."""

    def make(url: URL, wanted: Wanted = LARAVEL_8, **env: str) -> LaravelProject:
        return make_project(tmp_path / "app", Php(_had(wanted)), url, **env)

    return make
