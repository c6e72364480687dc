"""Every statement that is read from a project is what its own Django sends, character for character, there and back."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.statements import Sent
from console.readers.python.django_literals import MADE_WHEN_RUN
from console.readers.python.django_writer import ASKED
from tests.django.fixtures import NewDjango
from tests.django.project import DjangoProject
from tests.django.reading import found, told
from tests.django.shop import KEYS, NAMED_LATER, NEWER, ONLY_POSTGRESQL, PAIRS, SHOP
from tests.mysql_servers import MyServer

pytestmark = pytest.mark.slow

VERSIONS = ["4.2", "5.0", "5.1", "5.2", "6.0"]
FIRST_AND_LAST = pytest.mark.parametrize("version", ["4.2", "6.0"], indirect=True)
LAST = pytest.mark.parametrize("version", ["6.0"], indirect=True)
ON_MYSQL = pytest.mark.parametrize(
    ("my_server", "version"),
    [*(("mysql", version) for version in VERSIONS), ("mariadb", VERSIONS[0]), ("mariadb", VERSIONS[-1])],
    indirect=True,
)
"""Every release on one kind; on the other, whose SQL for most of this is the same, the first and the last."""
SINCE_PAIRS = pytest.mark.parametrize("version", ["5.2"], indirect=True)
SINCE_DEFAULTS = pytest.mark.parametrize("version", ["5.0", "6.0"], indirect=True)
MYSQL = ("mysql", "mariadb")
RENAME = "shop.0005_rename"
UNKNOWN = "on MariaDB 10.7 and newer"


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


def known(sent: tuple[Sent, ...]) -> list[str]:
    """What is known of the statements; of some only as long as the name is the one of today."""
    return [one.sql or one.source for one in sent if one.sql or one.unreadable == ASKED]


def effects(sent: tuple[Sent, ...]) -> list[str]:
    """The statements, and what those do whose text is not known to the letter."""
    return [one.sql or one.effect or one.source for one in sent]


def columns(sql: str) -> list[str]:
    """A statement whose columns have no order."""
    return sorted(sql.split(", ")) if sql.startswith("CREATE TABLE") else [sql]


def sent_to(sent: tuple[Sent, ...]) -> list[Sent]:
    """The statements without those that a function of the file sends."""
    return [one for one in sent if not one.unreadable.startswith("RunPython(")]


def later(sent: Sent) -> bool:
    """Its value is made when it runs."""
    return not sent.sql and sent.unreadable == MADE_WHEN_RUN


def compare(project: DjangoProject, dialect: str, server: str = "") -> int:
    """How many statements are the same; no other is."""
    real = project.told()
    ours = told(project.folder, dialect, server)
    assert real.keys() == ours.keys()
    same = 0
    for name, theirs in real.items():
        if name == RENAME:
            assert dialect in MYSQL or sorted(map(columns, effects(ours[name][0]))) == sorted(
                map(columns, theirs["up"])
            )
            continue
        for way, sent in zip(("up", "down"), ours[name], strict=True):
            pairs = [
                (real_one, one) for real_one, one in zip(theirs[way], sent_to(sent), strict=True) if not later(one)
            ]
            assert [one.sql or one.source for _, one in pairs] == [real_one for real_one, _ in pairs], f"{name} {way}"
            assert way == "down" or len(pairs) == len(theirs[way]), name
            same += len(pairs)
        said = [line.removesuffix(";") for line in theirs["said"] or [] if line not in ("BEGIN;", "COMMIT;")]
        # on SQLite sqlmigrate puts the columns of a new table in another order than migrate does
        assert dialect == "sqlite" or said == known(ours[name][0]), name
    return same


@pytest.mark.parametrize("postgres_server", [16], indirect=True)
def test_django_statements_up_and_down_are_what_django_sends_to_postgresql(
    django: NewDjango, database: URL, version: str
) -> None:
    project = django(database, version, SHOP)
    assert compare(project, "postgres") > 160


@FIRST_AND_LAST
@pytest.mark.parametrize("postgres_server", [16], indirect=True)
def test_what_is_only_for_postgresql_is_what_django_sends(django: NewDjango, database: URL, version: str) -> None:
    assert compare(django(database, version, ONLY_POSTGRESQL), "postgres") > 60


@FIRST_AND_LAST
@pytest.mark.parametrize("postgres_server", [16], indirect=True)
def test_an_index_without_a_name_that_gets_one(django: NewDjango, database: URL, version: str) -> None:
    assert compare(django(database, version, NAMED_LATER), "postgres") > 60


@ON_MYSQL
def test_every_statement_is_what_django_sends_to_mysql(
    django: NewDjango, my_server: MyServer, my_database: URL, version: str
) -> None:
    project = django(my_database, version, SHOP)
    assert compare(project, my_server.kind, "10.11.6-MariaDB" if my_server.is_mariadb else "9.7.4") > 140


@FIRST_AND_LAST
@pytest.mark.parametrize("postgres_server", [16], indirect=True)
def test_what_points_to_a_key_gets_its_type_on_postgresql(django: NewDjango, database: URL, version: str) -> None:
    assert compare(django(database, version, KEYS), "postgres") > 90


@LAST
def test_what_points_to_a_key_gets_its_type_on_mysql(
    django: NewDjango, my_server: MyServer, my_database: URL, version: str
) -> None:
    assert compare(django(my_database, version, KEYS), my_server.kind) > 90


@LAST
def test_what_points_to_a_key_gets_its_type_on_sqlite(django: NewDjango, tmp_path: Path, version: str) -> None:
    project = django(URL.create("sqlite", database=str(tmp_path / "shop.sqlite")), version, KEYS)
    assert compare(project, "sqlite") > 90


@SINCE_DEFAULTS
@pytest.mark.parametrize("postgres_server", [16], indirect=True)
def test_what_came_with_five_on_postgresql(django: NewDjango, database: URL, version: str) -> None:
    assert compare(django(database, version, NEWER), "postgres", "16.4") > 80


@SINCE_DEFAULTS
def test_what_came_with_five_on_mysql(django: NewDjango, my_server: MyServer, my_database: URL, version: str) -> None:
    newer = {name: text for name, text in NEWER.items() if name != "0007_changed"}
    if my_server.is_mariadb:
        newer["0003_words"] = newer["0003_words"].replace(
            'models.F("rank").desc(), Lower("text"), ', 'fields=["rank"], '
        )
        newer["0004_again"] = newer["0004_again"].replace(
            'models.OrderBy(Upper("kind"), descending=True), ', 'fields=["kind"], '
        )
        newer["0004_again"] = newer["0004_again"].replace('models.F("rank").asc(), ', 'fields=["rank"], ')
    assert compare(django(my_database, version, newer), my_server.kind, "10.11.6") > 60


@SINCE_DEFAULTS
def test_what_came_with_five_on_sqlite(django: NewDjango, tmp_path: Path, version: str) -> None:
    project = django(URL.create("sqlite", database=str(tmp_path / "shop.sqlite")), version, NEWER)
    assert compare(project, "sqlite") > 80


@SINCE_PAIRS
@pytest.mark.parametrize("postgres_server", [16], indirect=True)
def test_a_key_of_several_columns_on_postgresql(django: NewDjango, database: URL, version: str) -> None:
    assert compare(django(database, version, PAIRS), "postgres") > 60


@SINCE_PAIRS
def test_a_key_of_several_columns_on_sqlite(django: NewDjango, tmp_path: Path, version: str) -> None:
    project = django(URL.create("sqlite", database=str(tmp_path / "shop.sqlite")), version, PAIRS)
    assert compare(project, "sqlite") > 60


def test_every_statement_is_what_django_sends_to_sqlite(django: NewDjango, tmp_path: Path, version: str) -> None:
    project = django(URL.create("sqlite", database=str(tmp_path / "shop.sqlite")), version, SHOP)
    assert compare(project, "sqlite") > 200


def test_a_type_that_depends_on_the_servers_version_is_not_guessed(
    django: NewDjango, my_server: MyServer, my_database: URL
) -> None:
    up = told(django(my_database, "5.2", SHOP).folder, my_server.kind)["shop.0001_initial"][0]
    assert any(UNKNOWN in one.unreadable for one in up) is my_server.is_mariadb


def test_a_renamed_model_is_followed_in_an_order_that_is_not_told(
    django: NewDjango, my_server: MyServer, my_database: URL
) -> None:
    up, down = told(django(my_database, "5.2", SHOP).folder, my_server.kind)[RENAME]
    assert len(up) == len(down) == 1
    assert "in an order that only a run could tell" in up[0].unreadable


def test_the_settings_of_the_project_are_read(django: NewDjango, database: URL, tmp_path: Path) -> None:
    project = found(django(database, "5.2", SHOP).folder / "shop")
    assert project.folder == str(tmp_path / "app")
    assert project.url is not None
    assert project.url.database == database.database
    assert project.settings["version"].startswith("5.2")
