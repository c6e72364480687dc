"""The preferences in the configuration: `hints`, `remember`, `linear`, `theme`, `times` and `[keys]`.

Whether a key is free and a command exists is for the screens to say: only they know them.
"""

from __future__ import annotations

from typing import Any

from console.core.faults import UsageFault
from console.core.preferences import THEMES, TIMES, Preferences

NAMES = frozenset({"hints", "remember", "linear", "theme", "times", "keys"})


def preferences(values: dict[str, Any], name: str) -> Preferences:
    """Takes its keys out of what a file says. UsageFault, one sentence, for what cannot be meant."""
    said = {key: values.pop(key) for key in NAMES & set(values)}
    for key in ("hints", "remember", "linear"):
        if not isinstance(said.get(key, True), bool):
            raise UsageFault(f"the configuration {name} is wrong", f"`{key}` must be true or false")
    for key, known in (("theme", THEMES), ("times", TIMES)):
        if said.get(key, known[0]) not in known:
            raise UsageFault(f"the configuration {name} is wrong", f"`{key}` must be one of {', '.join(known)}")
    keys = said.pop("keys", {})
    if not isinstance(keys, dict) or not all(isinstance(key, str) and key for key in keys.values()):
        raise UsageFault(f"the configuration {name} is wrong", '[keys] takes one key for each command: finish = "F"')
    return Preferences(**said, keys=tuple(keys.items()), path=name)
