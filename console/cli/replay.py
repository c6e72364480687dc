"""What `halfway replay` shows, from a journal alone; `screens/__main__.py` has the command, for it opens screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from console.cli.report import account_of
from console.core.plain import one_line

if TYPE_CHECKING:
    from console.replaying import Past


def past_of(named: str | None, room: str | None, incident: str | None) -> Past:
    """The incident that is meant. UsageFault where there is none, JournalFault where the journal cannot be read."""
    from console.replaying import Past

    entries, title, broken, _ = account_of(named, room, incident)
    return Past(title, entries, broken)


def print_moments(past: Past) -> int:
    """A line each; the exit code: 1 where the journal cannot be trusted, and that is said first."""
    from console.cli import say

    if past.broken:
        click.echo(f"halfway: {warning(past)}", err=True)
    say("\n".join(past.lines()))
    return 1 if past.broken else 0


def warning(past: Past) -> str:
    """That the journal cannot be trusted."""
    return f"the journal cannot be trusted: {one_line(past.broken, 300)}"
