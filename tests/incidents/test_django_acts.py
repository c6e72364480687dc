"""Halfway acts where a real Django stopped half way: Django itself finds nothing wrong with what is left."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.engine import URL

from tests import mysql_servers, servers
from tests.django.fixtures import NewDjango
from tests.django.shop import migration as file
from tests.incidents.django_acts import Place, finish, mark_not_ran, mark_ran, roll_back
from tests.incidents.django_told import BASE
from tests.mysql_servers import MyServer

ACTS = pytest.mark.parametrize("act", [finish, roll_back, mark_ran, mark_not_ran], ids=lambda act: act.__name__)
Act = Callable[[Place], None]


@ACTS
@pytest.mark.parametrize("postgres_server", [16], indirect=True)
def test_django_goes_on_behind_halfway_on_postgresql(act: Act, django: NewDjango, database: URL) -> None:
    project = django(database, "5.2", {"0001_initial": file(BASE)})
    act(Place(project, "postgresql", lambda *sql: servers.run(database, *sql)))


@ACTS
def test_django_goes_on_behind_halfway_on_mysql(
    act: Act, django: NewDjango, my_server: MyServer, my_database: URL
) -> None:
    project = django(my_database, "5.2", {"0001_initial": file(BASE)})
    act(Place(project, my_server.kind, lambda *sql: mysql_servers.run(my_database, *sql)))
