"""Which reports can be made from the account that a console has, and the text of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.report.account.story import Story

REPORT, REDACTED = "report", "redacted"
OFFERED = (
    ("handover", "Hand-over: where we are and what is safe next, for who takes over", ""),
    ("status", "Status update: for who is no engineer; no SQL, no names", ""),
    ("brief", "Brief: no data, no names, no hosts; for a colleague or an assistant outside", ""),
    ("retro", "Looking back: what happened is filled in, why is for people to say", ""),
    (REPORT, "The whole report: actions with their SQL and proof, every line of the account", ""),
    (REDACTED, "The whole report without any literal of a statement", ""),
)


def made(story: Story, kind: str) -> str:
    """The text, as Markdown."""
    from console.report.account.forms import as_markdown
    from console.report.account.notes import NOTES
    from console.report.account.page import pages
    from console.report.account.redacted import redacted

    if kind in NOTES:
        return as_markdown(NOTES[kind](story))
    return as_markdown(pages(redacted(story) if kind == REDACTED else story))
