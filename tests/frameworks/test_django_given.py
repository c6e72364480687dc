"""What --migrations names: a folder of one app, a whole project, one file, a tar; the app is the folder around."""

from __future__ import annotations

import tarfile
from pathlib import Path

from console.core.ports import Files, Project
from console.frameworks.django import Django
from tests.django.making import app, text, write


def read(place: Path) -> Files:
    """Nothing but what was named."""
    bare = Project("django", str(place), bare=True)
    return Django().read(bare, str(place), "postgres", "public")


def test_a_folder_of_migrations_is_that_of_the_app_around_it(tmp_path: Path) -> None:
    found = read(app(tmp_path, ("0001_one", "0002_two")) / "shop" / "migrations")
    assert [m.id for m in found.migrations] == ["shop.0001_one", "shop.0002_two"]
    assert found.migrations[1].statements[0].sql.startswith('CREATE TABLE "shop_of0002two"')


def test_a_whole_project_is_looked_through(tmp_path: Path) -> None:
    assert [m.id for m in read(app(tmp_path, ("0001_one",))).migrations] == ["shop.0001_one"]


def test_one_file_says_nothing_of_others(tmp_path: Path) -> None:
    found = read(app(tmp_path, ("0001_one", "0002_two")) / "shop" / "migrations" / "0002_two.py")
    assert ([m.id for m in found.migrations], bool(found.unread)) == (["shop.0002_two"], True)


def test_a_tar_of_a_whole_image_holds_its_apps(tmp_path: Path) -> None:
    app(tmp_path / "srv" / "site", ("0001_one",))
    with tarfile.open(tmp_path / "image.tar", "w") as image:
        image.add(tmp_path / "srv", "srv")
    assert [m.id for m in read(tmp_path / "image.tar").migrations] == ["shop.0001_one"]


def test_what_is_no_migration_is_left_out(tmp_path: Path) -> None:
    write(
        tmp_path / "shop" / "migrations",
        {"__init__.py": "", "_helper.py": "x = 1", "~0003.py": "", "0001_a.py": text()},
    )
    assert [m.id for m in read(tmp_path / "shop" / "migrations").migrations] == ["shop.0001_a"]
