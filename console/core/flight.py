"""What was sent and is still under way: what is known of it now, and which session could be told to stop.

A statement that runs when its console dies is neither cancelled nor sent again. Whoever looks next sees it here and may
wait for its end, or cancel it as any other session's statement is cancelled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from console.core.assessment import Assessment
from console.core.behind import called
from console.core.blocking import edges
from console.core.journal import HOST, PROCESS, Entry
from console.core.plain import lasted
from console.core.plans.lost import Gone, ended, of_acting, untold
from console.core.session import Session, progress_words


@dataclass(frozen=True, slots=True)
class Flight:
    """One step that was sent and whose end nobody has recorded."""

    entry: Entry
    """What the journal had on disk before it was sent."""
    session: Session | None
    """The session that runs it; None when it is gone, or not to be seen."""
    now: tuple[str, ...]
    """What is known of it, one sentence each."""
    over: bool = False
    """Nothing more can come of it."""
    by_hand: bool = False
    """It is a program: a person may say that it has ended."""


def flight(entry: Entry, now: Assessment, gone: Gone = untold) -> Flight:
    """What `now` shows of it, and `gone` of its process where it is one."""
    acting, server = entry.details.get("session", ""), entry.details.get("server", "")
    if why := ended(entry.details, now, gone):
        return Flight(entry, None, (f"Its end: {why}.",), over=True)
    if HOST in entry.details:
        return Flight(entry, None, (_of_process(entry.details, gone),), by_hand=True)
    session = of_acting(acting, server, now)
    if session is None:
        reason = now.observation.sessions.reason or "the sessions have not been read yet"
        return Flight(entry, None, (f"Whether it still runs cannot be told: {reason}.",))
    return Flight(entry, session, tuple(_told(session, now)))


def _of_process(details: Mapping[str, str], gone: Gone) -> str:
    host, process = details[HOST], details.get(PROCESS, "")
    name = f"process {process}" if process else "its process, whose number is not known,"
    if gone(host, process) is False:
        return f"{name[:1].upper()}{name[1:]} still runs on this machine."
    return f"Whether {name} still runs can only be seen on {host.partition(' ')[0]}."


def sessions_of(flights: Sequence[Flight]) -> frozenset[str]:
    """Sessions of ours that may be told to stop what they run, and nothing else of ours may be."""
    return frozenset(each.session.id for each in flights if each.session is not None)


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who is waited for."""

    session: str
    name: str
    """`4711 web@10.0.0.7 (idle in transaction)`"""
    likely: bool
    """The server does not say so."""


def held_up_by(acting: str, server: str, now: Assessment) -> tuple[Holder, ...]:
    """For whom the session that calls itself `acting` waits, as `now` shows it."""
    session = of_acting(acting, server, now)
    known = {each.id: each for each in now.observation.sessions.value or ()}
    waits = [e for e in edges(now.observation.locks.value or ()) if session is not None and e.waiter == session.id]
    found = {e.blocker: Holder(e.blocker, _name(e.blocker, known.get(e.blocker)), e.inferred) for e in waits}
    return tuple(found.values())


def _name(number: str, session: Session | None) -> str:
    return f"{number} {session.who} ({session.state})" if session is not None else called(number)


def _told(session: Session, now: Assessment) -> Iterator[str]:
    clock = now.observation.server.value
    moment = (clock.now if clock else None) or now.taken_at
    since = f" for {lasted((moment - session.query_at).total_seconds())}" if session.query_at else ""
    yield f"Session {session.id} is still on the server: {session.state}{since}."
    blockers = [edge.blocker for edge in edges(now.observation.locks.value or ()) if edge.waiter == session.id]
    if blockers:
        yield f"It waits for a lock behind {', '.join(dict.fromkeys(blockers))}: ending that one lets it go on."
    elif session.waiting_for:
        yield f"It waits: {session.waiting_for}."
    for each in now.observation.progress.value or ():
        if each.session == session.id:
            yield f"{progress_words(each)}."
