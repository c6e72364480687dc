"""Which migrations the settings let Flyway run: `target` and `cherryPick`."""

from __future__ import annotations

import re

from console.core.migration import Migration
from console.frameworks.flyway.history import History, Key
from console.frameworks.flyway.names import version_key
from console.frameworks.flyway.options import Options

_VERSION = re.compile(r"-?\d+(\.\d+)*\Z")
_WORDS = frozenset({"", "latest", "next"})


def limit_of(options: Options, history: History) -> tuple[int, ...] | None:
    """The highest version that the target allows; None when it allows every one."""
    target = options.target.removesuffix("?").strip().lower()
    if target in _WORDS:
        return None
    return (history.current or ()) if target == "current" else version_key(target)


def must_exist(options: Options) -> tuple[int, ...] | None:
    """The version without which Flyway refuses to run: a target that is a number, and has no `?` behind it."""
    target = options.target.strip()
    return None if target.endswith("?") else version_key(target)


def picked(options: Options, migration: Migration, key: Key) -> int | None:
    """Its place among what was picked; None when it was not."""
    for place, name in enumerate(options.cherry_pick):
        number = name.replace("_", ".")
        if isinstance(key, tuple) and _VERSION.match(number):
            if version_key(number) == key:
                return place
        elif name.replace("_", " ") == migration.description:
            return place
    return None
