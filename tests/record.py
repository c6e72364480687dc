"""Records the drill as it really runs: keys on a terminal, and all that came back. `python -m tests.record` writes it.

The script is the block of keys in docs/drill.md, told as in a runbook. What is kept is what the terminal was sent, byte
by byte, cut at each step and laid out over made-up seconds, so that nobody waits for a server. `docs/drill.cast` is for
asciinema, `docs/drill.svg` by a browser, and `tests/test_record.py` holds both to what the console says today.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import pyte

from tests.headless import ROOT
from tests.pictures import film
from tests.runbooks.playing import asked, pressed, shows
from tests.runbooks.reading import Runbook, Step
from tests.screens.terminal import Terminal, terminal

PAGE = Runbook(ROOT / "docs" / "drill.md")
CAST = ROOT / "docs" / "drill.cast"
PICTURE = ROOT / "docs" / "drill.svg"
SIZE = (80, 24)
LOOKED = 4.0
"""Seconds that a screen stands before the next key."""
TYPED = 0.07
_PORT = re.compile(r"DB_PORT=(\d+)")


@dataclass(frozen=True)
class Moment:
    """A step: what was typed, and what the terminal was sent until the screen said what it should."""

    typed: str
    sent: str


def script() -> tuple[tuple[Step, ...], ...]:
    """What is typed, and what must be seen: keys, and what somebody else sends in between."""
    return PAGE.blocks


def recorded() -> list[Moment]:
    """The drill, from its first screen to its end."""
    with (
        TemporaryDirectory(prefix="halfway-record-") as place,
        terminal("drill", module="screens", size=SIZE, **_alone(Path(place))) as console,
    ):
        return list(_moments(console, Path(place)))


def _alone(place: Path) -> dict[str, str]:
    """Nothing of who records it, and nothing that else runs on this machine."""
    (place / "proc").mkdir()
    (place / "proc" / "net").symlink_to("/proc/net")
    kinds = {f"XDG_{kind}_HOME": str(place / kind.lower()) for kind in ("CONFIG", "DATA", "STATE")}
    return {"TMPDIR": str(place), "HOME": str(place), "TZ": "UTC", "HALFWAY_PROC": str(place / "proc"), **kinds}


def _moments(console: Terminal, place: Path) -> Iterator[Moment]:
    seen = 0
    for block in script():
        for step in block:
            if step.kind == "sql":
                _by_hand(place, step.typed)
                continue
            typed = "" if step.typed.startswith("make") else step.typed
            typed = asked(console, typed) if "…" in typed else typed
            console.type(pressed(typed))
            shows(console, step)
            console.settle(0.3)
            yield Moment(step.typed, bytes(console.written[seen:]).decode(errors="replace"))
            seen = len(console.written)
    console.type("q")
    assert console.wait()[0] == 0
    yield Moment("q", bytes(console.written[seen:]).decode(errors="replace"))


def _by_hand(place: Path, statement: str) -> None:
    """Somebody in another terminal."""
    (env,) = place.glob("halfway-drill-*/*/.env")
    (port,) = _PORT.findall(env.read_text())
    options: dict[str, Any] = {"host": "127.0.0.1", "port": port, "dbname": "shop", "user": "deploy"}
    with closing(psycopg.connect(autocommit=True, **options)) as owner:
        owner.execute(statement.rstrip(";").encode())


def as_cast(moments: list[Moment]) -> str:
    """In asciinema's format, version 2: each step marked with what was typed."""
    head = {"version": 2, "width": SIZE[0], "height": SIZE[1], "title": "Halfway: a drill", "env": {"TERM": "xterm"}}
    lines, now = [json.dumps(head)], 0.0
    for moment in moments:
        lines.append(json.dumps([round(now, 2), "m", moment.typed], ensure_ascii=False))
        now += TYPED * len(moment.typed)
        lines.append(json.dumps([round(now, 2), "o", moment.sent]))
        now += LOOKED
    return "\n".join(lines) + "\n"


def screens_of(cast: str) -> list[tuple[str, pyte.Screen]]:
    """Each step of a cast with the screen as it stands then; the last step leaves the console and has none."""
    screen = pyte.Screen(*SIZE)
    stream = pyte.ByteStream(screen)
    found: list[tuple[str, pyte.Screen]] = []
    typed = ""
    for line in cast.splitlines()[1:]:
        _, kind, text = json.loads(line)
        if kind == "m":
            typed = text
        elif typed != "q":
            stream.feed(text.encode())
            found.append((typed, _copied(screen)))
    return found


def _copied(screen: pyte.Screen) -> pyte.Screen:
    copy = pyte.Screen(*SIZE)
    for row, cells in screen.buffer.items():
        copy.buffer[row].update(cells)
    return copy


def text_of(screen: pyte.Screen) -> str:
    """What stands there."""
    return "\n".join(line.rstrip() for line in screen.display)


def main() -> None:
    """Write both."""
    cast = as_cast(recorded())
    CAST.write_text(cast, encoding="utf-8")
    PICTURE.write_text(film(screens_of(cast), LOOKED), encoding="utf-8")


if __name__ == "__main__":
    main()
