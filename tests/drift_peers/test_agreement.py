"""Halfway and independent tools see the same objects differ, except where a table says which sees less, and why."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

import pytest
from sqlalchemy.engine import URL

from console.core.drift import compare_schemas
from console.core.ports import Dialect
from console.dialects.mariadb import make as mariadb
from console.dialects.mysql import make as mysql
from console.dialects.postgres import make as postgres
from tests import mysql_servers, servers
from tests.drift_peers.explained import of
from tests.drift_peers.pairs import Pair, base, mutations, pairs
from tests.drift_peers.seen import by_halfway, by_peer, plain
from tests.mysql_servers import MyServer
from tests.schemas.reading import read
from tests.servers import ServerUnderTest

_DIALECTS: dict[str, Callable[[], Dialect]] = {"postgres": postgres, "mysql": mysql, "mariadb": mariadb}
_DRIVERS = {
    ("results", "postgres"): "postgresql", ("alembic", "postgres"): "postgresql+psycopg",
    ("alembic", "mysql"): "mysql+pymysql", ("alembic", "mariadb"): "mariadb+pymysql",
}  # fmt: skip
_SEED = 7
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Case:
    """Two databases, in the order they are compared in, and what makes them different."""

    pair: Pair
    expected: URL
    actual: URL

    def __str__(self) -> str:
        return f"{self.pair}, {self.expected.database} beside {self.actual.database}"


def _name() -> str:
    return f"peers_{os.getpid()}_{next(_numbers)}"


@contextmanager
def databases(url: URL, kind: str) -> Iterator[tuple[Case, ...]]:
    """All pairs, made; each is compared both ways."""
    run, copied = (servers.run, " TEMPLATE {}") if kind == "postgres" else (mysql_servers.run, " CHARACTER SET utf8mb4")
    first = url.set(database=_name())
    cases: list[Case] = []
    run(url, f"CREATE DATABASE {first.database}{copied.format('template0')}")
    run(first, *base(kind))
    made = [first]
    try:
        for pair in pairs(kind, _SEED):
            made.append(url.set(database=_name()))
            run(url, f"CREATE DATABASE {made[-1].database}{copied.format(first.database)}")
            run(made[-1], *(() if kind == "postgres" else base(kind)), *(sql for m in pair.mutations for sql in m.sql))
            cases += [Case(pair, first, made[-1]), Case(pair, made[-1], first)]
        yield tuple(cases)
    finally:
        run(url, *(f"DROP DATABASE IF EXISTS {place.database}" for place in made))


def seen_by_halfway(kind: str, cases: Sequence[Case]) -> list[frozenset[str]]:
    dialect = _DIALECTS[kind]()
    schemas = {url: read(dialect, url)[0] for url in {case.expected for case in cases}}
    return [by_halfway(compare_schemas(schemas[case.expected], schemas[case.actual])) for case in cases]


def seen_by(peer: str, kind: str, cases: Sequence[Case]) -> list[frozenset[str]]:
    driver = _DRIVERS[peer, kind]
    return by_peer(peer, [(plain(case.expected, driver), plain(case.actual, driver)) for case in cases])


def explained(peer: str, kind: str, pair: Pair, mine: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """What Halfway alone should see, and what the tool alone should see."""
    rows = of(peer, kind)
    more = {row.more[m.name] for row in rows for m in pair.mutations if m.name in row.more}
    return frozenset().union(*(row.objects for row in rows)) & mine, frozenset(more) - mine


def agree(url: URL, kind: str, *peers: str) -> None:
    """Halfway sees what was changed and nothing else; each peer sees the same, but for what is explained."""
    with databases(url, kind) as cases:
        mine = seen_by_halfway(kind, cases)
        theirs = {peer: seen_by(peer, kind, cases) for peer in peers}
    wrong = [
        (str(case), found - case.pair.objects, case.pair.objects - found)
        for case, found in zip(cases, mine, strict=True)
        if found != case.pair.objects
    ]
    assert wrong == []
    for peer, all_of_it in theirs.items():
        unexplained = [
            (peer, str(case), "by Halfway alone", ours - its, "by the tool alone", its - ours)
            for case, ours, its in zip(cases, mine, all_of_it, strict=True)
            if (ours - its, its - ours) != explained(peer, kind, case.pair, ours)
        ]
        assert unexplained == []


@pytest.mark.parametrize("postgres_server", servers.MAJORS[-1:], indirect=True, ids=["newest"])
def test_results_and_alembic_see_the_same_on_postgresql(postgres_server: ServerUnderTest) -> None:
    agree(postgres_server.url, "postgres", "results", "alembic")


def test_alembic_sees_the_same_on_mysql_and_mariadb(my_server: MyServer) -> None:
    agree(my_server.url, my_server.kind, "alembic")


@pytest.mark.parametrize(("peer", "kind"), list(_DRIVERS), ids=str)
def test_every_disagreement_is_explained_by_something_that_is_tried(peer: str, kind: str) -> None:
    tried = mutations(kind)
    objects = [name for mutation in tried for name in mutation.objects]
    assert len({mutation.name for mutation in tried}) == len(tried)
    assert {name for row in of(peer, kind) for name in row.objects} <= set(objects)
    assert {name for row in of(peer, kind) for name in row.more} <= {mutation.name for mutation in tried}
    assert all(row.reason for row in of(peer, kind))


def test_a_change_that_touches_the_same_object_as_another_is_no_proof_of_either() -> None:
    for kind in _DIALECTS:
        objects = [name for mutation in mutations(kind) for name in mutation.objects]
        assert sorted(objects) == sorted(set(objects))
