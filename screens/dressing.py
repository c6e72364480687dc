"""What the configuration, the environment and the command line say of a console's looks, put on before it is drawn."""

from __future__ import annotations

import os
from collections.abc import Mapping

from console.core.faults import UsageFault
from console.core.plain import one_line
from console.core.preferences import THEMES, TIMES, Preferences
from screens.habits import give_hints, move_keys, use_local_times


def wear(liked: Preferences, environ: Mapping[str, str] = os.environ) -> str:
    """All of it. UsageFault for what cannot be meant; a sentence where something of it cannot be had here."""
    if liked.keys:
        from screens.keymap import checked

        move_keys(checked(liked.keys, one_line(liked.path, 200)))
    give_hints(liked.hints)
    use_local_times(liked.times != TIMES[0])
    return colour(environ.get("HALFWAY_THEME") or liked.theme, environ)


def colour(name: str, environ: Mapping[str, str] = os.environ) -> str:
    """The theme alone, for screens that have no configuration."""
    if name and name not in THEMES:
        raise UsageFault(f"there is no theme `{one_line(name, 40)}`", todo=f"Known are {', '.join(THEMES)}")
    if name in ("", THEMES[0]):
        return ""
    from screens.themes import use

    return use(name, environ)
