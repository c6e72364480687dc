"""The console on a real terminal: what it sends, and how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from screens.run import can_open, needs_ascii
from tests.screens.terminal import ROOT, Terminal, terminal

SOON = 1.5
"""Seconds a console may take to end here: one, and some patience with a busy machine."""


def picture(shown: Terminal) -> list[tuple[object, ...]]:
    """Every cell: character, colours, attributes."""
    screen = shown.screen
    return [tuple(tuple(screen.buffer[row][column]) for column in range(screen.columns)) for row in range(screen.lines)]


def at_rest(case: str, *options: str, keys: str = "", size: tuple[int, int] | None = None) -> tuple[str, list[object]]:
    """Text and cells after some keys and a resize."""
    with terminal(case, *options) as shown:
        shown.shows("NEXT")
        for key in keys:
            shown.type(key)
            shown.rest()
        if size is not None:
            for columns, lines in ((40, 10), (100, 30), size):
                shown.resize(columns, lines)
                shown.rest()
        shown.settle(0.4)
        return shown.text, list(picture(shown))


@pytest.mark.parametrize(
    ("case", "keys", "size"),
    [
        ("half_applied", "", None),
        ("half_applied", "2\rjj3jj4jj1", None),
        ("half_applied", "?q2v", None),
        ("hostile", "2\rj3jjj4j", None),
        ("half_applied", "4j", (60, 20)),
        ("hostile", "3", (91, 27)),
        ("hostile", "2/表", (120, 40)),
    ],
)
def test_our_driver_shows_what_textuals_own_shows(case: str, keys: str, size: tuple[int, int] | None) -> None:
    ours = at_rest(case, keys=keys, size=size)
    stock = at_rest(case, "stock", keys=keys, size=size)
    assert ours[0] == stock[0]
    assert ours[1] == stock[1]


@pytest.mark.parametrize("case", ["half_applied", "mysql_half_applied"])
def test_a_sweep_that_finds_nothing_new_sends_no_byte(case: str) -> None:
    with terminal(case) as shown:
        shown.shows("NEXT")
        for key in "1234567":
            shown.type(key)
            shown.rest()
            for _ in range(3):
                shown.process.send_signal(signal.SIGUSR1)
                assert shown.rest() == 0, key


def test_a_changed_cell_costs_less_than_200_bytes() -> None:
    with terminal("half_applied") as shown:
        shown.shows("21 sessions")
        shown.rest()
        shown.process.send_signal(signal.SIGUSR2)
        assert 0 < shown.rest() <= 200
        assert "22 sessions" in shown.text


@pytest.mark.parametrize(
    ("burst", "shown"), [("4/q18p", "filter: q18p"), ("2/e\x1b", "V5__drop"), (":lo\r", "[4 Locks]")]
)
def test_keys_that_arrive_in_one_burst_are_no_commands_behind_a_field(burst: str, shown: str) -> None:
    with terminal("half_applied") as console:
        console.shows("NEXT")
        console.type(burst)
        console.shows(shown)


def test_a_terminal_without_a_size_is_taken_for_80_by_24() -> None:
    with terminal("half_applied", reported=(0, 0)) as shown:
        shown.shows("q quit")
        shown.shows("NEXT     1. Orphan 4712")
        shown.type("4")
        shown.shows("orders excl.")
        assert "q quit" in shown.screen.display[23]


def test_nothing_is_sent_while_nobody_does_anything() -> None:
    with terminal("half_applied") as shown:
        shown.shows("NEXT")
        shown.rest()
        assert shown.settle(3.0) == 0


def test_it_says_what_it_connects_to_before_anything_is_read() -> None:
    with terminal("silent") as shown:
        shown.shows("Connecting to shop on db1")
        shown.rest()
        assert "READ ONLY" in shown.text


ENDS = [
    ("SIGTERM", 143),
    ("SIGHUP", 129),
    ("SIGINT", 130),
    ("\x03", 130),
    ("q", 0),
]


@pytest.mark.parametrize("slow", ["", "slow"])
@pytest.mark.parametrize(("way", "code"), ENDS)
def test_every_end_gives_the_terminal_back_within_a_second(way: str, code: int, slow: str) -> None:
    with terminal("half_applied", *filter(None, [slow])) as shown:
        shown.shows("NEXT")
        shown.rest()
        if way.startswith("SIG"):
            shown.process.send_signal(getattr(signal, way))
        else:
            shown.type(way)
        ended, took = shown.wait()
        assert ended == code
        assert took < SOON
        assert shown.restored
        assert shown.said() == ("" if slow else "stopped\n")


@pytest.mark.parametrize("slow", ["", "slow"])
def test_a_terminal_that_is_gone_ends_it(slow: str) -> None:
    with terminal("half_applied", *filter(None, [slow])) as shown:
        shown.shows("NEXT")
        shown.rest()
        start = time.monotonic()
        shown.hang_up()
        assert shown.process.wait(10) == 129
        assert time.monotonic() - start < SOON


def test_a_signal_while_a_text_is_open_ends_it_too() -> None:
    with terminal("half_applied") as shown:
        shown.shows("NEXT")
        shown.type("?")
        shown.shows("Keys that work here")
        shown.process.send_signal(signal.SIGTERM)
        assert shown.wait()[0] == 143
        assert shown.restored


def test_a_stopped_link_does_not_stop_the_console() -> None:
    with terminal("half_applied") as shown:
        shown.shows("NEXT")
        for _ in range(300):
            shown.type("1234")
            shown.process.send_signal(signal.SIGUSR2)
        shown.process.send_signal(signal.SIGTERM)
        assert shown.process.wait(10) == 143


def test_after_a_stop_and_a_continue_everything_is_drawn_again() -> None:
    with terminal("half_applied") as shown:
        shown.shows("NEXT")
        shown.rest()
        shown.process.send_signal(signal.SIGTSTP)
        shown.until(lambda: b"\x1b[?1049l" in shown.written)
        shown.screen.reset()
        shown.until(lambda: _state(shown.process.pid) == "T")
        shown.process.send_signal(signal.SIGCONT)
        shown.shows("NEXT")
        shown.shows("q quit")


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]


@pytest.mark.parametrize(("environ", "option"), [({"LANG": "C", "LC_CTYPE": ""}, ""), ({"LANG": "C.UTF-8"}, "ascii")])
def test_only_ascii_leaves_it_where_the_locale_asks_for_it(environ: dict[str, str], option: str) -> None:
    with terminal("hostile", *filter(None, [option]), **environ) as shown:
        shown.shows("NEXT")
        for key in "234?":
            shown.type(key)
            shown.rest()
        assert bytes(shown.written).isascii()
        assert "Keys that work here" in shown.text


def test_no_color_means_no_colour_at_all() -> None:
    with terminal("half_applied", NO_COLOR="1") as shown:
        shown.shows("NEXT")
        shown.type("4")
        shown.rest()
        used = {(cell[1], cell[2]) for row in picture(shown) for cell in row if isinstance(cell, tuple)}
        assert used == {("default", "default")}


@pytest.mark.parametrize("term", ["xterm", "vt100", "linux", "screen"])
def test_sixteen_colours_are_enough(term: str) -> None:
    with terminal("half_applied", TERM=term) as shown:
        shown.shows("NEXT")
        shown.rest()
        assert b"38;5" not in shown.written
        assert b"38;2" not in shown.written


def test_a_closed_stdin_is_not_a_terminal() -> None:
    code = "import sys; from screens.run import can_open; sys.exit(0 if can_open({'TERM': 'xterm'}) else 7)"
    ended = subprocess.run([sys.executable, "-c", code], stdin=subprocess.DEVNULL, cwd=ROOT, check=False)
    assert ended.returncode == 7


def test_a_dumb_terminal_gets_no_screens(monkeypatch: pytest.MonkeyPatch) -> None:
    master, slave = os.openpty()
    try:
        with os.fdopen(slave, "w", closefd=False) as stream:
            monkeypatch.setattr(sys, "__stdin__", stream)
            monkeypatch.setattr(sys, "__stderr__", stream)
            assert can_open({"TERM": "xterm-256color"})
            assert not can_open({"TERM": "dumb"})
            assert not can_open({"TERM": "unknown"})
            assert not can_open({})
    finally:
        os.close(master)
        os.close(slave)


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"LANG": "de_DE.UTF-8"}, False),
        ({"LANG": "en_US.utf8"}, False),
        ({"LANG": "de_DE.UTF-8@euro"}, False),
        ({"LANG": "de_DE.ISO-8859-1"}, True),
        ({"LANG": "C"}, True),
        ({}, True),
        ({"LC_ALL": "C", "LANG": "de_DE.UTF-8"}, True),
        ({"LC_ALL": "", "LC_CTYPE": "C.UTF-8", "LANG": "C"}, False),
        ({"LC_CTYPE": "POSIX", "LANG": "de_DE.UTF-8"}, True),
    ],
)
def test_the_locale_decides_about_ascii(environ: dict[str, str], expected: bool) -> None:
    assert needs_ascii(environ) is expected
