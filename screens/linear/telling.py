"""Reports and notes from the account, to be read aloud or copied from the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from console.core.journal import Entry
from screens.notes import OFFERED, made
from screens.text import safe_lines


def kinds() -> Mapping[str, str]:
    """What can be made, by the word that asks for it."""
    return {name: about for name, about, _ in OFFERED}


def report(account: Sequence[Entry], kind: str) -> list[str]:
    """Its lines."""
    from console.report.account.story import story_of

    return safe_lines(made(story_of(account, account[-1].incident), kind))
