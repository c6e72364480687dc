"""The README's table of tools is the declared one, and each *yes* of it is a test by that name."""

from __future__ import annotations

import pytest

from console.frameworks import names
from tests.frameworks.support import BEGIN, COLUMNS, END, FACTS, README, Support, declared, of_cell, runs, table

ROWS = declared()


def test_every_tool_has_its_row() -> None:
    assert set(ROWS) == {*FACTS, *names()}
    assert [row.name for row in ROWS.values() if "not yet" in row.line] == []


@pytest.fixture(params=ROWS)
def row(request: pytest.FixtureRequest) -> Support:
    return ROWS[request.param]


def test_the_readme_shows_it() -> None:
    shown = README.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    assert shown == table(), "write it anew: python -m tests.frameworks.support"


def test_every_cell_says_how_it_is_known_or_why_not(row: Support) -> None:
    assert set(row.cells) == set(COLUMNS)
    unclear = {c: said for c, said in row.cells.items() if said not in {"ran", "source"} and said[:4] != "no: "}
    assert unclear == {}
    assert bool(row.runner) == ("ran" in row.cells.values())


def test_every_yes_is_a_test_by_that_name(row: Support) -> None:
    said_yes = {column: said for column, said in row.cells.items() if not said.startswith("no: ")}
    kept = {column: of_cell(row.name, column) for column in said_yes}
    assert [f"test_{row.name.replace('-', '_')}_{column}" for column, found in kept.items() if not found] == []
    ran = {column: kept[column] for column, said in said_yes.items() if said == "ran"}
    assert [f"{column} of {row.name} does not run the tool" for column, found in ran.items()
            if not any(runs(test.module, row.runner) for test in found)] == []  # fmt: skip
