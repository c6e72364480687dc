"""How a link to MySQL or MariaDB opens, what it says when it cannot, what it may see, and how carefully it counts."""

from __future__ import annotations

import re
import socket
import time
from contextlib import suppress
from threading import Thread

import pytest
from sqlalchemy.engine import URL, make_url

from console.core.causes import Answer, Doubt, Key, Question
from console.core.faults import (
    Fault,
    LinkLostFault,
    LockedFault,
    NotPermittedFault,
    PasswordFault,
    ReadFault,
    TimedOutFault,
    UnreachableFault,
)
from console.core.ports import Dialect, Link
from console.core.schema import Kind
from console.core.statements import DataProbe
from console.dialects.mariadb import MariaDBDialect
from console.dialects.mysql import MySQLDialect
from console.dialects.mysql.link import MySQLLink
from tests.dialects.my_fixtures import MyWaits, NewUser, OpenMyLink
from tests.mysql_servers import MyConnect, MyConnection, MyServer, ask, run
from tests.waiting import eventually


def test_a_port_nobody_listens_on_is_unreachable() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(UnreachableFault, match="refused") as caught:
        MySQLDialect().open(make_url(f"mysql://me:hush@127.0.0.1:{port}/x"), "schema")
    assert "hush" not in str(caught.value)


def test_an_unknown_database_is_unreachable_and_named(my_database: URL) -> None:
    with pytest.raises(UnreachableFault, match="not_there"):
        MySQLDialect().open(my_database.set(database="not_there"), "schema")


def test_a_wrong_password_is_unreachable_and_a_missing_one_asked_for(my_user: NewUser) -> None:
    url = my_user("GRANT SELECT ON {db}.* TO {user}")
    with pytest.raises(UnreachableFault, match="MySQL refused the login: Access denied") as caught:
        MySQLDialect().open(url.set(password="wrong-one"), "schema")
    assert "wrong-one" not in str(caught.value)
    with pytest.raises(PasswordFault, match="wants a password"):
        MySQLDialect().open(url.set(password=""), "schema")


def test_an_account_that_may_not_use_the_database_gets_the_grant(my_user: NewUser, my_server: MyServer) -> None:
    url = my_user()
    with pytest.raises(NotPermittedFault) as caught:
        MySQLDialect().open(url, "schema")
    assert caught.value.grant.startswith(f"GRANT SELECT ON `{url.database}`.* TO '{url.username}'@'%'")
    run(my_server.url, caught.value.grant)
    MySQLDialect().open(url, "schema").close()


@pytest.mark.parametrize("dialect", [MySQLDialect(), MariaDBDialect()], ids=["mysql-url", "mariadb-url"])
def test_the_server_decides_what_it_is_and_not_the_url(dialect: Dialect, my_database: URL, my_server: MyServer) -> None:
    link: Link = dialect.open(my_database, "schema")
    try:
        assert link.server().dialect == my_server.kind
        assert link.schema().dialect == my_server.kind
    finally:
        link.close()


def test_limits_hold_from_the_start(open_my_link: OpenMyLink, my_server: MyServer) -> None:
    wire = open_my_link("locks")._wire
    names = ["lock_wait_timeout", "innodb_lock_wait_timeout", "autocommit", "sql_mode", "time_zone"]
    names.append("max_statement_time" if my_server.is_mariadb else "max_execution_time")
    names.append("tx_read_only" if my_server.is_mariadb else "transaction_read_only")
    found = dict(zip(names, wire.read("SELECT " + ", ".join(f"@@{name}" for name in names))[0], strict=True))
    wait = 0 if my_server.is_mariadb else 1
    limit = {"max_statement_time": 2.0} if my_server.is_mariadb else {"max_execution_time": 2000}
    assert found.pop(names[-1]) == 1
    assert found == {"lock_wait_timeout": wait, "innodb_lock_wait_timeout": wait, "autocommit": 1, "sql_mode": "",
                     "time_zone": "+00:00", **limit}  # fmt: skip
    assert wire.limited
    assert not wire.proxied


def test_nothing_can_be_written(my_link: MySQLLink, my_connect: MyConnect) -> None:
    ask(my_connect(), "CREATE TABLE t (a INT)")
    for statement in ("INSERT INTO t VALUES (1)", "DROP TABLE t", "CREATE TABLE u (a INT)"):
        with pytest.raises(ReadFault, match="READ ONLY"):
            my_link._wire.read(statement)


def test_the_server_says_who_it_is(my_link: MySQLLink, my_database: URL, my_server: MyServer) -> None:
    server = my_link.server()
    assert (server.dialect, server.name, server.home) == (my_server.kind, my_database.database, my_database.database)
    assert (server.user, server.host, server.superuser) == ("root", "127.0.0.1", True)
    assert re.fullmatch(r"\d+\.\d+\.\d+", server.version)
    assert server.version_number > (100600 if my_server.is_mariadb else 80000)
    assert (server.replica, server.read_only, server.sees_all_sessions, server.may_signal) == (False, False, True, True)
    assert (server.notes, server.folds_tables, server.sessions_grant) == ((), False, "")
    assert server.now is not None
    assert server.now.utcoffset() is not None


def test_two_links_agree_that_it_is_the_same_server(open_my_link: OpenMyLink) -> None:
    first, second = open_my_link().server(), open_my_link("locks").server()
    assert first.identity == second.identity
    assert len(first.identity.split()) == 2


def test_a_server_that_takes_no_writes_says_so(my_link: MySQLLink, my_connect: MyConnect) -> None:
    connection = my_connect()
    ask(connection, "SET GLOBAL read_only = 1")
    try:
        assert my_link.server().read_only is True
    finally:
        ask(connection, "SET GLOBAL read_only = 0")
    assert my_link.server().read_only is False


def test_ledger_rows_come_as_the_server_writes_them(my_link: MySQLLink, my_connect: MyConnect) -> None:
    connection = my_connect()
    ask(connection, "CREATE TABLE Migrations (id INT, at DATETIME(3), ok TINYINT(1), n DECIMAL(5,2), raw VARBINARY(9))")
    ask(connection, "INSERT INTO Migrations VALUES (1, '2026-01-31 12:00:00.5', 1, 1.5, x'ff41'), (2, NULL, 0, 0, '')")
    home = my_link.server().home
    assert my_link.tables_named("MIGRATIONS") == (home,)
    assert my_link.tables_named("nothing") == ()
    found = my_link.rows(home, "migrations")
    assert found.columns == ("id", "at", "ok", "n", "raw")
    assert found.rows == (("1", "2026-01-31 12:00:00.500", "1", "1.50", "\\xffA"), ("2", None, "0", "0.00", ""))
    assert found.stamps == (None, None)
    with pytest.raises(ReadFault, match="There is no table nothing"):
        my_link.rows(home, "nothing")


ONLY_SELECT = "GRANT SELECT ON {db}.* TO {user}"


def test_every_missing_right_has_a_grant_that_gives_it(
    my_user: NewUser, my_server: MyServer, open_my_link: OpenMyLink
) -> None:
    url = my_user(ONLY_SELECT)
    held = {right.name: right.held for right in open_my_link(url=url).rights()}
    assert held.pop("see metadata locks", not my_server.is_mariadb) is not my_server.is_mariadb
    without = {"see all sessions", "signal sessions", "see views", "see triggers", "see events", "see routines",
               "see replication"}  # fmt: skip
    without |= set() if my_server.is_mariadb else {"see locks", "see prepared transactions"}
    assert held == {**dict.fromkeys(without, False), "read all tables": True}
    try:
        for right in open_my_link(url=url).rights():
            if not right.held:
                run(my_server.url, right.grant)
                again = {each.name: each.held for each in open_my_link(url=url).rights()}
                assert again[right.name], right.grant
        assert all(right.held for right in open_my_link(url=url).rights())
    finally:
        if my_server.is_mariadb:
            run(my_server.url, "UNINSTALL SONAME 'metadata_lock_info'")


def test_what_the_schema_does_not_tell_is_said_with_the_grant_that_mends_it(
    my_user: NewUser, my_server: MyServer, open_my_link: OpenMyLink, my_connect: MyConnect
) -> None:
    connection = my_connect()
    for statement in (
        "CREATE TABLE p (id INT PRIMARY KEY)",
        "CREATE TABLE t (a INT, CHECK (a > 0), FOREIGN KEY (a) REFERENCES p (id) ON DELETE CASCADE)",
        "CREATE VIEW v AS SELECT a FROM t",
        "CREATE TRIGGER r BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1",
        "CREATE PROCEDURE q() SELECT 1",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1",
    ):
        ask(connection, statement)
    url = my_user(ONLY_SELECT)
    whole = open_my_link().schema()
    low = open_my_link(url=url).schema()
    assert [reason.partition(" to this")[0] for reason in low.unread] == [
        *(["Constraints are not told"] if my_server.is_mariadb else []),
        "What views are made of is not told",
        "Triggers are not told",
        "Events are not told",
        "Functions and procedures are not told or without their code",
    ]
    seen = {thing.ref: thing for thing in low.things}
    for thing in whole.things:
        if thing.ref in seen:
            for name in set(type(thing).__dataclass_fields__) - seen[thing.ref].unread - {"stamp", "unread", "rows"}:
                assert getattr(seen[thing.ref], name) == getattr(thing, name), (thing.ref, name)
    for reason in low.unread:
        run(my_server.url, reason[reason.rindex("(") + 1 : -1])
    mended = open_my_link(url=url).schema()
    assert mended.unread == ()
    assert (mended.things, set(mended.untold)) == (whole.things, {Kind.SCHEMA})


def test_each_panel_says_what_it_lacks_and_the_grant_clears_it(
    my_user: NewUser, my_server: MyServer, open_my_link: OpenMyLink, my_connect: MyConnect
) -> None:
    ask(my_connect(), "CREATE TABLE t (a INT)")
    url = my_user(ONLY_SELECT)
    other = str(ask(my_connect(), "SELECT connection_id()")[0][0])
    server = open_my_link(url=url).server()
    assert (server.sees_all_sessions, server.may_signal, server.superuser) == (False, False, False)
    assert server.sessions_grant.startswith("GRANT PROCESS ON *.* TO ")
    assert server.replica_grant.startswith("GRANT ")
    assert other not in {session.id for session in open_my_link(url=url).sessions()}
    probe = DataProbe(f"SELECT count(*) FROM {url.database}.t", (str(url.database), "t"))
    for _ in range(3):
        faults = [_refusal(open_my_link(url=url), probe, panel) for panel in ("locks", "progress", "count")]
        for grant in {fault.grant for fault in faults if isinstance(fault, NotPermittedFault)}:
            run(my_server.url, grant)
    assert not [fault for fault in faults if isinstance(fault, NotPermittedFault)]
    run(my_server.url, server.sessions_grant)
    assert other in {session.id for session in open_my_link(url=url).sessions()}
    assert open_my_link(url=url).server().sees_all_sessions is True


def _refusal(link: MySQLLink, probe: DataProbe, panel: str) -> Fault | None:
    try:
        link.count(probe, 1.0) if panel == "count" else getattr(link, panel)()
    except Fault as fault:
        return fault
    return None


def test_a_table_that_may_not_be_read_gets_its_own_grant(
    my_user: NewUser, my_server: MyServer, open_my_link: OpenMyLink, my_connect: MyConnect
) -> None:
    connection = my_connect()
    ask(connection, "CREATE TABLE seen (a INT)")
    ask(connection, "CREATE TABLE migrations (a INT, b INT)")
    url = my_user("GRANT SELECT ON {db}.seen TO {user}", "GRANT SELECT (a) ON {db}.migrations TO {user}")
    link = open_my_link(url=url)
    with pytest.raises(NotPermittedFault, match="migrations may not be read") as caught:
        link.rows(link.server().home, "migrations")
    run(my_server.url, caught.value.grant)
    assert open_my_link(url=url).rows(link.server().home, "migrations").rows == ()
    assert "Tables may be missing" in link.schema().unread[0]


def test_grants_of_a_role_that_is_active_count(my_user: NewUser, my_server: MyServer, open_my_link: OpenMyLink) -> None:
    url = my_user(ONLY_SELECT)
    account, role = f"'{url.username}'@'%'", f"role_{url.username}"[:30]
    active = (
        f"SET DEFAULT ROLE {role} FOR {account}" if my_server.is_mariadb else f"SET DEFAULT ROLE {role} TO {account}"
    )
    run(my_server.url, f"CREATE ROLE {role}", f"GRANT PROCESS ON *.* TO {role}", f"GRANT {role} TO {account}", active)
    try:
        assert {right.name: right.held for right in open_my_link(url=url).rights()}["see all sessions"]
    finally:
        run(my_server.url, f"DROP ROLE {role}")


@pytest.fixture
def slow(my_connect: MyConnect) -> MyConnection:
    """A table whose rows take long to count."""
    connection = my_connect()
    ask(connection, "CREATE TABLE slow (id INT PRIMARY KEY AUTO_INCREMENT, a INT)")
    ask(connection, "INSERT INTO slow (a) VALUES (1), (2), (3), (4), (5), (6), (7), (NULL)")
    return connection


def probe_of(link: MySQLLink, condition: str = "a IS NULL") -> DataProbe:
    home = link.server().home
    return DataProbe(f"SELECT count(*) FROM `{home}`.`slow` WHERE {condition}", (home, "slow"))


@pytest.mark.usefixtures("slow")
def test_a_count_counts(my_link: MySQLLink) -> None:
    assert my_link.count(probe_of(my_link), 5.0) == 1


@pytest.mark.usefixtures("slow")
def test_a_count_that_takes_too_long_is_not_known(my_link: MySQLLink) -> None:
    began = time.monotonic()
    with pytest.raises(TimedOutFault):
        my_link.count(probe_of(my_link, "sleep(2) = 0"), 0.5)
    assert time.monotonic() - began < 3.0
    assert my_link.count(probe_of(my_link), 5.0) == 1


def test_a_count_is_refused_while_ddl_waits_for_its_table(
    slow: MyConnection, my_connect: MyConnect, my_waits: MyWaits, my_link: MySQLLink
) -> None:
    reader = my_connect()
    ask(reader, "BEGIN")
    ask(reader, "SELECT * FROM slow")
    my_waits("ALTER TABLE slow ADD b INT")
    with pytest.raises(LockedFault, match="is not counted now"):
        my_link.count(probe_of(my_link), 5.0)


def test_a_count_gives_way_to_whoever_waits_behind_it(
    slow: MyConnection, my_connect: MyConnect, my_waits: MyWaits, my_link: MySQLLink
) -> None:
    faults: list[Fault] = []

    def work() -> None:
        try:
            my_link.count(probe_of(my_link, "sleep(3) = 0"), 60.0)
        except Fault as fault:
            faults.append(fault)

    counting = Thread(target=work)
    counting.start()
    watcher = my_connect()
    eventually(lambda: ask(watcher, "SELECT id FROM information_schema.processlist WHERE state = 'User sleep'"))
    runner = my_connect()
    ask(runner, "ALTER TABLE slow ADD b INT")
    counting.join(20)
    assert [type(fault) for fault in faults] == [LockedFault]
    assert "gave way" in str(faults[0])


@pytest.mark.usefixtures("slow")
def test_cancel_stops_a_read_from_another_thread(my_link: MySQLLink, my_connect: MyConnect) -> None:
    faults: list[Fault] = []

    def work() -> None:
        try:
            my_link._wire.read("SELECT count(*) FROM slow WHERE sleep(1) = 0")
        except Fault as fault:
            faults.append(fault)

    reading = Thread(target=work)
    reading.start()
    watcher = my_connect()
    eventually(lambda: ask(watcher, "SELECT id FROM information_schema.processlist WHERE state = 'User sleep'"))
    my_link.cancel()
    reading.join(10)
    assert [str(fault) for fault in faults] == ["The read was cancelled."]
    assert my_link.server().name


@pytest.mark.usefixtures("slow")
def test_what_explains_a_refusal_is_asked_of_the_data(my_link: MySQLLink, my_connect: MyConnect) -> None:
    connection = my_connect()
    home = my_link.server().home
    table = (home, "users")
    ask(connection, "CREATE TABLE users (id INT PRIMARY KEY, email VARCHAR(20), `odd name` INT, parent INT)")
    ask(
        connection,
        "INSERT INTO users VALUES (1, 'a@x', 1, 9), (2, 'A@X', NULL, 1), (3, NULL, 2, NULL), (4, NULL, 3, 2)",
    )

    def answer(doubt: Doubt, *columns: str, **more: object) -> Answer:
        return my_link.ask(Question(1, doubt, table, columns, **more), 5.0)  # type: ignore[arg-type]

    assert answer(Doubt.DUPLICATES, "email") == Answer(1, ("a@x",))
    assert answer(Doubt.DUPLICATES, keys=(Key("email", prefix=1), Key("id"))) == Answer(0)
    assert answer(Doubt.DUPLICATES, keys=(Key(expression="lower(email)"),)) == Answer(1, ("a@x",))
    assert answer(Doubt.NULLS, "odd name") == Answer(1)
    assert answer(Doubt.ORPHANS, "parent", parent=table, parent_columns=("id",)) == Answer(1, ("9",))
    assert answer(Doubt.VIOLATIONS, condition="`odd name` > 1") == Answer(1)


def test_a_connection_that_was_killed_is_lost(my_link: MySQLLink, my_connect: MyConnect) -> None:
    ask(my_connect(), f"KILL {my_link._wire.id}")
    with pytest.raises(LinkLostFault):
        eventually(lambda: my_link.sessions() is None)
    with pytest.raises(LinkLostFault, match="closed"):
        my_link.sessions()
    my_link.close()
    my_link.close()


def test_the_watcher_and_the_canceller_leave_no_connection(
    slow: MyConnection, my_link: MySQLLink, my_connect: MyConnect
) -> None:
    my_link.count(probe_of(my_link), 5.0)
    with suppress(Fault):
        my_link.cancel()
    programs = "SELECT count(*) FROM information_schema.processlist WHERE id NOT IN (connection_id(), {})"
    own = ", ".join(str(ask(each, "SELECT connection_id()")[0][0]) for each in (slow,))
    known = f"{own}, {my_link._wire.id}"
    watcher = my_connect()
    system = "AND command NOT IN ('Daemon') AND user <> 'system user'"
    eventually(lambda: ask(watcher, f"{programs.format(known)} {system}") == [(0,)])
