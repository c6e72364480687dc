"""What the reader writes for each call is what the real Sequelize would send, letter by letter, on every server."""

from __future__ import annotations

from pathlib import Path

import pytest

from console import frameworks
from console.frameworks.sequelize.known import Known
from console.frameworks.sequelize.reading import statements_of
from console.frameworks.sequelize.words import Way
from console.readers.javascript import module
from console.readers.javascript.values import Function, Pairs
from tests.frameworks.making import write
from tests.frameworks.sqlfiles import project
from tests.tools.sequelize import sent_by

FILE = Path(__file__).with_name("sequelize_cases.js")
DIALECTS = ("postgres", "mysql", "mariadb", "sqlite")
_OF_POSTGRES = "Sequelize has no ARRAY for this server"
_REBUILT = "a table of SQLite is made anew after it was asked for"
_ASKED = "the server is asked how the column is, and it is written anew"
_NOT_HERE = {"Sequelize has no such call for this server",
             "what Sequelize sends for a schema on this server is not known here"}  # fmt: skip
UNREADABLE = {
    **{(dialect, "typesGone"): _NOT_HERE for dialect in DIALECTS[1:]},
    ("mysql", "postgresTypes"): {_OF_POSTGRES},
    ("mariadb", "postgresTypes"): {_OF_POSTGRES},
    ("mysql", "json"): {"a value is none that SQL has"},
    ("mariadb", "json"): {"a value is none that SQL has"},
    ("mysql", "renamed"): {_ASKED},
    ("mariadb", "renamed"): {_ASKED},
    ("sqlite", "renamed"): {_ASKED},
    **{("sqlite", name): {_REBUILT} for name in ("back", "changed", "constraints", "operators", "removed")},
}
"""What depends on the server, or is refused by Sequelize itself: the rest is written out."""


@pytest.fixture(scope="module")
def said() -> dict[str, dict[str, list[str]]]:
    return sent_by(FILE, *DIALECTS)


@pytest.fixture(scope="module")
def cases() -> dict[str, Function]:
    found = module.read(FILE.read_text(encoding="utf-8"), FILE.name).exports["cases"]
    assert isinstance(found, Pairs)
    return {name: value for name, value in found.values.items() if isinstance(value, Function)}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_sequelize_statements_up_are_what_the_real_one_sends(
    said: dict[str, dict[str, list[str]]], cases: dict[str, Function], dialect: str
) -> None:
    assert set(cases) == set(said[dialect])
    unreadable = {}
    for name, function in cases.items():
        sent = statements_of(function, Way(dialect), Known(), "public").sent
        if any(not one.sql for one in sent):
            unreadable[dialect, name] = {one.unreadable for one in sent if not one.sql}
        else:
            assert "".join(one.sql for one in sent) == "".join(said[dialect][name]), name
    assert unreadable == {key: why for key, why in UNREADABLE.items() if key[0] == dialect}


@pytest.mark.parametrize("dialect", DIALECTS[:3])
def test_sequelize_statements_down_are_what_the_real_one_sends(
    said: dict[str, dict[str, list[str]]], tmp_path: Path, dialect: str
) -> None:
    write(tmp_path, {"migrations/1-x.js": FILE.read_text(encoding="utf-8")})
    tool = frameworks.load("sequelize")
    (found,) = tool.read(project("sequelize", tmp_path), None, dialect, "public").migrations
    assert [one.sql for one in found.down] == [text.rstrip(";") for text in said[dialect]["back"]]
