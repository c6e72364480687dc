"""What may be done in this process; said in the header, and decides which keys there are. Set once, before drawing."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """DESIGN 2; the value is the word in the header."""

    READER = "READ ONLY"
    OBSERVER = "OBSERVER"
    RESPONDER = "RESPONDER"
    REPLAY = "REPLAY"
    """What was is looked at; there may be no database any more."""


class _Process:
    role = Role.READER
    hears = False


def be(role: Role) -> None:
    """From now on this process is that."""
    _Process.role = role


def hear() -> None:
    """From now on this process has the account of a room, although it may not act."""
    _Process.hears = True


def hears() -> bool:
    """Whether there is an account to look at here."""
    return acts() or replays() or _Process.hears


def role() -> Role:
    """What it is."""
    return _Process.role


def acts() -> bool:
    """Whether anything can be done from here."""
    return _Process.role is Role.RESPONDER


def replays() -> bool:
    """Whether a past incident is shown."""
    return _Process.role is Role.REPLAY
