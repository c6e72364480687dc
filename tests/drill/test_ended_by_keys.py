"""Every drill ended by the keys of the real screens, on a terminal of 80 by 24: healthy, or what is honest to say."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from console.drill.run import names
from tests.drill import test_by_keys as others
from tests.drill.test_by_keys import act, asked, back_to_the_batch_before, taken_back
from tests.screens.terminal import Terminal, terminal

_LONG = 60.0
_PORT = re.compile(r"DB_PORT=(\d+)")


def _asks(console: Terminal, phrase: str) -> bool:
    return asked(console) == phrase


def _says(console: Terminal, text: str) -> bool:
    return text in console.text


def calm(console: Terminal, place: Path) -> None:
    """The first page says so."""
    console.until(lambda: "HEALTHY" in console.text, _LONG)


def recorded(console: Terminal, place: Path) -> None:
    """All of it is there: its row is written as the tool would."""
    console.until(lambda: "UNRECORDED" in console.text, _LONG)
    assert act(console, "m", "DONE") == "mark ran 4"


def cleaned(console: Terminal, place: Path) -> None:
    """What a try by hand left goes."""
    console.until(lambda: "[1 Incident]" in console.text and "INVALID" in console.text.upper(), _LONG)
    assert act(console, "x", "DONE").startswith("drop index customers_email")


def cleaned_and_taken_back(console: Terminal, place: Path) -> None:
    """The INVALID index first: nobody knows a way back past it."""
    console.until(lambda: "HALF APPLIED" in console.text, _LONG)
    assert act(console, "x", "DONE") == "drop index customers_email_key"
    console.until(lambda: "2 of 4 statements landed." in console.text, _LONG)
    assert act(console, "u", "DONE") == "roll back 4"


def freed(console: Terminal, place: Path) -> None:
    """The export ends, and the migration goes on by itself."""
    console.until(lambda: "BLOCKED  21" in console.text, _LONG)
    assert act(console, "k", "GONE").startswith("cancel ")


def taken_back_with_its_values(console: Terminal, place: Path) -> None:
    """What the loop wrote goes with its column: that asks for a phrase of its own."""
    console.until(lambda: "HALF APPLIED" in console.text, _LONG)
    console.type("u")
    for phrase in ("roll back 093000", "lose data in customers"):
        console.until(partial(_asks, console, phrase), _LONG)
        console.type(f"{phrase}\r")
    console.until(lambda: "DONE" in console.text and "Esc back" in console.text, _LONG)
    console.type("\x1b")


def taken_back_once_it_is_told_whose_it_is(console: Terminal, place: Path) -> None:
    """Refused as long as somebody's own column stands in its place; who made it takes it away by other means."""
    console.until(lambda: "HALF APPLIED" in console.text, _LONG)
    console.type("u")
    console.until(lambda: "Statement 2 is there but differs" in console.text, _LONG)
    console.type("\x1b")
    (env,) = place.glob("halfway-drill-*/*/.env")
    (port,) = _PORT.findall(env.read_text())
    with psycopg.connect(host="127.0.0.1", port=port, dbname="shop", user="deploy") as owner:
        owner.execute("ALTER TABLE orders DROP COLUMN tracking_number")
    console.until(lambda: "1 of 3 statements landed." in console.text, _LONG)
    assert act(console, "u", "DONE") == "roll back 093000"


def told_where_to_go_back_to(console: Terminal, place: Path) -> None:
    """Its values are in no table any more: the way back to before it is printed, with the moment, and never run."""
    calm(console, place)
    console.type("6")
    console.until(lambda: "> APPLIED" in console.text, _LONG)
    console.type("A")
    for n, answer in enumerate(("no", "", "no", "", "", "", "yes"), start=1):
        console.until(partial(_says, console, f"question {n} of 7"), _LONG)
        console.type(f"{answer}\r")
    console.until(lambda: "[6 Recover]" in console.text, _LONG)
    console.type("\r")
    console.until(lambda: "1 OPEN    Go back to a point in time  recommended" in console.text, _LONG)
    console.type("j\r")
    console.type("1")


ENDS: dict[str, Callable[[Terminal, Path], None]] = {
    "laravel-columns": taken_back_once_it_is_told_whose_it_is,
    "laravel-backfill": taken_back_with_its_values,
    "laravel-unique": lambda console, _: taken_back(console),
    "laravel-foreign": lambda console, _: taken_back(console),
    "laravel-renamed": lambda console, _: back_to_the_batch_before(console),
    "laravel-dropped": told_where_to_go_back_to,
    "stampede": freed,
    "failed": cleaned_and_taken_back,
    "unrecorded": recorded,
    "invalid-index": cleaned,
    "healthy": calm,
}
ELSEWHERE = {
    "ghost": others.test_keys_alone_take_the_ghost_to_healthy,
    "laravel-reverted": others.test_keys_alone_take_what_a_release_brought_back_again,
    "laravel-nulls": others.test_keys_alone_take_what_a_release_brought_back_again,
}


def test_every_drill_is_ended_by_keys() -> None:
    assert set(ENDS) | set(ELSEWHERE) == set(names())


@pytest.mark.parametrize("name", ENDS)
def test_keys_alone_end_a_drill(name: str) -> None:
    with (
        TemporaryDirectory(prefix="halfway-keys-") as place,
        terminal("drill", name, module="screens", TMPDIR=place) as console,
    ):
        ENDS[name](console, Path(place))
        calm(console, Path(place))
        console.type("q")
        assert console.wait()[0] == 0
