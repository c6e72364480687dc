"""Partitions of MySQL and MariaDB by name and by what they hold: what a file writes against what a catalog tells."""

from __future__ import annotations

import pytest

from console.core.compare_mysql import compare_value
from console.core.compare_mysql_partitions import compare_partition, compare_partitions
from console.core.match import Match
from console.core.schema import Table, table_ref

EQUAL, DIFFERENT, UNSURE = Match.EQUAL, Match.DIFFERENT, Match.UNSURE


@pytest.mark.parametrize(
    ("wanted", "actual", "match"),
    [
        ("p=less than (2020)", "p=less than (2020)", EQUAL),
        ("p=less than (2020)", "p=less than (2021)", DIFFERENT),
        ("p=less than (-5)", "p=less than (-5)", EQUAL),
        ("P=less than (maxvalue)", "p=less than (maxvalue)", EQUAL),
        ("p=less than (maxvalue)", "p=less than (2020)", DIFFERENT),
        ("p=less than (to_days('2025-01-01'))", "p=less than (739617)", EQUAL),
        ("p=less than (TO_DAYS('2025-01-02'))", "p=less than (739617)", DIFFERENT),
        ("p=less than (year('2025-01-01'))", "p=less than (2025)", EQUAL),
        ("p=less than (unix_timestamp('2020-01-01 00:00:00'))", "p=less than (1577836800)", UNSURE),
        ("p=less than (unix_timestamp('2020-01-01 00:00:00'))", "p=less than (1477836800)", DIFFERENT),
        ("p=less than ('n', '2020-01-01')", "p=less than ('n','2020-01-01')", EQUAL),
        ("p=less than ('2020-01-01 00:00')", "p=less than ('2020-01-01')", UNSURE),
        ("p=less than ('b')", "p=less than ('a')", DIFFERENT),
        ("p=less than (abs(4))", "p=less than (4)", UNSURE),
        ("p=in ('a', 'b')", "p=in ('b','a')", EQUAL),
        ("p=in ('a', 'b')", "p=in ('a')", DIFFERENT),
        ("p=in (1, NULL)", "p=in (NULL,1)", EQUAL),
        ("p=in (1, 2)", "p=in (1,3)", DIFFERENT),
        ("p=in (1 + 1, 2)", "p=in (2,3)", UNSURE),
        ("p=in ((1, 2), (3, 4))", "p=in ((1,2),(3,4))", EQUAL),
        ("p=in ((1, 2), (3, 4))", "p=in ((1,2),(3,5))", DIFFERENT),
        ("p=in ('ä')", "p=in (_utf8mb4 0xC3A4)", UNSURE),
        ("p=in (default)", "p=in (default)", EQUAL),
        ("p=", "p=in ('a')", EQUAL),
        ("p=in ('a')", "q=in ('a')", DIFFERENT),
    ],
)
def test_one_partition_is_there_when_it_holds_the_same(wanted: str, actual: str, match: Match) -> None:
    assert compare_partition(wanted, wanted=True, actual=("z", actual)) is match


def test_a_partition_that_should_be_gone_is_known_by_its_name() -> None:
    assert compare_partition("p=", wanted=False, actual=("q=in (1)",)) is EQUAL
    assert compare_partition("p=", wanted=False, actual=("P=in (1)",)) is DIFFERENT
    assert compare_partition("p=", wanted=False, actual=None) is EQUAL


@pytest.mark.parametrize(
    ("wanted", "actual", "match"),
    [
        (("p0", "p1"), ("p0", "p1"), EQUAL),
        (("p0", "p1"), ("p0",), DIFFERENT),
        (("b=in (2)", "a=in (1)"), ("a=in (1)", "b=in (2)"), EQUAL),
        (("a=in (1)", "b=in (2)"), ("a=in (1)", "b=in (3)"), DIFFERENT),
        (("a=less than (f(1))",), ("a=less than (1)",), UNSURE),
        ((), (), EQUAL),
    ],
)
def test_all_partitions_of_a_table(wanted: tuple[str, ...], actual: tuple[str, ...], match: Match) -> None:
    table = Table(ref=table_ref("app", "t"), partitions=actual)
    assert compare_partitions(wanted, actual) is match
    assert compare_value("partitions", wanted, actual, table) is match


def test_the_attributes_of_a_table_ask_for_one_partition() -> None:
    table = Table(ref=table_ref("app", "t"), partitions=("p=in (1)",))
    assert compare_value("partitions:p=in (1)", True, table.partitions, table) is EQUAL
    assert compare_value("partitions:p=in (2)", True, table.partitions, table) is DIFFERENT
    assert compare_value("partitions:p=", False, table.partitions, table) is DIFFERENT
