"""Migration files that are read once, by the commands as a person runs them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.frameworks.making import write
from tests.headless import Answer, halfway
from tests.test_sqlite_cli import HISTORY

FILES = {"flyway.conf": "flyway.url=jdbc:sqlite:shop.db\n", "sql/V1__a.sql": "CREATE TABLE a (id int);\n",
         "sql/V2__b.sql": "CREATE TABLE b (id int);\nCREATE TABLE c (id int);\n"}  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = write(tmp_path / "p", FILES)
    with sqlite3.connect(folder / "shop.db") as connection:
        connection.executescript(f"{HISTORY}; CREATE TABLE a (id int); CREATE TABLE b (id int)")
    connection.close()
    return folder


def assessed(project: Path, cache: Path, *words: str, **environ: str) -> Answer:
    url = f"sqlite:///{project / 'shop.db'}"
    env = {"XDG_CACHE_HOME": str(cache), **environ}
    return halfway("assess", url, "--project", str(project), "--json", *words, env=env)


def kept(cache: Path) -> list[Path]:
    return sorted(path for path in cache.rglob("*") if path.is_file())


def without_times(answer: Answer) -> dict[str, object]:
    return {key: value for key, value in answer.document.items() if key != "taken_at"}


def test_assess_says_the_same_with_what_is_kept_and_without(project: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = assessed(project, cache)
    (file,) = kept(cache)
    written = file.stat().st_mtime_ns
    second = assessed(project, cache)
    assert file.stat().st_mtime_ns == written
    file.write_bytes(file.read_bytes()[:-1])
    damaged = assessed(project, cache)
    file.unlink()
    gone = assessed(project, cache)
    for other in (second, damaged, gone):
        assert without_times(other) == without_times(first)
        assert (other.code, other.err) == (first.code, first.err)
    assert first.states["2"] == "half_applied"
    assert kept(cache) == [file]


def test_it_can_be_turned_off(project: Path, tmp_path: Path) -> None:
    cache, config = tmp_path / "cache", tmp_path / "halfway.toml"
    config.write_text("cache = false\n")
    runs = [
        assessed(project, cache, "--config", str(config)),
        assessed(project, cache, "--redact"),
        assessed(project, cache, HALFWAY_CACHE_FILES="0"),
    ]
    assert not kept(cache)
    assert [run.states["2"] for run in runs] == ["half_applied"] * 3


def test_a_switch_is_true_or_false(project: Path, tmp_path: Path) -> None:
    config = tmp_path / "halfway.toml"
    config.write_text('cache = "no"\n')
    answer = assessed(project, tmp_path / "cache", "--config", str(config))
    assert (answer.code, "`cache` must be true or false" in answer.err) == (2, True)


def test_where_it_cannot_be_written_nothing_is_said(project: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    answer = assessed(project, blocked)
    assert answer.states["2"] == "half_applied"
    assert answer.err == assessed(project, tmp_path / "cache").err


def test_who_observes_writes_nothing_and_has_not_loaded_what_writes(project: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    url = f"sqlite:///{project / 'shop.db'}"
    answer = halfway("observe", url, "--project", str(project), env={"XDG_CACHE_HOME": str(cache)})
    assert "half applied" in answer.out
    assert not kept(cache)
