"""The two ways into a console on an incident: it is drawn, or it is said. Only the one that is wanted is loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.core.preferences import Preferences
    from console.incident import Incident


@contextmanager
def entered(
    incident: Incident, ascii_only: bool, observing: bool, linear: bool, liked: Preferences
) -> Iterator[tuple[Callable[..., int], str]]:
    """What runs the console, where its first picture is out already, and what that is to say first."""
    if linear:
        from screens.aloud import run as said_aloud

        yield partial(said_aloud, incident, ascii_only, local=liked.times == "local"), ""
        return
    from screens.dressing import wear

    dressed = wear(liked)
    from screens.run import opened, run

    with opened(incident, ascii_only, observing) as opening:
        opening.look()
        yield partial(run, incident, ascii_only, opening=opening), dressed
