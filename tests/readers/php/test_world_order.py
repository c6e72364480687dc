"""The order before and since Laravel 11.15, a release that broke packages with grammars of their own.

Until 11.14 one ALTER changes all columns, then one adds all of them, then comes the rest; since then every column has
an ALTER of its own where it stands.
"""

from __future__ import annotations

import pytest

from console.readers.php.blueprint import compile_blueprint
from console.readers.php.draft import Blueprint, Connection
from tests.readers.php.golden import line_of

CHAINS = ('dropColumn("z")', 'integer("a")', 'string("c",50)->change()', 'integer("b")->index()')
OLD = [(11, 0, 0), (11, 14, 0)]
NEW = [(11, 15, 0), (12, 0, 0)]


def _sql(driver: str, laravel: tuple[int, int, int], *chains: str) -> list[str]:
    blueprint = Blueprint("t", False, tuple(map(line_of, chains)), "Schema::table(...)")
    return [one.sql or "??" for one in compile_blueprint(blueprint, Connection(driver, laravel, (8, 4)))]


def _words(driver: str, laravel: tuple[int, int, int]) -> list[str]:
    """What each statement does, without what of it differs between servers."""
    signs = "add column|add index|create index|drop column|drop `|modify|alter column|add `|comment|??".split("|")
    return [next(sign for sign in signs if sign in sql) for sql in _sql(driver, laravel, *CHAINS)]


@pytest.mark.parametrize("laravel", OLD, ids=["11.0", "11.14"])
def test_all_columns_came_first_and_together(laravel: tuple[int, int, int]) -> None:
    assert _sql("pgsql", laravel, *CHAINS)[1:3] == [
        'alter table "t" add column "a" integer not null, add column "b" integer not null',
        'alter table "t" drop column "z"',
    ]
    assert _words("pgsql", laravel) == [
        "alter column",
        "add column",
        "drop column",
        "create index",
        "comment",
    ]
    assert _words("mysql", laravel) == ["modify", "add `", "drop `", "add index"]
    assert _words("mariadb", laravel) == ["modify", "add `", "drop `", "add index"]
    assert _words("sqlite", laravel) == ["??", "add column", "add column", "drop column", "create index"]


@pytest.mark.parametrize("laravel", NEW, ids=["11.15", "12"])
def test_each_column_has_its_place_since(laravel: tuple[int, int, int]) -> None:
    order = ["drop column", "add column", "alter column", "add column", "create index", "comment"]
    assert _words("pgsql", laravel) == order
    assert _words("mysql", laravel) == ["drop `", "add `", "modify", "add `", "add index"]
    assert _words("sqlite", laravel) == ["drop column", "add column", "??", "add column", "create index"]


def test_what_is_changed_together_is_one_statement() -> None:
    chains = ('string("a",9)->change()', 'string("b",9)->nullable()->change()')
    assert _sql("mysql", (11, 14, 0), *chains) == [
        "alter table `t` modify `a` varchar(9) not null, modify `b` varchar(9) null"
    ]
    assert len(_sql("mysql", (11, 15, 0), *chains)) == 2
