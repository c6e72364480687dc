"""The tests that docs/recover.md names for each way and each kind of debris are there; no way and no kind is missed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from console.core.plans.clean import PLANS
from console.core.recover import Route
from console.drill.run import names

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "recover.md").read_text(encoding="utf-8")
_NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
_BEHIND = ("*others held off*", "*verified*", "*rehearsed*")
"""What goes with the ways."""
SERVERS = {"ways": ("PostgreSQL", "MySQL", "MariaDB", "SQLite", "by keys"), "left": ("PostgreSQL", "MySQL", "MariaDB")}


def rows(table: str) -> Iterator[list[str]]:
    """Cells of each line between the marks."""
    text = PAGE.partition(f"<!-- {table} -->\n")[2].partition(f"<!-- /{table} -->")[0]
    for line in text.splitlines()[2:]:
        yield [cell.strip() for cell in line.strip("|").split(" | ")]


@cache
def those_in(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    made = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(node.name for node in made)


@pytest.mark.parametrize("table", SERVERS)
def test_every_test_that_is_named_is_there(table: str) -> None:
    named = [pair for row in rows(table) for cell in row[1:] for pair in _NAMED.findall(cell)]
    assert len(named) > len(list(rows(table)))
    assert [f"{path}::{name}" for path, name in named if name not in those_in(path)] == []


@pytest.mark.parametrize("table", SERVERS)
def test_every_cell_names_a_test_or_says_why_there_is_none(table: str) -> None:
    assert {len(row) for row in rows(table)} == {1 + len(SERVERS[table])}
    assert [row for row in rows(table) if not all(cell.strip() for cell in row)] == []
    assert [row[0] for row in rows(table) if not _NAMED.search(" ".join(row[1:]))] == []


def test_no_way_and_no_kind_is_missing() -> None:
    assert {row[0] for row in rows("ways")} == {*(route.value for route in Route), *_BEHIND}
    assert {row[0] for row in rows("left")} == set(PLANS)


def test_every_way_is_gone_by_keys() -> None:
    assert [row[0] for row in rows("ways") if not _NAMED.search(row[-1])] == []


def test_every_story_has_a_drill_and_every_drill_a_story() -> None:
    assert [row[1].strip("`") for row in rows("stories")] == list(names())
