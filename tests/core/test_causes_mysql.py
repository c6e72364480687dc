"""Which questions a statement of MySQL raises: what needs no server to be told."""

from __future__ import annotations

import pytest

from console.core.causes import Bound, Doubt, Given, Key, Limit, Question, questions
from console.core.causes_columns import columns_after
from console.core.causes_limits import limits
from console.core.causes_sizes import bytes_of
from console.core.landed import Ground, judge
from console.core.schema import Column, Kind, Ref, Schema, table_ref
from console.core.statements import read_script
from console.core.types.mysql import canonical_type
from tests.builders import schema_after

BASE = """
CREATE TABLE customers (id bigint PRIMARY KEY, email varchar(40), name varchar(40) CHARACTER SET latin1, score int)
  CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, total decimal(10,2));
CREATE TABLE flat (id int) ENGINE=MyISAM;
"""


def base(dialect: str = "mysql") -> Schema:
    return schema_after(BASE, dialect=dialect, home="shop")


def asked(sql: str, dialect: str = "mysql") -> tuple[Question, ...]:
    schema = base(dialect)
    return questions(judge(read_script(sql, dialect, "shop"), Ground(schema)), schema)


def column(type_name: str, charset: str | None = "utf8mb4", dialect: str = "mysql") -> Column:
    return Column(ref=Ref(Kind.COLUMN, "shop", "t", "c"), type=canonical_type(type_name, dialect), charset=charset)


def test_only_the_statement_the_run_stopped_at_is_asked_about() -> None:
    found = asked("ALTER TABLE customers ADD UNIQUE (email); ALTER TABLE customers ADD UNIQUE (score)")
    assert [(question.n, question.columns) for question in found] == [(1, ("email",))]


def test_a_unique_index_is_taken_apart() -> None:
    found = asked("CREATE UNIQUE INDEX u ON customers (email(10) DESC, (lower(name)), score)")
    assert found[0].keys == (Key("email", 10), Key(expression="(lower(name))"), Key("score"))
    assert found[0].given == ()


def test_columns_that_the_statement_changes_itself_are_asked_as_they_would_be() -> None:
    found = asked("ALTER TABLE customers CHANGE email mail varchar(40) COLLATE utf8mb4_bin, ADD tag int NOT NULL, "
                  "ADD UNIQUE (mail, tag)")  # fmt: skip
    assert [question.doubt for question in found] == [Doubt.DUPLICATES]
    assert set(found[0].given) == {
        Given("id", "id"),
        Given("mail", "email", collation="utf8mb4_bin"),
        Given("name", "name"),
        Given("score", "score"),
        Given("tag", value="0"),
    }


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE customers ADD a int, ADD UNIQUE (a)",
        "ALTER TABLE customers ADD a int AUTO_INCREMENT UNIQUE",
        "ALTER TABLE customers ADD a char(36) NOT NULL DEFAULT (uuid()), ADD UNIQUE (a)",
        "ALTER TABLE customers MODIFY score varchar(40), ADD UNIQUE (score)",
        "ALTER TABLE flat ADD FOREIGN KEY (id) REFERENCES customers (id)",
        "CREATE TABLE t (a int UNIQUE, CHECK (a > 1))",
        "ALTER TABLE orders MODIFY total decimal(12,2)",
        "DROP TABLE orders",
    ],
)
def test_what_rows_cannot_refuse_or_nobody_can_know_has_no_question(sql: str) -> None:
    assert [question for question in asked(sql) if question.doubt is not Doubt.MISFITS] == []


def test_what_the_definitions_refuse_is_told_without_a_question_about_rows() -> None:
    found = asked("ALTER TABLE orders MODIFY customer_id bigint NOT NULL, ADD FOREIGN KEY (customer_id) "
                  "REFERENCES nobody (id)")  # fmt: skip
    assert [question.doubt for question in found] == [Doubt.DEFINITION]
    assert found[0].told is not None
    assert found[0].told.sample == ("nobody is not there",)


def test_a_table_that_is_not_told_may_be_there() -> None:
    schema = base()
    partly = Schema(schema.things, "shop", ("Tables may be missing to this account",), "mysql")
    sql = "ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES nobody (id)"
    assert questions(judge(read_script(sql, "mysql", "shop"), Ground(partly)), partly) == ()


def test_a_column_gets_the_character_set_of_its_table_when_it_names_none() -> None:
    found = read_script("ALTER TABLE customers MODIFY name varchar(50)", "mysql", "shop")
    after = columns_after(found[0].operations, table_ref("shop", "customers"), base())["name"]
    assert (after.column.charset, after.column.collation) == ("utf8mb4", "utf8mb4_general_ci")
    assert after.converted


@pytest.mark.parametrize(
    ("was", "becomes", "dialect", "expected"),
    [
        ("varchar(20)", "varchar(30)", "mysql", ()),
        ("varchar(20)", "varchar(10)", "mysql", (Limit(Bound.CHARACTERS, 10),)),
        ("text", "varchar(10)", "mysql", (Limit(Bound.TRIMMED, 10),)),
        ("enum('a','bbb')", "char(3)", "mysql", ()),
        ("enum('a','bbb')", "char(2)", "mysql", (Limit(Bound.TRIMMED, 2),)),
        ("tinyint", "int", "mysql", ()),
        ("int unsigned", "int", "mysql", (Limit(Bound.RANGE, 0, "-2147483648", "2147483647"),)),
        ("int", "bigint unsigned", "mysql", (Limit(Bound.RANGE, 0, "0", "18446744073709551615"),)),
        ("decimal(10,2)", "decimal(12,4)", "mysql", ()),
        ("decimal(10,2)", "decimal(10,3)", "mysql", (Limit(Bound.RANGE, 0, "-9999999.999", "9999999.999", 3),)),
        ("smallint", "decimal(5,0)", "mysql", ()),
        ("varchar(9)", "int", "mysql",
         (Limit(Bound.NUMBER_TEXT), Limit(Bound.RANGE, 0, "-2147483648", "2147483647", names=("text",)))),
        ("varchar(9)", "double", "mariadb", (Limit(Bound.NUMBER_TEXT),)),
        ("double", "float", "mysql", ()),
        ("varchar(9)", "year", "mysql", ()),
        ("enum('a','b')", "enum('b','A','c')", "mysql", ()),
        ("enum('a','b')", "enum('b')", "mysql", (Limit(Bound.MEMBER, names=("b",)),)),
        ("set('a','b')", "set('a','it''s')", "mysql", (Limit(Bound.MEMBERS, names=("a", "it's")),)),
        ("datetime", "date", "mysql", ()),
        ("blob", "varchar(9)", "mysql", ()),
        ("varchar(9)", "json", "mysql", (Limit(Bound.JSON_TEXT),)),
        ("text", "tinyblob", "mysql", (Limit(Bound.BYTES, 255),)),
    ],
)  # fmt: skip
def test_what_must_hold_to_fit(was: str, becomes: str, dialect: str, expected: tuple[Limit, ...]) -> None:
    assert limits(column(was, dialect=dialect), column(becomes, dialect=dialect), dialect) == expected


@pytest.mark.parametrize(
    ("was", "becomes", "asks"),
    [("utf8mb4", "latin1", True), ("latin1", "utf8mb4", False), ("ascii", "latin1", False), ("latin1", "ascii", True),
     ("utf8mb4", "utf8mb3", True), ("latin1", "utf8mb3", False), ("latin1", "latin1", False), ("latin1", "", False)],
)  # fmt: skip
def test_which_character_sets_may_lack_characters_of_others(was: str, becomes: str, asks: bool) -> None:
    found = limits(column("varchar(9)", was), column("varchar(9)", becomes), "mysql")
    assert [limit.bound for limit in found] == ([Bound.WRITABLE] if asks else [])


@pytest.mark.parametrize(
    ("type_name", "charset", "size"),
    [("int", None, 4), ("bigint(20) unsigned", None, 8), ("varchar(10)", "utf8mb4", 40), ("varchar(10)", "latin1", 10),
     ("varchar(10)", None, None), ("decimal(10,2)", None, 5), ("decimal(18,9)", None, 8), ("datetime(6)", None, 8),
     ("timestamp", None, 4), ("time(3)", None, 5), ("binary(16)", None, 16), ("bit(9)", None, 2),
     ("longtext", "utf8mb4", 12),
     ("enum('a','b')", "utf8mb4", 1), ("set('a','b')", "utf8mb4", 1), ("geometry", None, None)],
)  # fmt: skip
def test_how_much_of_a_row_a_column_takes(type_name: str, charset: str | None, size: int | None) -> None:
    assert bytes_of(column(type_name, charset)) == size
