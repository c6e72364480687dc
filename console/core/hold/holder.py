"""Who has the lock of a tool, in words: a number alone tells a responder nothing."""

from __future__ import annotations

from console.core.assessment import Assessment


def told_of(session: str, now: Assessment) -> str:
    """What is seen of a session that has a tool's lock, a clause for behind its number; '' when it is not seen."""
    found = next((each for each in now.observation.sessions.value or () if each.id == session), None)
    if found is None:
        return ""
    program = f", {found.application}" if found.application else ""
    ours = " (another console of Halfway)" if found.own else ""
    return f"{found.who}{program}, {found.state}{ours}"
