"""Runs a drill from its first file to its last: set the scene, show it, leave no trace, whatever ends it."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from sqlalchemy.engine import URL

from console.core.faults import Fault
from console.drill.beside import send
from console.drill.held import SIGNALS
from console.drill.kinds import NAMES as SERVERS
from console.drill.kinds import kind_of
from console.drill.scenes import SCENES, scene
from console.drill.session import Refused
from console.drill.stage import Stage

DEFAULT = "laravel-columns"
DEFAULT_SERVER = SERVERS[0]


def names() -> tuple[str, ...]:
    """Every drill there is, the default first."""
    return tuple(SCENES)


def describe(name: str) -> str:
    """What happens in that drill, one sentence."""
    return (SCENES[name].__doc__ or "").strip()


def beside(sql: str) -> Iterator[str]:
    """What the drill that is open answers to somebody else's statement, a line for each row."""
    return send(sql)


def run_drill(
    name: str, show: Callable[[Path, URL], int], server: str = DEFAULT_SERVER, major: int | None = None
) -> int:
    """Make the incident `name` on a private `server`, `show` it (project, database) and remove every trace.

    `major` is the server's version, the newest when not given. The exit code: 0 whatever state was shown, else what
    `show` ended with. SystemExit(128 + signal) when a signal ends it while it starts. UsageFault for an unknown name,
    and for a server that is not there.
    """
    play = scene(name, server)
    stage = Stage(kind_of(server), major)
    with _ended_by_signals() as deaf:
        try:
            _say(f"halfway: starting a private {stage.title} with the drill {name!r}")
            _set(stage, play)
            code = show(stage.project, stage.url)
        finally:
            deaf()
            stage.clear()
    return 0 if code in (0, 1) else code


def _set(stage: Stage, play: Callable[[Stage], None]) -> None:
    try:
        stage.begin()
        play(stage)
    except Refused as error:
        raise Fault("The drill could not be set up", str(error)) from error


@contextmanager
def _ended_by_signals() -> Iterator[Callable[[], None]]:
    """Signals raise SystemExit, once; after calling what this gives, none does. Ignored ones (nohup) stay ignored."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    ours = [number for number in SIGNALS if before[number] is not signal.SIG_IGN]

    def deaf() -> None:
        for number in ours:
            signal.signal(number, signal.SIG_IGN)

    def end(number: int, _: FrameType | None) -> None:
        deaf()
        raise SystemExit(128 + number)

    for number in ours:
        signal.signal(number, end)
    try:
        yield deaf
    finally:
        for number in ours:
            signal.signal(number, before[number])


def _say(text: str) -> None:
    """Narration: stdout belongs to what is shown."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
