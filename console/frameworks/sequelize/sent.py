"""One text of a call: what is sent, or what it leaves behind where Sequelize asks the server before it writes it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A statement of a call."""

    sql: str
    """'' where it is not known."""
    effect: str = ""
    why: str = ""
    data: bool = False


def asks(why: str, effect: str) -> Text:
    """A statement that Sequelize only writes after it asked the server."""
    return Text("", effect, why)
