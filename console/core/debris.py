"""What failures left behind, told apart from what is meant to be so.

A NOT VALID constraint or a disabled trigger that a recorded migration asked for is no debris; an index that is being
built right now is none either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from console.core.assessment import Assessment, Debris
from console.core.debris_locks import of_lock_rows
from console.core.debris_tools import of_rebuilds, of_tools
from console.core.debris_watch import Watch
from console.core.describe import definition
from console.core.intent import Intent, Verb
from console.core.lock_rows import LockRow
from console.core.schema import Constraint, Index, Schema, Table, Thing, Trigger, owner_of
from console.core.session import MigrationSession, Progress, Session, SessionKind
from console.core.state import Picture

_OBJECTS = {
    "invalid_index": (Verb.DROP, "index"),
    "not_valid_constraint": (Verb.VALIDATE, "constraint"),
    "disabled_trigger": (Verb.ENABLE, "trigger"),
    "detach_pending": (Verb.FINALIZE, "detach"),
    "online_change_table": (Verb.DROP, "table"),
    "online_change_trigger": (Verb.DROP, "trigger"),
    "unfinished_table": (Verb.DROP, "table"),
    "prepared_transaction": (Verb.END_PREPARED, ""),
    "tool_lock_row": (Verb.REMOVE, "lock row"),
}
"""What can be cleaned up from here, and how; the rest says in its own line what to do by hand."""


def debris(
    schema: Schema | None,
    intended: Picture,
    sessions: Iterable[Session],
    progress: Iterable[Progress],
    migration: Iterable[MigrationSession],
    *,
    sees_all: bool = False,
    anew: bool = False,
    rows: Iterable[LockRow] = (),
) -> tuple[Debris, ...]:
    """Everything found; `intended` is what recorded migrations left on purpose. `sees_all`: there are no sessions but
    these, so what none of them speaks of may be cleaned up. `anew`: tools make tables anew on this kind of server.
    `rows`: locks of tools that are rows."""
    building = frozenset(p.index for p in progress if p.index)
    sessions = tuple(sessions)
    found: list[Debris] = []
    if schema is not None:
        watch = Watch.over(sessions, complete=sees_all, dialect=schema.dialect)
        found += of_lock_rows(rows, schema.home, watch)
        for thing in schema.things:
            found += _of_thing(thing, schema.home, intended, building, watch)
        found += of_rebuilds(schema, intended, watch) if anew else _elsewhere_than_postgres(schema, intended, watch)
    found += [_prepared(s) for s in sessions if s.kind is SessionKind.PREPARED]
    found += [_stale_lock(m) for m in migration if m.holds_tool_lock and m.client == "gone"]
    return tuple(found)


def _elsewhere_than_postgres(schema: Schema, intended: Picture, watch: Watch) -> Iterator[Debris]:
    from console.core.debris_mysql import of_mysql

    if schema.dialect in ("mysql", "mariadb"):
        yield from of_mysql(schema, intended, watch)
    if schema.dialect != "postgres":
        yield from of_tools(schema, intended, watch)


def _of_thing(thing: Thing, home: str, intended: Picture, building: frozenset[str], watch: Watch) -> Iterator[Debris]:
    meant = intended.get(thing.ref) or {}
    label = thing.ref.label(home)
    match thing:
        case Index(valid=False):
            if not thing.building and f"{thing.ref.schema}.{thing.ref.name}" not in building:
                yield Debris("invalid_index", label, f"on {thing.table}: {definition(thing)}", thing.ref)
        case Constraint(validated=False):
            if meant.get("validated") is not False:
                yield Debris("not_valid_constraint", label, definition(thing), thing.ref)
        case Trigger(enabled="disabled"):
            if meant.get("enabled") != "disabled":
                kind = "internal trigger: a foreign key is not enforced" if thing.internal else "trigger"
                held = _loading(thing.ref.table, watch)
                yield Debris("disabled_trigger", label, f"{kind} on {thing.ref.table} is disabled", thing.ref, held)
        case Table(partition_bound=str(bound)):
            if "detach pending" in bound.lower() and not watch.runs("detach", thing.ref.name):
                held = "" if watch.complete else "whether it is still being detached cannot be seen here"
                yield Debris("detach_pending", label, f"half detached from {thing.partition_of}", thing.ref, held)


def _loading(table: str, watch: Watch) -> str:
    """Why a trigger may be disabled on purpose just now."""
    if not watch.complete:
        return "whether somebody loads data without it just now cannot be seen here"
    return f"a session copies rows into {table} just now" if watch.runs("copy", table) else ""


def _prepared(session: Session) -> Debris:
    detail = f"prepared by {session.user or '?'} in {session.database or '?'}; it holds its locks until it is ended"
    return Debris("prepared_transaction", session.id, detail)


def _stale_lock(found: MigrationSession) -> Debris:
    return Debris("stale_tool_lock", found.session.id, f"{found.session.who} {found.why}, but its client is gone")


def cleanable(assessment: Assessment) -> Iterator[Debris]:
    """What of the debris can be cleaned up from here, and is not to be left alone just now."""
    return (item for item in assessment.debris if item.kind in _OBJECTS and not item.held)


def wish(item: Debris) -> Intent | None:
    """What a person may want of it; None where nothing can be done from here."""
    if item.kind not in _OBJECTS:
        return None
    verb, noun = _OBJECTS[item.kind]
    return Intent(verb, object=f"{noun} {item.object}".strip())


def does(item: Debris) -> str:
    """`drops invalid index customers_email_key`: what cleaning it up comes to."""
    intent = wish(item)
    return f"{_DOES[intent.verb] if intent is not None else 'leaves'} {item.kind.replace('_', ' ')} {item.object}"


def meant(intent: Intent, assessment: Assessment) -> Debris | None:
    """What a wish to clean up is about, as it is left now."""
    verb = Verb.END_PREPARED if intent.verb in _ENDINGS else intent.verb
    wished = Intent(verb, object=intent.object)
    return next((item for item in assessment.debris if wish(item) == wished), None)


def touched(intent: Intent, assessment: Assessment) -> tuple[tuple[str, str], ...]:
    """(schema, name) of the table whose owner may do what is wished for."""
    item, schema = meant(intent, assessment), assessment.observation.schema.value
    thing = schema.get(item.ref) if item is not None and item.ref is not None and schema is not None else None
    match thing:
        case Index() | Constraint() | Trigger():
            return ((thing.ref.schema, owner_of(thing)),)
        case Table(partition_of=str(parent)):
            home, _, name = parent.partition(".")
            return ((home, name),)
        case Table():
            return ((thing.ref.schema, thing.ref.name),)
    return ()


def persists(kind: str, thing: Thing | None) -> bool:
    """Whether what stands at the place of something that was left is still as it was left."""
    match thing:
        case None:
            return False
        case Constraint() if kind == "not_valid_constraint":
            return not thing.validated
        case Trigger() if kind == "disabled_trigger":
            return thing.enabled == "disabled"
        case Table() if kind == "detach_pending":
            return thing.partition_of is not None
    return True


_DOES = {
    Verb.DROP: "drops",
    Verb.VALIDATE: "validates",
    Verb.ENABLE: "enables",
    Verb.FINALIZE: "finishes",
    Verb.END_PREPARED: "asks how to end",
    Verb.REMOVE: "releases",
}
_ENDINGS = frozenset({Verb.END_PREPARED, Verb.COMMIT_PREPARED, Verb.ROLL_BACK_PREPARED})
