"""MariaDB by its own driver: only what differs from MySQL, measured with a real Laravel 13."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.readers.php.blueprint import compile_blueprint
from console.readers.php.draft import Blueprint, Connection
from console.readers.php.grammar import grammar_of
from console.readers.php.grammar.mariadb import MariaDbGrammar
from tests.readers.php.golden import line_of
from tests.readers.php.measured import differing, measured, read, refused

MEASURED = measured("golden_mysql", "mariadb")
MARIADB = Connection("mariadb", (12, 60, 0), (10, 11, 18))


def _sent(chain: str, connection: Connection) -> tuple[str, ...]:
    found = compile_blueprint(Blueprint("t", False, (line_of(chain),), "Schema::x(...)"), connection)
    return tuple(one.sql or f"?? {one.unreadable}" for one in found)


def test_everything_measured_with_a_real_laravel_13_is_the_same() -> None:
    assert len([one for one in MEASURED if not one.refusal]) > 190
    assert differing(MEASURED) == []


def test_what_a_real_laravel_13_refuses_is_not_readable() -> None:
    assert len(refused(MEASURED)) > 5
    assert [one.case for one in refused(MEASURED) if "??" not in read(one)] == []


@pytest.mark.parametrize(
    ("laravel", "server", "word"),
    [
        ((12, 60, 0), (10, 7, 0), "uuid"),
        ((12, 60, 0), (), "uuid"),
        ((12, 7, 0), (10, 6, 21), "char(36)"),
        ((12, 6, 0), (10, 6, 21), "uuid"),
        ((11, 51, 0), (10, 6, 21), "uuid"),
    ],
)
def test_identifiers_have_a_type_of_their_own(
    laravel: tuple[int, int, int], server: tuple[int, ...], word: str
) -> None:
    connection = replace(MARIADB, laravel=laravel, server=server)
    assert _sent('uuid("a")', connection) == (f"alter table `t` add `a` {word} not null",)


def test_whether_there_are_vector_indexes_depends_on_the_release() -> None:
    chain = 'vectorIndex("a")->lock("none")'
    assert _sent(chain, replace(MARIADB, laravel=(13, 31, 0))) == (
        "alter table `t` add vector index `t_a_vectorindex`(`a`) M=6 DISTANCE=cosine, lock=none",
    )
    assert "depends on its release" in _sent(chain, MARIADB)[0]


def test_the_driver_is_one_of_its_own_from_11_on() -> None:
    assert isinstance(grammar_of(MARIADB), MariaDbGrammar)
    assert not isinstance(grammar_of(replace(MARIADB, laravel=(10, 48, 0))), MariaDbGrammar)
