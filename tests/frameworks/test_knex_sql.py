"""Every piece of Knex's schema builder, as we write it and as the real Knex does, on each server."""

from __future__ import annotations

import re
from functools import cache

import pytest

from console.core.statements import Sent
from console.frameworks.knex.sending import Place, sent_by
from console.frameworks.knex.words import Writer
from console.readers.javascript.module import read
from tests.frameworks.knex_corpus import CORPUS, PROGRAM
from tests.frameworks.knex_files import FILES
from tests.frameworks.knex_files import PROGRAM as CAPTURE
from tests.frameworks.making import write
from tests.tools.knex import program

CLIENTS = {"postgres": "pg", "mysql": "mysql2", "mariadb": "mariadb", "sqlite": "better-sqlite3"}


@cache
def real() -> dict[str, list[list[str | None] | str]]:
    """All that the real one makes, or how it refuses."""
    return program(PROGRAM, CORPUS)  # type: ignore[return-value]


def ours(piece: str, grammar: str, way: str = "up") -> list[tuple[str, str]]:
    found = read(f"exports.{way} = (knex) => {piece};", "a.js").function(way)
    assert found is not None
    sent = sent_by(found, Place(Writer(grammar, CLIENTS[grammar]), "public")).sent
    return [(one.sql, one.unreadable) for one in sent]


@pytest.mark.parametrize("grammar", list(CLIENTS))
def test_knex_statements_up_are_those_of_the_real_one_or_said_to_be_unknown(grammar: str) -> None:
    wrong: list[tuple[str, object, object]] = []
    unread: list[str] = []
    for piece, theirs in zip(CORPUS, real()[grammar], strict=True):
        made = ours(piece, grammar)
        known = [sql for sql, _ in made if sql]
        asked = isinstance(theirs, str) or None in theirs
        if len(known) == len(made) and not isinstance(theirs, str):
            wrong += [] if known == theirs else [(piece, known, theirs)]
        elif not asked:
            unread.append(piece)
        elif not all(sql or why for sql, why in made) or (isinstance(theirs, str) and known):
            wrong.append((piece, made, theirs))
    assert wrong == []
    assert unread == UNREAD[grammar]


@pytest.fixture(scope="module")
def captured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What the real one sends of whole files."""
    folder = write(tmp_path_factory.mktemp("files"), FILES)
    return program(CAPTURE, [str(folder), list(FILES)])  # type: ignore[return-value]


@pytest.mark.parametrize("name", FILES)
def test_knex_statements_up_and_down_of_whole_files_are_those_of_the_real_one(
    captured: dict[str, list[str]], name: str
) -> None:
    """On an empty server: what is asked there is answered with nothing."""
    module = read(FILES[name], name)
    for grammar, client in (("postgres", "pg"), ("mysql", "mysql2")):
        for way in ("up", "down"):
            function = module.function(way)
            assert function is not None
            sent = sent_by(function, Place(Writer(grammar, client), "public")).sent
            theirs = [sql for sql in captured[f"{name} {client} {way}"] if SQL.match(sql)]
            assert [one.sql for one in sent if one.sql and meant(one)] == theirs


def meant(one: Sent) -> bool:
    """Whether it is sent where nothing is there yet."""
    return all(guard.ref is not None and not guard.present for guard in one.guards)


SQL = re.compile(r"\s*(?:create|alter|drop|insert|update|delete|comment|rename|analyze)\b", re.IGNORECASE)


def test_knex_statements_down_are_those_of_the_real_one() -> None:
    dropping = [number for number, piece in enumerate(CORPUS) if ".drop" in piece and "IfExists" not in piece]
    for grammar in ("postgres", "mysql"):
        known = [number for number in dropping if isinstance(real()[grammar][number], list)]
        known = [number for number in known if None not in real()[grammar][number]]
        assert len(known) > 10
        for number in known:
            assert [sql for sql, _ in ours(CORPUS[number], grammar, "down")] == real()[grammar][number]


_NO_TYPES = [piece for piece in CORPUS if any(f"t.{kind}(" in piece for kind in ("char", "real", "year"))]
_VIEW = [piece for piece in CORPUS if "createView" in piece]
_ODD_KEY = [piece for piece in CORPUS if "constraintName" in piece]
_CHECKS = [piece for piece in CORPUS if "dropChecks" in piece or "t.check('n > 0'" in piece]
_MORE = [piece for piece in CORPUS if any(one in piece for one in ("onConflict", "orWhere", "[{ b: 1 }", "increment("))]
UNREAD = {
    "postgres": [*_NO_TYPES, *_VIEW, *_MORE],
    "mysql": [*_ODD_KEY, *_NO_TYPES, *_VIEW, *_MORE],
    "mariadb": [*_ODD_KEY, *_NO_TYPES, *_VIEW, *_MORE],
    "sqlite": [*_ODD_KEY, *_NO_TYPES, *_CHECKS, *_VIEW, *_MORE],
}
"""What the real one makes no working SQL of, or what stands behind it is a query of its query builder."""
