"""Makes the console of a responder that is heard, and what ends it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from screens.acting.linear.console import Responding

if TYPE_CHECKING:
    from collections.abc import Callable

    from console.acting import Acting
    from console.incident import Incident
    from screens.linear.base import Linear
    from screens.linear.voice import Voice


def responder(incident: Incident, acting: Acting) -> tuple[Callable[[Incident, Voice], Linear], Callable[[], None]]:
    """What makes it, and what ends its connections: what was sent is not cancelled."""
    return partial(Responding, acting=acting), partial(_stop, incident, acting)


def _stop(incident: Incident, acting: Acting) -> None:
    acting.leave()
    incident.stop()
