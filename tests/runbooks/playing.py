"""Carries out a runbook: its commands as a stranger runs them, its keys on a terminal of 80 by 24."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path

from tests.headless import ROOT, halfway
from tests.runbooks.reading import Runbook, Step, missing
from tests.runbooks.states import Place, refusal, send, waiting
from tests.screens.terminal import Terminal, terminal

PATIENCE = 60.0
_OPENING = "opening: keys work in a moment"
_NAMED = {"Enter": "\r", "Tab": "\t", "Esc": "\x1b", "Down": "\x1b[B", "Up": "\x1b[A", "Space": " ", "F6": "\x1b[17~"}


def play(runbook: Runbook, place: Place, journal: Path) -> None:
    """The whole page; AssertionError with what was seen instead."""
    if "refused" in runbook.head:
        said = refusal(place.url, runbook.head["refused"])
        assert any(not missing((line,), said) for line in runbook.symptoms), said
    environ = {"HALFWAY_JOURNAL": str(journal), **place.environ}
    with ExitStack() as meanwhile:
        for block in runbook.blocks:
            if block[0].kind == "keys":
                _press(block, place, environ)
            elif block[0].kind == "sql":
                send(place.url, *(step.typed.rstrip(";") for step in block))
            elif block[0].kind == "meanwhile":
                meanwhile.enter_context(waiting(place.url, block[0].typed))
            else:
                for step in block:
                    _command(step, place, environ)


def arguments(typed: str) -> list[str]:
    """Those of a command line that begins with `halfway`."""
    name, *rest = shlex.split(typed, comments=True)
    assert name == "halfway", typed
    return rest


def _command(step: Step, place: Place, environ: Mapping[str, str]) -> None:
    told, _, line = step.typed.rpartition(" | ")
    given = shlex.split(told.removeprefix("echo "))
    answer = halfway(*arguments(line), cwd=place.folder, env=environ, stdin=" ".join(given).encode())
    said = answer.out + answer.err
    lost = missing(step.seen, said)
    assert not lost, f"`{step.typed}` never says {lost!r}:\n{said}"


def _press(block: tuple[Step, ...], place: Place, environ: Mapping[str, str]) -> None:
    """The first line opens the console, `q` at the end leaves it."""
    opened, *keys = block
    where = {**environ, "PYTHONPATH": os.fspath(ROOT)}
    with terminal(*arguments(opened.typed), module="screens", cwd=place.folder, **where) as console:
        shows(console, opened)
        for step in keys:
            console.type(pressed(asked(console, step.typed) if "…" in step.typed else step.typed))
            shows(console, step)
        console.type("q")
        assert console.wait()[0] == 0
        assert console.restored


def asked(console: Terminal, typed: str) -> str:
    """The phrase on the screen that `cancel … Enter` means: it names what was never there before."""
    *words, last = typed.split(" ")
    wanted = re.compile(rf"Type {{2}}({re.escape(' '.join(words)).replace('…', '.+?')}) {{2}}to do it")
    console.until(lambda: wanted.search(console.text), PATIENCE)
    found = wanted.search(console.text)
    assert found
    return f"{found[1]} {last}"


def pressed(typed: str) -> str:
    """What a line of keys sends: words as they stand, names of keys as the terminal sends them."""
    *words, last = typed.split(" ")
    ending = _NAMED.get(last)
    return " ".join(words) + ending if ending is not None else typed


def shows(console: Terminal, step: Step) -> None:
    """Wait until all its lines stand on the screen, in this order."""
    with suppress(AssertionError):
        console.until(lambda: _stands(console, step) or console.process.poll() is not None, PATIENCE)
    lost = missing(step.seen, console.text)
    assert not lost, f"after {step.typed!r} never: {lost!r}\n{console.text}"


def _stands(console: Terminal, step: Step) -> bool:
    """All of it, and on screens that take keys: the first picture is drawn before they do."""
    return _OPENING not in console.text and not missing(step.seen, console.text)
