"""Who says what the schema should be: the command line, HALFWAY_EXPECT, the configuration, then the project itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_snapshot_cli import halfway, ran

BEFORE = "CREATE TABLE orders (id integer PRIMARY KEY, note text);"
OTHER = BEFORE + "CREATE TABLE audit (id integer PRIMARY KEY);"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database, a snapshot of how it was, and another database that has more."""
    monkeypatch.chdir(tmp_path)
    ran(tmp_path / "shop.db", BEFORE)
    ran(tmp_path / "other.db", OTHER)
    assert halfway("snapshot", "save", "sqlite:///shop.db", "--to", "before.json").code == 0
    ran(tmp_path / "shop.db", "ALTER TABLE orders ADD COLUMN carrier text;")
    return tmp_path


def test_the_configuration_names_it_beside_the_file(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "conf").mkdir()
    (place / "conf" / "halfway.toml").write_text('expect = "../before.json"\n')
    monkeypatch.chdir("/")
    answer = halfway("assess", f"sqlite:///{place}/shop.db", "--config", str(place / "conf" / "halfway.toml"))
    assert answer.code == 1
    assert "unexpected column orders.carrier" in answer.out
    assert "EXPECTED  snapshot " in answer.out


def test_the_environment_comes_before_the_configuration(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "halfway.toml").write_text('expect = "no such file"\n')
    monkeypatch.setenv("HALFWAY_EXPECT", "sqlite:///other.db")
    answer = halfway("assess", "sqlite:///shop.db", "--config", "halfway.toml")
    assert "missing table audit" in answer.out
    assert "EXPECTED  database " in answer.out


@pytest.mark.usefixtures("place")
def test_what_is_named_comes_first_and_of_several_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALFWAY_EXPECT", "no such file")
    answer = halfway("assess", "sqlite:///shop.db", "--expect", "before.json", "--expect", "sqlite:///other.db")
    assert "EXPECTED  snapshot " in answer.out
    assert "audit" not in answer.out


@pytest.mark.usefixtures("place")
def test_what_cannot_be_read_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALFWAY_EXPECT", "no such file")
    answer = halfway("assess", "sqlite:///shop.db")
    assert answer.code == 2
    assert answer.out == ""
    assert "no such file" in answer.err
    assert "Traceback" not in answer.err


@pytest.mark.usefixtures("place")
def test_what_names_nothing_or_what_is_not_there_is_one_sentence() -> None:
    for arguments, said in (
        (("assess", "sqlite:///shop.db", "--expect", ""), "--expect names nothing. Name a snapshot"),
        (("assess", "sqlite:///shop.db", "--schema", "nope"), "there is no schema nope in shop.db. There is main."),
        (("snapshot", "save", "sqlite:///shop.db", "--schema", "nope"), "there is no schema nope in shop.db."),
    ):
        answer = halfway(*arguments)
        assert (answer.code, answer.out, answer.err.count("\n")) == (2, "", 1), answer
        assert said in answer.err
    assert halfway("assess", "sqlite:///shop.db", "--schema", "main").code == 1


def test_a_view_is_shown_with_what_it_asks_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ran(tmp_path / "shop.db", f"{BEFORE} CREATE VIEW noted AS SELECT note FROM orders")
    assert halfway("snapshot", "save", "sqlite:///shop.db", "--to", "it.json").code == 0
    assert "view noted: select note from orders" in halfway("snapshot", "show", "it.json").out
