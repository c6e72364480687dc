"""What statements of SQLite mean: tokens, the ends of statements, names, types, and what a transaction holds."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.lexer import TokenKind, tokens
from console.core.operations import Change, Create, Drop, Opaque, Operation, Rename
from console.core.schema import Column, Constraint, Index, Kind, Ref, View, column_ref, table_ref
from console.core.statements import Nature, Sent, Statement, read_script, read_sent, split
from console.core.types.sqlite import canonical_type, expression
from tests.readers.php.measured import measured

PIECES = (
    "select create table index trigger begin end case when ; -- /* */ ' '' \" [ ] ` ( ) , . x'00' ?1 :a 1.5e3 0xff "
    "-> ->> || == <> ü \n temp explain"
).split(" ")


def only(sql: str) -> Statement:
    """The one statement of a text."""
    [statement] = read_script(sql, "sqlite", "main")
    return statement


def operation(sql: str) -> Operation:
    """The one operation of a text."""
    [found] = only(sql).operations
    return found


def columns(sql: str) -> list[Column]:
    """The columns that a CREATE TABLE makes."""
    create = operation(sql)
    assert isinstance(create, Create)
    return [thing for thing in create.things if isinstance(thing, Column)]


def constraints(sql: str) -> list[Constraint]:
    """The constraints that come with it."""
    create = operation(sql)
    assert isinstance(create, Create)
    return [thing for thing in create.things if isinstance(thing, Constraint)]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=30).map(" ".join))
def test_no_character_is_lost(text: str) -> None:
    assert "".join(token.text for token in tokens(text, "sqlite")) == text
    assert "".join(piece.text for piece in split(text, "sqlite")) == text
    assert all(statement.operations for statement in read_script(text, "sqlite", "main"))


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("[a b]", ["QUOTED"]),
        ("`a``b`", ["QUOTED"]),
        ('"a""b"', ["QUOTED"]),
        ("x'ff'", ["STRING"]),
        ("'it''s'", ["STRING"]),
        ("/* never closed", ["COMMENT"]),
        ("'never closed", ["UNTERMINATED"]),
        ("a->>'$.b'", ["WORD", "OPERATOR", "STRING"]),
        (":name", ["PARAMETER"]),
        ("?12", ["PARAMETER"]),
        ("0xFF", ["NUMBER"]),
    ],
)
def test_tokens_are_those_of_sqlite(text: str, kinds: list[str]) -> None:
    assert [token.kind for token in tokens(text, "sqlite")] == [TokenKind[kind] for kind in kinds]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; SELECT CASE WHEN 1 THEN 2 END; END; SELECT 2", 2),
        ("create temp trigger t after insert on a begin select 1; end; select 2;", 2),
        ("CREATE TEMPORARY TRIGGER IF NOT EXISTS t AFTER INSERT ON a BEGIN SELECT ';'; END; SELECT 2;", 2),
        ("BEGIN; INSERT INTO t VALUES (1); END; SELECT 1", 4),
        ("CREATE TABLE t (trigger text); SELECT 1;", 2),
        ("SELECT 1 -- ; not here\n; SELECT ';'", 2),
    ],
)
def test_only_the_body_of_a_trigger_holds_semicolons(text: str, count: int) -> None:
    assert len(split(text, "sqlite")) == count


@pytest.mark.parametrize("written", ["Users", '"Users"', "[Users]", "`Users`", "'Users'", "main.users", '"MAIN".USERS'])
def test_a_name_has_no_case_and_any_quotes(written: str) -> None:
    found = operation(f"DROP TABLE {written}")
    assert found == Drop(table_ref("main", "users"))
    assert found.subject.label("main").lower() == "users"


def test_a_name_is_shown_as_it_was_written() -> None:
    create = operation("CREATE TABLE Orders (Ship_To text)")
    assert isinstance(create, Create)
    assert [thing.ref.label("main") for thing in create.things] == ["Orders", "orders.Ship_To"]


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("VARCHAR ( 255 )", "varchar(255)"),
        ("DECIMAL(10 , -2)", "decimal(10,-2)"),
        ("UNSIGNED  BIG\nINT", "unsigned big int"),
        ('"My Type"', "my type"),
        ("", ""),
    ],
)
def test_a_type_stays_what_was_written(written: str, canonical: str) -> None:
    found = columns(f"CREATE TABLE t (a {written} NOT NULL)")[0]
    assert (found.type, canonical_type(written)) == (canonical, canonical)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a==1 AND B != [c]", 'A = 1 and "b" <> c'),
        ("lower( `e mail` )", 'LOWER("e mail")'),
        ("x IN('a','B')", "x in ('a', 'B')"),
        ("- 1 + -a", "-1 + -A"),
        ("json_extract(a,'$.X')", "JSON_EXTRACT(a, '$.X')"),
        ("t . a", "T.A"),
    ],
)
def test_expressions_that_differ_in_nothing_are_written_alike(one: str, other: str) -> None:
    assert expression(one) == expression(other)


@pytest.mark.parametrize(
    ("one", "other"), [("'a'", "'A'"), ("a > 1", "a >= 1"), ('"from"', "'from'"), ("a - 1", "a -1 x")]
)
def test_others_are_not(one: str, other: str) -> None:
    assert expression(one) != expression(other)


@pytest.mark.parametrize(
    ("definition", "default"),
    [
        ("a DEFAULT 'x'", "'x'"),
        ("a int DEFAULT -1 NOT NULL", "-1"),
        ("a int DEFAULT +1", "+1"),
        ("a DEFAULT (date('now'))", "date('now')"),
        ("a DEFAULT CURRENT_TIMESTAMP", "current_timestamp"),
        ("a DEFAULT NULL", None),
        ("a DEFAULT x'00'", "x'00'"),
        ('a DEFAULT "text"', "text"),
    ],
)
def test_defaults(definition: str, default: str | None) -> None:
    assert columns(f"CREATE TABLE t ({definition})")[0].default == default


def test_a_column_says_everything_in_any_order() -> None:
    sql = """CREATE TABLE t (id INTEGER CONSTRAINT pk PRIMARY KEY DESC ON CONFLICT FAIL AUTOINCREMENT,
      a text COLLATE NoCase NULL UNIQUE ON CONFLICT IGNORE CHECK (a <> '') REFERENCES Other (Id) ON DELETE SET DEFAULT
        MATCH full NOT DEFERRABLE INITIALLY IMMEDIATE NOT NULL,
      b AS (a || 'x') NOT NULL, c int GENERATED ALWAYS AS (1) STORED, d text COLLATE binary)"""
    id_, a, b, c, d = columns(sql)
    assert (id_.auto_increment, id_.nullable, a.collation, a.nullable) == (True, True, "nocase", False)
    assert (b.generated, b.generated_kind, b.nullable) == ("a || 'x'", "virtual", False)
    assert (c.generated, c.generated_kind, d.collation) == ("1", "stored", None)
    assert [(k.ref.name, k.named) for k in constraints(sql)] == [
        ("pk", True), ("unique (a)", False), ("check (a <> '')", False), ("foreign key (a)", False),
    ]  # fmt: skip
    foreign = constraints(sql)[3]
    assert (foreign.references, foreign.referenced_columns, foreign.on_delete) == ("main.other", ("id",), "set default")
    assert not foreign.deferrable


@pytest.mark.parametrize(
    ("sql", "wanted"),
    [
        ("ALTER TABLE a RENAME TO B", Rename(table_ref("main", "a"), table_ref("main", "b"))),
        ("ALTER TABLE a RENAME x TO y", Rename(column_ref("main", "a", "x"), column_ref("main", "a", "y"))),
        ("ALTER TABLE a RENAME COLUMN [x] TO 'y'", Rename(column_ref("main", "a", "x"), column_ref("main", "a", "y"))),
        ("ALTER TABLE a DROP x", Drop(column_ref("main", "a", "x"))),
        ("ALTER TABLE a DROP COLUMN x", Drop(column_ref("main", "a", "x"))),
        ("ALTER TABLE a DROP CONSTRAINT k", Drop(Ref(Kind.CONSTRAINT, "main", "a", "k"))),
        ("ALTER TABLE a ALTER x SET NOT NULL", Change(column_ref("main", "a", "x"), (("nullable", False),))),
        ("ALTER TABLE a ALTER COLUMN x DROP NOT NULL", Change(column_ref("main", "a", "x"), (("nullable", True),))),
        ("DROP INDEX IF EXISTS i", Drop(Ref(Kind.INDEX, "main", "", "i"), if_present=True)),
        ("DROP TRIGGER t", Drop(Ref(Kind.TRIGGER, "main", "", "t"))),
        ("DROP VIEW v", Drop(Ref(Kind.VIEW, "main", "", "v"))),
    ],
)
def test_one_change_a_statement(sql: str, wanted: Operation) -> None:
    assert operation(sql) == wanted
    assert only(sql).nature is Nature.SCHEMA


def test_a_check_can_be_added() -> None:
    create = operation("ALTER TABLE a ADD CONSTRAINT positive CHECK (n > 0) ON CONFLICT ABORT")
    assert isinstance(create, Create)
    assert isinstance(create.things[0], Constraint)
    assert (create.things[0].ref.name, create.things[0].expression) == ("positive", "n > 0")


def test_indexes_and_views_keep_their_words() -> None:
    index = operation(
        "CREATE UNIQUE INDEX IF NOT EXISTS I ON T (a DESC, lower( B ), [c] COLLATE NoCase ASC) WHERE a==1"
    )
    assert isinstance(index, Create)
    assert isinstance(index.things[0], Index)
    assert index.things[0].columns == ("a desc", "lower(b)", "c collate nocase")
    assert (index.things[0].unique, index.things[0].where, index.if_absent) == (True, "a = 1", True)
    view = operation("CREATE VIEW v (A) AS SELECT 1")
    assert isinstance(view, Create)
    assert isinstance(view.things[0], View)
    assert view.things[0].definition == "(a) as select 1"


@pytest.mark.parametrize(
    ("sql", "harmless", "anything"),
    [
        ("UPDATE sqlite_master SET sql = ''", False, True),
        ("DELETE FROM main.sqlite_schema", False, True),
        ("WHAT IS THIS", False, True),
        ("ALTER TABLE t EXPLODE", False, True),
        ("VACUUM", True, False),
        ("PRAGMA user_version = 3", True, False),
        ("SELECT load()", True, False),
        ("CREATE TEMP TABLE t (a)", True, False),
        ("CREATE TABLE temp.t (a)", True, False),
        ("CREATE TABLE other.t (a)", True, False),
        ("ATTACH 'x' AS other", True, False),
        ("UPDATE t SET a = 1", True, False),
    ],
)
def test_what_the_catalog_does_not_show(sql: str, harmless: bool, anything: bool) -> None:
    found = operation(sql)
    assert isinstance(found, Opaque)
    assert (found.harmless, found.anything) == (harmless, anything)
    assert found.why


@pytest.mark.parametrize(
    "sql",
    [
        "BEGIN",
        "BEGIN IMMEDIATE TRANSACTION",
        "COMMIT",
        "END TRANSACTION",
        "ROLLBACK",
        "SAVEPOINT a",
        "RELEASE a",
        "PRAGMA foreign_keys = OFF",
        "pragma main.foreign_key_check",
        "PRAGMA table_info('t')",
        "PRAGMA user_version",
    ],
)
def test_what_is_no_statement(sql: str) -> None:
    assert read_script(sql, "sqlite", "main") == ()


def test_ddl_is_part_of_a_transaction() -> None:
    script = "CREATE TABLE a (x); BEGIN; CREATE TABLE b (x); DROP TABLE a; COMMIT; CREATE TABLE c (x)"
    one, two, three, four = (s.group for s in read_script(script, "sqlite", "main"))
    assert two == three
    assert len({one, two, four}) == 3
    assert {s.group for s in read_script(script.replace("BEGIN;", ""), "sqlite", "main", transactional=True)} == {0}


def test_what_is_rolled_back_leaves_nothing() -> None:
    made, kept = read_script("BEGIN; CREATE TABLE a (x); ROLLBACK; CREATE TABLE b (x)", "sqlite", "main")
    assert isinstance(made.operations[0], Opaque)
    assert isinstance(kept.operations[0], Create)


def test_statements_that_are_sent_one_by_one_stand_for_themselves() -> None:
    sent = (Sent("create table a (x)"), Sent("create table b (x); create table c (x)"))
    assert len({s.group for s in read_sent(sent, "sqlite", "main")}) == 3


@pytest.mark.parametrize(
    ("sql", "counts"),
    [
        ("UPDATE [t] SET a = 'x' WHERE a IS NULL", "SELECT count(*) FROM [t] WHERE (a IS NULL)"),
        ("DELETE FROM t WHERE a < 0", "SELECT count(*) FROM t WHERE (a < 0)"),
        ("UPDATE OR IGNORE t SET a = 'x' WHERE a IS NULL", None),
        ("UPDATE t SET a = datetime('now') WHERE a IS NULL", None),
        ("REPLACE INTO t VALUES (1)", None),
    ],
)
def test_only_what_undoes_its_own_where_is_counted(sql: str, counts: str | None) -> None:
    probe = only(sql).probe
    assert (probe.sql if probe else None) == counts


def test_everything_that_laravel_sends_and_sqlite_takes_is_understood() -> None:
    sent = sorted({sql for one in measured("golden_sqlite", "sqlite") for sql in one.sent})
    assert len(sent) > 200
    unread = [s.sql for sql in sent for s in read_script(sql, "sqlite", "main") if _is_unread(s)]
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript("CREATE TABLE t (id); CREATE TABLE users (id); ATTACH ':memory:' AS s")
        for sql in unread:
            with pytest.raises(sqlite3.OperationalError, match=r"near|unrecognized"):
                connection.execute(f"EXPLAIN {sql}")


def _is_unread(statement: Statement) -> bool:
    return any(isinstance(o, Opaque) and o.anything for o in statement.operations)
