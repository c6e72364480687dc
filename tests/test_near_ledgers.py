"""A ledger in another database of a MySQL is not about this one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.incident import Incident
from console.wiring import Options, find, source
from tests.incidents.several_tools import HISTORY
from tests.mysql_servers import MyServer, run


@pytest.fixture
def neighbour(my_server: MyServer, my_database: URL) -> Iterator[str]:
    name = f"{my_database.database}_next"
    run(my_server.url, f"CREATE DATABASE {name}", HISTORY.format(f"{name}."))
    yield name
    run(my_server.url, f"DROP DATABASE {name}")


def test_a_neighbours_ledger_is_left_alone(neighbour: str, my_database: URL, tmp_path: Path) -> None:
    url = my_database.render_as_string(hide_password=False)
    incident = Incident(source(find(Options(url=url, project=str(tmp_path)), {})))
    try:
        assert incident.observe().frameworks == ()
    finally:
        incident.stop()


def test_ones_own_is_found_beside_it(neighbour: str, my_database: URL, tmp_path: Path) -> None:
    run(my_database, HISTORY.format(""))
    url = my_database.render_as_string(hide_password=False)
    incident = Incident(source(find(Options(url=url, project=str(tmp_path)), {})))
    try:
        assert [f.ledger for f in incident.observe().frameworks] == [f"{my_database.database}.flyway_schema_history"]
    finally:
        incident.stop()
