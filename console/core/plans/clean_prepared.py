"""Transactions that were prepared and left. Which way one ends its coordinator has decided: nothing here can know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from console.core.intent import Verb
from console.core.plain import lasted
from console.core.plan import CannotWriteError, Plan, Settings, Step, StepKind
from console.core.plans.clean_ground import Ground
from console.core.session import Session, SessionKind, walk

_YOUNG = 30.0
"""Seconds for which a coordinator may well be about to end what it prepared."""
_WAYS = (Verb.COMMIT_PREPARED, Verb.ROLL_BACK_PREPARED)
_ENDS = {Verb.COMMIT_PREPARED: "committed", Verb.ROLL_BACK_PREPARED: "rolled back"}
_MOST = 6


def prepared_plan(ground: Ground) -> Plan:
    """One statement ends it; without a word which way, both are offered and nothing is done."""
    session = _found(ground)
    about = (_who(session, ground), *_holds(session, ground))
    if why := _not_now(session, ground):
        return replace(ground.bare, about=about, refused=(why,))
    intent = ground.bare.intent
    if intent.verb not in _WAYS:
        why = "Whether it is to be committed or rolled back only its coordinator knows: look there, then choose."
        ways = tuple(replace(intent, verb=verb) for verb in _WAYS)
        return replace(ground.bare, about=about, refused=(why,), instead=ways)
    return _planned(session, ground, about)


def _planned(session: Session, ground: Ground, about: tuple[str, ...]) -> Plan:
    verb = ground.bare.intent.verb
    other = next(way for way in _WAYS if way is not verb)
    freed = sum(node.blocks for node in walk(ground.assessment.blocked.trees) if node.session.id == session.id)
    step = Step(
        1,
        StepKind.PREPARED,
        f"prepared transaction {session.id}",
        ground.renderer.clean(verb, session),
        clears=ground.item.object,
        kind_cleared=ground.item.kind,
        checks=ground.renderer.clean_checks(verb, session),
        lock="none: it lets go of what it holds",
        estimate="short: what it did is done already" if verb is _WAYS[0] else "as long as it takes to undo its rows",
        lasts=False if verb is _WAYS[0] else None,
        expect="it is in no list any more",
        undo="nothing takes it back",
    )
    return replace(
        ground.bare,
        steps=(step,),
        settings=Settings(),
        about=about,
        checked=("it is still prepared, and the same one: looked at again just before",),
        effect=(f"it is {_ENDS[verb]} for good, and what it holds is free", *_freed(freed)),
        careful=("Where its coordinator decides otherwise, databases that took part will contradict each other.",),
        undo="nothing takes it back",
        unproven=f"that its coordinator decided so ({_ENDS[verb]}) is not to be seen from here: say where you read it",
        instead=(replace(ground.bare.intent, verb=other),),
    )


def _found(ground: Ground) -> Session:
    sessions = ground.assessment.observation.sessions.value or ()
    named = [s for s in sessions if s.kind is SessionKind.PREPARED and s.id == ground.item.object]
    if len(named) != 1:
        raise CannotWriteError(f"{len(named)} prepared transactions are called {ground.item.object}: end them by hand.")
    return named[0]


def _not_now(session: Session, ground: Ground) -> str:
    """Why neither way can be gone from here."""
    if ground.server.dialect == "postgresql" and session.database != ground.server.name:
        return f"It was prepared in {session.database or 'another database'}: only a session there can end it."
    age = _age(session, ground)
    if age is not None and age < _YOUNG:
        return f"It was prepared {lasted(age)} ago, and its coordinator may be about to end it: look again in a minute."
    if not session.id.isprintable() or session.id != session.id.strip():
        return "Its name cannot be typed: end it by hand."
    return ""


def _age(session: Session, ground: Ground) -> float | None:
    now = ground.server.now or ground.assessment.taken_at
    return None if session.transaction_at is None else (now - session.transaction_at).total_seconds()


def _who(session: Session, ground: Ground) -> str:
    age = _age(session, ground)
    since = f"prepared {lasted(age)} ago" if age is not None else "prepared at a time that is not told"
    return f"{session.id}: {since} by {session.user or 'somebody who is not told'}; no session belongs to it"


def _holds(session: Session, ground: Ground) -> Iterator[str]:
    locks = ground.assessment.observation.locks.value or ()
    held = list(dict.fromkeys(lock.object for lock in locks if lock.session == session.id and lock.object))
    if held:
        more = f" and {len(held) - _MOST} more" if len(held) > _MOST else ""
        yield f"it holds locks on {', '.join(held[:_MOST])}{more}"


def _freed(count: int) -> Iterator[str]:
    if count:
        yield f"{count} session{'s' * (count > 1)} that wait{'s' * (count == 1)} behind it can go on"
