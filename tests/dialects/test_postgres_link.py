"""How a link opens, what it says when it cannot, and whether it notices every change."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Thread

import psycopg
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
from console.core.statements import DataProbe
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
    with pytest.raises(UnreachableFault, match="refused"):
        PostgresDialect().open(make_url(f"postgresql://me:hush@127.0.0.1:{port}/x"), "schema")


def test_an_unknown_parameter_is_wrong_usage_and_the_password_stays_unsaid(database: URL) -> None:
    url = database.set(password="hush-hush").update_query_dict({"sslmoode": "require"})
    with pytest.raises(UsageFault) as raised:
        PostgresDialect().open(url, "schema")
    assert "sslmoode" in str(raised.value)
    assert "hush" not in repr(raised.value) + str(raised.value) + raised.value.why


def test_an_unknown_database_is_unreachable_and_named(database: URL) -> None:
    with pytest.raises(UnreachableFault, match="not_there"):
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


SETUP = (
    "CREATE TABLE t (a int, b varchar(10), c int)",
    "CREATE TABLE parent (id int PRIMARY KEY)",
    "ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (c) REFERENCES parent NOT VALID",
    "CREATE TYPE mood AS ENUM ('a')",
    "CREATE VIEW v AS SELECT a FROM t",
    "CREATE SEQUENCE s",
    "CREATE INDEX i ON t (a)",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION tf()",
    "CREATE DOMAIN d AS int",
    "CREATE TABLE gone (a int)",
    "CREATE TABLE parted (a int) PARTITION BY RANGE (a)",
    "CREATE TABLE part (a int)",
)
CHANGES = (
    "CREATE TABLE fresh (a int)",
    "DROP TABLE gone",
    "ALTER TABLE t ADD more int",
    "ALTER TABLE t DROP COLUMN b",
    "ALTER TABLE t RENAME COLUMN a TO z",
    "ALTER TABLE t RENAME TO u",
    "ALTER TABLE t ALTER a SET DEFAULT 4",
    "ALTER TABLE t ALTER a SET NOT NULL",
    "ALTER TABLE t ALTER b TYPE varchar(20)",
    "ALTER TABLE t ADD CHECK (c > 0)",
    "ALTER TABLE t DROP CONSTRAINT fk",
    "ALTER TABLE t VALIDATE CONSTRAINT fk",
    "CREATE INDEX j ON t (b)",
    "CREATE INDEX CONCURRENTLY j ON t (b)",
    "DROP INDEX i",
    "ALTER INDEX i RENAME TO ii",
    "CREATE OR REPLACE VIEW v AS SELECT a, 1 AS x FROM t",
    "DROP VIEW v",
    "ALTER TYPE mood ADD VALUE 'b'",
    "ALTER DOMAIN d ADD CHECK (VALUE > 0)",
    "ALTER SEQUENCE s INCREMENT 2",
    "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2'",
    "DROP FUNCTION f()",
    "ALTER TABLE t DISABLE TRIGGER g",
    "DROP TRIGGER g ON t",
    "COMMENT ON TABLE t IS 'x'",
    "COMMENT ON COLUMN t.a IS 'x'",
    "CREATE POLICY p ON t USING (true)",
    "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE parted ATTACH PARTITION part FOR VALUES FROM (1) TO (2)",
    "CREATE SCHEMA fresh",
    "ALTER TABLE t SET (fillfactor = 50)",
    "CREATE STATISTICS st ON a, c FROM t",
    "CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING",
    "CREATE PUBLICATION pub FOR TABLE t",
    "CREATE MATERIALIZED VIEW m AS SELECT 1 AS x",
    "ALTER TABLE t REPLICA IDENTITY FULL",
)


def test_every_kind_of_ddl_changes_the_fingerprint_and_nothing_else_does(connect: Connect, link: PostgresLink) -> None:
    connection = connect()
    for statement in SETUP:
        connection.execute(statement)
    missed = []
    for change in CHANGES:
        before = link.fingerprint()
        alone = "CONCURRENTLY" in change
        if not alone:
            connection.execute("BEGIN")
        connection.execute(change)
        assert alone or link.fingerprint().partition(" / ")[0] == before.partition(" / ")[0], "it is not committed yet"
        if alone:
            missed += [change] if link.fingerprint() == before else []
            connection.execute("DROP INDEX j")
            continue
        connection.execute("COMMIT")
        missed += [change] if link.fingerprint() == before else []
        _again(connection)
    assert missed == []


def _again(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """The same database as before the change."""
    for statement in (
        "DROP SCHEMA IF EXISTS fresh CASCADE",
        "DROP PUBLICATION IF EXISTS pub",
        "DROP SCHEMA public CASCADE",
        "CREATE SCHEMA public",
        *SETUP,
    ):
        connection.execute(statement)


def test_data_and_maintenance_leave_the_fingerprint_alone(connect: Connect, link: PostgresLink) -> None:
    connection = connect()
    for statement in SETUP:
        connection.execute(statement)
    before = link.fingerprint()
    for statement in (
        "INSERT INTO parent VALUES (1)",
        "UPDATE parent SET id = 2",
        "VACUUM",
        "ANALYZE",
        "SELECT nextval('s')",
    ):
        connection.execute(statement)
        assert link.fingerprint() == before, statement


def test_a_change_that_commits_after_a_younger_one_is_noticed(connect: Connect, link: PostgresLink) -> None:
    older, younger = connect(), connect()
    older.execute("CREATE TABLE t (a int)")
    older.execute("CREATE TABLE u (a int)")
    older.execute("BEGIN")
    older.execute("ALTER TABLE t ALTER a SET DEFAULT 1")
    younger.execute("ALTER TABLE u ALTER a SET DEFAULT 1")
    before = link.fingerprint().partition(" / ")[0]
    older.execute("COMMIT")
    assert link.fingerprint().partition(" / ")[0] != before


def test_a_lock_that_comes_or_goes_changes_the_fingerprint(connect: Connect, link: PostgresLink) -> None:
    connection = connect()
    connection.execute("CREATE TABLE t (a int)")
    free = link.fingerprint()
    connection.execute("BEGIN")
    connection.execute("LOCK TABLE t")
    assert link.fingerprint() != free
    connection.execute("ROLLBACK")
    assert link.fingerprint() == free


class Pooler:
    """A proxy that refuses start-up options, as poolers do, and passes everything else on."""

    def __init__(self, url: URL) -> None:
        self._target = (url.host or "127.0.0.1", url.port or 5432)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = url.set(host="127.0.0.1", port=self._listener.getsockname()[1]).update_query_dict(
            {"sslmode": "disable", "gssencmode": "disable"}
        )
        self._threads = [Thread(target=self._serve, daemon=True)]
        self._threads[0].start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._threads.append(Thread(target=self._one, args=(client,), daemon=True))
                self._threads[-1].start()

    def _one(self, client: socket.socket) -> None:
        with client:
            start = client.recv(65536)
            if b"options\0" in start:
                body = b"SFATAL\0C08P01\0Munsupported startup parameter: options\0\0"
                client.sendall(b"E" + (len(body) + 4).to_bytes(4, "big") + body)
                return
            with socket.create_connection(self._target) as server:
                server.sendall(start)
                back = Thread(target=self._pump, args=(server, client), daemon=True)
                back.start()
                self._pump(client, server)
                back.join()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def pooler(database: URL, open_link: OpenLink) -> Iterator[Pooler]:
    proxy = Pooler(database)
    yield proxy
    run(database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'halfway%'")
    proxy.close()


def test_through_a_pooler_everything_is_read_and_no_setting_stays_behind(
    pooler: Pooler, open_link: OpenLink, connect: Connect
) -> None:
    connection = connect()
    connection.execute("CREATE TABLE t (a int PRIMARY KEY)")
    direct, pooled = open_link(), open_link(url=pooler.url)
    assert pooled.schema().things == direct.schema().things
    assert pooled.rows("public", "t").columns == ("a",)
    assert pooled.fingerprint() == direct.fingerprint()
    assert pooled.count(DataProbe("SELECT count(*) FROM t", ("public", "t")), 1.0) == 0
    raw = pooled._wire._connection
    left = [raw.execute(f"SHOW {name}").fetchone() for name in ("lock_timeout", "default_transaction_read_only")]
    assert left == [("0",), ("off",)]
    state = "SELECT state FROM pg_stat_activity WHERE pid = %s"
    assert connection.execute(state, (pooled._wire.pid,)).fetchone() == ("idle",)


def test_through_a_pooler_limits_hold_for_each_read(pooler: Pooler, open_link: OpenLink) -> None:
    link = open_link("locks", url=pooler.url)
    assert link._wire.read("SHOW lock_timeout") == [("250ms",)]
    assert link._wire.read("SHOW transaction_read_only") == [("on",)]
    with pytest.raises(TimedOutFault):
        link._wire.read("SELECT pg_sleep(10)")
    assert link.server().name


def test_a_link_over_a_dead_network_is_lost_within_seconds(pooler: Pooler, open_link: OpenLink) -> None:
    link = open_link("locks", url=pooler.url)
    link._wire._connection.pgconn.finish()
    with pytest.raises(LinkLostFault):
        link.sessions()


def test_the_schema_lane_is_allowed_more_time_than_the_others(open_link: OpenLink) -> None:
    shown: Callable[[Wire], str] = lambda wire: wire.read("SHOW statement_timeout")[0][0]  # noqa: E731
    assert [shown(open_link(lane)._wire) for lane in ("schema", "sessions", "doctor")] == ["15s", "2s", "2s"]


def test_faults_are_sentences_without_driver_noise(link: PostgresLink) -> None:
    with pytest.raises(ReadFault) as raised:
        link._wire.read("SELECT no_such_column")
    assert re.fullmatch(r"PostgreSQL refused a read: .*\.", str(raised.value))
    assert link.schema().home == "public"
    assert list(link.schema().of_kind(Table)) == []
