"""The order of the revisions and the rows of the table are those of the real Alembic, for graphs of every shape."""

from __future__ import annotations

import random
import re
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.branches import Branches
from console.frameworks.alembic.graph import Graph, Node
from tests.alembic import making
from tests.alembic.project import NewAlembic, alembic

pytestmark = pytest.mark.slow

__all__ = ["alembic"]


def shape(seed: int) -> tuple[Node, ...]:
    """A graph with branches, merges, several bases and dependencies; the names have no order of their own."""
    given = random.Random(seed)
    names = [f"{given.randrange(16**8):08x}{n}" for n in range(9)]
    heads: list[str] = []
    made: list[Node] = []
    for n, name in enumerate(names):
        down: tuple[str, ...] = ()
        if heads and given.random() < 0.9:
            count = 2 if len(heads) > 1 and given.random() < 0.35 else 1
            on_old = given.random() < 0.25
            down = (given.choice(names[:n]),) if on_old else tuple(given.sample(heads, count))
        below = Graph(made).ancestors(down)
        free = [other for other in names[:n] if other not in below]
        depends = (given.choice(free),) if free and given.random() < 0.25 else ()
        heads = [head for head in heads if head not in down] + [name]
        made.append(Node(name, down, depends))
    return tuple(sorted(made, key=lambda node: node.id))


def rows(path: Path) -> frozenset[str]:
    with sqlite3.connect(path) as connection:
        found = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    connection.close()
    return frozenset(name for (name,) in found)


@pytest.mark.parametrize("seed", range(12))
def test_alembic_order_and_rows_are_those_of_alembic(seed: int, alembic: NewAlembic, tmp_path: Path) -> None:
    nodes = shape(seed)
    database = tmp_path / "x.db"
    project = alembic(URL.create("sqlite", database=str(database)))
    for node in nodes:
        project.add(node.id, "pass", after=node.down or None, depends=node.depends_on or None)
    graph = Graph(nodes)
    printed = project.alembic("upgrade", "heads", "--sql")
    assert printed.code == 0, printed.said
    ran = [line.rpartition("-> ")[2] for line in printed.out.splitlines() if line.startswith("-- Running upgrade")]
    assert list(graph.order) == ran
    assert project.alembic("upgrade", "heads").code == 0
    heads: frozenset[str] = frozenset()
    for name in graph.order:
        move = graph.forward(name, heads)
        heads = heads - set(move.delete) - {old for old, _ in move.update} | set(move.insert)
        heads |= {new for _, new in move.update}
    assert heads == rows(database)
    assert graph.ancestors(heads) == set(graph.nodes)


_WORDS = {"head": "HEAD", "mergepoint": "MERGE", "branchpoint": "BRANCH"}
"""What Alembic calls them, and we."""


@pytest.mark.parametrize("seed", [3, 5, 7])
def test_heads_merges_and_branches_are_those_that_alembic_names(seed: int, alembic: NewAlembic, tmp_path: Path) -> None:
    nodes = [replace(node, depends_on=()) for node in shape(seed)]
    project = alembic(URL.create("sqlite", database=str(tmp_path / "x.db")))
    for node in nodes:
        project.add(node.id, "pass", after=node.down or None)
    said = project.alembic("history")
    assert said.code == 0, said.said
    theirs = {}
    for line in said.out.splitlines():
        name, words = re.findall(r"-> (\w+)(.*), make", line)[0]
        theirs[name] = {_WORDS[word] for word in re.findall(r"\((\w+)\)", words)}
    branches = Branches(making.track(project.folder).tracked)
    assert {name: set(branches.words(name).split()) for name in branches.after} == theirs
    assert set(branches.heads) == {name for name, words in theirs.items() if "HEAD" in words}
    assert len(branches.drawn(tuple(branches.after))) == len(nodes)
