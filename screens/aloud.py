"""Opens the console that is heard: for who responds, who only looks, or who looks at a room as well."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from screens.habits import use_local_times
from screens.linear.run import speak
from screens.role import Role, be, hear
from screens.run import needs_ascii, started_with
from screens.text import use_ascii

if TYPE_CHECKING:
    from console.acting import Acting
    from console.incident import Incident
    from console.watching import Watching


def run(
    incident: Incident,
    ascii_only: bool = False,
    acting: Acting | None = None,
    observing: bool = False,
    said: str = "",
    watching: Watching | None = None,
    local: bool = False,
) -> int:
    """As the drawn console's `run`: with `acting` for who responds, without it for who only looks, with `watching` at a
    room as well; `said` is the first line. `local`: times are this machine's. Who looks never imports what acts."""
    be(Role.RESPONDER if acting is not None else Role.OBSERVER if observing else Role.READER)
    use_local_times(local)
    use_ascii(ascii_only or needs_ascii(started_with()))
    if acting is not None:
        from screens.acting.linear.run import responder

        return speak(incident, *responder(incident, acting), said)
    if watching is None:
        from screens.linear.looking import Looking

        return speak(incident, Looking, incident.stop, said)
    hear()
    from screens.linear.hearing import Window

    return speak(incident, partial(Window, watching=watching), partial(_both, watching, incident), said)


def _both(watching: Watching, incident: Incident) -> None:
    watching.stop()
    incident.stop()
