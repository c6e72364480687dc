"""Names the framework makes: of indexes and keys, and the plural of a table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.readers.php.blueprint.naming import index_name
from console.readers.php.blueprint.plural import plural
from console.readers.php.draft import Connection
from console.readers.php.values import Raw, Unknown
from tests.readers.php.golden import HERE

CONNECTION = Connection(laravel=(12, 60, 0), prefix="Wp_")


def test_plurals_are_those_of_the_real_inflector() -> None:
    lines = (HERE.parent / "golden_postgres" / "plurals.txt").read_text(encoding="utf-8").splitlines()
    measured = [line.split("\t") for line in lines if not line.startswith("#")]
    assert len(measured) > 2000
    assert [(word, found, plural(word)) for word, found in measured if plural(word) != found] == []


@pytest.mark.parametrize(
    ("laravel", "name"),
    [((10, 0, 0), "wp_crm_order_items_a_b_unique"), ((11, 0, 0), "crm_wp_order_items_a_b_unique")],
    ids=["10", "11"],
)
def test_a_name_holds_prefix_table_columns_and_kind_in_small_letters(laravel: tuple[int, int, int], name: str) -> None:
    connection = replace(CONNECTION, laravel=laravel)
    assert index_name("unique", ("A", "b"), "crm.Order-Items", connection) == name


def test_the_prefix_is_left_out_when_the_connection_says_so() -> None:
    assert index_name("spatialIndex", ("g",), "t", replace(CONNECTION, prefix_indexes=False)) == "t_g_spatialindex"


def test_a_name_of_an_unknown_column_is_unknown() -> None:
    assert index_name("index", ("a", Unknown("$x is not known")), "t", CONNECTION) == Unknown("$x is not known")


def test_an_expression_makes_a_name_only_before_laravel_10() -> None:
    assert index_name("index", (Raw("lower(a)"),), "t", replace(CONNECTION, laravel=(9, 0, 0))) == "wp_t_lower(a)_index"
    assert isinstance(index_name("index", (Raw("lower(a)"),), "t", CONNECTION), Unknown)
