"""Opens the console on an incident and gives the terminal back, whatever happens.

Everything that is about the process, not about screens, is here: which terminals are good enough, signals, the end.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.acting import Acting
    from console.incident import Incident
    from console.replaying import Past
    from console.watching import Watching
    from screens.app import HalfwayApp
    from screens.fleet import Look
    from screens.fleet_app import FleetApp, Gathered
    from screens.opening import Opening

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
    incident: Incident,
    ascii_only: bool = False,
    acting: Acting | None = None,
    observing: bool = False,
    said: str = "",
    watching: Watching | None = None,
    opening: Opening | None = None,
) -> int:
    """Open the console; the exit code: 0 for quit, 128 + n for a signal, 1 for a fault of ours.

    With `acting` a responder's console, without it one that can only look, with `watching` at a room as well; `said` is
    shown in its first picture. `opening` has started the incident, and may have drawn it.
    """
    from screens.role import Role, be, hear

    be(Role.RESPONDER if acting is not None else Role.OBSERVER if observing else Role.READER)
    if watching is not None:
        hear()

    def made() -> HalfwayApp:
        from screens.observing import prove

        prove(incident)
        app = _app(incident, acting, watching)
        if opening is not None:
            app.begin, app.assessment = opening.attach, opening.newest
            opening.hand_over()
        return app

    return _open(made, partial(_stop, incident, acting), ascii_only, said)


def opened(incident: Incident, ascii_only: bool, observing: bool) -> Opening:
    """The first picture, for as long as the screens are being made."""
    from screens.observing import prove
    from screens.opening import Opening
    from screens.role import Role, be

    be(Role.OBSERVER if observing else Role.READER)
    prove(incident)
    return Opening(incident, ascii_only or needs_ascii(started_with()))


def replay(past: Past, ascii_only: bool = False, said: str = "") -> int:
    """Open the console on an incident that is over; the exit code, as `run` has it."""
    from screens.role import Role, be

    be(Role.REPLAY)

    def made() -> HalfwayApp:
        from screens.driver import ConsoleDriver
        from screens.replay import ReplayApp

        return ReplayApp(past, driver_class=ConsoleDriver)

    return _open(made, past.stop, ascii_only, said)


def fleet(gathered: Gathered, open_one: Callable[[str], int], ascii_only: bool = False) -> int:
    """Open the grid of a fleet, and from there the console on one database at a time; the exit code, as `run` has it.

    That console is another program: the terminal is given back to it, and meanwhile nothing new is read.
    """
    from screens.fleet import Look
    from screens.role import Role, be

    be(Role.READER)
    look, key, said = Look(), "", ""
    while True:
        app = _fleet_app(gathered, look, key)
        code = _open(partial(_same, app), gathered.pause, ascii_only, said)
        if code or app.chosen is None:
            return code
        name = app.chosen.target.name
        ended = open_one(name)
        key, said = f"d/{name}", f"back from {name}" + (f", which ended with {ended}" if ended else "")


def _same(app: FleetApp) -> FleetApp:
    return app


def _fleet_app(gathered: Gathered, look: Look, key: str) -> FleetApp:
    from screens.driver import ConsoleDriver
    from screens.fleet_app import FleetApp

    return FleetApp(gathered, look, key, driver_class=ConsoleDriver)


def _open(made: Callable[[], HalfwayApp | FleetApp], stop: Callable[[], None], ascii_only: bool, said: str) -> int:
    _drop_settings_of_textual()
    os.environ["TEXTUAL_ANIMATIONS"] = "none"
    from screens.driver import ConsoleDriver
    from screens.ending import HUNG_UP, Ending
    from screens.garbage import usually
    from screens.text import use_ascii

    ConsoleDriver.ascii = ascii_only or needs_ascii(started_with())
    use_ascii(ConsoleDriver.ascii)
    app = made()
    app.first_words = said
    usually()
    ending = Ending(app.leave_from_anywhere, stop, ConsoleDriver.rescue_current)
    app.leave = ending.begin
    ConsoleDriver.hung_up = staticmethod(lambda: ending.begin(HUNG_UP))
    with ending.signals():
        app.run(mouse=False)
        return ending.finish(app.return_code or 0)


def _drop_settings_of_textual() -> None:
    """Read when Textual is imported: they would write a log of the screens, take pictures, press keys, load drivers."""
    for name in [name for name in os.environ if name == "TEXTUAL" or name.startswith("TEXTUAL_")]:
        del os.environ[name]


def _app(incident: Incident, acting: Acting | None, watching: Watching | None) -> HalfwayApp:
    """The screens; who only looks never imports those that act."""
    from screens.driver import ConsoleDriver

    if watching is not None:
        from screens.watching import WatchingApp

        return WatchingApp(incident, watching, driver_class=ConsoleDriver)
    if acting is None:
        from screens.app import HalfwayApp

        return HalfwayApp(incident, driver_class=ConsoleDriver)
    from screens.acting.app import ResponderApp

    return ResponderApp(incident, acting, driver_class=ConsoleDriver)


def _stop(incident: Incident, acting: Acting | None) -> None:
    """End the connections; what was sent is not cancelled."""
    if acting is not None:
        acting.leave()
    incident.stop()
