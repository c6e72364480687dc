"""Opens the console that is heard, and ends it whatever happens; the process is its matter, not what is said."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from screens.ending import HUNG_UP, INTERRUPTED, Ending
from screens.habits import use_local_times
from screens.linear.base import Linear
from screens.linear.looking import Looking
from screens.linear.voice import Voice
from screens.observing import prove
from screens.role import Role, be, hear
from screens.run import needs_ascii, started_with
from screens.text import use_ascii

if TYPE_CHECKING:
    from collections.abc import Callable

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
    room as well; `said` is the first line. `local`: times are this machine's."""
    be(Role.RESPONDER if acting is not None else Role.OBSERVER if observing else Role.READER)
    use_local_times(local)
    if acting is not None:
        from screens.acting.linear.run import responder

        make, stop = responder(incident, acting)
        return speak(incident, ascii_only, make, stop, said)
    if watching is None:
        return speak(incident, ascii_only, Looking, incident.stop, said)
    hear()
    from screens.linear.hearing import Window

    return speak(incident, ascii_only, partial(Window, watching=watching), partial(_both, watching, incident), said)


def _both(watching: Watching, incident: Incident) -> None:
    watching.stop()
    incident.stop()


def speak(
    incident: Incident,
    ascii_only: bool,
    make: Callable[[Incident, Voice], Linear],
    stop: Callable[[], None],
    said: str = "",
) -> int:
    """Say and ask until somebody leaves: 0 for quit, 128 + n for a signal."""
    use_ascii(ascii_only or needs_ascii(started_with()))
    prove(incident)
    voice = Voice()
    ending = Ending(voice.leave, stop, lambda: None)
    voice.ended = partial(ending.begin, INTERRUPTED)
    with ending.signals(), voice.interrupts():
        console = make(incident, voice)
        incident.start(console.take, incident.interval)
        if said:
            voice.later(said)
        console.run()
        return ending.finish(HUNG_UP if voice.gone else 0)
