"""The drill as a person works it: keys on a terminal of 80 by 24 alone, from half applied and blocked to healthy."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.drill.watching import prepare
from tests.headless import halfway
from tests.screens.terminal import Terminal, terminal

_PHRASE = re.compile(r"Type {2}(.+?) {2}to do it")
_LONG = 60.0


def asked(console: Terminal) -> str:
    """What is to be typed now; '' while nothing is asked."""
    found = _PHRASE.search(console.text)
    return found[1] if found else ""


def act(console: Terminal, key: str, done: str, *, instead: bool = False) -> str:
    """Open the dialog, type what it asks for, see what it says, go back; the phrase."""
    console.type(key)
    console.until(lambda: asked(console) or "cannot be told. Type" in console.text, _LONG)
    if not asked(console):
        console.type("run\r")
        console.until(lambda: asked(console), _LONG)
    if instead:
        first = asked(console)
        console.type("\t")
        console.until(lambda: asked(console) not in ("", first), _LONG)
    phrase = asked(console)
    console.type(f"{phrase}\r")
    console.until(lambda: done in console.text and "Esc back" in console.text, _LONG)
    console.type("\x1b")
    console.until(lambda: "[1 Incident]" in console.text, _LONG)
    return phrase


VERBS = {
    "postgresql": ["cancel", "terminate", "drop", "finish"],
    "mysql": ["cancel", "terminate", "finish"],
    "mariadb": ["terminate", "finish"],
}
"""MariaDB tells of nobody who holds what nobody waits for: there the orphan cannot be cancelled first."""


def worked(console: Terminal, server: str) -> list[str]:
    """From the first picture to the healthy one; the phrases."""
    console.until(lambda: "HALF APPLIED" in console.text and "BLOCKED  21" in console.text, _LONG)
    typed = [act(console, "k", "GONE", instead=server != "mariadb")]
    console.until(lambda: "BLOCKED  nobody" in console.text, _LONG)
    if server != "mariadb":
        typed.append(act(console, "f", "GONE", instead=True))
    if server == "postgresql":
        typed.append(act(console, "x", "DONE"))
    typed.append(act(console, "f", "DONE"))
    console.until(lambda: "HEALTHY" in console.text, _LONG)
    return typed


@pytest.mark.parametrize("server", VERBS)
def test_keys_alone_take_the_ghost_to_healthy(server: str) -> None:
    prepare(server)
    with (
        TemporaryDirectory(prefix="halfway-keys-") as place,
        terminal("drill", "ghost", "--server", server, module="screens", TMPDIR=place) as console,
    ):
        typed = worked(console, server)
        assert [phrase.split()[0] for phrase in typed] == VERBS[server]
        (journal,) = Path(place).glob("halfway-drill-*/journal")
        verified = halfway("journal", "verify", "--journal", str(journal))
        assert verified.code == 0, verified.out + verified.err
        account = halfway("journal", "--journal", str(journal)).out
        # A folded list goes by its number: `terminate 3 of web` is the plan `Terminate 3 sessions`.
        told = [phrase.split()[1 if " of " in phrase else -1] for phrase in typed]
        assert [word for word in told if word not in account] == []
        console.type("q")
        assert console.wait()[0] == 0
        assert console.restored


def back_to_the_batch_before(console: Terminal) -> None:
    """By page 6: the last migration that ended well, its ways out, the list of what to go back to."""
    console.until(lambda: "HEALTHY" in console.text, _LONG)
    console.type("6")
    console.until(lambda: "> APPLIED" in console.text, _LONG)
    console.type("\r")
    console.until(lambda: "Roll back to a batch" in console.text, _LONG)
    console.type("B")
    console.until(lambda: "batch 1: takes back 1" in console.text, _LONG)
    console.type("\r")
    console.until(lambda: asked(console) == "roll back to batch 1", _LONG)
    console.type("roll back to batch 1\r")
    console.until(lambda: "DONE" in console.text and "Esc back" in console.text, _LONG)
    console.type("\x1b")
    console.until(lambda: "1 pending" in console.text or "[6 Recover]" in console.text, _LONG)
    console.type("1")


def taken_back(console: Terminal) -> None:
    """What landed goes, and the cause is mended on another day."""
    console.until(lambda: "HALF APPLIED" in console.text, _LONG)
    assert act(console, "u", "DONE") == "roll back 093000"


@pytest.mark.parametrize(
    ("name", "work"), [("laravel-reverted", back_to_the_batch_before), ("laravel-nulls", taken_back)]
)
def test_keys_alone_take_what_a_release_brought_back_again(name: str, work: Callable[[Terminal], None]) -> None:
    with (
        TemporaryDirectory(prefix="halfway-keys-") as place,
        terminal("drill", name, module="screens", TMPDIR=place) as console,
    ):
        work(console)
        console.until(lambda: "HEALTHY" in console.text and "pending" in console.text, _LONG)
        (journal,) = Path(place).glob("halfway-drill-*/journal")
        assert halfway("journal", "verify", "--journal", str(journal)).code == 0
        console.type("q")
        assert console.wait()[0] == 0
