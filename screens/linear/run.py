"""Says and asks until somebody leaves, and ends whatever happens; the process is its matter, not what is said."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from screens.ending import HUNG_UP, INTERRUPTED, Ending
from screens.linear.base import Linear
from screens.linear.voice import Voice
from screens.observing import prove

if TYPE_CHECKING:
    from console.incident import Incident


def speak(
    incident: Incident, make: Callable[[Incident, Voice], Linear], stop: Callable[[], None], said: str = ""
) -> int:
    """The exit code, as the drawn console has it: 0 for quit, 128 + n for a signal."""
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
