"""`python -m tests.laravel`: record again what the real Laravels send; review the difference."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import URL

from console.drill.server import PrivatePostgres
from tests.laravel.corpus import VARIANTS, run_all, written
from tests.laravel.project import make_project
from tests.mysql_servers import laravel_server
from tests.tools.laravel import php


@contextmanager
def _database(driver: str, folder: Path) -> Iterator[URL]:
    if driver == "pgsql":
        with PrivatePostgres() as postgres:
            yield postgres.url
    elif driver == "mysql":
        with laravel_server() as mariadb:
            yield mariadb
    else:
        (folder / "shop.sqlite").touch()
        yield URL.create("sqlite", database=str(folder / "shop.sqlite"))


def main() -> None:
    """All variants."""
    for variant in VARIANTS:
        folder = Path(tempfile.mkdtemp())
        with _database(variant.driver, folder) as url:
            project = make_project(folder / "app", php(variant.wanted), url, **variant.env)
            parts = run_all(project, variant)
            path = Path(__file__).parent / "truth" / f"{variant.name}.json"
            path.write_text(written(project.php.laravel, parts))
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
