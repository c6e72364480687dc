"""Servers that know less: MySQL before each release that brought something we ask for, and one that records nothing.

An older server is a real one behind a connection that refuses every word which that release did not know yet (from
its documentation). What is asked there is answered all the same, by older words, and what cannot be told says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy.engine import URL

from console.core.faults import LockedFault, NotInstrumentedFault, ReadFault
from console.core.schema import Constraint
from console.dialects.mysql import MySQLDialect, wire
from console.dialects.mysql.link import MySQLLink
from console.dialects.mysql.wire import Row, Wire
from tests.dialects.panels import PANELS, probe
from tests.mysql_servers import MyConnect, ask, open_connection, private, run
from tests.waiting import eventually

SINCE = {
    r"srs_id": 80003,
    r"\bexpression\b.*\bstatistics\b": 80013,
    r"check_constraints": 80016,
    r"\benforced\b": 80016,
    r"performance_schema\.processlist": 80022,
    r"\breplica\b": 80022,
}
"""What a statement of ours may hold -> the release that brought it."""
GONE = {r"\bshow\s+slave\b": 80400, r"\btx_read_only\b": 80003, r"\bsql_no_cache\b": 80003}
"""And the release that took it away."""
RELEASES = {"8.0.11": 80011, "8.0.15": 80015, "8.0.21": 80021, "8.0.43": 80043, "8.4.6": 80406, "9.7.4": 90704}


class OlderWire(Wire):
    """A connection to a server of that release."""

    release = 0

    def noticed(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] | None = None) -> tuple[list[Row], int]:
        text = sql.lower()
        unknown = [word for word, since in SINCE.items() if self.release < since and re.search(word, text, re.DOTALL)]
        unknown += [word for word, until in GONE.items() if self.release >= until and re.search(word, text)]
        if unknown:
            raise ReadFault("MySQL refused a read", f"{unknown} is not known to it")
        return super().noticed(sql, parameters)


@pytest.fixture(scope="module")
def server() -> Iterator[URL]:
    with private("mysql") as running:
        run(running.url, "CREATE DATABASE shop")
        url = running.url.set(database="shop")
        run(
            url,
            "CREATE TABLE p (id INT PRIMARY KEY)",
            "CREATE TABLE t (id INT PRIMARY KEY, note VARCHAR(20), n INT, CHECK (n > 0), KEY (note),"
            " KEY low ((lower(note))), FOREIGN KEY (n) REFERENCES p (id))",
            "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.note = 'n'",
            "CREATE PROCEDURE q() SELECT 1",
        )
        yield url


@pytest.fixture(params=RELEASES)
def link(request: pytest.FixtureRequest, server: URL, monkeypatch: pytest.MonkeyPatch) -> Iterator[MySQLLink]:
    number = RELEASES[request.param]
    monkeypatch.setattr(OlderWire, "release", number)
    monkeypatch.setattr(wire, "version_number", lambda _: number)
    opened = MySQLLink(OlderWire(server, "schema"))
    yield opened
    opened.close()


@pytest.mark.server
def test_every_release_is_asked_in_words_that_it_knows(link: MySQLLink, server: URL) -> None:
    for panel, read in PANELS.items():
        try:
            read(link, "shop")
        except NotInstrumentedFault:
            assert panel == "progress"
    assert "p" in {thing.ref.table or thing.ref.name for thing in link.schema().things}


@pytest.mark.server
def test_an_older_release_lists_the_same_sessions_with_their_ports(link: MySQLLink, server: URL) -> None:
    with open_connection(server) as other:
        number = str(ask(other, "SELECT connection_id()")[0][0])
        (seen,) = [session for session in link.sessions() if session.id == number]
        assert (seen.address, seen.port) == ("127.0.0.1", other._sock.getsockname()[1])  # type: ignore[attr-defined]


@pytest.mark.server
def test_what_an_older_release_does_not_have_is_not_in_its_schema(link: MySQLLink) -> None:
    kinds = {thing.type for thing in link.schema().of_kind(Constraint)}
    assert ("check" in kinds) is (OlderWire.release >= 80016)
    assert {"primary key", "foreign key"} <= kinds
    grant = next(right.grant for right in link.rights() if right.name == "see routines")
    assert grant.startswith("GRANT SHOW_ROUTINE" if OlderWire.release >= 80020 else "GRANT SELECT ON *.*")


@pytest.mark.parametrize(
    ("version", "number"), [("8.0.43", 80043), ("9.7.4-commercial", 90704), ("10.6.22-MariaDB-log", 100622), ("x", 0)]
)
def test_a_version_is_a_number(version: str, number: int) -> None:
    assert wire.version_number(version) == number


@pytest.fixture(scope="module")
def silent() -> Iterator[URL]:
    """A server that records nothing: performance_schema is off, as on small hosts."""
    with private("mysql", {"performance-schema": "OFF"}) as running:
        run(running.url, "CREATE DATABASE shop", "CREATE TABLE shop.t (id INT PRIMARY KEY, note VARCHAR(20))")
        run(running.url, "INSERT INTO shop.t VALUES (1, NULL)")
        yield running.url.set(database="shop")


@pytest.mark.server
def test_a_server_that_records_nothing_still_lists_its_sessions(silent: URL, my_connect_to: MyConnect) -> None:
    link = MySQLDialect().open(silent, "sessions")
    holder = my_connect_to()
    ask(holder, "BEGIN")
    ask(holder, "UPDATE t SET note = 'x'")
    number = str(ask(holder, "SELECT connection_id()")[0][0])
    seen = {session.id: session for session in link.sessions()}
    assert (seen[number].state, seen[number].has_written) == ("idle in transaction", True)
    assert [session.application for session in seen.values() if session.own] == ["halfway sessions"]
    link.close()


@pytest.mark.server
@pytest.mark.parametrize("panel", ["locks", "progress"])
def test_what_is_not_recorded_is_said_and_no_grant_is_promised(silent: URL, panel: str) -> None:
    link = MySQLDialect().open(silent, "locks")
    with pytest.raises(NotInstrumentedFault, match="performance_schema is off") as caught:
        getattr(link, panel)()
    assert caught.value.grant == ""
    assert {right.name: right.held for right in link.rights()}["see locks"] is True
    link.close()


@pytest.mark.server
def test_a_count_is_as_careful_there(silent: URL, my_connect_to: MyConnect) -> None:
    link = MySQLDialect().open(silent, "count")
    assert link.count(probe("shop", "id = 1"), 5.0) == 1
    reader, alter = my_connect_to(), my_connect_to()
    ask(reader, "BEGIN")
    ask(reader, "SELECT * FROM t")
    number = ask(alter, "SELECT connection_id()")[0][0]
    alter._execute_command(3, "ALTER TABLE t ADD late INT")  # type: ignore[attr-defined]
    waiting = f"SELECT 1 FROM information_schema.processlist WHERE id = {number} AND state LIKE 'Waiting%'"
    watcher = my_connect_to()
    eventually(lambda: ask(watcher, waiting))
    with pytest.raises(LockedFault, match="is not counted now"):
        link.count(probe("shop"), 5.0)
    ask(watcher, f"KILL {number}")
    link.close()


@pytest.fixture
def my_connect_to(silent: URL) -> Iterator[MyConnect]:
    opened = []

    def opener(**options: Any) -> Any:
        opened.append(open_connection(silent, **options))
        return opened[-1]

    yield opener
    for connection in opened:
        connection.close()
