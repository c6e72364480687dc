"""Managed servers: who may not KILL ends sessions by the procedure the provider made for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console import dialects
from console.core.intent import Intent, Verb
from console.core.plan import Word
from console.incident import Incident
from console.wiring import Options, find, source
from tests.acting.responder import Responder, responder
from tests.acting.test_kill_mysql import id_of, idle_inside, in_background, is_there
from tests.dialects.my_fixtures import NewUser, my_user
from tests.mysql_servers import MyConnect, MyServer, run

pytestmark = pytest.mark.server
__all__ = ["my_user"]
PROCEDURES = ("rds_kill", "az_kill")
SEES = ("GRANT PROCESS ON *.* TO {user}", "GRANT SELECT ON {db}.* TO {user}")

WORKS = ("GRANT ALL ON {db}.* TO {user}",)
"""The application; nobody without SYSTEM_USER ends those who have it on MySQL, by no procedure either."""


@contextmanager
def procedures(server: MyServer, name: str) -> Iterator[None]:
    """As the provider made them: they do it as their maker."""
    bodies = {name: "KILL CONNECTION n", f"{name}_query": "KILL QUERY n"}
    run(server.url, *(f"CREATE PROCEDURE mysql.{each} (IN n BIGINT) {body}" for each, body in bodies.items()))
    try:
        yield
    finally:
        run(server.url, *(f"DROP PROCEDURE mysql.{each}" for each in bodies))


def may_call(name: str) -> tuple[str, ...]:
    return tuple(f"GRANT EXECUTE ON PROCEDURE mysql.{each} TO {{user}}" for each in (name, f"{name}_query"))


@contextmanager
def somebody(server: MyServer, url: URL, folder: Path) -> Iterator[Responder]:
    options = Options(url=url.render_as_string(hide_password=False), project=str(folder))
    incident = Incident(source(find(options, {})))
    with responder(incident, dialects.renderer(server.kind), lambda: dialects.open_hand(server.kind, url)) as person:
        yield person


@pytest.fixture
def orders(my_database: URL) -> None:
    run(my_database, "CREATE TABLE orders (id int PRIMARY KEY, total int) ENGINE=InnoDB",
        "INSERT INTO orders VALUES (1, 1), (2, 2)")  # fmt: skip


@pytest.mark.usefixtures("orders")
@pytest.mark.parametrize("name", PROCEDURES)
def test_a_session_is_ended_by_the_providers_procedure(
    name: str, my_server: MyServer, my_user: NewUser, my_connect: MyConnect, tmp_path: Path
) -> None:
    blocker, behind, watch = my_connect(my_user(*WORKS)), my_connect(), my_connect()
    idle_inside(blocker, watch)
    thread = in_background(behind, "UPDATE orders SET total = 5", watch)
    with procedures(my_server, name), somebody(my_server, my_user(*SEES, *may_call(name)), tmp_path) as ann:
        plan = ann.propose(Intent(Verb.TERMINATE, (id_of(blocker),)))
        assert [step.sql for step in plan.steps] == [(f"CALL mysql.{name}({id_of(blocker)})",)], plan.refused
        result = ann.acting.carry_out(plan, plan.phrases)
        assert [o.word for o in result.outcomes] == [Word.GONE], result.outcomes
    thread.join(10)
    assert not thread.is_alive()
    assert not is_there(watch, id_of(blocker))


@pytest.mark.usefixtures("orders")
@pytest.mark.parametrize("name", PROCEDURES)
def test_a_statement_is_cancelled_by_the_providers_procedure(
    name: str, my_server: MyServer, my_user: NewUser, my_connect: MyConnect, tmp_path: Path
) -> None:
    busy, watch = my_connect(my_user(*WORKS)), my_connect()
    thread = in_background(busy, "UPDATE orders SET total = 4 WHERE SLEEP(20) = 0", watch)
    with procedures(my_server, name), somebody(my_server, my_user(*SEES, *may_call(name)), tmp_path) as ann:
        plan = ann.propose(Intent(Verb.CANCEL, (id_of(busy),)))
        assert [step.sql for step in plan.steps] == [(f"CALL mysql.{name}_query({id_of(busy)})",)], plan.refused
        result = ann.acting.carry_out(plan, plan.phrases)
        assert [o.word for o in result.outcomes] == [Word.GONE], result.outcomes
    thread.join(10)
    assert not thread.is_alive()
    assert is_there(watch, id_of(busy))


@pytest.mark.usefixtures("orders")
def test_without_such_a_procedure_the_right_is_named(
    my_server: MyServer, my_user: NewUser, my_connect: MyConnect, tmp_path: Path
) -> None:
    blocker, watch = my_connect(), my_connect()
    idle_inside(blocker, watch)
    with somebody(my_server, my_user(*SEES), tmp_path) as ann:
        plan = ann.propose(Intent(Verb.TERMINATE, (id_of(blocker),)))
    assert plan.steps == ()
    right = "CONNECTION ADMIN" if my_server.is_mariadb else "CONNECTION_ADMIN"
    assert any(f"GRANT {right} ON *.*" in why for why in plan.refused), plan.refused


@pytest.mark.usefixtures("orders")
def test_who_may_kill_does_so_and_needs_no_procedure(
    my_server: MyServer, my_database: URL, my_connect: MyConnect, tmp_path: Path
) -> None:
    blocker, watch = my_connect(), my_connect()
    idle_inside(blocker, watch)
    with procedures(my_server, "rds_kill"), somebody(my_server, my_database, tmp_path) as ann:
        plan = ann.propose(Intent(Verb.TERMINATE, (id_of(blocker),)))
        assert [step.sql for step in plan.steps] == [(f"KILL CONNECTION {id_of(blocker)}",)]


@pytest.mark.usefixtures("orders")
def test_half_of_what_a_provider_makes_is_not_called(
    my_server: MyServer, my_user: NewUser, my_connect: MyConnect, tmp_path: Path
) -> None:
    blocker, watch = my_connect(), my_connect()
    idle_inside(blocker, watch)
    with (
        procedures(my_server, "rds_kill"),
        somebody(my_server, my_user(*SEES, may_call("rds_kill")[0]), tmp_path) as ann,
    ):
        plan = ann.propose(Intent(Verb.TERMINATE, (id_of(blocker),)))
    assert plan.steps == ()
