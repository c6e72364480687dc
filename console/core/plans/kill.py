"""The plan to end sessions: impact first, each bound to its identity, nobody who came later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from console.core.assessment import Assessment
from console.core.blocking import edges
from console.core.intent import Intent, Verb
from console.core.killing import Doing, doing, sessions_of, untouchable, warnings, way
from console.core.observation import Server
from console.core.plain import lasted, one_line
from console.core.plan import CannotWriteError, Plan, Step, StepKind, Target
from console.core.ports_acting import Renderer
from console.core.schema import Index
from console.core.session import Edge, Lock, Session, SessionKind

_MOST_NAMED = 3
"""Objects or sessions named in one line; the rest is counted."""
_QUERY = 200
_UNDONE_A_SECOND = 70_000
"""Rows that InnoDB undoes in a second (facts/locks.md 3: 523,907 rows in 5.0 to 7.3 s)."""


@dataclass(frozen=True, slots=True)
class _Scene:
    assessment: Assessment
    server: Server
    sessions: tuple[Session, ...]
    edges: tuple[Edge, ...]
    in_flight: frozenset[str]

    @property
    def dialect(self) -> str:
        return self.server.dialect


def kill_plan(
    intent: Intent, assessment: Assessment, renderer: Renderer, in_flight: frozenset[str] = frozenset()
) -> Plan:
    """What will be sent for `intent`, what it frees and what lands next. Refused ones say why and send nothing. Of our
    own sessions only those `in_flight` may be cancelled."""
    server = assessment.observation.server.value
    found = sessions_of(assessment, intent.sessions)
    bare = Plan(intent, _title(intent), _phrase(intent, found), server.identity if server else "", assessment.taken_at)
    if server is None:
        return replace(bare, refused=("Which server this is has not been read.",))
    locks = assessment.observation.locks.value or ()
    scene = _Scene(assessment, server, found, edges(locks, _leaders(assessment)), in_flight)
    refused = (*_gone(intent, found), *_refusals(intent, scene))
    steps, unwritable = _steps(intent, scene, renderer)
    freed = _freed(scene.edges, {s.id for s in found})
    return replace(
        bare,
        steps=() if refused or unwritable else steps,
        about=tuple(_about(found, scene)),
        checked=(_checked(scene),),
        effect=tuple(_effect(intent, scene, freed)),
        careful=tuple(_careful(scene, freed)),
        undo="none; the application connects again or reports an error"
        if intent.verb is Verb.TERMINATE
        else "none; what it ran can be run again",
        refused=(*refused, *unwritable),
        instead=tuple(_instead(intent, scene, freed)),
    )


def _leaders(assessment: Assessment) -> Mapping[str, str]:
    sessions = assessment.observation.sessions.value or ()
    return {s.id: s.leader for s in sessions if s.leader and s.kind is SessionKind.PARALLEL}


def _title(intent: Intent) -> str:
    verb = intent.verb.value.capitalize()
    return (
        f"{verb} session {intent.sessions[0]}"
        if len(intent.sessions) == 1
        else f"{verb} {len(intent.sessions)} sessions"
    )


def _phrase(intent: Intent, found: Sequence[Session]) -> str:
    """`terminate 4711`, `terminate 12 of web`."""
    if len(intent.sessions) == 1:
        return f"{intent.verb.value} {intent.sessions[0]}"
    users = {s.user for s in found}
    whose = f"of {users.pop()}" if len(users) == 1 and None not in users else "sessions"
    return f"{intent.verb.value} {len(intent.sessions)} {whose}"


def _gone(intent: Intent, found: Sequence[Session]) -> Iterator[str]:
    missing = [i for i in intent.sessions if i not in {s.id for s in found}]
    if missing:
        yield f"{_some(missing)} {'is' if len(missing) == 1 else 'are'} not there any more."


def _refusals(intent: Intent, scene: _Scene) -> Iterator[str]:
    for session in scene.sessions:
        if (why := untouchable(session)) and not (session.id in scene.in_flight and intent.verb is Verb.CANCEL):
            yield why
            continue
        state = doing(session)
        if state is Doing.ROLLING_BACK:
            yield f"{session.id} is ending already: the server undoes what it did. Nothing makes that faster."
        elif intent.verb is Verb.CANCEL and state in (Doing.IDLE, Doing.IDLE_INSIDE, Doing.ABORTED):
            yield f"{session.id} runs nothing: cancel does nothing to an idle session."
    if scene.server.may_signal is False and any(s.user != scene.server.user for s in scene.sessions):
        yield f"{scene.server.user} may not end sessions of others ({_grant(scene.server)})."


def _grant(server: Server) -> str:
    if server.dialect == "postgresql":
        return f'GRANT pg_signal_backend TO "{server.user}"'
    right = "CONNECTION ADMIN" if server.dialect == "mariadb" else "CONNECTION_ADMIN"
    return f"GRANT {right} ON *.* TO this account"


def _steps(intent: Intent, scene: _Scene, renderer: Renderer) -> tuple[tuple[Step, ...], tuple[str, ...]]:
    steps, unwritable = [], []
    for n, session in enumerate(scene.sessions, start=1):
        target = Target(session, scene.server.identity)
        try:
            sql = renderer.kill(target, intent.verb, scene.server)
        except CannotWriteError as why:
            unwritable.append(str(why))
            continue
        expect = "it is gone" if intent.verb is Verb.TERMINATE else "it does not run that any more"
        steps.append(Step(n, StepKind.SESSION, f"session {session.id}", sql, target=target, expect=expect))
    return tuple(steps), tuple(unwritable)


def _about(found: Sequence[Session], scene: _Scene) -> Iterator[str]:
    now = scene.server.now or scene.assessment.taken_at
    for session in found:
        since = session.transaction_at or session.changed_at
        age = f" for {lasted((now - since).total_seconds())}" if since else ""
        yield f"{session.id}  {session.who}  {session.state}{age}  {session.application}".rstrip()
        if len(found) == 1 and session.query:
            label = "last" if doing(session) in (Doing.IDLE, Doing.IDLE_INSIDE, Doing.ABORTED) else "runs"
            yield f"{label}: {one_line(session.query, _QUERY)}"
    held = _held(scene)
    if held:
        yield f"holds: {held}"


def _held(scene: _Scene) -> str:
    ids = {s.id for s in scene.sessions}
    locks = [k for k in scene.assessment.observation.locks.value or () if k.session in ids and k.granted and _counts(k)]
    schema = scene.assessment.observation.schema.value
    indexes = {index.ref.name for index in schema.of_kind(Index)} if schema is not None else set()
    locks.sort(key=lambda k: k.relation is not None and k.relation[1] in indexes)
    return _some(list(dict.fromkeys(f"{k.mode} on {k.object}" + (" (likely)" if k.inferred else "") for k in locks)))


def _counts(lock: Lock) -> bool:
    return bool(lock.object) and lock.kind not in ("virtualxid", "transactionid")


def _checked(scene: _Scene) -> str:
    if scene.dialect == "postgresql":
        return "same start, same transaction: looked at again in the same statement"
    return "same user, host and transaction: looked at again just before"


def _effect(intent: Intent, scene: _Scene, freed: frozenset[str]) -> Iterator[str]:
    ways = {way(s, scene.dialect).survives for s in scene.sessions}
    if intent.verb is Verb.TERMINATE:
        yield _undone(scene)
    elif len(ways) == 1:
        yield f"what it runs is undone; {ways.pop()} stays"
    behind = len(freed)
    if behind:
        yield f"frees {behind} {'session' if behind == 1 else 'sessions'}"
    elif scene.assessment.observation.locks.complete:
        yield "frees nobody: nobody waits for it alone"
    else:
        yield "whom it frees cannot be told: the locks were not all read"


def _undone(scene: _Scene) -> str:
    if not any(s.has_written for s in scene.sessions):
        unknown = any(s.has_written is None for s in scene.sessions)
        return (
            "ends its transaction; what it wrote is not known" if unknown else "ends its transaction: it wrote nothing"
        )
    if scene.dialect == "postgresql":
        return "rolls its transaction back at once: PostgreSQL has nothing to undo"
    rows = sum(s.rows_modified or 0 for s in scene.sessions)
    if not rows:
        return "rolls its transaction back; how long that takes is not known"
    return (
        f"undoes {rows:,} rows, about {lasted(rows / _UNDONE_A_SECOND)} where {_UNDONE_A_SECOND:,} are undone a second"
    )


def _careful(scene: _Scene, freed: frozenset[str]) -> Iterator[str]:
    for session in scene.sessions:
        yield from warnings(session)
        if session.id in scene.in_flight:
            yield f"{session.id} runs a step from this journal: the server takes back what it did, and the plan ends."
    ids = {s.id for s in scene.sessions}
    for own in scene.assessment.blocked.migration:
        if own.session.id in ids:
            yield f"{own.session.id} is the migration's own session ({own.why})."
        elif own.session.id in freed and own.fate == "lands":
            what = f"statement {own.statement} of {_label(own.migration, scene.assessment)}"
            yield f"{own.session.id} then lands {what} although its client is gone."
    if any(edge.inferred for edge in scene.edges if edge.blocker in ids):
        yield "The server does not say who holds that lock: this session is a likely one, not a known one."


def _label(migration: str | None, assessment: Assessment) -> str:
    """What people call it."""
    found = (m.label for f in assessment.frameworks for m in f.migrations if m.id == migration)
    return next(found, migration or "a migration")


def _instead(intent: Intent, scene: _Scene, freed: frozenset[str]) -> Iterator[Intent]:
    """Both choices where an orphan lands next; the other verb where it does something."""
    ids = {s.id for s in scene.sessions}
    for own in scene.assessment.blocked.migration:
        if own.session.id in freed and own.session.id not in ids and own.fate == "lands":
            yield Intent(Verb.CANCEL, (own.session.id,))
    other = Verb.TERMINATE if intent.verb is Verb.CANCEL else Verb.CANCEL
    idle = (Doing.IDLE, Doing.IDLE_INSIDE, Doing.ABORTED, Doing.ROLLING_BACK)
    useless = other is Verb.CANCEL and any(doing(s) in idle for s in scene.sessions)
    if scene.sessions and not useless and not any(untouchable(s) for s in scene.sessions):
        yield Intent(other, intent.sessions)


def _freed(found: Sequence[Edge], ended: set[str]) -> frozenset[str]:
    """Who waits for nobody but those that end, directly or through others."""
    blockers: dict[str, set[str]] = {}
    for edge in found:
        blockers.setdefault(edge.waiter, set()).add(edge.blocker)
    freed: set[str] = set(ended)
    while True:
        more = {w for w, held in blockers.items() if w not in freed and held <= freed}
        if not more:
            return frozenset(freed - ended)
        freed |= more


def _some(names: Sequence[str]) -> str:
    text = ", ".join(names[:_MOST_NAMED])
    return text + (f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else "")
