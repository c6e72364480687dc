"""Types, character sets and catalog texts of MySQL and MariaDB, as both servers were measured to spell them."""

from __future__ import annotations

import pytest

from console.core.refs import Kind, Ref, uncased
from console.core.types.mysql import (
    canonical_charset,
    canonical_collation,
    canonical_type,
    charset_of,
    has_charset,
    is_json_check,
    of_bytes,
    same_type,
)
from console.core.types.mysql_defaults import (
    catalog_default,
    catalog_expression,
    catalog_on_update,
    index_item,
    table_options,
    trigger_definition,
)

TYPES: dict[str, tuple[str, str]] = {
    "int(11)": ("int", "int(11)"),
    "integer": ("int", "int(11)"),
    "INT UNSIGNED": ("int unsigned", "int(10) unsigned"),
    "int signed": ("int", "int(11)"),
    "int zerofill": ("int(10) unsigned zerofill", "int(10) unsigned zerofill"),
    "int(5) zerofill": ("int(5) unsigned zerofill", "int(5) unsigned zerofill"),
    "bool": ("tinyint(1)", "tinyint(1)"),
    "boolean": ("tinyint(1)", "tinyint(1)"),
    "tinyint(1)": ("tinyint(1)", "tinyint(1)"),
    "tinyint(1) unsigned": ("tinyint unsigned", "tinyint(1) unsigned"),
    "tinyint": ("tinyint", "tinyint(4)"),
    "int1": ("tinyint", "tinyint(4)"),
    "int2": ("smallint", "smallint(6)"),
    "middleint": ("mediumint", "mediumint(9)"),
    "int3 unsigned": ("mediumint unsigned", "mediumint(8) unsigned"),
    "int8": ("bigint", "bigint(20)"),
    "bigint(20) unsigned": ("bigint unsigned", "bigint(20) unsigned"),
    "serial": ("bigint unsigned", "bigint(20) unsigned"),
    "decimal": ("decimal(10,0)", "decimal(10,0)"),
    "numeric(8)": ("decimal(8,0)", "decimal(8,0)"),
    "dec(5,2) unsigned": ("decimal(5,2) unsigned", "decimal(5,2) unsigned"),
    "fixed(6, 1)": ("decimal(6,1)", "decimal(6,1)"),
    "float(10)": ("float", "float"),
    "float(30)": ("double", "double"),
    "float(7,3)": ("float(7,3)", "float(7,3)"),
    "double precision": ("double", "double"),
    "real": ("double", "double"),
    "double(8,2)": ("double(8,2)", "double(8,2)"),
    "char": ("char(1)", "char(1)"),
    "character(3)": ("char(3)", "char(3)"),
    "character varying(9)": ("varchar(9)", "varchar(9)"),
    "char varying(9)": ("varchar(9)", "varchar(9)"),
    "national varchar(4)": ("varchar(4)", "varchar(4)"),
    "nchar(3)": ("char(3)", "char(3)"),
    "nvarchar(6)": ("varchar(6)", "varchar(6)"),
    "nchar varying(6)": ("varchar(6)", "varchar(6)"),
    "text": ("text", "text"),
    "text(100)": ("text(100)", "text(100)"),
    "long": ("mediumtext", "mediumtext"),
    "long varchar": ("mediumtext", "mediumtext"),
    "long varbinary": ("mediumblob", "mediumblob"),
    "blob(20)": ("tinyblob", "tinyblob"),
    "blob(70000)": ("mediumblob", "mediumblob"),
    "binary": ("binary(1)", "binary(1)"),
    "char byte(4)": ("binary(4)", "binary(4)"),
    "bit": ("bit(1)", "bit(1)"),
    "year(4)": ("year", "year(4)"),
    "datetime(0)": ("datetime", "datetime"),
    "datetime(6)": ("datetime(6)", "datetime(6)"),
    "TIMESTAMP": ("timestamp", "timestamp"),
    "enum('a','b''c','D ')": ("enum('a','b''c','D')", "enum('a','b''c','D')"),
    'set( "x" , "y")': ("set('x','y')", "set('x','y')"),
    "json": ("json", "json"),
    "geometrycollection": ("geomcollection", "geomcollection"),
    "uuid": ("uuid", "uuid"),
    "varchar(10) /*M!100301 COMPRESSED*/": ("varchar(10)", "varchar(10)"),
    "vector(3)": ("vector(3)", "vector(3)"),
}


@pytest.mark.parametrize("written", TYPES)
def test_a_type_is_spelled_as_the_server_does(written: str) -> None:
    assert (canonical_type(written), canonical_type(written, "mariadb")) == TYPES[written]


@pytest.mark.parametrize("written", TYPES)
@pytest.mark.parametrize("dialect", ["mysql", "mariadb"])
def test_a_canonical_type_stays_what_it_is(written: str, dialect: str) -> None:
    once = canonical_type(written, dialect)
    assert canonical_type(once, dialect) == once


@pytest.mark.parametrize("text", ["", "(", "a b c", "int(", "'x'", "int primary key"])
def test_what_is_no_type_stays_as_it_is(text: str) -> None:
    assert canonical_type(text) == text


@pytest.mark.parametrize(
    ("wanted", "actual", "charset", "same"),
    [
        ("text(100)", "text", "utf8mb4", True),
        ("text(100)", "tinytext", "latin1", True),
        ("text(100)", "text", "latin1", False),
        ("text(70000)", "mediumtext", "latin1", True),
        ("text", "text", None, True),
        ("int", "bigint", None, False),
    ],
)
def test_the_size_of_a_text_depends_on_its_characters(
    wanted: str, actual: str, charset: str | None, same: bool
) -> None:
    assert same_type(wanted, actual, charset) is same


def test_utf8_is_utf8mb3() -> None:
    assert [canonical_charset(name) for name in ("utf8", "UTF8MB4", "latin1")] == ["utf8mb3", "utf8mb4", "latin1"]
    assert [canonical_collation(name) for name in ("utf8_bin", "utf8mb4_bin")] == ["utf8mb3_bin", "utf8mb4_bin"]
    assert [charset_of(name) for name in ("utf8_bin", "latin1_swedish_ci", "uca1400_ai_ci", "binary")] == [
        "utf8mb3",
        "latin1",
        "",
        "binary",
    ]


def test_only_texts_have_a_character_set() -> None:
    assert [has_charset(name) for name in ("varchar(3)", "enum('a')", "text", "int", "json", "blob")] == [True] * 3 + [
        False
    ] * 3
    assert [of_bytes(name) for name in ("char(3)", "varchar(5)", "mediumtext")] == [
        "binary(3)",
        "varbinary(5)",
        "mediumblob",
    ]


@pytest.mark.parametrize(
    ("raw", "type_name", "extra", "dialect", "default"),
    [
        (None, "int", "", "mysql", None),
        ("0", "bigint unsigned", "", "mysql", "0"),
        ("", "varchar(9)", "", "mysql", "''"),
        ("x'y\\z", "varchar(9)", "", "mysql", "'x''y\\\\z'"),
        ("2020-01-01", "date", "", "mysql", "'2020-01-01'"),
        ("CURRENT_TIMESTAMP(3)", "datetime(3)", "DEFAULT_GENERATED", "mysql", "CURRENT_TIMESTAMP(3)"),
        ("CURRENT_TIMESTAMP", "timestamp", "", "mysql", "CURRENT_TIMESTAMP"),
        ("CURRENT_TIMESTAMP", "varchar(40)", "", "mysql", "'CURRENT_TIMESTAMP'"),
        ("concat(_utf8mb4\\'a\\',1)", "varchar(40)", "DEFAULT_GENERATED", "mysql", "concat(_utf8mb4'a',1)"),
        ("b'101'", "bit(3)", "", "mysql", "b'101'"),
        ("0x4142", "varbinary(4)", "", "mysql", "0x4142"),
        ("NULL", "varchar(9)", "", "mysql", "'NULL'"),
        ("NULL", "int(11)", "", "mariadb", None),
        ("'x''y'", "varchar(9)", "", "mariadb", "'x''y'"),
        ("current_timestamp()", "datetime", "", "mariadb", "current_timestamp()"),
    ],
)
def test_a_default_of_the_catalog_is_sql(
    raw: str | None, type_name: str, extra: str, dialect: str, default: str | None
) -> None:
    assert catalog_default(raw, type_name, extra, dialect) == default


def test_other_texts_of_the_catalog() -> None:
    assert catalog_expression("(`s` = _utf8mb4\\'it\\\\\\'s\\')") == "(`s` = _utf8mb4'it\\'s')"
    assert catalog_expression("`a` + 1") == "`a` + 1"
    assert catalog_on_update("DEFAULT_GENERATED on update CURRENT_TIMESTAMP(3)") == "CURRENT_TIMESTAMP(3)"
    assert catalog_on_update("auto_increment") is None
    assert table_options("row_format=DYNAMIC partitioned KEY_BLOCK_SIZE=8") == (
        "key_block_size=8",
        "row_format=dynamic",
    )
    assert table_options(None) == ()
    assert index_item("Code", 20, "D") == "code(20) DESC"
    assert index_item(None, None, "A", "lower(`code`)") == "(lower(`code`))"
    assert trigger_definition("BEFORE", "INSERT", " set new.a = 1 ") == "before insert for each row set new.a = 1"


@pytest.mark.parametrize(
    ("clause", "is_one"),
    [("json_valid(`j`)", True), ("(json_valid(J))", True), ("json_valid(`k`)", False), ("j > 0", False)],
)
def test_the_check_that_makes_a_json(clause: str, is_one: bool) -> None:
    assert is_json_check(clause, "J") is is_one


def test_names_without_case_are_folded_and_remembered() -> None:
    column, table = Ref(Kind.COLUMN, "app", "Users", "userId"), Ref(Kind.TABLE, "app", "", "Users")
    assert uncased(column) == Ref(Kind.COLUMN, "app", "Users", "userid")
    assert uncased(column).label("app") == "Users.userId"
    assert uncased(table) is table
