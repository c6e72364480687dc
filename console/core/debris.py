"""What failures left behind, told apart from what is meant to be so.

A NOT VALID constraint or a disabled trigger that a recorded migration asked for is no debris; an index that is being
built right now is none either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from console.core.assessment import Assessment, Debris
from console.core.debris_mysql import of_mysql
from console.core.debris_tools import of_rebuilds, of_tools
from console.core.debris_watch import Watch
from console.core.describe import definition
from console.core.schema import Constraint, Index, Schema, Table, Thing, Trigger
from console.core.session import MigrationSession, Progress, Session, SessionKind
from console.core.state import Picture

CLEANABLE = ("invalid_index",)
"""What can be dropped from here; the rest says in its own line what to do by hand."""


def debris(
    schema: Schema | None,
    intended: Picture,
    sessions: Iterable[Session],
    progress: Iterable[Progress],
    migration: Iterable[MigrationSession],
    *,
    sees_all: bool = False,
    anew: bool = False,
) -> tuple[Debris, ...]:
    """Everything found; `intended` is what recorded migrations left on purpose. `sees_all`: there are no sessions but
    these, so what none of them speaks of may be cleaned up. `anew`: tools make tables anew on this kind of server."""
    building = frozenset(p.index for p in progress if p.index)
    sessions = tuple(sessions)
    found: list[Debris] = []
    if schema is not None:
        for thing in schema.things:
            found += _of_thing(thing, schema.home, intended, building)
        watch = Watch.over(sessions, complete=sees_all)
        found += of_rebuilds(schema, intended, watch) if anew else _elsewhere_than_postgres(schema, intended, watch)
    found += [_prepared(s) for s in sessions if s.kind is SessionKind.PREPARED]
    found += [_stale_lock(m) for m in migration if m.holds_tool_lock and m.client == "gone"]
    return tuple(found)


def _elsewhere_than_postgres(schema: Schema, intended: Picture, watch: Watch) -> Iterator[Debris]:
    if schema.dialect in ("mysql", "mariadb"):
        yield from of_mysql(schema, intended, watch)
    if schema.dialect != "postgres":
        yield from of_tools(schema, intended, watch)


def _of_thing(thing: Thing, home: str, intended: Picture, building: frozenset[str]) -> Iterator[Debris]:
    meant = intended.get(thing.ref) or {}
    label = thing.ref.label(home)
    match thing:
        case Index(valid=False):
            if not thing.building and f"{thing.ref.schema}.{thing.ref.name}" not in building:
                yield Debris("invalid_index", label, f"on {thing.table}: {definition(thing)}")
        case Constraint(validated=False):
            if meant.get("validated") is not False:
                yield Debris("not_valid_constraint", label, definition(thing))
        case Trigger(enabled="disabled"):
            if meant.get("enabled") != "disabled":
                kind = "internal trigger: a foreign key is not enforced" if thing.internal else "trigger"
                yield Debris("disabled_trigger", label, f"{kind} on {thing.ref.table} is disabled")
        case Table(partition_bound=str(bound)):
            if "detach pending" in bound.lower():
                yield Debris("detach_pending", label, f"half detached from {thing.partition_of}")


def _prepared(session: Session) -> Debris:
    detail = f"prepared by {session.user or '?'} in {session.database or '?'}; it holds its locks until it is ended"
    return Debris("prepared_transaction", session.id, detail)


def _stale_lock(found: MigrationSession) -> Debris:
    return Debris("stale_tool_lock", found.session.id, f"{found.session.who} {found.why}, but its client is gone")


def cleanable(assessment: Assessment) -> Iterator[Debris]:
    """What of the debris can be dropped from here."""
    return (item for item in assessment.debris if item.kind in CLEANABLE)
