"""The SQL of every kind of change, held against what the real Liquibase writes of it on a real server."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console import frameworks
from console.core.migration import Migration
from tests.frameworks.liquibase_corpus import ON_SQLITE, REVERSIBLE, changes, names, normal, told, with_types, written
from tests.frameworks.liquibase_project import FILES, PLACE, ROOT
from tests.frameworks.making import write
from tests.frameworks.sqlfiles import project
from tests.mysql_servers import MyServer
from tests.tools.liquibase import jdbc, liquibase

PATH = "db/all.xml"
LEAST = 20
UNSUMMED = (["vw1"], ["vw1", "vw2"], ["pr1", "vw1", "vw2"])


def ours(folder: Path, dialect: str, home: str) -> dict[str, Migration]:
    found = frameworks.load("liquibase").read(project("liquibase", folder), None, dialect, home)
    assert not found.unread
    return {each.description: each for each in found.migrations}


def differing(
    folder: Path, url: URL, dialect: str, home: str, only: frozenset[str] = frozenset()
) -> dict[str, tuple[str, str]]:
    """What is written differently, or not known of a kind of change that is."""
    write(folder, {PATH: with_types(only), "liquibase.properties": f"changeLogFile={PATH}\n"})
    ended = liquibase(folder, jdbc(url), "update-sql")
    assert ended.code == 0, ended.said
    theirs, read = told(ended.out), ours(folder, dialect, home)
    assert unlike(ended.out, read) == {}
    assert [name for name in sorted(names() & set(theirs)) if read[name].checksum is None] in UNSUMMED
    both = {name: (normal("\n".join(s.sql for s in read[name].statements)), text) for name, text in theirs.items()
            if name in names() or all(s.readable for s in read[name].statements)}  # fmt: skip
    return {name: (own, real) for name, (own, real) in both.items() if own != real}


def unlike(output: str, read: dict[str, Migration]) -> dict[str, object]:
    """Rows that would not be written as the real one writes them; check sums only where there are some."""
    found: dict[str, object] = {}
    for name, row in written(output).items():
        own = dict(read[name].row)
        mine = (*(own[each] or None for each in ("contexts", "labels", "tag")), own["description"], own["comments"])
        real = (*(row.get(each) for each in ("CONTEXTS", "LABELS", "TAG")), row["DESCRIPTION"], row["COMMENTS"])
        sums = (read[name].checksum or row["MD5SUM"], row["MD5SUM"])
        if (mine, sums[0]) != (real, sums[1]):
            found[name] = mine, real, sums
    return found


def backwards(folder: Path, url: URL, dialect: str, home: str) -> dict[str, tuple[str, str]]:
    """What takes changes back, where the real one has an answer."""
    write(folder, {PATH: changes(only=REVERSIBLE), "liquibase.properties": f"changeLogFile={PATH}\n"})
    ended = liquibase(folder, jdbc(url), "future-rollback-sql")
    assert ended.code == 0, ended.said
    theirs, read = told(ended.out), ours(folder, dialect, home)
    both = {name: (normal("\n".join(s.sql for s in read[name].down)), text) for name, text in theirs.items()}
    assert len(both) > LEAST
    return {name: (own, real) for name, (own, real) in both.items() if own != real}


@pytest.mark.parametrize("postgres_server", [16], indirect=True, ids=["pg16"])
def test_liquibase_statements_up_and_down_on_postgresql(tmp_path: Path, database: URL) -> None:
    assert differing(tmp_path / "up", database, "postgres", "public") == {}
    assert backwards(tmp_path / "down", database, "postgres", "public") == {}


@pytest.mark.parametrize("postgres_server", [16], indirect=True, ids=["pg16"])
def test_liquibase_order_of_files_that_include_each_other(tmp_path: Path, database: URL) -> None:
    write(tmp_path, FILES)
    found = frameworks.load("liquibase").read(project("liquibase", tmp_path), None, "postgres", "public")
    for command, which in (("update-sql", "statements"), ("future-rollback-sql", "down")):
        ended = liquibase(tmp_path / PLACE, jdbc(database), f"--changelog-file={ROOT}", command)
        assert ended.code == 0, ended.said
        assert unlike(ended.out, {m.description: m for m in found.migrations}) == {}
        real = told(ended.out, by=lambda m: f"{m['id']}::{m['author']}::{m['path']}")
        own = {m.id: normal("\n".join(s.sql for s in getattr(m, which))) for m in found.migrations}
        assert {name: re.sub(r" ?(?://|\bGO\b)", "", text) for name, text in real.items()} == own
        assert list(own) == (list(real) if which == "statements" else list(reversed(real)))


def test_liquibase_statements_up_and_down_on_mysql(tmp_path: Path, my_server: MyServer, my_database: URL) -> None:
    home = my_database.database or ""
    assert differing(tmp_path / "up", my_database, my_server.kind, home) == {}
    assert backwards(tmp_path / "down", my_database, my_server.kind, home) == {}


def test_liquibase_statements_up_on_sqlite(tmp_path: Path) -> None:
    url = URL.create("sqlite", database=str(tmp_path / "app.db"))
    assert differing(tmp_path, url, "sqlite", "main", ON_SQLITE) == {}
