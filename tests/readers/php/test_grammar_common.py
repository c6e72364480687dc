"""PHP's idea of text and truth, which decides what stands in a statement."""

from __future__ import annotations

import pytest

from console.readers.php.draft import Column, Connection, Line, UnreadableError
from console.readers.php.grammar import grammar_of
from console.readers.php.grammar.common import Words, attribute, known, quoted, text, truth, values
from console.readers.php.values import Listing, Raw, Unknown, Value

UNKNOWN = Unknown("$x is not known")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        (False, ""),
        (True, "1"),
        (0, "0"),
        ("a", "a"),
        (Raw("now()"), "now()"),
        (0.0, "0"),
        (-0.0, "-0"),
        (1.5, "1.5"),
        (100.0, "100"),
        (0.1 + 0.2, "0.3"),
        (1e14, "1.0E+14"),
        (1e13, "10000000000000"),
        (1.5e25, "1.5E+25"),
        (1e-5, "1.0E-5"),
        (0.0001, "0.0001"),
        (-2.5e-10, "-2.5E-10"),
        (float("inf"), "INF"),
        (float("-inf"), "-INF"),
        (float("nan"), "NAN"),
    ],
)
def test_values_are_written_as_php_writes_them(value: Value, written: str) -> None:
    assert text(value) == written


@pytest.mark.parametrize(
    ("value", "is_true"),
    [
        (None, False),
        (0, False),
        (0.0, False),
        ("", False),
        ("0", False),
        ("0.0", True),
        ("a", True),
        (Listing(), False),
        (Listing(((0, None),)), True),
        (Raw(""), True),
    ],
)
def test_truth_is_that_of_php(value: Value, *, is_true: bool) -> None:
    assert truth(value) is is_true


@pytest.mark.parametrize("use", [known, text, truth, values, quoted])
def test_what_is_unknown_cannot_be_used(use: object) -> None:
    assert callable(use)
    with pytest.raises(UnreadableError, match="is not known"):
        use(UNKNOWN)


def test_an_unknown_attribute_cannot_be_used() -> None:
    with pytest.raises(UnreadableError):
        attribute(Column("string", "a", {"length": UNKNOWN}, Line((), "")), "length")


def test_a_single_value_is_a_list_of_one() -> None:
    assert values("a") == ("a",)
    assert values(None) == ()
    assert values(Listing(((0, "a"), ("k", 1)))) == ("a", 1)


def test_quotes_inside_names_are_doubled_and_a_star_is_none() -> None:
    words = Words()
    assert words.wrap_value('a"b') == '"a""b"'
    assert words.columnize(("*", "t.a", Raw("lower(a)")), Connection(prefix="p_")) == '*, "p_t"."a", lower(a)'


def test_a_name_that_would_be_an_alias_is_not_guessed() -> None:
    with pytest.raises(UnreadableError):
        Words().wrap_table("users AS u", Connection())


@pytest.mark.parametrize(
    ("driver", "laravel", "name"),
    [
        ("pgsql", (8, 83, 0), "PostgresGrammar"),
        ("mysql", (12, 0, 0), "MySqlGrammar"),
        ("mariadb", (10, 0, 0), "MySqlGrammar"),
        ("mariadb", (11, 0, 0), "MariaDbGrammar"),
        ("sqlite", (12, 0, 0), "SQLiteGrammar"),
    ],
    ids=["pgsql", "mysql", "mariadb up to 10", "mariadb", "sqlite"],
)
def test_each_driver_has_its_grammar(driver: str, laravel: tuple[int, int, int], name: str) -> None:
    assert type(grammar_of(Connection(driver, laravel))).__name__ == name
