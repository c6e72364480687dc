"""What is answered from the schema alone, held against what real servers refuse."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import URL

from tests.dialects.my_definitions import DEFINITIONS, PLACES
from tests.dialects.my_questions import Case
from tests.dialects.test_mysql_questions import check_case
from tests.mysql_servers import MyServer


@pytest.mark.parametrize("case", [case for case in DEFINITIONS if not case.only], ids=lambda case: case.name)
def test_the_definitions_tell_what_is_refused(case: Case, my_server: MyServer, my_database: URL) -> None:
    check_case(case, my_server, my_database, PLACES)


@pytest.mark.parametrize("my_server", ["mysql"], indirect=True)
@pytest.mark.parametrize("case", [case for case in DEFINITIONS if case.only == "mysql"], ids=lambda case: case.name)
def test_the_definitions_tell_what_only_mysql_refuses(case: Case, my_server: MyServer, my_database: URL) -> None:
    check_case(case, my_server, my_database, PLACES)


@pytest.mark.parametrize("my_server", ["mariadb"], indirect=True)
@pytest.mark.parametrize("case", [case for case in DEFINITIONS if case.only == "mariadb"], ids=lambda case: case.name)
def test_the_definitions_tell_what_only_mariadb_does(case: Case, my_server: MyServer, my_database: URL) -> None:
    check_case(case, my_server, my_database, PLACES)
