"""What the reader writes for each call is what the real TypeORM would send, letter by letter, on every server."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.frameworks.typeorm.reading import statements_of
from console.frameworks.typeorm.words import Way
from console.readers.javascript import module
from console.readers.javascript.values import Class, Function, Pairs
from tests.tools.typeorm import OLD, VERSION, sent_by

FILE = Path(__file__).with_name("typeorm_cases.js")
TYPES = ("postgres", "mysql", "mariadb")
HOMES = {"postgres": "public", "mysql": "app", "mariadb": "app"}
_REFUSED = {"TypeORM refuses unique constraints on this server", "TypeORM refuses checks on this server",
            "TypeORM refuses it on this server"}  # fmt: skip
UNREADABLE = {(kind, "constraints"): _REFUSED for kind in ("mysql", "mariadb")}


@pytest.fixture(scope="module", params=[VERSION, OLD])
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def said(version: str) -> dict[str, dict[str, list[str]]]:
    return sent_by(FILE, *TYPES, version=version)


@pytest.fixture(scope="module")
def cases() -> dict[str, Function]:
    found = module.read(FILE.read_text(encoding="utf-8"), FILE.name).exports["cases"]
    assert isinstance(found, Pairs)
    return {name: value for name, value in found.values.items() if isinstance(value, Function)}


@pytest.mark.parametrize("dialect", TYPES)
def test_typeorm_statements_up_are_what_the_real_one_sends(
    said: dict[str, dict[str, list[str]]], cases: dict[str, Function], dialect: str, version: str
) -> None:
    assert set(cases) == set(said[dialect])
    unreadable, way = {}, Way(dialect, HOMES[dialect], "1" if version == VERSION else "0.3")
    for name, function in cases.items():
        sent = statements_of(Class(name, {}, {"up": function}), "up", way).sent
        if any(not one.sql for one in sent):
            unreadable[dialect, name] = {one.unreadable for one in sent if not one.sql}
        else:
            assert [one.sql for one in sent] == said[dialect][name], name
    assert unreadable == {key: why for key, why in UNREADABLE.items() if key[0] == dialect}
