"""Opens the console on an incident and gives the terminal back, whatever happens.

Everything that is about the process, not about screens, is here: which terminals are good enough, signals, the end.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.acting import Acting
    from console.incident import Incident
    from screens.app import HalfwayApp

_NO_SCREEN = frozenset({"dumb", "unknown", ""})
_UTF8 = ("utf-8", "utf8")


def can_open(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether there is a terminal that screens can be drawn on: keys come from stdin, screens go to stderr."""
    streams = (sys.__stdin__, sys.__stderr__)
    if any(stream is None or stream.closed or not stream.isatty() for stream in streams):
        return False
    return environ.get("TERM", "") not in _NO_SCREEN


def started_with() -> Mapping[str, str]:
    """The environment this process was started with: in a C locale Python changes LC_CTYPE of its own to UTF-8."""
    try:
        pairs = [os.fsdecode(pair).partition("=") for pair in Path("/proc/self/environ").read_bytes().split(b"\0")]
    except OSError:
        return os.environ
    return {name: value for name, _, value in pairs if name}


def needs_ascii(environ: Mapping[str, str]) -> bool:
    """Whether the locale cannot show more than ASCII; Python's own encoding says UTF-8 everywhere."""
    chosen = next((environ[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if environ.get(name)), "C")
    return not chosen.lower().endswith(_UTF8) and not chosen.lower().split("@")[0].endswith(_UTF8)


def run(
    incident: Incident, ascii_only: bool = False, acting: Acting | None = None, observing: bool = False, said: str = ""
) -> int:
    """Open the console; the exit code: 0 for quit, 128 + n for a signal, 1 for a fault of ours.

    With `acting` a responder's console, without it one that can only look; `said` is shown in its first picture.
    """
    _drop_settings_of_textual()
    os.environ["TEXTUAL_ANIMATIONS"] = "none"
    from screens.driver import ConsoleDriver
    from screens.ending import HUNG_UP, Ending
    from screens.observing import prove
    from screens.role import Role, be
    from screens.text import use_ascii

    ConsoleDriver.ascii = ascii_only or needs_ascii(started_with())
    use_ascii(ConsoleDriver.ascii)
    be(Role.RESPONDER if acting is not None else Role.OBSERVER if observing else Role.READER)
    prove(incident)
    app = _app(incident, acting)
    app.first_words = said
    ending = Ending(app.leave_from_anywhere, partial(_stop, incident, acting), ConsoleDriver.rescue_current)
    app.leave = ending.begin
    ConsoleDriver.hung_up = staticmethod(lambda: ending.begin(HUNG_UP))
    with ending.signals():
        app.run(mouse=False)
        return ending.finish(app.return_code or 0)


def _drop_settings_of_textual() -> None:
    """Read when Textual is imported: they would write a log of the screens, take pictures, press keys, load drivers."""
    for name in [name for name in os.environ if name == "TEXTUAL" or name.startswith("TEXTUAL_")]:
        del os.environ[name]


def _app(incident: Incident, acting: Acting | None) -> HalfwayApp:
    """The screens; who only looks never imports those that act."""
    from screens.driver import ConsoleDriver

    if acting is None:
        from screens.app import HalfwayApp

        return HalfwayApp(incident, driver_class=ConsoleDriver)
    from screens.acting.app import ResponderApp

    return ResponderApp(incident, acting, driver_class=ConsoleDriver)


def _stop(incident: Incident, acting: Acting | None) -> None:
    """End the connections; what was sent is not cancelled."""
    if acting is not None:
        acting.close()
    incident.stop()
