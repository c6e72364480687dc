"""The tool's own rollback on MySQL and MariaDB, run for real; and what keeps it from being run there."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.plan import Word
from tests.acting.by_tool import Shop, on_alembic, on_django, on_laravel, on_rails, taken_back
from tests.alembic.project import NewAlembic, alembic
from tests.django.fixtures import NewDjango
from tests.laravel.fixtures import NewProject
from tests.mysql_servers import MyServer

__all__ = ["alembic"]

MYSQL = pytest.mark.parametrize("my_server", ["mysql"], indirect=True)
MARIADB = pytest.mark.parametrize("my_server", ["mariadb"], indirect=True)


@pytest.fixture
def shop(
    laravel: NewProject, my_server: MyServer, my_database: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Shop:
    return on_laravel(laravel, my_database, tmp_path, monkeypatch)


@MYSQL
def test_laravel_takes_back_on_mysql_only_its_newest_and_only_here(shop: Shop) -> None:
    with shop.hired() as ann:
        assert (
            "The tool would take back 2024_02_01_000000_notes." in shop.planned(ann, "2024_01_01_000000_orders").refused
        )
        plan, settings = shop.planned(ann), shop.folder / ".env"
        here = settings.read_text()
        settings.write_text(here.replace(f"={shop.url.database}", "=other"))
        (elsewhere,) = ann.acting.carry_out(plan, plan.phrases).outcomes
        assert elsewhere.detail.endswith("/other, which is not this database.")
        settings.write_text(here)
        shop.run("INSERT INTO migrations (migration, batch) VALUES ('2024_03_01_000000_other', 9)")
        (changed,) = ann.acting.carry_out(plan, plan.phrases).outcomes
        assert [(one.word, one.sent) for one in (elsewhere, changed)] == [(Word.REFUSED, False)] * 2
        assert shop.tables() == 1
        shop.run("DELETE FROM migrations WHERE batch = 9")
    taken_back(shop)


@MARIADB
def test_rails_takes_back_on_mariadb(my_server: MyServer, my_database: URL, tmp_path: Path) -> None:
    taken_back(on_rails(my_database, tmp_path))


@MARIADB
def test_django_takes_back_on_mariadb(
    django: NewDjango, my_server: MyServer, my_database: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken_back(on_django(django, my_database, monkeypatch))


@MYSQL
def test_alembic_takes_back_on_mysql(
    alembic: NewAlembic, my_server: MyServer, my_database: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken_back(on_alembic(alembic, my_database, monkeypatch))
