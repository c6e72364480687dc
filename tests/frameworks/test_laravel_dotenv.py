"""The .env file as Laravel's own library reads it; every expectation here was measured with that library."""

from __future__ import annotations

import pytest

from console.frameworks.laravel.dotenv import read_dotenv
from console.frameworks.laravel.environment import meant


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=plain", "plain"),
        ("A = spaced ", "spaced"),
        ("A=", ""),
        ('A=""', ""),
        ('A="with blank"', "with blank"),
        ("A='single ${B} \\n'", "single ${B} \\n"),
        ('A="escaped \\" \\\\ \\$ \\n"', 'escaped " \\ $ \n'),
        ("A=before#after", "before"),
        ("A=x # comment", "x"),
        ('A="a # b"# comment', "a # b"),
        ("A=#nothing", ""),
        ("A=${B}", "two"),
        ('A="${B}-${B}"', "two-two"),
        ("A=${NOBODY}", "${NOBODY}"),
        ("A=$B", "$B"),
        ("A=a\"b'c", "a\"b'c"),
        ("A=a=b=c", "a=b=c"),
        ('"A"=quoted', "quoted"),
        ("A=p${B}x${B}", "ptwoxtwo"),
        ("A=${A${B}}", "${Atwo}"),
        ('A="over\ntwo lines"', "over\ntwo lines"),
    ],
    ids=str,
)
def test_a_value_is_read_by_the_librarys_rules(line: str, value: str) -> None:
    found = read_dotenv(f"B=two\n{line}\nZ=last")
    assert found.values == {"B": "two", "A": value, "Z": "last"}
    assert found.problems == ()


def test_export_comments_blank_lines_and_carriage_returns_do_not_matter() -> None:
    text = "# first\r\n\r\nexport DB_HOST=h\r\n  DB_PORT=5432\r\n"
    assert read_dotenv(text).values == {"DB_HOST": "h", "DB_PORT": "5432"}


def test_the_last_of_two_counts_and_a_name_alone_takes_it_away() -> None:
    assert read_dotenv("A=1\nA=2\nB=1\nB").values == {"A": "2"}


def test_a_variable_of_the_process_is_meant_before_one_of_the_file() -> None:
    assert read_dotenv("HOST=file\nURL=http://${HOST}", {"HOST": "process"}).values["URL"] == "http://process"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("NAME=My Shop", "line 2 holds a blank outside of quotes"),
        ('NAME="a" b', "line 2 holds a blank outside of quotes"),
        ("NAME='open", "line 2 holds a quote that is not closed"),
        ('NAME="\\q"', "line 2 holds an escape sequence that does not exist"),
        ("NA-ME=x", "line 2 does not name a variable"),
    ],
    ids=str,
)
def test_what_stops_laravel_is_told_by_its_line_and_the_rest_is_read(line: str, problem: str) -> None:
    found = read_dotenv(f"A=1\n{line}\nB=2")
    assert (found.values, found.problems) == ({"A": "1", "B": "2"}, (problem,))


def test_a_quote_that_never_ends_over_lines_is_no_entry() -> None:
    assert read_dotenv('A=1\nB="x\nC=2').values == {"A": "1"}


def test_values_are_not_shown() -> None:
    assert "hunter2" not in repr(read_dotenv("DB_PASSWORD=hunter2"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("(TRUE)", True),
        ("False", False),
        ("null", None),
        ("(null)", None),
        ("empty", ""),
        ('"kept"', "kept"),
        ("5432", "5432"),
        ("nullable", "nullable"),
    ],
)
def test_a_few_words_mean_something_to_env(text: str, value: object) -> None:
    assert meant(text) == value
