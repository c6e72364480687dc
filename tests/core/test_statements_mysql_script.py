"""Whole scripts of MySQL and MariaDB: what commits by itself, which database is meant, made-up names, counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.landed import Ground, Verdict, judge
from console.core.lexer import tokens
from console.core.operations import Create, Drop, Opaque, Rename
from console.core.schema import Kind, Table, column_ref, table_ref
from console.core.statements import Nature, Sent, Statement, read_script, read_sent
from tests.builders import schema_after
from tests.core.mysql_corpus import STATEMENTS
from tests.core.test_lexer_mysql import TEXTS

DIALECTS = ("mysql", "mariadb")


def script(text: str, *, transactional: bool = False) -> tuple[Statement, ...]:
    """The statements of a script about the database app."""
    return read_script(text, "mysql", "app", transactional=transactional)


def groups(text: str, *, transactional: bool = False) -> list[int]:
    """Which statements share a transaction."""
    return [statement.group for statement in script(text, transactional=transactional)]


@pytest.mark.parametrize("dialect", DIALECTS)
@given(text=TEXTS)
def test_any_text_is_read(dialect: str, text: str) -> None:
    found = read_script(text, dialect, "app")
    assert [statement.n for statement in found] == list(range(1, len(found) + 1))
    assert all(statement.sql in text and statement.operations for statement in found)


@pytest.mark.parametrize("dialect", DIALECTS)
@given(st.lists(st.sampled_from(STATEMENTS), max_size=6), st.data())
def test_a_statement_cut_off_anywhere_is_read(dialect: str, chosen: list[str], data: st.DataObject) -> None:
    text = ";\n".join(chosen)
    end = data.draw(st.integers(0, len(text)))
    assert all(statement.operations for statement in read_script(text[:end], dialect, "app"))


WORDS = sorted({token.text for sql in STATEMENTS for token in tokens(sql, "mysql") if not token.silent})


@pytest.mark.parametrize("dialect", DIALECTS)
@given(st.sampled_from(STATEMENTS), st.lists(st.tuples(st.integers(0, 40), st.sampled_from(WORDS)), max_size=4))
def test_a_statement_with_other_words_in_it_is_read(dialect: str, sql: str, changes: list[tuple[int, str]]) -> None:
    said = [token.text for token in tokens(sql, dialect)]
    for place, word in changes:
        said[place % len(said)] = f" {word} "
    assert all(statement.operations for statement in read_script("".join(said), dialect, "app"))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("UPDATE a SET b = 1; UPDATE a SET b = 2", [1, 2]),
        ("BEGIN; UPDATE a SET b = 1; UPDATE a SET b = 2; COMMIT; DELETE FROM a", [1, 1, 2]),
        ("START TRANSACTION; CREATE TABLE a (b int); CREATE TABLE c (b int); COMMIT", [2, 3]),
        ("BEGIN; DELETE FROM a; ALTER TABLE a ADD b int; DELETE FROM a; DELETE FROM a; COMMIT", [1, 2, 3, 4]),
        ("SET autocommit = 0; DELETE FROM a; DELETE FROM b; COMMIT; DELETE FROM a", [1, 1, 2]),
        ("SET autocommit=0; DELETE FROM a; DROP TABLE b; DELETE FROM a; DELETE FROM a", [1, 2, 3, 3]),
        ("SET SESSION autocommit = OFF; DELETE FROM a; SET autocommit = 1; DELETE FROM a", [1, 2]),
        ("BEGIN; CREATE TEMPORARY TABLE x (a int); DELETE FROM a; COMMIT", [1, 1]),
        ("BEGIN; SAVEPOINT a; DELETE FROM a; ROLLBACK TO a; DELETE FROM a; COMMIT", [1, 1]),
        ("BEGIN; DELETE FROM a; COMMIT AND CHAIN; DELETE FROM a; DELETE FROM a; COMMIT", [1, 2, 2]),
        ("TRUNCATE a; TRUNCATE b", [1, 2]),
    ],
)
def test_ddl_commits_whatever_the_script_says(text: str, wanted: list[int]) -> None:
    assert groups(text) == wanted


def test_one_transaction_around_a_file_holds_its_rows_only_until_the_first_ddl() -> None:
    assert groups("DELETE FROM a; DELETE FROM b; CREATE TABLE c (d int); DELETE FROM a", transactional=True) == [
        1,
        1,
        2,
        3,
    ]


def test_what_a_script_rolls_back_did_not_happen() -> None:
    made, deleted, kept = script("CREATE TABLE a (b int); BEGIN; DELETE FROM a; ROLLBACK; DELETE FROM a")
    assert isinstance(made.operations[0], Create)
    assert [o.why for o in deleted.operations if isinstance(o, Opaque)] == ["The script itself rolls it back."]
    assert "rolls" not in str(kept.operations)


@pytest.mark.parametrize(
    "text",
    [
        "SET NAMES utf8mb4; SET FOREIGN_KEY_CHECKS=0;",
        "/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;",
        "LOCK TABLES a WRITE; UNLOCK TABLES;",
        "SELECT GET_LOCK('migrate', 10); DO RELEASE_LOCK('migrate');",
        "SHOW TABLES; DESCRIBE a; EXPLAIN SELECT 1;",
        "DELIMITER //\nDELIMITER ;\n",
        "-- only words\n# and these\n/* and these */",
        "USE app;",
    ],
)
def test_what_is_no_statement_is_left_out(text: str) -> None:
    assert script(text) == ()


def test_use_moves_the_database_that_names_mean() -> None:
    first, other, again = script("CREATE TABLE a (b int); USE other; CREATE TABLE a (b int); USE app; DROP TABLE a")
    assert (first.operations[0].subject, again.operations[0].subject) == (table_ref("app", "a"),) * 2
    (opaque,) = other.operations
    assert isinstance(opaque, Opaque)
    assert (opaque.why, opaque.harmless) == ("It is about the database other; only app was looked at.", True)


def test_a_table_that_moves_between_databases_comes_or_goes() -> None:
    gone, came = script("RENAME TABLE a TO other.a; RENAME TABLE other.b TO app.b")
    assert gone.operations == (Drop(table_ref("app", "a")),)
    (create,) = came.operations
    assert isinstance(create, Create)
    assert create.subject == table_ref("app", "b")
    assert isinstance(create.things[0], Table)
    assert "columns" in create.things[0].unread


def test_an_executed_comment_is_a_statement_with_its_marks() -> None:
    text = (
        "/*!40000 ALTER TABLE `a` DISABLE KEYS */;\n"
        "/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER `x` BEFORE INSERT ON `a` "
        "FOR EACH ROW BEGIN SET NEW.b = 1; END */;\n/*!80000 CREATE TABLE c (d int) */;"
    )
    found = script(text)
    assert [statement.sql for statement in found] == [part.strip() for part in text.split(";\n")[:1]] + [
        text[text.index("/*!50003 CREATE*/") : text.index(";\n/*!80000")],
        "/*!80000 CREATE TABLE c (d int) */",
    ]
    assert [statement.line for statement in found] == [1, 2, 3]
    assert [s.nature for s in found] == [Nature.OPAQUE, Nature.SCHEMA, Nature.SCHEMA]
    assert [s.sql for s in read_script(text, "mariadb", "app")] == [s.sql for s in found[:2]]


def test_a_dump_made_with_delimiters_is_read() -> None:
    text = "DELIMITER ;;\nCREATE PROCEDURE p() BEGIN SELECT 1; END ;;\nDELIMITER ;\nDROP PROCEDURE p;"
    assert [statement.sql for statement in script(text)] == [
        "CREATE PROCEDURE p() BEGIN SELECT 1; END",
        "DROP PROCEDURE p",
    ]


def test_what_is_done_to_a_temporary_table_leaves_nothing() -> None:
    text = (
        "CREATE TEMPORARY TABLE x (a int); ALTER TABLE x ADD b int; CREATE INDEX i ON x (a); DROP TABLE x; DROP TABLE x"
    )
    natures = [statement.nature for statement in script(text)]
    assert natures == [Nature.OPAQUE] * 4 + [Nature.SCHEMA]


def test_made_up_names_are_counted_as_the_server_counts_them() -> None:
    text = """
    CREATE TABLE a (id int, b int CHECK (b > 0), KEY (b), FOREIGN KEY (b) REFERENCES p (id));
    ALTER TABLE a ADD INDEX (b, id), ADD CHECK (b < 9), ADD FOREIGN KEY (id) REFERENCES p (id);
    ALTER TABLE a ADD UNIQUE (b);
    RENAME TABLE a TO c;
    ALTER TABLE c ADD KEY (b);
    """
    names = [
        thing.ref.name
        for statement in script(text)[1:]
        for operation in statement.operations
        if isinstance(operation, Create)
        for thing in operation.things
    ]
    assert names == ["b_2", "a_chk_2", "a_ibfk_2", "id", "b_3", "b_4"]


@pytest.mark.parametrize(
    ("sql", "probe"),
    [
        ("UPDATE t SET a = b WHERE a IS NULL", "SELECT count(*) FROM t WHERE (a IS NULL) AND (b) IS NOT NULL"),
        ("UPDATE `t` SET `a` = 1 WHERE `a` = 0", "SELECT count(*) FROM `t` WHERE (`a` = 0)"),
        ("UPDATE t SET s = 'new' WHERE s = 'old'", "SELECT count(*) FROM t WHERE (s = 'old')"),
        ("UPDATE t AS x SET x.a = 1 WHERE x.a = 0", None),
        ("DELETE FROM t WHERE a = 1", "SELECT count(*) FROM t WHERE (a = 1)"),
        ("DELETE FROM t WHERE a = 1 LIMIT 100", None),
        ("DELETE FROM t WHERE a = 1 ORDER BY id", None),
        ("DELETE FROM t WHERE d < NOW()", None),
        ("DELETE FROM t WHERE a = @x", None),
        ("UPDATE IGNORE t SET a = 1 WHERE a = 0", None),
        ("UPDATE LOW_PRIORITY t SET a = 1 WHERE a = 0", None),
        ("UPDATE t SET s = '01' WHERE s = '1'", None),
        ("UPDATE t SET s = 'E' WHERE s = 'e'", None),
        ("UPDATE t SET s = 'é' WHERE s = 'e'", None),
        ("UPDATE t SET d = '2020-01-01' WHERE d IS NULL", "SELECT count(*) FROM t WHERE (d IS NULL)"),
        ("UPDATE t SET a = 1 WHERE a = 0 || b = 1", None),
        ("UPDATE t JOIN u ON u.id = t.id SET t.a = 1 WHERE t.a = 0", None),
        ("UPDATE t SET a = 1 WHERE b = 0", None),
        ("INSERT INTO t (a) VALUES (1)", None),
        ("REPLACE INTO t (a) VALUES (1)", None),
        ("TRUNCATE t", None),
    ],
)
def test_a_count_is_only_asked_where_it_proves_something(sql: str, probe: str | None) -> None:
    (statement,) = script(sql)
    assert (statement.probe.sql if statement.probe else None) == probe


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ("INSERT INTO a SELECT * FROM b", ["a", "b"]),
        ("INSERT IGNORE INTO `a` (x) VALUES (1)", ["a"]),
        ("DELETE a FROM a JOIN b ON a.id = b.id", ["a", "b"]),
        ("LOAD DATA LOCAL INFILE 'x.csv' INTO TABLE a FIELDS TERMINATED BY ','", ["a"]),
        ("WITH x AS (SELECT 1) UPDATE a SET b = 1", ["a"]),
        ("TRUNCATE TABLE a", ["a"]),
        ("ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES Parent (id)", ["a", "Parent"]),
    ],
)
def test_the_tables_of_a_statement(sql: str, tables: list[str]) -> None:
    (statement,) = script(sql)
    assert [name for _, name in statement.tables] == tables


def test_what_a_reader_hands_over_is_read_as_sent() -> None:
    sent = (
        Sent("create table `a` (`b` int)", source="$table->integer('b')", line=4),
        Sent("", source="->change()", effect="alter table `a` modify `b` bigint null", line=9),
    )
    made, changed = read_sent(sent, "mysql", "app", transactional=True)
    assert (made.line, made.group, changed.group) == (4, 2, 3)
    assert (changed.readable, changed.nature) == (False, Nature.SCHEMA)


BASE = "CREATE TABLE users (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, name varchar(50), email varchar(100));"
STEPS = """
ALTER TABLE users ADD phone varchar(20) NOT NULL DEFAULT '', ADD INDEX (phone);
ALTER TABLE users MODIFY name varchar(200) NOT NULL COMMENT 'full';
ALTER TABLE users CHANGE email mail varchar(150), ADD UNIQUE users_mail (mail);
CREATE TABLE logs (
  id int AUTO_INCREMENT PRIMARY KEY, user_id bigint unsigned, FOREIGN KEY (user_id) REFERENCES users (id));
ALTER TABLE logs ADD CONSTRAINT positive CHECK (id > 0), DROP COLUMN user_id, DROP FOREIGN KEY logs_ibfk_1;
CREATE TRIGGER tr BEFORE INSERT ON users FOR EACH ROW SET NEW.name = 'a';
CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END;
RENAME TABLE users TO people, logs TO entries;
DROP PROCEDURE p;
ALTER TABLE people DROP COLUMN phone;
"""


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_prefix_of_a_migration_is_told(dialect: str) -> None:
    steps = read_script(STEPS, dialect, "app")
    for ran in range(len(steps) + 1):
        so_far = ";\n".join((BASE.rstrip(";"), *(step.sql for step in steps[:ran])))
        schema = schema_after(so_far, dialect=dialect, home="app")
        words = [judgement.verdict for judgement in judge(steps, Ground(schema))]
        assert words == [Verdict.LANDED] * ran + [Verdict.NOT_LANDED] * (len(steps) - ran), ran


def test_one_alter_of_three_columns_did_not_land_because_one_of_them_is_there() -> None:
    (statement,) = script("ALTER TABLE users ADD a int, ADD b int, ADD c int")
    schema = schema_after(BASE + "ALTER TABLE users ADD b varchar(9)", dialect="mysql", home="app")
    (judgement,) = judge((statement,), Ground(schema))
    assert judgement.verdict is Verdict.NOT_LANDED
    assert "column users.a is not there" in judgement.evidence


def test_a_column_that_goes_takes_only_its_place_in_an_index() -> None:
    text = "CREATE TABLE t (a int, b int, c int, PRIMARY KEY (a, b), KEY one (c), KEY two (c, a));"
    schema = schema_after(text + "ALTER TABLE t DROP COLUMN c", dialect="mysql", home="app")
    indexes = {t.ref.name: getattr(t, "columns", ()) for t in schema.things if t.ref.kind is Kind.INDEX}
    assert indexes == {"primary": ("a", "b"), "two": ("a",)}


def test_converting_a_table_converts_its_text_columns() -> None:
    text = (
        "CREATE TABLE t (a varchar(9) CHARSET latin1, n int) DEFAULT CHARSET utf8mb4;"
        "ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
    )
    schema = schema_after(text, dialect="mysql", home="app")
    column = schema.get(column_ref("app", "t", "a"))
    assert (getattr(column, "charset", ""), getattr(column, "collation", "")) == ("utf8mb4", "utf8mb4_bin")
    assert getattr(schema.get(column_ref("app", "t", "n")), "charset", "") is None


def test_a_renamed_table_takes_its_made_up_names_along() -> None:
    steps = script("CREATE TABLE a (b int, FOREIGN KEY (b) REFERENCES p (id)); RENAME TABLE a TO c")
    schema = schema_after("CREATE TABLE c (b int, FOREIGN KEY (b) REFERENCES p (id))", dialect="mysql", home="app")
    assert [judgement.verdict for judgement in judge(steps, Ground(schema))] == [Verdict.LANDED] * 2
    assert isinstance(steps[1].operations[0], Rename)
