"""What people are called, asked once: an account that a whole team logs in with does not tell them apart.

A line for each SSH key, else for each account and where it came from; in the user's state folder.
"""

from __future__ import annotations

import json
from pathlib import Path

from console.core.faults import Fault
from console.core.journal import Person
from console.core.plain import one_line
from console.store.place import default
from console.store.whole import write_whole

FILE = "names.json"
_LONGEST = 60


def known_name(person: Person, key: str) -> str:
    """What this person said before; '' when nobody asked them yet."""
    return _read(_file()).get(_who(person, key), "")


def keep_name(person: Person, key: str, name: str) -> None:
    """Remember it. That it cannot be kept only means that it is asked again."""
    path = _file()
    if path is None:
        return
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        names = _read(path) | {_who(person, key): one_line(name, _LONGEST)}
        write_whole(path, json.dumps(names, ensure_ascii=False, indent=1))
    except OSError:
        return


def _who(person: Person, key: str) -> str:
    return key or f"{person.user}@{person.origin}"


def _file() -> Path | None:
    try:
        return default() / FILE
    except Fault:
        return None


def _read(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    texts = found.items() if isinstance(found, dict) else ()
    return {str(who): one_line(name, _LONGEST) for who, name in texts if isinstance(name, str)}
