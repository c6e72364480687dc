"""Expressions, defaults, bodies and views: what is the same to MySQL and MariaDB is never called different."""

from __future__ import annotations

import pytest

from console.core.expressions_mysql import compare, compare_body, compare_default, compare_item, compare_words
from console.core.match import Match
from console.core.types.mysql_defaults import catalog_expression
from tests.core.mysql_corpus import EXPRESSIONS

EQUAL, DIFFERENT, UNSURE = Match.EQUAL, Match.DIFFERENT, Match.UNSURE


@pytest.mark.parametrize(("written", "mysql", "mariadb"), EXPRESSIONS)
def test_what_the_servers_made_of_an_expression_is_that_expression(
    written: str, mysql: str | None, mariadb: str | None
) -> None:
    read = [text for text in (catalog_expression(mysql), mariadb) if text is not None]
    assert [compare(written, text) for text in read] == [EQUAL] * len(read)


@pytest.mark.parametrize(("written", "mysql", "mariadb"), EXPRESSIONS)
def test_both_servers_mean_the_same(written: str, mysql: str | None, mariadb: str | None) -> None:
    if mysql is None or mariadb is None:
        assert written
    else:
        assert compare(catalog_expression(mysql), mariadb) is EQUAL


@pytest.mark.parametrize(
    ("wanted", "actual", "match"),
    [
        ("a > 1", "`a` > 2", DIFFERENT),
        ("a > 1", "`b` > 1", DIFFERENT),
        ("a > 1", "`a` >= 1", DIFFERENT),
        ("a > 1 and b > 2", "((`a` > 1) and (`b` > 2))", EQUAL),
        ("a > 1 or b > 2", "((`a` > 1) and (`b` > 2))", UNSURE),
        ("(a + b) * c", "`a` + `b` * `c`", UNSURE),
        ("1 < a", "(`a` > 1)", EQUAL),
        ("not (a = 1 and b = 2)", "((`a` <> 1) or (`b` <> 2))", EQUAL),
        ("not (a in (1,2))", "(`a` not in (1,2))", EQUAL),
        ("status in ('a','b')", "(`status` in (_utf8mb4'a',_utf8mb4'c'))", DIFFERENT),
        ("s = 'é'", "(`s` = _utf8mb4'Ã©')", UNSURE),
        ("NEXT VALUE FOR s1", "nextval(`t`.`s1`)", EQUAL),
        ("match (a) against ('x')", "(match `a` against (_utf8mb4'x'))", UNSURE),
        ("unknown_thing(a)", "other_thing(`a`)", UNSURE),
        (None, None, EQUAL),
        ("1", None, DIFFERENT),
    ],
)
def test_expressions_are_compared(wanted: str | None, actual: str | None, match: Match) -> None:
    assert compare(wanted, actual) is match


@pytest.mark.parametrize(
    ("wanted", "actual", "type_name", "match"),
    [
        ("'5'", "5", "int", EQUAL),
        ("5", "'5'", "varchar(9)", EQUAL),
        ("'0'", "0.00", "decimal(8,2)", EQUAL),
        ("1", "1.00", "decimal(8,2)", EQUAL),
        ("1.234", "1.23", "decimal(8,2)", UNSURE),
        ("1e3", "1000", "float", EQUAL),
        ("true", "1", "tinyint(1)", EQUAL),
        ("false", "1", "tinyint(1)", DIFFERENT),
        ("0", "1", "int", DIFFERENT),
        ("'a'", "'b'", "varchar(3)", DIFFERENT),
        ("'a'", "'A'", "varchar(3)", DIFFERENT),
        ("'A'", "'a'", "enum('a')", EQUAL),
        ("'b,a'", "'a,b'", "set('a','b')", EQUAL),
        ("'2020-01-01'", "'2020-01-01 00:00:00'", "datetime", EQUAL),
        ("'10:00'", "'10:00:00'", "time", EQUAL),
        ("'10:00'", "'11:00:00'", "time", UNSURE),
        ("b'101'", "b'101'", "bit(3)", EQUAL),
        ("5", "b'101'", "bit(3)", EQUAL),
        ("4", "b'101'", "bit(3)", DIFFERENT),
        ("x'4142'", "0x4142", "varbinary(4)", EQUAL),
        ("'AB'", "0x4142", "varbinary(4)", EQUAL),
        ("now()", "CURRENT_TIMESTAMP", "datetime", EQUAL),
        ("CURRENT_TIMESTAMP(6)", "current_timestamp(6)", "datetime(6)", EQUAL),
        ("CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP(6)", "datetime(6)", DIFFERENT),
        ("(uuid())", "uuid()", "varchar(36)", EQUAL),
        ("(1+2)", "(1 + 2)", "int", EQUAL),
        ("'x '", "'x'", "char(3)", EQUAL),
        ("_utf8mb4'x'", "'x'", "varchar(3)", EQUAL),
        ("'it''s'", "'it\\'s'", "varchar(9)", EQUAL),
        ('"dq"', "'dq'", "varchar(9)", EQUAL),
        ("'-1'", "-1", "bigint", EQUAL),
        ("'x'", None, "varchar(3)", DIFFERENT),
        (None, "0", "int", DIFFERENT),
    ],
)
def test_defaults_are_compared_as_the_type_keeps_them(
    wanted: str | None, actual: str | None, type_name: str, match: Match
) -> None:
    assert compare_default(wanted, actual, type_name) is match


@pytest.mark.parametrize(
    ("wanted", "actual", "match"),
    [
        ("code", "code", EQUAL),
        ("Code", "code", EQUAL),
        ("code DESC", "code DESC", EQUAL),
        ("code", "code DESC", DIFFERENT),
        ("code(10)", "code(10)", EQUAL),
        ("code(10)", "code(20)", DIFFERENT),
        ("code(10)", "code", UNSURE),
        ("code", "code(191)", UNSURE),
        ("code", "other", DIFFERENT),
        ("(lower(code))", "(lower(`code`))", EQUAL),
        ("(lower(code)) DESC", "(lower(`code`)) DESC", EQUAL),
        ("(lower(code))", "(lower(`name`))", DIFFERENT),
        ("(lower(code))", "code", DIFFERENT),
    ],
)
def test_columns_of_an_index_are_compared(wanted: str, actual: str, match: Match) -> None:
    assert compare_item(wanted, actual) is match


@pytest.mark.parametrize(
    ("wanted", "actual", "match"),
    [
        ("select id from orders", "select `app`.`orders`.`id` AS `id` from `app`.`orders`", EQUAL),
        (
            "select o.id, name n from orders o join customers c on c.id = o.customer_id where o.total > 5",
            (
                "select `o`.`id` AS `id`,`c`.`name` AS `n` from (`app`.`orders` `o` join `app`.`customers` `c` "
                "on((`c`.`id` = `o`.`customer_id`))) where (`o`.`total` > 5)"
            ),
            EQUAL,
        ),
        (
            "select id from orders where a = 'x'",
            "select `orders`.`id` AS `id` from `orders` where (`a` = 'y')",
            DIFFERENT,
        ),
        ("select total from orders", "select `app`.`orders`.`id` AS `id` from `app`.`orders`", DIFFERENT),
        ("select * from orders", "select `app`.`orders`.`id` AS `id` from `app`.`orders`", UNSURE),
        ("select id from orders order by 1", "select `o`.`id` AS `id` from `orders` `o` order by `o`.`id`", UNSURE),
    ],
)
def test_views_are_compared_word_by_word(wanted: str, actual: str, match: Match) -> None:
    assert compare_words(wanted, actual) is match


@pytest.mark.parametrize(
    ("wanted", "actual", "match"),
    [
        ("BEGIN SET NEW.a = 1; END", "begin set new.a=1; end", EQUAL),
        ("set new.a = 1;", "set new.a = 1", EQUAL),
        ("set new.a = 1 -- why\n", "set new.a = 1", EQUAL),
        ("begin select 'it''s'; end", "begin select 'it's'; end", EQUAL),
        ("select _utf8mb4'x'", "select 'x'", EQUAL),
        ("set new.a = 1", "set new.a = 2", DIFFERENT),
        ("select 'it''s'", "select 'its not'", DIFFERENT),
        ("delete from t where a = ''", "delete from t", DIFFERENT),
        ("select 'a\\nb'", "select 'a\nb'", EQUAL),
        ("select '\\0'", "select 'z'", UNSURE),
    ],
)
def test_bodies_are_compared_as_they_were_given(wanted: str, actual: str, match: Match) -> None:
    assert compare_body(wanted, actual) is match
