"""The console on terminals of all sorts: each state stands there as a word, whatever the terminal can do."""

from __future__ import annotations

import os
import random
import re
from pathlib import Path

import pytest

from console.drill.player import checksum
from tests.screens.terminal import Terminal, terminal
from tests.test_sqlite_cli import HISTORY, ONE, TWO, ran

pytestmark = pytest.mark.server
STATES = ("HALF APPLIED", "PENDING", "APPLIED", "LANDED", "NOT LANDED")
PAGES = {"1": "NEXT", "2": "HALF APPLIED", "3": "orders", "4": "idle in transaction", "5": "EXPECTED", "6": "OPEN"}
KINDS: dict[str, dict[str, str]] = {
    "xterm": {"TERM": "xterm"},
    "screen": {"TERM": "screen"},
    "tmux": {"TERM": "tmux-256color"},
    "linux": {"TERM": "linux"},
    "vt100": {"TERM": "vt100"},
    "no colour": {"TERM": "xterm-256color", "NO_COLOR": "1"},
    "plain": {"TERM": "xterm", "LANG": "C", "LC_CTYPE": ""},
}
_COLOUR = re.compile(rb"\x1b\[[0-9;]*(?:3[0-7]|4[0-7]|9[0-7]|10[0-7]|38|48)(?:;[0-9;]*)?m")
CASE = "half_applied"


def flat(shown: Terminal) -> str:
    """What stands there, as one line."""
    return " ".join(shown.text.split())


@pytest.mark.parametrize("kind", KINDS)
def test_every_state_is_a_word_on_every_terminal(kind: str) -> None:
    with terminal(CASE, **KINDS[kind]) as shown:
        shown.shows("NEXT")
        for key, said in PAGES.items():
            shown.type(key)
            shown.shows(said)
            shown.rest()
            if key == "2":
                shown.type("\r")
                shown.rest()
                assert [word for word in STATES if word not in flat(shown)] == []
            assert "half_applied" not in shown.text
            assert b"\xef\xbf\xbd" not in shown.written, "a character that nobody knows"
        if kind == "no colour":
            assert _COLOUR.search(bytes(shown.written)) is None
        if kind == "plain":
            assert bytes(shown.written).isascii()


@pytest.fixture
def half(tmp_path: Path) -> str:
    """A database whose second migration stopped halfway."""
    (tmp_path / "sql").mkdir()
    (tmp_path / "sql" / "V1__orders.sql").write_text(ONE)
    (tmp_path / "sql" / "V2__carrier.sql").write_text(TWO)
    (tmp_path / "flyway.conf").write_text("flyway.url=jdbc:sqlite:app.db\nflyway.locations=filesystem:sql\n")
    row = f"(1, '1', 'orders', 'SQL', 'V1__orders.sql', {checksum(ONE)}, '', '2026-01-31 11:00:00.000', 7, 1)"
    ran(tmp_path / "app.db", HISTORY, ONE, f"INSERT INTO flyway_schema_history VALUES {row}", TWO.split(";")[0])
    return str(tmp_path)


def test_a_dumb_terminal_is_told_everything_in_lines(half: str) -> None:
    with terminal("--project", half, module="screens", TERM="dumb", COLUMNS="80") as shown:
        code, _ = shown.wait()
        assert code == 1
        assert b"\x1b" not in shown.written
        said = bytes(shown.written).decode()
        assert "HALF APPLIED  2" in said
        assert "NOT LANDED" in said


SIZES = ((60, 20), (80, 24), (100, 30), (132, 43), (200, 60), (300, 100))


def test_every_size_shows_the_state_and_the_way_out() -> None:
    with terminal(CASE, size=SIZES[0]) as shown:
        shown.shows("NEXT")
        for columns, lines in (*SIZES[1:], *reversed(SIZES[:-1])):
            shown.resize(columns, lines)
            shown.until(lambda: all(word in flat(shown) for word in ("HALF APPLIED", "BLOCKED", "NEXT")))
            shown.until(lambda lines=lines: "q quit" in shown.screen.display[lines - 1])  # type: ignore[misc]


def test_a_storm_of_resizes_ends_in_the_picture_of_its_last_size() -> None:
    chance = random.Random(7)
    with terminal(CASE, size=(91, 27)) as calm:
        calm.shows("NEXT")
        calm.rest()
        with terminal(CASE) as shown:
            shown.shows("NEXT")
            for _ in range(200):
                shown.resize(chance.randint(20, 300), chance.randint(5, 100))
            shown.resize(91, 27)
            shown.rest()
            shown.until(lambda: shown.text == calm.text)


def test_a_window_that_is_smaller_for_a_moment_looks_as_before() -> None:
    with terminal(CASE) as shown:
        shown.shows("NEXT")
        shown.rest()
        before = shown.text
        for _ in range(30):
            shown.resize(61, 20)
            shown.resize(80, 24)
        shown.rest()
        shown.until(lambda: shown.text == before)


def test_a_character_that_comes_in_pieces_is_one() -> None:
    with terminal(CASE) as shown:
        shown.shows("NEXT")
        shown.type("2/")
        shown.shows("words that lines")
        for byte in "表é".encode():
            os.write(shown.master, bytes((byte,)))
            shown.read(0.01)
        shown.until(lambda: "表é" in shown.text.replace(" ", ""))


def selected(shown: Terminal) -> int:
    """The line of the list that is drawn another way than the ones around it."""
    rows = [tuple(cell.reverse or cell.bg for cell in shown.screen.buffer[row].values()) for row in range(3, 14)]
    usual = max(set(map(str, rows)), key=list(map(str, rows)).count)
    return next((n for n, row in enumerate(rows) if str(row) != usual), -1)


def test_an_arrow_that_comes_in_pieces_is_an_arrow() -> None:
    with terminal(CASE) as shown:
        shown.shows("NEXT")
        shown.type("4")
        shown.shows("idle in transaction")
        shown.rest()
        before = shown.text, selected(shown)
        for piece in (b"\x1b", b"[", b"B"):
            os.write(shown.master, piece)
        shown.until(lambda: (shown.text, selected(shown)) != before)
        assert "[4 Locks]" in shown.text, "no part of it is a command"


def test_what_is_pasted_on_a_page_is_no_command() -> None:
    with terminal(CASE) as shown:
        shown.shows("NEXT")
        shown.rest()
        before = shown.text
        shown.type("\x1b[200~q4\rq\x1b[201~")
        shown.rest()
        assert shown.process.poll() is None
        assert shown.text == before
