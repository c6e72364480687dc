"""Django runs the recovery of a migration that stopped at each of its statements."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import URL

from console.core.forward import Recovery
from tests.django.fixtures import NewDjango
from tests.django.project import DjangoProject
from tests.django.shop import migration as file
from tests.forward.walking import Place, every_stop
from tests.incidents.django_told import BASE, BROKEN, NICK
from tests.mysql_servers import MyServer

NOTES = """migrations.CreateModel("Note", [("id", models.BigAutoField(primary_key=True)), ("body", models.TextField()),
            ("stars", models.SmallIntegerField(null=True)),
            ("about", models.ForeignKey("shop.Order", models.CASCADE))]),"""
FILL = 'migrations.RunSQL("UPDATE shop_customer SET name = email WHERE name IS NULL"),'
GONE = 'migrations.RemoveField("Customer", "email"),'
NAME = "0002_change"


def _place(project: DjangoProject, url: URL, operations: str) -> Place:
    made = project.migrate()
    assert made.code == 0, made.said
    project.add(NAME, file(operations, "0001_initial", atomic=False))

    def go(_: Recovery) -> None:
        go_all("shop")

    def go_all(*only: str) -> None:
        ended = project.migrate(*only)
        assert ended.code == 0, ended.said

    def marked(name: str) -> tuple[str, ...]:
        app, _, short = name.partition(".")
        return (f"INSERT INTO django_migrations (app, name, applied) VALUES ('{app}', '{short}', CURRENT_TIMESTAMP)",)

    def unmarked(name: str) -> tuple[str, ...]:
        return (f"DELETE FROM django_migrations WHERE name = '{name.partition('.')[2]}'",)

    return Place(project.folder, url, BROKEN, marked, unmarked, go, go_all, {})


@pytest.mark.parametrize("postgres_server", [16], indirect=True)
def test_django_recovers_on_postgresql(django: NewDjango, database: URL) -> None:
    project = django(database, "5.2", {"0001_initial": file(BASE)})
    every_stop(_place(project, database, NICK + NOTES + FILL + GONE))


@pytest.mark.parametrize("my_server", ["mariadb"], indirect=True)
def test_django_recovers_on_mariadb(django: NewDjango, my_server: MyServer, my_database: URL) -> None:
    project = django(my_database, "5.2", {"0001_initial": file(BASE)})
    every_stop(_place(project, my_database, NICK))
