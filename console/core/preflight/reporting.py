"""A whole preflight from one look: what is pending, judged on the schema and the sessions that were read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from console.core.assessment import Assessment
from console.core.faults import UsageFault
from console.core.plain import one_line
from console.core.preflight.allow import Comment, with_exceptions
from console.core.preflight.finding import Finding, Report, Severity
from console.core.preflight.ground import Ground, Unit, pending
from console.core.preflight.judging import in_order, judged
from console.core.preflight.sizes import counted, told_so
from console.core.products import product

_OF_THE_SERVER = frozenset({"server", "schema", "sessions", "locks", "prepared transactions", "primary"})
"""What matters for a script too, that belongs to no project."""
_NAMED = "only one file was given"
"""A person named it: the others are not asked about."""


def ground_of(assessment: Assessment, units: tuple[Unit, ...] | None = None) -> Ground:
    """What is judged; pending migrations without `units`. UsageFault where the server or its schema was not read."""
    seen = assessment.observation
    server, schema = seen.server.value, seen.schema.value
    if server is None or schema is None:
        why = seen.schema.reason or seen.server.reason
        raise UsageFault("the server's schema was not read, so nothing can be judged", why)
    return Ground(pending(assessment) if units is None else units, server, schema, seen, assessment)


def report_of(
    ground: Ground,
    more: Iterable[Finding] = (),
    comments: Mapping[str, Sequence[Comment]] | None = None,
    threshold: Severity = Severity.HIGH,
) -> Report:
    """What the rules say of it; `more`: what was asked of the data or of another server; `comments`: of each
    migration, by its id, for the exceptions that are written in them."""
    server, seen = ground.server, ground.observation
    ground, names = counted(ground)
    told = told_so(judged(ground, more), names)
    found = with_exceptions(told, ground.units, seen.allow, comments or {}, seen.taken_at.date())
    return Report(
        in_order(ground.units, found),
        tuple(unit.label for unit in ground.units),
        one_line(f"{product(server)} {server.version}, {server.name} on {server.host}"),
        seen.taken_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        tuple(_unread(ground)),
        threshold,
        sum(len(unit.statements) for unit in ground.units),
        "script" if _scripts(ground) else "migration",
    )


def _scripts(ground: Ground) -> bool:
    return bool(ground.units) and not any(unit.framework for unit in ground.units)


def _unread(ground: Ground) -> Iterator[str]:
    """What was not read of the server and, where a tool's migrations are judged, of the tool."""
    scripts = _scripts(ground)
    for item in ground.assessment.coverage if ground.assessment is not None else ():
        asked = item.what in _OF_THE_SERVER or not (scripts or item.reason.startswith(_NAMED))
        if not item.complete and item.matters and asked:
            mending = f" ({item.grant})" if item.grant else ""
            yield f"{item.what}: {item.reason}{mending}"
    for unit in ground.units:
        if unit.unreadable:
            yield f"{one_line(unit.label, 120)} cannot be read: {unit.unreadable}"
