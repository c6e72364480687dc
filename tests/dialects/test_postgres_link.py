"""How a link opens, what it says when it cannot, and whether it notices every change."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable
from threading import Thread

import pytest
from sqlalchemy.engine import URL, make_url

from console.core.faults import (
    Fault,
    LinkLostFault,
    NotPermittedFault,
    ReadFault,
    TimedOutFault,
    UnreachableFault,
    UsageFault,
)
from console.core.schema import Table
from console.dialects import names, open_dialect
from console.dialects.postgres import PostgresDialect
from console.dialects.postgres.link import PostgresLink
from console.dialects.postgres.wire import Wire
from console.drill.server import PrivatePostgres, available
from tests.dialects.conftest import OpenLink
from tests.servers import Connect, ServerUnderTest, run
from tests.waiting import eventually


def test_dialects_are_found_by_the_first_word_of_a_url() -> None:
    assert open_dialect("postgresql").name == open_dialect("postgresql+psycopg").name == "postgres"
    assert "postgresql" in names()


def test_an_unknown_kind_of_server_is_wrong_usage() -> None:
    with pytest.raises(UsageFault, match="oracle"):
        open_dialect("oracle")


def test_a_port_nobody_listens_on_is_unreachable() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(UnreachableFault, match=r"cannot be reached: .* Connection refused\. Is the server running"):
        PostgresDialect().open(make_url(f"postgresql://me:hush@127.0.0.1:{port}/x"), "schema")


def test_an_unknown_parameter_is_wrong_usage_and_the_password_stays_unsaid(database: URL) -> None:
    url = database.set(password="hush-hush").update_query_dict({"sslmoode": "require"})
    with pytest.raises(UsageFault) as raised:
        PostgresDialect().open(url, "schema")
    assert "sslmoode" in str(raised.value)
    assert "hush" not in repr(raised.value) + str(raised.value) + raised.value.why


def test_an_unknown_database_is_unreachable_and_named(database: URL) -> None:
    with pytest.raises(UnreachableFault, match=r"PostgreSQL refused the login: .*not_there"):
        PostgresDialect().open(database.set(database="not_there", password="hush"), "schema")


def test_a_role_without_connect_gets_the_grant(database: URL, postgres_server: ServerUnderTest) -> None:
    name = f"stranger_{database.database}"
    run(postgres_server.url, f"CREATE ROLE {name} LOGIN", f"REVOKE CONNECT ON DATABASE {database.database} FROM public")
    try:
        with pytest.raises(NotPermittedFault) as raised:
            PostgresDialect().open(database.set(username=name), "schema")
        assert raised.value.grant.startswith(f'GRANT CONNECT ON DATABASE "{database.database}"')
    finally:
        run(postgres_server.url, f"DROP ROLE {name}")


def test_limits_hold_from_the_start(open_link: OpenLink, connect: Connect) -> None:
    wire = open_link("locks")._wire
    limits = {
        name: wire.read(f"SELECT current_setting('{name}')")[0][0]
        for name in ("lock_timeout", "statement_timeout", "default_transaction_read_only", "application_name")
    }
    assert limits == {
        "lock_timeout": "250ms",
        "statement_timeout": "2s",
        "default_transaction_read_only": "on",
        "application_name": "halfway locks",
    }


def test_options_of_the_url_are_kept_unless_they_are_limits(database: URL, open_link: OpenLink) -> None:
    options = {"options": "-c work_mem=5MB -c lock_timeout=0", "application_name": "other"}
    wire = open_link(url=database.update_query_dict(options))._wire
    settings = [wire.read(f"SELECT current_setting('{n}')")[0][0] for n in ("work_mem", "lock_timeout")]
    assert settings == ["5MB", "250ms"]


def test_nothing_can_be_written(link: PostgresLink, connect: Connect) -> None:
    connect().execute("CREATE TABLE t (a int)")
    with pytest.raises(ReadFault, match="read-only"):
        link._wire.read("INSERT INTO t VALUES (1) RETURNING a")


def test_a_role_with_strange_settings_changes_nothing(database: URL, connect: Connect, open_link: OpenLink) -> None:
    connection = connect()
    connection.execute("CREATE TABLE t (at timestamptz DEFAULT '2026-01-31 12:00Z')")
    connection.execute("INSERT INTO t DEFAULT VALUES")
    usual = open_link()
    for setting in ("datestyle = 'German'", "timezone = 'Asia/Kolkata'", "quote_all_identifiers = on"):
        connection.execute(f"ALTER DATABASE {database.database} SET {setting}")
    odd = open_link()
    assert odd.schema().things == usual.schema().things
    assert odd.rows("public", "t").rows == usual.rows("public", "t").rows == (("2026-01-31 12:00:00+00",),)
    assert odd.sessions()


def test_a_server_that_is_read_only_says_so(database: URL, connect: Connect, open_link: OpenLink) -> None:
    assert open_link().server().read_only is False
    connect().execute(f"ALTER DATABASE {database.database} SET default_transaction_read_only = on")
    assert open_link().server().read_only is True


def test_the_server_says_who_it_is(link: PostgresLink, database: URL, postgres_server: ServerUnderTest) -> None:
    server = link.server()
    assert (server.dialect, server.name, server.user) == ("postgresql", database.database, database.username)
    assert server.version_number // 10000 == postgres_server.major
    assert server.version.startswith(str(postgres_server.major))
    assert server.identity == link.server().identity
    assert len(server.identity.split()) == 2
    assert server.now is not None
    assert server.max_query_length >= 1024


def test_cancel_stops_a_read_from_another_thread(link: PostgresLink, connect: Connect) -> None:
    problems: list[Fault] = []

    def work() -> None:
        try:
            link._wire.read("SELECT pg_sleep(10)")
        except Fault as fault:
            problems.append(fault)

    thread = Thread(target=work)
    thread.start()
    query = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(10)')"
    watcher = connect()
    eventually(lambda: watcher.execute(query).fetchone() == (True,))
    link.cancel()
    thread.join(5)
    assert [str(problem) for problem in problems] == ["The read was cancelled."]
    assert link.server().name


def test_a_slow_read_times_out_and_the_link_lives_on(open_link: OpenLink) -> None:
    link = open_link("locks")
    with pytest.raises(TimedOutFault):
        link._wire.read("SELECT pg_sleep(10)")
    assert link.server().name


def test_a_server_that_stays_silent_is_given_up(open_link: OpenLink) -> None:
    link = open_link("locks")
    link._wire.read("SELECT set_config('statement_timeout', '0', false)")
    link._wire._connection.patience = 0.5
    began = time.monotonic()
    with pytest.raises(TimedOutFault, match="does not answer"):
        link._wire.read("SELECT pg_sleep(20)")
    assert time.monotonic() - began < 3
    with pytest.raises(LinkLostFault):
        link.server()


def test_a_terminated_session_is_a_lost_link(link: PostgresLink, connect: Connect) -> None:
    connect().execute("SELECT pg_terminate_backend(%s)", (link._wire.pid,))
    with pytest.raises(LinkLostFault):
        eventually(lambda: link.server() is None)


def test_a_closed_link_is_lost_and_closes_twice(link: PostgresLink) -> None:
    link.close()
    link.close()
    with pytest.raises(LinkLostFault):
        link.sessions()


@pytest.mark.parametrize("major", available())
@pytest.mark.parametrize("stop", ["stop", "stop_now"])
def test_a_stopped_server_is_a_lost_link(major: int, stop: str) -> None:
    with PrivatePostgres(major) as server:
        link = PostgresDialect().open(server.url, "schema")
        assert link.server().name
        getattr(server, stop)()
        with pytest.raises(LinkLostFault):
            link.server()
        link.close()
        with pytest.raises(UnreachableFault):
            PostgresDialect().open(server.url, "schema")


ROWS = "CREATE TABLE r (a int, b text, c timestamp, d bool, e bytea, f int[])"


def test_rows_come_as_text_with_their_stamps(connect: Connect, link: PostgresLink) -> None:
    connection = connect()
    connection.execute(ROWS)
    connection.execute("INSERT INTO r VALUES (1, 'x', '2026-01-31 12:00', true, '\\x00ff', '{1,2}')")
    connection.execute("INSERT INTO r DEFAULT VALUES")
    found = link.rows("public", "r")
    assert found.columns == ("a", "b", "c", "d", "e", "f")
    assert found.rows == (("1", "x", "2026-01-31 12:00:00", "t", "\\x00ff", "{1,2}"), (None,) * 6)
    first, second = found.stamps
    assert first is not None
    assert second is not None
    assert first < second


@pytest.mark.parametrize("name", ["Odd Name", 'quo"ted', "per%s", "x" * 63, "Ünï"])
def test_rows_of_oddly_named_tables_are_read(connect: Connect, link: PostgresLink, name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    connect().execute(f"CREATE SCHEMA {quoted} CREATE TABLE {quoted} ({quoted} int)")
    assert link.rows(name, name).columns == (name,)
    assert link.tables_named(name.upper() if name.isascii() else name) == (name,)


def test_a_table_is_found_in_other_letters_when_there_is_no_exact_one(connect: Connect, link: PostgresLink) -> None:
    connection = connect()
    connection.execute('CREATE TABLE "SCHEMA_VERSION" (a int)')
    assert link.tables_named("schema_version") == ("public",)
    assert link.rows("public", "schema_version").columns == ("a",)
    connection.execute("CREATE TABLE schema_version (b int)")
    assert link.rows("public", "schema_version").columns == ("b",)


def test_a_table_that_is_not_there_says_so(link: PostgresLink) -> None:
    with pytest.raises(ReadFault, match="no table nowhere"):
        link.rows("public", "nowhere")
    assert link.tables_named("nowhere") == ()


def test_rows_hidden_by_row_security_are_refused_not_dropped(
    connect: Connect, open_link: OpenLink, database: URL, postgres_server: ServerUnderTest
) -> None:
    name = f"hidden_{database.database}"
    connection = connect()
    for statement in (
        "CREATE TABLE t (a int)",
        "INSERT INTO t VALUES (1)",
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
        f"CREATE ROLE {name} LOGIN",
    ):
        connection.execute(statement)
    try:
        link = open_link(url=database.set(username=name))
        with pytest.raises(NotPermittedFault) as raised:
            link.rows("public", "t")
        assert raised.value.grant == f'GRANT SELECT ON "public"."t" TO "{name}"'
        connection.execute(raised.value.grant)
        with pytest.raises(NotPermittedFault):
            link.rows("public", "t")
    finally:
        connection.execute(f"DROP OWNED BY {name}")
        connection.execute(f"DROP ROLE {name}")


def dropped(server: ServerUnderTest, name: str) -> None:
    run(
        server.url,
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
        f"DROP DATABASE {name}" + (" (FORCE)" if server.major > 12 else ""),
    )


@pytest.mark.parametrize(
    ("encoding", "text"), [("LATIN1", "é"), ("SQL_ASCII", "\\xe9"), ("EUC_JP", "日本"), ("UTF8", "é")]
)
def test_text_in_any_encoding_is_read(
    postgres_server: ServerUnderTest, database: URL, open_link: OpenLink, connect: Connect, encoding: str, text: str
) -> None:
    name = f"{database.database}_e"
    run(
        postgres_server.url,
        f"CREATE DATABASE {name} TEMPLATE template0 ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C'",
    )
    url = postgres_server.url.set(database=name)
    try:
        connect(url, client_encoding="LATIN1" if encoding == "SQL_ASCII" else "UTF8").execute(
            f'CREATE TABLE t ("{text if encoding != "SQL_ASCII" else "é"}" int)'
        )
        link = open_link(url=url)
        assert link.rows("public", "t").columns == (text,)
        assert text in {thing.ref.name for thing in link.schema().things}
        assert link.sessions()
        link.close()
    finally:
        dropped(postgres_server, name)


def test_statements_of_other_databases_in_other_encodings_do_not_stop_the_list(
    postgres_server: ServerUnderTest, database: URL, link: PostgresLink, connect: Connect
) -> None:
    name = f"{database.database}_l"
    run(
        postgres_server.url,
        f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'",
    )
    try:
        foreign = connect(postgres_server.url.set(database=name))
        foreign.execute("SELECT 'é'")
        pid = str(foreign.info.backend_pid)
        (seen,) = [session for session in link.sessions() if session.id == pid]
        assert seen.query.startswith("SELECT '")
        foreign.close()
    finally:
        dropped(postgres_server, name)


def test_the_schema_lane_is_allowed_more_time_than_the_others(open_link: OpenLink) -> None:
    shown: Callable[[Wire], str] = lambda wire: wire.read("SHOW statement_timeout")[0][0]  # noqa: E731
    assert [shown(open_link(lane)._wire) for lane in ("schema", "sessions", "doctor")] == ["15s", "2s", "2s"]


def test_faults_are_sentences_without_driver_noise(link: PostgresLink) -> None:
    with pytest.raises(ReadFault) as raised:
        link._wire.read("SELECT no_such_column")
    assert re.fullmatch(r"PostgreSQL refused a read: .*\.", str(raised.value))
    assert link.schema().home == "public"
    assert list(link.schema().of_kind(Table)) == []
