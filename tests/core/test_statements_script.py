"""Whole scripts: what counts as a statement, which ones share a transaction, where unqualified names point."""

from __future__ import annotations

import pytest

from console.core.operations import Create, Opaque
from console.core.statements import Nature, Sent, Statement, read_script, read_sent


def groups(script: str) -> list[int]:
    """The group of each statement."""
    return [statement.group for statement in read_script(script)]


def schemas(script: str) -> list[str]:
    """The schema each statement's subject is in."""
    subjects = [statement.operations[0].subject for statement in read_script(script)]
    return [subject.schema if subject else "" for subject in subjects]


@pytest.mark.parametrize(
    "script",
    [
        "",
        " \n-- nothing\n/* ; */ ;;",
        "BEGIN; COMMIT; END; ROLLBACK; START TRANSACTION; ABORT;",
        "SAVEPOINT a; RELEASE SAVEPOINT a; ROLLBACK TO a;",
        "SET lock_timeout = '5s'; SET LOCAL x TO 1; RESET ALL; SHOW x;",
        "LOCK TABLE t IN ACCESS EXCLUSIVE MODE",
        "SELECT pg_advisory_lock(1); SELECT pg_catalog.pg_advisory_xact_lock(1); select pg_try_advisory_lock(1)",
        "SELECT pg_catalog.set_config('search_path', '', false);",
        "\\set ON_ERROR_STOP on\n\\connect app\n",
    ],
)
def test_what_leaves_nothing_is_no_statement(script: str) -> None:
    assert read_script(script) == ()


def test_statements_are_numbered_and_keep_their_own_text() -> None:
    script = "-- one\nCREATE TABLE a (b int) ; -- behind\n\n/* two */ INSERT INTO a\n VALUES (1);\n"
    first, second = read_script(script)
    assert (first.n, first.line, first.sql) == (1, 2, "CREATE TABLE a (b int)")
    assert (second.n, second.line, second.sql) == (2, 4, "INSERT INTO a\n VALUES (1)")


def test_rows_of_a_copy_belong_to_its_text() -> None:
    (copy,) = read_script("COPY t FROM STDIN;\n1\n\\.\n\n")
    assert copy.sql == "COPY t FROM STDIN;\n1\n\\."
    assert (copy.nature, copy.tables) == (Nature.DATA, (("public", "t"),))


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("SELECT 1; SELECT 2", [1, 2]),
        ("SELECT 1; BEGIN; SELECT 2; SELECT 3; COMMIT; SELECT 4", [1, 2, 2, 3]),
        ("BEGIN; SELECT 1; COMMIT AND CHAIN; SELECT 2; COMMIT; SELECT 3", [1, 2, 3]),
        ("BEGIN; SELECT 1; SAVEPOINT a; SELECT 2; ROLLBACK TO a; SELECT 3; END", [1, 1, 1]),
    ],
)
def test_a_block_is_one_group(script: str, expected: list[int]) -> None:
    assert groups(script) == expected


def test_a_transactional_script_is_one_group() -> None:
    statements = read_script("SELECT 1; BEGIN; SELECT 2; COMMIT; SELECT 3", transactional=True)
    assert [statement.group for statement in statements] == [0, 0, 0]


def test_what_the_script_rolls_back_leaves_nothing() -> None:
    first, second = read_script("BEGIN; CREATE TABLE a (b int); ROLLBACK; CREATE TABLE c (d int)")
    assert isinstance(first.operations[0], Opaque)
    assert isinstance(second.operations[0], Create)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("CREATE TABLE a (b int); SET search_path TO x, public; CREATE TABLE a (b int)", ["public", "x"]),
        ("SET search_path = \"$user\", 'X y'; CREATE TABLE a (b int)", ["X y"]),
        (
            "SET SESSION search_path = x; CREATE TABLE a (b int); RESET search_path; CREATE TABLE a (b int)",
            ["x", "public"],
        ),
        ("BEGIN; SET LOCAL search_path = x; CREATE TABLE a (b int); COMMIT; CREATE TABLE a (b int)", ["x", "public"]),
        ("SET search_path = x; SET search_path TO DEFAULT; CREATE TABLE a (b int)", ["public"]),
        ("SET SCHEMA 'x'; CREATE TABLE a (b int)", ["x"]),
        ("SELECT pg_catalog.set_config('search_path', 'x, public', false); CREATE TABLE a (b int)", ["x"]),
        ("SELECT pg_catalog.set_config('search_path', '', false); CREATE TABLE y.a (b int)", ["y"]),
    ],
)
def test_set_search_path_moves_the_home_schema(script: str, expected: list[str]) -> None:
    assert schemas(script) == expected


@pytest.mark.parametrize(
    "script",
    [
        "CREATE TEMP TABLE t (a int)",
        "CREATE TEMPORARY TABLE t AS SELECT 1; CREATE INDEX i ON t (a); ALTER TABLE t ADD b int; DROP TABLE t",
        "SELECT 1 AS a INTO TEMP t; COMMENT ON COLUMN t.a IS 'x'",
    ],
)
def test_temporary_tables_leave_nothing(script: str) -> None:
    operations = [operation for statement in read_script(script) for operation in statement.operations]
    assert all(isinstance(operation, Opaque) and operation.harmless for operation in operations)


def test_a_table_made_after_its_temporary_namesake_is_gone_is_a_table() -> None:
    *_, last = read_script("CREATE TEMP TABLE t (a int); DROP TABLE t; CREATE TABLE t (a int)")
    assert isinstance(last.operations[0], Create)


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ('INSERT INTO s.t SELECT * FROM u JOIN "V" USING (a)', {("s", "t"), ("public", "u"), ("public", "V")}),
        ("UPDATE t SET a = 1", {("public", "t")}),
        ("DELETE FROM ONLY t USING u WHERE t.a = u.a", {("public", "t"), ("public", "u")}),
        (
            "WITH d AS (DELETE FROM t RETURNING *) INSERT INTO archive SELECT * FROM d",
            {("public", "t"), ("public", "archive")},
        ),
        ("MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN DELETE", {("public", "t"), ("public", "u")}),
        ("TRUNCATE TABLE ONLY a, s.b RESTART IDENTITY", {("public", "a"), ("s", "b")}),
        ("COPY s.t (a, b) FROM '/x.csv' CSV", {("s", "t")}),
    ],
)
def test_data_statements_know_their_tables(sql: str, tables: set[tuple[str, str]]) -> None:
    (statement,) = read_script(sql)
    assert statement.nature is Nature.DATA
    assert set(statement.tables) == tables
    assert all(isinstance(operation, Opaque) and operation.harmless for operation in statement.operations)


@pytest.mark.parametrize(
    ("sql", "alone"),
    [
        ("CREATE INDEX CONCURRENTLY i ON t (a)", True),
        ("REINDEX TABLE CONCURRENTLY t", True),
        ("VACUUM t", True),
        ("ALTER TABLE m DETACH PARTITION c CONCURRENTLY", True),
        ("CREATE INDEX i ON t (a)", False),
        ("REFRESH MATERIALIZED VIEW CONCURRENTLY v", False),
        ("ANALYZE t", False),
    ],
)
def test_what_cannot_run_in_a_transaction_is_known(sql: str, alone: bool) -> None:
    (statement,) = read_script(sql)
    assert statement.concurrently is alone


def test_statements_are_values() -> None:
    script = "CREATE TABLE a (b int); UPDATE a SET b = 1 WHERE b IS NULL;"
    assert read_script(script) == read_script(script)
    assert isinstance(hash(read_script(script)), int)
    assert all(isinstance(statement, Statement) for statement in read_script(script))


def test_several_statements_sent_in_one_message_land_together_or_not_at_all() -> None:
    sent = [
        Sent("create table a (id int)"),
        Sent("create table b (id int); create index on b (id);"),
        Sent("drop table a"),
    ]
    assert [s.group for s in read_sent(sent)] == [1, 2, 2, 4]
    spoken = [Sent("create table a (id int); begin; create table b (id int); commit; create table c (id int)")]
    assert [s.group for s in read_sent(spoken)] == [1, 2, 3]


def test_begin_and_commit_that_are_sent_make_a_group() -> None:
    sent = [Sent("begin"), Sent("create table a (id int)"), Sent("drop table b"), Sent("commit"), Sent("drop table c")]
    assert [s.group for s in read_sent(sent)] == [1, 1, 2]


def test_what_has_no_sql_keeps_its_own_text_and_says_why() -> None:
    loop = Sent("", source="foreach ($rows as $row) {}", data=True, line=4)
    hidden = Sent("", source="$this->other()", unreadable="other() is not in this file", line=9)
    first, second = read_sent([loop, hidden])
    assert (first.sql, first.nature, first.line, first.readable) == (loop.source, Nature.DATA, 4, False)
    assert (second.sql, second.nature, second.n) == (hidden.source, Nature.OPAQUE, 2)
    assert [o.why for o in second.operations if isinstance(o, Opaque)] == ["other() is not in this file"]
