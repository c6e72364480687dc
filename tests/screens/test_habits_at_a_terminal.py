"""Habits as a person has them: the real command on a terminal, twice, with a configuration and an editor."""

from __future__ import annotations

import json
import os
import signal
import stat
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from console.drill.player import checksum
from tests.screens.terminal import Terminal, terminal
from tests.test_sqlite_cli import HISTORY, ONE, TWO, ran

_LONG = 60.0


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A healthy database, and a home of its own."""
    (tmp_path / "sql").mkdir()
    (tmp_path / "sql" / "V1__orders.sql").write_text(ONE)
    (tmp_path / "flyway.conf").write_text("flyway.url=jdbc:sqlite:app.db\nflyway.locations=filesystem:sql\n")
    row = f"(1, '1', 'orders', 'SQL', 'V1__orders.sql', {checksum(ONE)}, '', '2026-01-31 11:00:00.000', 7, 1)"
    ran(tmp_path / "app.db", HISTORY, ONE, f"INSERT INTO flyway_schema_history VALUES {row}")
    (tmp_path / "h.toml").write_text('theme = "dark"\n[keys]\nlocks = "L"\n')
    return tmp_path


def console(site: Path, *words: str, **environ: Any) -> Terminal:
    return Terminal(*words, "--project", str(site), module="screens", XDG_STATE_HOME=str(site / "state"), **environ)


def shows(shown: Terminal, text: str) -> None:
    shown.until(lambda: text in shown.text or shown.process.poll() is not None, _LONG)
    assert text in shown.text, shown.text


def left(shown: Terminal) -> None:
    shown.type("q")
    shown.until(lambda: shown.process.poll() is not None, _LONG)
    assert shown.process.returncode == 0
    shown.close()


def test_it_opens_as_it_was_left_and_an_incident_first(site: Path) -> None:
    shown = console(site)
    shows(shown, "? has all keys")
    shown.type("3")
    shows(shown, "[3 Schema]")
    shown.type("/orders\r")
    shows(shown, "filter: orders")
    left(shown)
    kept = site / "state" / "halfway" / "remembered.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert "orders" in json.dumps(json.loads(kept.read_text()))
    shown = console(site)
    shows(shown, "as you left it, filter: orders")
    assert "[3 Schema]" in shown.text
    left(shown)
    (site / "sql" / "V2__carrier.sql").write_text(TWO)
    ran(site / "app.db", TWO.split(";")[0])
    shown = console(site)
    shows(shown, "HALF APPLIED")
    shows(shown, "q quit")
    assert "filter: orders" not in shown.text
    left(shown)


def test_an_observer_writes_nothing_and_has_no_editor(site: Path) -> None:
    shown = console(site, "observe", EDITOR="less")
    shows(shown, "? has all keys")
    shown.type("3ES")
    shows(shown, "[3 Schema]")
    left(shown)
    assert not (site / "state").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[keys]\nkill = "f"\n', "gives one key, f, to"),
        ('[keys]\nnope = "K"\n', "has no command `nope`"),
        ('theme = "pink"\n', "`theme` must be one of"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence_and_exit_code_2(site: Path, text: str, said: str) -> None:
    (site / "h.toml").write_text(text)
    with closing(console(site, "--config", str(site / "h.toml"))) as shown:
        shown.until(lambda: shown.process.poll() is not None, _LONG)
        shown.read()
        assert shown.process.returncode == 2
        assert said in " ".join(bytes(shown.written).decode().split())
        assert b"\x1b[?1049h" not in shown.written


def test_a_theme_and_a_moved_key_of_the_configuration(site: Path) -> None:
    shown = console(site, "--config", str(site / "h.toml"), COLORTERM="truecolor")
    shows(shown, "L Locks")
    shown.type("L")
    shows(shown, "[L Locks]")
    assert b"48;2;18;18;18" in shown.written
    left(shown)


def editor(folder: Path, code: str) -> str:
    (folder / "editor.py").write_text(f"import os, signal, sys\n{code}")
    return f"{sys.executable} {folder / 'editor.py'}"


def test_the_editor_has_the_terminal_and_gives_it_back(site: Path) -> None:
    code = "print('EDITOR', sys.stdin.isatty(), open(sys.argv[1]).read(), flush=True); input()"
    shown = console(site, EDITOR=editor(site, code), TMPDIR=str(site))
    shows(shown, "? has all keys")
    shown.type("2")
    shows(shown, "[2 Migrations]")
    shows(shown, "1 of 1 statement landed")
    shown.type("E")
    shows(shown, "EDITOR True")
    shows(shown, "CREATE TABLE orders")
    shown.type("x\r")
    shows(shown, "[2 Migrations]")
    assert "CREATE TABLE orders (id integer" not in shown.text.split("-----")[0]
    assert list(site.glob("halfway-*")) == []
    shown.type("3")
    shows(shown, "[3 Schema]")
    left(shown)


def test_a_terminal_that_dies_under_the_editor_leaves_no_copy(site: Path) -> None:
    shown = console(site, EDITOR=editor(site, "print('EDITOR', flush=True); signal.pause()"), TMPDIR=str(site))
    try:
        shows(shown, "? has all keys")
        shown.type("2")
        shows(shown, "1 of 1 statement landed")
        shown.type("E")
        shows(shown, "EDITOR")
        os.kill(shown.process.pid, signal.SIGTERM)
        shown.until(lambda: shown.process.poll() is not None, _LONG)
        assert shown.process.returncode == 128 + signal.SIGTERM
        assert list(site.rglob("halfway.sql")) == []
    finally:
        shown.close()


def test_the_environment_names_a_theme_and_a_wrong_one_is_refused(site: Path) -> None:
    with terminal("--project", str(site), module="screens", HALFWAY_THEME="pink") as shown:
        shown.until(lambda: shown.process.poll() is not None, _LONG)
        assert shown.process.returncode == 2
