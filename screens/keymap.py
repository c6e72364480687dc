"""Keys that a configuration moves: each is checked before anything is drawn, so that no key means two things."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from textual.keys import _character_to_key

from console.core.faults import UsageFault
from console.core.plain import one_line
from screens.commands import ACTING, EVERY, GUARDED, REPLAYING, Command, moved, printed

_FIXED = frozenset({"up", "down", "left", "right", "pageup", "pagedown", "home", "end", "escape", "tab", "shift+tab",
                    "enter", "ctrl+c", "ctrl+h", "ctrl+i", "ctrl+j", "ctrl+m", "ctrl+q", "ctrl+s", "ctrl+z",
                    "ctrl+y"})  # fmt: skip
"""What terminals send for something else, and what every list and dialog needs."""
_NAMED = re.compile(r"f([1-9]|1[0-2])|ctrl\+[a-z]|space")


def checked(keys: Iterable[tuple[str, str]], where: str) -> dict[str, str]:
    """Command -> key as Textual spells it. UsageFault, one sentence, for the first that cannot be."""
    said = {name: _key(name, key, where) for name, key in keys}
    known = {command.name for command in EVERY}
    if unknown := next((name for name in said if name not in known), ""):
        raise UsageFault(f"[keys] of {where} has no command `{one_line(unknown, 40)}` to move", todo=_known(known))
    for one, other in _pairs(moved(EVERY, tuple(said.items()))):
        both = sorted({one.name, other.name} & set(said)) and frozenset(one.keys) & frozenset(other.keys)
        if both and (one.pages & other.pages or {one.name, other.name} & GUARDED):
            names = f"`{one.name}` and `{other.name}`"
            raise UsageFault(f"[keys] of {where} gives one key, {printed(min(both))}, to {names}")
    return said


def _known(names: Iterable[str]) -> str:
    return f"Known are {', '.join(sorted(names))}"


def _key(name: str, key: str, where: str) -> str:
    """As Textual spells it."""
    spelt = _character_to_key(key) if len(key) == 1 and key.isprintable() else key.lower()
    if (len(key) == 1 and key.isprintable() and key != " ") or _NAMED.fullmatch(spelt):
        if spelt not in _FIXED:
            return spelt
        raise UsageFault(f"[keys] of {where} gives {one_line(name, 40)} the key {printed(spelt)}, which is not free")
    raise UsageFault(
        f"[keys] of {where} has `{one_line(key, 20)}`, which is no key",
        todo='Write "K", "?", "ctrl+k" or "f5"',
    )


def _pairs(those: tuple[Command, ...]) -> Iterator[tuple[Command, Command]]:
    """Any two that can be in one process."""
    played = {command.name for command in REPLAYING}
    acted = {command.name for command in ACTING}
    for n, one in enumerate(those):
        for other in those[n + 1 :]:
            if not ({one.name, other.name} & played and {one.name, other.name} & acted):
                yield one, other
