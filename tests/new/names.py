"""What a new framework or server may be called: its name becomes a module, a class, a word of a URL."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable
from pathlib import Path

_NAME = re.compile(r"[a-z][a-z0-9]*")
_MOST = 24
_SHOWN = 40


class NewError(Exception):
    """It cannot be made; the text is one sentence for people."""


def checked(name: str, taken: Iterable[str]) -> str:
    """The name. NewError where it cannot be one, or is another's."""
    told = repr(name[:_SHOWN])
    if not _NAME.fullmatch(name):
        raise NewError(f"{told} is no name: it takes small letters and digits, and begins with a letter")
    if len(name) > _MOST:
        raise NewError(f"{told} is too long for a name: it takes {_MOST} letters at most")
    if keyword.iskeyword(name) or keyword.issoftkeyword(name):
        raise NewError(f"{told} is a word of Python's own: the name becomes a module")
    if name in taken:
        raise NewError(f"{told} is taken: choose another name")
    return name


def modules(room: Path, tests: Path) -> set[str]:
    """What stands in a room already, and what a module of its tests is about."""
    named = {path.stem for path in room.iterdir()}
    return named | {path.stem.removeprefix("test_") for path in tests.glob("test_*.py")}
