"""How many sessions go on once one session alone has ended.

Who hangs below a session in the tree need not be freed by its end: two transactions may use the table that an ALTER
waits for, and the ALTER goes on when both have ended. Whoever waits for nobody but one session, directly or through
others, is freed by that one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def freed(blockers: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Session -> how many its end alone frees. `blockers` names everybody that each waiting session waits for."""
    keys = _keys(blockers)
    counts: dict[str, int] = {}
    for name in reversed(keys):
        key = keys[name][0]
        if key:
            counts[key] = counts.get(key, 0) + 1 + counts.get(name, 0)
    circled = {name: found for name, found in blockers.items() if name not in keys}
    counts.update({name: _without(name, circled) for name in circled})
    return {name: count for name, count in counts.items() if count}


def _without(ended: str, circled: Mapping[str, Sequence[str]]) -> int:
    """How many of those who wait in a circle, or behind one, go on without the one."""
    free = {ended}
    while more := {name for name, found in circled.items() if name not in free and free.issuperset(found)}:
        free |= more
    return len(free) - 1


def _keys(blockers: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, int]]:
    """Everybody who is not in a circle, blockers first: who alone keeps it waiting ('': nobody alone), and how deep
    that one stands below others of its kind."""
    left = {name: len(set(found)) for name, found in blockers.items()}
    waiters: dict[str, list[str]] = {}
    for name, found in blockers.items():
        for blocker in dict.fromkeys(found):
            waiters.setdefault(blocker, []).append(name)
    ready = [name for name in waiters if name not in left]
    keys = dict.fromkeys(ready, ("", 0))
    for name in ready:
        for waiter in waiters.get(name, ()):
            left[waiter] -= 1
            if not left[waiter]:
                key = _common(list(dict.fromkeys(blockers[waiter])), keys)
                keys[waiter] = (key, keys[key][1] + 1 if key else 0)
                ready.append(waiter)
    return keys


def _common(names: Sequence[str], keys: Mapping[str, tuple[str, int]]) -> str:
    """The nearest one that all of these are, or are kept waiting by."""
    one = names[0]
    for other in names[1:]:
        two = other
        while one != two:
            if not one or not two:
                return ""
            if keys[one][1] >= keys[two][1]:
                one = keys[one][0]
            else:
                two = keys[two][0]
    return one
