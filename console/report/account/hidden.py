"""Text without who and where: for a brief that leaves the house."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from console.core.room.people import KEY, NAME
from console.report.account.story import Story

WHO = frozenset({NAME, KEY, "server", "session", "held off by", "host", "process", "wheel", "reason", "role"})
"""Details that say who or where, or are a person's own words."""
_PLACES = {"host": "the server", "user": "a login", "client": "a client", "address": "a client",
           "application": "a program", "id": "a session"}  # fmt: skip
"""Values of an assessment that say who or where -> what is written instead."""
_SHAPES = (
    (re.compile(r"\b[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE), "(an address)"),
    (re.compile(r"\bSHA256:[\w+/=]+"), "(a key)"),
    (re.compile(r"[\w.+-]+@[\w.-]+"), "(an account)"),
    (re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b"), "(an address)"),
    (re.compile(r"(?<![\w:])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{1,4}\b(?!:\d)", re.IGNORECASE), "(an address)"),
    (re.compile(r"\b(?:session|process|pid)\s+\d+", re.IGNORECASE), "a session"),
    (re.compile(r"(?<![\w/.])(?:~|[A-Za-z]:|\.{1,2})?(?:[/\\][\w.@+-]+){2,}[/\\]?"), "(a path)"),
    (re.compile(r"(?<![\w/])(?:[\w.@+-]+/){1,}([\w@+-]+\.\w{1,8})\b"), r"\1"),
)
"""How addresses, accounts, keys and paths are written; of a file inside the project its own name stays."""


def without_places(story: Story) -> Callable[[str], str]:
    """What takes everything out of a text that says who or where."""
    names = _names(story)
    one_of = sorted(names, key=lambda name: (-len(name), name))
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in one_of) or r"(?!)")

    def hide(text: str) -> str:
        for shape, instead in _SHAPES[:1]:
            text = shape.sub(instead, text)
        text = pattern.sub(lambda match: names[match.group()], text)
        for shape, instead in _SHAPES[1:]:
            text = shape.sub(instead, text)
        return text

    return hide


def _names(story: Story) -> dict[str, str]:
    """What says who or where -> what is written instead."""
    found: dict[str, str] = {story.incident: "the database"}
    for seen in story.seen:
        for part in ("database", "sessions"):
            found |= dict(_places(seen.document.get(part)))
    for n, entry in enumerate({str(e.who): e for e in story.entries}.values(), start=1):
        someone = story.people.get(entry.run)
        names = (someone.shown, someone.name) if someone else ()
        for name in (*names, str(entry.who), entry.who.user, entry.who.origin, entry.who.database_user):
            found[name] = f"responder {n}"
    for entry in story.entries:
        found |= {
            value: LEFT for name, value in entry.details.items() if name in WHO and name not in ("reason", "role")
        }
    return {
        name: instead
        for name, instead in found.items()
        if len(name) > 1 and not (name.isdigit() and len(name) < _TELLING)
    }


LEFT = "(left out)"
_TELLING = 4
"""Digits of a number that is taken for a session wherever it stands."""


def nameless(document: dict[str, Any]) -> dict[str, Any]:
    """An assessment whose server and sessions are nobody's."""
    return {key: _nameless(value) if key in ("database", "sessions") else value for key, value in document.items()}


def _nameless(found: Any) -> Any:  # noqa: ANN401 - what JSON holds
    if isinstance(found, dict):
        return {key: _PLACES[key] if key in _PLACES and value else _nameless(value) for key, value in found.items()}
    return [_nameless(each) for each in found] if isinstance(found, list) else found


def _places(found: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - what JSON holds
    if isinstance(found, dict):
        for key, value in found.items():
            if key in _PLACES and isinstance(value, (str, int)) and not isinstance(value, bool):
                yield str(value), _PLACES[key]
            else:
                yield from _places(value)
    elif isinstance(found, list):
        for each in found:
            yield from _places(each)
