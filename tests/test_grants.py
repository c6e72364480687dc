"""The least that a login needs, made on real servers just as it is printed: an observer sees, a responder acts, and
neither can do anything beyond."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pymysql
import pytest
from sqlalchemy.engine import URL

from console.core.assessment import Assessment
from console.core.grants import OWNER, TO_BE_SET
from console.incident import Incident
from console.wiring import Options, find, source
from tests.headless import halfway
from tests.incidents.mysql_flyway import MySite
from tests.mysql_servers import MyServer, ask
from tests.mysql_servers import open_connection as open_my
from tests.mysql_servers import run as run_my
from tests.servers import conninfo, run
from tests.sites import Site, shop


def printed(site: Path, part: str, url: str) -> list[str]:
    """What doctor prints, without the remarks."""
    answer = halfway("doctor", "--grants", part, url, cwd=site)
    assert (answer.code, answer.err) == (0, "")
    return [line.removesuffix(";") for line in answer.out.splitlines() if not line.startswith("--")]


def seen_by(login: URL, folder: Path) -> Assessment:
    """One sweep of that login."""
    options = Options(url=login.render_as_string(hide_password=False), project=str(folder))
    watching = Incident(source(find(options, {})))
    try:
        return watching.observe()
    finally:
        watching.stop()


@pytest.fixture
def at_postgres(tmp_path: Path, database: URL) -> Iterator[Site]:
    """A shop whose tables belong to `shop_owner`."""
    site = shop(tmp_path, database)
    site.run("DROP ROLE IF EXISTS shop_owner, halfway_observer, halfway_responder", "CREATE ROLE shop_owner",
             "ALTER TABLE orders OWNER TO shop_owner")  # fmt: skip
    yield site
    for role in ("halfway_observer", "halfway_responder", "shop_owner"):
        exists = f"IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN DROP OWNED BY {role} CASCADE; END IF"
        site.run(f"DO $$ BEGIN {exists}; END $$", f"DROP ROLE IF EXISTS {role}")


def made(site: Site, part: str) -> URL:
    """The login, made as it is printed."""
    statements = printed(site.folder, part, conninfo(site.url))
    run(site.url, *(statement.replace(OWNER, "shop_owner") for statement in statements))
    return site.url.set(username=f"halfway_{part}")


def test_an_observer_of_postgresql_sees_everything_and_can_change_nothing(at_postgres: Site) -> None:
    login = made(at_postgres, "observer")
    seen = seen_by(login, at_postgres.folder)
    assert [gap.what for gap in seen.coverage if not gap.complete] == []
    with psycopg.connect(conninfo(login), autocommit=True) as link:
        for statement in ("CREATE TABLE mine (id int)", "DELETE FROM flyway_schema_history", "DROP TABLE orders"):
            with pytest.raises(psycopg.Error):
                link.execute(statement)
        link.execute("SET default_transaction_read_only = off")
        for statement in ("DELETE FROM flyway_schema_history", "DROP TABLE orders", "SELECT * FROM orders"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                link.execute(statement)
        with psycopg.connect(conninfo(at_postgres.url)) as other, pytest.raises(psycopg.errors.InsufficientPrivilege):
            link.execute("SELECT pg_terminate_backend(%s)", (other.info.backend_pid,))


def test_a_responder_of_postgresql_can_end_a_session_and_change_the_shop_and_nothing_beyond(at_postgres: Site) -> None:
    at_postgres.run("CREATE ROLE beside LOGIN")
    login = made(at_postgres, "responder")
    with psycopg.connect(conninfo(login), autocommit=True) as link:
        with psycopg.connect(conninfo(at_postgres.url.set(username="beside"))) as other:
            link.execute("SELECT pg_cancel_backend(%s)", (other.info.backend_pid,))
        link.execute("SET ROLE shop_owner")
        link.execute("ALTER TABLE orders ADD COLUMN carrier text")
        link.execute("RESET ROLE")
        for statement in ("CREATE DATABASE mine", "CREATE ROLE mine", "ALTER SYSTEM SET work_mem = '1MB'"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                link.execute(statement)
    at_postgres.run("DROP ROLE beside")


@pytest.fixture
def at_mysql(tmp_path: Path, my_server: MyServer, my_database: URL) -> Iterator[MySite]:
    """A shop on MySQL or MariaDB."""
    site = MySite(tmp_path / "shop", my_database).make()
    site.applied("1", "CREATE TABLE orders (id bigint PRIMARY KEY)")
    names = ("'halfway_observer'@'%'", "'halfway_responder'@'%'")
    run_my(my_server.url, *(f"DROP USER IF EXISTS {name}" for name in names))
    yield site
    run_my(my_server.url, *(f"DROP USER IF EXISTS {name}" for name in names))


def made_my(site: MySite, server: MyServer, part: str) -> URL:
    """The login, made as it is printed."""
    url = site.url.set(drivername="mariadb" if server.is_mariadb else "mysql")
    statements = printed(site.folder, part, url.render_as_string(hide_password=False))
    run_my(server.url, *(statement.replace(TO_BE_SET, "a-Long-1-word") for statement in statements))
    return site.url.set(username=f"halfway_{part}", password="a-Long-1-word")


def test_an_observer_of_mysql_sees_all_but_what_is_said_and_can_change_nothing(
    at_mysql: MySite, my_server: MyServer
) -> None:
    login = made_my(at_mysql, my_server, "observer")
    seen = seen_by(login, at_mysql.folder)
    gaps = {grant for gap in seen.coverage if not gap.complete for grant in re.findall(r"GRANT (\w+)", gap.grant)}
    assert gaps <= {"TRIGGER", "EVENT", "INSTALL"}
    with open_my(login) as link, open_my(my_server.url) as other:
        number = ask(other, "SELECT CONNECTION_ID()")[0][0]
        for statement in ("CREATE TABLE mine (id int)", "DELETE FROM flyway_schema_history", "DROP TABLE orders",
                          f"KILL {number}", "CREATE USER mine"):  # fmt: skip
            with pytest.raises(pymysql.err.Error):
                ask(link, statement)


def test_a_responder_of_mysql_can_end_a_session_and_change_the_shop_and_nothing_beyond(
    at_mysql: MySite, my_server: MyServer
) -> None:
    login, theirs = (made_my(at_mysql, my_server, part) for part in ("responder", "observer"))
    with open_my(login) as link:
        other = open_my(theirs)
        number = ask(other, "SELECT CONNECTION_ID()")[0][0]
        ask(link, "ALTER TABLE orders ADD COLUMN carrier varchar(10)")
        ask(link, f"KILL {number}")
        with pytest.raises(pymysql.err.Error):
            ask(other, "SELECT 1")
        for statement in ("CREATE DATABASE mine", "CREATE USER mine", "SET GLOBAL event_scheduler = 0"):
            with pytest.raises(pymysql.err.Error):
                ask(link, statement)
