"""What may be done in this process; said in the header, and decides which keys there are. Set once, before drawing."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """DESIGN 2; the value is the word in the header."""

    READER = "READ ONLY"
    OBSERVER = "OBSERVER"
    RESPONDER = "RESPONDER"


class _Process:
    role = Role.READER


def be(role: Role) -> None:
    """From now on this process is that."""
    _Process.role = role


def role() -> Role:
    """What it is."""
    return _Process.role


def acts() -> bool:
    """Whether anything can be done from here."""
    return _Process.role is Role.RESPONDER
