"""What links promise about servers that want a password or a private line, and about one that was started again.

Each server here is one of our own: its doors are changed, and it is stopped in the middle.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL

from console.core.faults import Fault, LinkLostFault, PasswordFault, UnreachableFault
from console.core.ports import Link
from console.dialects import open_dialect
from console.drill.private import PrivateServer
from console.drill.server import PrivatePostgres, available
from tests import mysql_servers, servers
from tests.dialects.test_contract_faults import SECRET, refused, said
from tests.waiting import eventually

pytestmark = pytest.mark.server
KINDS = (*(f"pg{major}" for major in available()), *mysql_servers.KINDS)
_NAME = "deploy"


@pytest.fixture(scope="module", params=KINDS)
def server(request: pytest.FixtureRequest) -> Iterator[PrivateServer]:
    """One that lets `deploy` in with a password only; the last test of this module stops it."""
    kind = request.param
    private = PrivatePostgres(int(kind[2:])) if kind.startswith("pg") else mysql_servers.private(kind)
    with private:
        if kind.startswith("pg"):
            servers.run(private.url, f"CREATE ROLE {_NAME} LOGIN PASSWORD '{SECRET}'")
            _let_in(private.url, f"host all {_NAME} all scram-sha-256")
        else:
            made = (f"CREATE USER {_NAME} IDENTIFIED BY '{SECRET}'", "CREATE DATABASE shop")
            mysql_servers.run(private.url, *made, f"GRANT SELECT ON shop.* TO {_NAME}")
            private.url = private.url.set(database="shop")
        yield private


def _let_in(url: URL, rule: str) -> None:
    """A first rule about who comes in how; everybody else is trusted."""
    with psycopg.connect(servers.conninfo(url), autocommit=True) as connection:
        ((file,),) = connection.execute("SHOW hba_file").fetchall()
        Path(file).write_text(f"{rule}\nhost all all all trust\n", encoding="utf-8")
        connection.execute("SELECT pg_reload_conf()")
        eventually(lambda: connection.execute("SELECT count(*) FROM pg_hba_file_rules").fetchone() == (2,))


def guest(server: PrivateServer, password: str | None) -> URL:
    return server.url.set(username=_NAME, password=password)


def opened(url: URL) -> Link:
    return open_dialect(url.drivername).open(url, "schema")


def started_again(server: PrivateServer) -> None:
    """The same server on the same files, a moment later."""
    process = server._server
    assert process is not None
    process.send_signal(signal.SIGTERM if server.url.drivername != "postgresql" else signal.SIGINT)
    process.wait(30)
    server._server = server._spawned([str(part) for part in process.args])  # type: ignore[union-attr]
    eventually(lambda: is_up(server.url), 30)


def up_for(link: Link) -> timedelta:
    """How long it has run."""
    server = link.server()
    assert server.now is not None
    return server.now - datetime.fromisoformat(server.identity.split()[1])


def is_up(url: URL) -> bool:
    with suppress(Fault):
        opened(url).close()
        return True
    return False


def test_a_password_is_wanted_wrong_or_right_and_never_said(server: PrivateServer) -> None:
    assert "password" in str(refused(guest(server, None), PasswordFault))
    wrong = refused(guest(server, f"{SECRET}-wrong"))
    assert _NAME in said(wrong)
    link = opened(guest(server, SECRET))
    assert link.server().user == _NAME
    link.close()


def test_a_server_that_was_started_again_is_another(server: PrivateServer) -> None:
    link = opened(server.url)
    before = link.server().identity
    eventually(lambda: up_for(link) > timedelta(seconds=2))  # servers tell their start to the second
    started_again(server)
    with pytest.raises(LinkLostFault):
        link.server()
    link.close()
    again = opened(server.url)
    after = again.server().identity
    again.close()
    assert after != before
    assert after.split()[0] == before.split()[0], "it has the same files"


def test_a_server_that_wants_a_private_line_gets_one_or_a_sentence(server: PrivateServer) -> None:
    url = guest(server, SECRET)
    if server.url.drivername == "postgresql":
        _let_in(server.url, f"hostnossl all {_NAME} all reject")
        assert "encryption" in str(refused(url.update_query_dict({"sslmode": "disable"})))
        return
    with mysql_servers.open_connection(server.url) as admin:
        has = dict(mysql_servers.ask(admin, "SHOW VARIABLES LIKE 'have_ssl'") or [("have_ssl", "YES")])
        mysql_servers.ask(admin, "SET GLOBAL require_secure_transport = ON")
        word = "insecure transport" if server.url.drivername == "mysql" else "Access denied"
        assert word in str(refused(url.update_query_dict({"ssl_disabled": "true"})))
        if has["have_ssl"] == "YES":
            link = opened(url)
            assert link.server().user == _NAME
            link.close()
        mysql_servers.ask(admin, "SET GLOBAL require_secure_transport = OFF")


def test_a_server_that_stopped_is_lost_and_then_unreachable(server: PrivateServer) -> None:
    link = opened(server.url)
    server.stop_now()
    with pytest.raises(LinkLostFault):
        link.server()
    link.close()
    with pytest.raises(UnreachableFault):
        opened(server.url)
