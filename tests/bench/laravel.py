"""Reading a Laravel project: Halfway against the tool's own `migrate --pretend`, which boots PHP and the framework."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.engine import URL

from console import frameworks
from console.core.ports import Framework, Project
from tests.bench.measure import compare, seconds
from tests.laravel.corpus import MIGRATIONS
from tests.laravel.project import LaravelProject, make_project
from tests.servers import run
from tests.tools.laravel import LARAVEL_8, php


def measure(server: URL) -> None:
    """The corpus of the tests."""
    run(server, "CREATE DATABASE bench_laravel")
    with TemporaryDirectory() as folder:
        project = make_project(Path(folder), php(LARAVEL_8), server.set(database="bench_laravel"))
        for name, path in MIGRATIONS.items():
            project.add(name, path.read_text())
        _compare(project, len(MIGRATIONS))


def _compare(project: LaravelProject, files: int) -> None:
    laravel = frameworks.load("laravel")
    found = laravel.detect(project.folder, {})
    assert found is not None
    own = seconds(lambda: _pretended(project))
    first = seconds(_reading(laravel, found), runs=1)
    again = seconds(_reading(laravel, found))
    base = ("php artisan migrate --pretend", own)
    compare(f"Laravel project of {files} files", base, ("halfway, first reading", first), ("halfway, again", again))


def _pretended(project: LaravelProject) -> None:
    done = project.migrate("--pretend")
    assert done.code == 0, done.said


def _reading(laravel: Framework, project: Project) -> Callable[[], object]:
    return lambda: laravel.read(project, None, "postgres", "public")
