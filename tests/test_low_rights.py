"""What a login sees that may do little: panel by panel, with the statements that mend it; nothing unknown is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

import psycopg
import pymysql
import pytest
from sqlalchemy.engine import URL

from console.core.assessment import Assessment
from console.core.faults import NotPermittedFault
from console.report import as_text, document
from screens import incident
from tests.dialects.my_fixtures import MyWaits, NewUser
from tests.incidents.mysql_flyway import MySite
from tests.low_rights import CARRIER, CARRIERS, ORDERS, STATEMENTS, Desk, Panels
from tests.low_rights_shown import MISSED_BY_DOCTOR, SEEN_BY_SELECT, SEEN_ON_POSTGRES, WORDS
from tests.mysql_servers import MyConnect, MyServer, ask, run
from tests.servers import Connect
from tests.servers import run as run_on_postgres
from tests.sites import Site
from tests.waiting import eventually

Sit = Callable[..., Desk]

MY_SELECT = "GRANT SELECT ON {db}.* TO {user}"
PG_SELECT = "GRANT SELECT ON ALL TABLES IN SCHEMA public TO low_login"


@pytest.fixture
def at_my_desk(
    tmp_path: Path, my_server: MyServer, my_database: URL, my_connect: MyConnect, my_waits: MyWaits, my_user: NewUser
) -> Iterator[Sit]:
    """On MySQL and MariaDB: a migration whose second statement waits behind a reader."""
    site = MySite(tmp_path / "shop", my_database).make()
    site.applied("1", ORDERS)
    site.file("2", ";\n".join(STATEMENTS))
    run(my_database, CARRIERS)

    def sit(*grants: str) -> Desk:
        reader = my_connect()
        ask(reader, "BEGIN")
        ask(reader, "SELECT * FROM orders")
        my_waits(CARRIER)
        login = my_user(*grants)
        return Desk(site.folder, login, lambda sql: run(my_server.url, sql), f"'{login.username}'@'%'")

    yield sit
    if my_server.is_mariadb:
        with suppress(pymysql.Error):
            run(my_server.url, "UNINSTALL SONAME 'metadata_lock_info'")


@pytest.fixture
def at_desk(tmp_path: Path, database: URL, connect: Connect) -> Iterator[Sit]:
    """On PostgreSQL: the same."""
    site = Site(tmp_path / "shop", database).configured()
    site.ledger()
    site.applied("1", ORDERS)
    site.file("2", ";\n".join(STATEMENTS))
    site.run(CARRIERS, "DROP ROLE IF EXISTS low_login", "CREATE ROLE low_login LOGIN")
    reader, alter, watcher = connect(), connect(), connect()

    def work() -> None:
        with suppress(psycopg.Error):
            alter.execute(CARRIER)

    waiting = Thread(target=work, daemon=True)

    def sit(*grants: str) -> Desk:
        site.run(*grants)
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM orders")
        waiting.start()
        query = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pid = %s)"
        eventually(lambda: watcher.execute(query, (alter.info.backend_pid,)).fetchone() == (True,))
        return Desk(site.folder, database.set(username="low_login"), site.run, '"low_login"')

    yield sit
    reader.close()
    waiting.join(10)
    run_on_postgres(database, "DROP OWNED BY low_login", "DROP ROLE low_login")


def neutral(desk: Desk, seen: Assessment) -> Panels:
    """The panels without what differs from run to run."""
    roots = [node.session.id for node in seen.blocked.roots]
    found = {name: tuple(_without(text, roots) for text in texts) for name, texts in desk.panels(seen).items()}
    return {**found, "schema tree": tuple(text.split("  " * 4)[0] for text in found["schema tree"])}


def _without(text: str, roots: list[str]) -> str:
    return text.replace(f"by {roots[0]}.", "by {root}.") if roots else text


def mend(desk: Desk, rounds: int = 2) -> Assessment:
    """Execute what is printed, statement by statement; each takes its own notice away."""
    for _ in range(rounds):
        for statement in desk.printed(desk.look()):
            desk.grant(statement)
            assert statement not in as_text(desk.look()), statement
    return desk.look()


def test_select_alone_shows_what_landed_and_says_of_all_the_rest_that_it_is_not_seen(
    at_my_desk: Sit, my_server: MyServer
) -> None:
    desk = at_my_desk(MY_SELECT)
    seen = desk.look()
    assert neutral(desk, seen) == SEEN_BY_SELECT[my_server.kind]
    server = seen.observation.server.value
    assert server is not None
    assert desk.doctor() == tuple(
        line.replace("{version}", server.version) for line in MISSED_BY_DOCTOR[my_server.kind]
    )


def test_nobody_is_called_unblocked_by_who_cannot_see_the_locks(at_my_desk: Sit) -> None:
    desk = at_my_desk(MY_SELECT)
    seen = desk.look()
    text = desk.text(seen).lower()
    assert "nobody" not in text
    assert "0 blocked" not in text
    told = document(seen)["sessions"]
    assert (told["total"], told["blocked"], told["complete"]) == (None, None, False)
    assert document(seen)["database"]["replica"] is None
    assert seen.next[0].startswith("Find out whether V2__change_2 is still running before anything is finished")


def test_what_is_printed_is_what_mends_it_on_mysql_and_mariadb(at_my_desk: Sit, my_server: MyServer) -> None:
    desk = at_my_desk(MY_SELECT)
    seen = mend(desk)
    assert [gap.what for gap in seen.coverage if not gap.complete] == []
    assert (seen.blocked.waiting, len(seen.blocked.roots), seen.blocked.candidates) == (1, 1, ())
    assert [own.statement for own in seen.blocked.migration] == [2]
    missing = [line for line in desk.doctor() if "MISSING" in line]
    assert [line.partition(":")[0] for line in missing] == ["signal sessions"]
    desk.grant(missing[0].partition(" -> ")[2].replace("{low}", desk.account))
    assert desk.doctor() == ()


def test_an_account_without_any_right_is_told_which_one_lets_it_in(at_my_desk: Sit) -> None:
    desk = at_my_desk()
    with pytest.raises(NotPermittedFault) as caught:
        desk.examine()
    assert caught.value.exit_code == 3
    seen = desk.look()
    assert seen.observation.server.value is None
    assert caught.value.grant in [item.grant for item in seen.coverage]
    page = " ".join(line.text.strip() for line in incident.page(seen, 200, 60))
    assert caught.value.grant in page
    assert "nobody" not in desk.text(seen).lower()
    desk.grant(caught.value.grant)
    assert desk.panels(desk.look())["landed"] == WORDS


@pytest.mark.parametrize("name", SEEN_ON_POSTGRES)
def test_a_role_on_postgresql_sees_who_blocks_whom_and_not_what_they_do(at_desk: Sit, name: str) -> None:
    desk = at_desk(*([PG_SELECT] if name == "select" else []))
    seen = desk.look()
    assert neutral(desk, seen) == SEEN_ON_POSTGRES[name]
    text = desk.text(seen).lower()
    assert "nobody" not in text
    assert "applied  none" not in text
    assert document(seen)["sessions"]["complete"] is False


@pytest.mark.parametrize("name", SEEN_ON_POSTGRES)
def test_what_is_printed_is_what_mends_it_on_postgresql(at_desk: Sit, name: str) -> None:
    desk = at_desk(*([PG_SELECT] if name == "select" else []))
    seen = mend(desk, rounds=1)
    assert [gap.what for gap in seen.coverage if gap.grant] == []
    assert desk.panels(seen)["landed"] == WORDS
    assert seen.blocked.migration[0].statement == 2
    for line in desk.doctor():
        desk.grant(line.partition(" -> ")[2].replace("{low}", desk.account))
    assert desk.doctor() == ()
