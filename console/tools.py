"""What acting on one database needs, put together by responding.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from console.core import rehearsal
from console.core.plans.by_tool import Leads, untold
from console.core.ports_acting import Hand, Journal, Marker, Renderer
from console.core.restore.desk import Desk
from console.seat import Seat
from console.seeing import Seeing
from console.smoke import Smoke


@dataclass(frozen=True)
class Tools:
    """The parts; nothing is connected yet."""

    renderer: Callable[[str], Renderer]
    """By `Server.dialect`: what a URL says is not enough. UsageFault where nothing can be done on it."""
    open_hand: Callable[[], Hand]
    journal: Journal
    markers: Mapping[str, Marker]
    production: str = ""
    """The name of the database where the configuration calls it production: then every phrase ends in `on <name>`."""
    leads: Leads = untold
    """Asked anew each time: settings change while a console is open."""
    smoke: Smoke | None = None
    """What a person configured to see whether the application works."""
    desk: Desk | None = None
    """What brings rows back from a backup; None: nobody can."""
    sheltered: bool = True
    """The terminal outlives its connection: tmux, screen and the like."""
    seat: Seat | None = None
    """This console's place in the room; None where nobody else can be in it."""
    seeing: Seeing | None = None
    """Keeps what was seen; None: nobody makes a report of it."""
    rehearse: rehearsal.Rehearse | None = None
    """Tries a plan on a scratch server, where one was named. Any fault of it is a sentence."""
