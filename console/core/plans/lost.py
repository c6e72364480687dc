"""What may be said of a step once the schema, the ledger or the sessions have been read again, its link lost or not.

A call that returned proves nothing, and neither does one that broke. While the session that acted is still there, what
it was sent may still run or arrive. Once it is gone, nothing more can come of it, and what is read then is the end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC

from console.core.assessment import Assessment
from console.core.intent import Verb
from console.core.journal import HOST, PROCESS
from console.core.plan import Plan, Step, StepKind, Word
from console.core.plans.after import can_show, confirmed, rests_on, unlike
from console.core.session import Session

Told = tuple[Word, str]
Gone = Callable[[str, str], bool | None]
"""Whether a process on a host, and all that it began, is gone; None when that cannot be told from here."""
_LOOKS = 3
"""How often it is looked: the reading links may be lost too, and a server takes a moment to notice."""


def untold(_host: str, _process: str) -> None:
    """Nobody can tell whether a process is gone."""


def elsewhere(server: str, now: Assessment) -> str:
    """Why what was read says nothing about `server` (a `Server.identity`); '' when it was read from it just now."""
    reading = now.observation.server
    if reading.value is None or not reading.complete:
        return f"the server does not answer: {reading.reason or 'no answer yet'}"
    return "" if reading.value.identity == server else "another server answers there now, or it was started anew"


def is_there(acting: str, server: str, now: Assessment) -> bool | None:
    """Whether the session that calls itself `acting` (`Hand.whoami`) is on its server; None when nobody can tell."""
    sessions = now.observation.sessions
    if elsewhere(server, now) or not sessions.complete or sessions.value is None:
        return None
    return of_acting(acting, server, now) is not None


def of_acting(acting: str, server: str, now: Assessment) -> Session | None:
    """The session that calls itself `acting`, where it is seen."""
    found = () if elsewhere(server, now) else now.observation.sessions.value or ()
    return next((session for session in found if _is(acting, session)), None)


def _is(acting: str, session: Session) -> bool:
    number, _, rest = acting.partition(" ")
    if session.id != number:
        return False
    word, _, since = rest.partition(" ")
    began = session.started_at
    return word != "since" or began is None or began.astimezone(UTC).isoformat() == since


def ended(details: Mapping[str, str], now: Assessment, gone: Gone = untold) -> str:
    """Why nothing more can come of an ACTING entry with these details, one sentence; '' while something may."""
    if HOST in details:  # a program has sessions of its own: the one that acts tells nothing of it
        over = gone(details[HOST], details.get(PROCESS, ""))
        return "its process is gone; the state shows what came of it" if over else ""
    acting, server = details.get("session", ""), details.get("server", "")
    known = now.observation.server
    if not acting or not server or known.value is None or not known.complete:
        return ""
    if is_there(acting, server, now) is False:
        return "its session is gone; the state shows what came of it"
    return elsewhere(server, now)


def seen(plan: Plan, step: Step, now: Assessment) -> Told:
    """What reading again shows of a step that changes the schema, data or the ledger."""
    if why := elsewhere(plan.server, now):
        return Word.UNKNOWN, f"it was sent, and {why}"
    what, reading = rests_on(step, now)
    if not reading.complete:
        return Word.UNKNOWN, f"it was sent, and {what.rpartition(' ')[0]} could not be read again: {reading.reason}"
    unread = next((r for r in now.observation.tracking if not r.complete), None)
    if step.edit is not None and unread is not None:
        return Word.UNKNOWN, f"it was sent, and the ledger could not be read again: {unread.reason}"
    missing = confirmed(step, now)
    return (Word.NOT_DONE, missing) if missing else (Word.DONE, unlike(plan.intent, (step,), now))


def after_loss(plan: Plan, step: Step, acting: str, observe: Callable[[], Assessment]) -> Told:
    """What can be known of a step whose link broke; nothing is sent again, it is only read."""
    now = observe()
    for _ in range(_LOOKS - 1):
        if is_there(acting, plan.server, now) is False:
            break
        now = observe()
    if step.kind is StepKind.SESSION:
        return _target_after_loss(plan, step, now)
    there = is_there(acting, plan.server, now)
    if there is None:
        return Word.UNKNOWN, elsewhere(plan.server, now) or "the sessions cannot be read"
    if there:
        return Word.IN_FLIGHT, f"its session {acting} is still on the server"
    # only what is read after the session was seen to be gone is the end
    return _seen_after_loss(plan, step, observe())


def _seen_after_loss(plan: Plan, step: Step, now: Assessment) -> Told:
    """The session that acted is gone, and no answer came: only what shows itself is known."""
    word, detail = seen(plan, step, now)
    if word is Word.DONE:
        shows = can_show(step, now)
        return (Word.DONE, "no answer came; reading again shows it") if shows else (Word.UNKNOWN, "nothing shows it")
    return word, detail


def _target_after_loss(plan: Plan, step: Step, now: Assessment) -> Told:
    """What became of a session that may have been told to end."""
    assert step.target is not None
    meant, sessions = step.target.session, now.observation.sessions
    if why := elsewhere(plan.server, now):
        return Word.UNKNOWN, why
    if not sessions.complete or sessions.value is None:
        return Word.UNKNOWN, f"the sessions could not be read again: {sessions.reason}"
    there = next((s for s in sessions.value if s.id == meant.id and _same_start(s, meant)), None)
    if there is None:
        return Word.GONE, "no answer came; reading again shows that it is gone"
    if there.state == "rolling back":
        return Word.ROLLING_BACK, "no answer came; reading again shows that it is being undone"
    if plan.intent.verb is Verb.CANCEL and there.state.startswith("idle"):
        return Word.GONE, "no answer came; reading again shows that it runs nothing any more"
    return Word.UNKNOWN, f"{meant.id} is still there, and whether it was told to end nobody knows"


def _same_start(one: Session, other: Session) -> bool:
    return one.started_at is None or other.started_at is None or one.started_at == other.started_at
