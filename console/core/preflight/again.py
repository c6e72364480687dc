"""What happens when a migration stops in the middle: whether it can be sent again, and whether anything leads back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from console.core.operations import Change, Create, Drop, Opaque, Operation, Rename
from console.core.preflight.finding import About, Finding, Severity
from console.core.preflight.ground import Case, Ground, Unit
from console.core.preflight.locks import about
from console.core.schema import Kind, table_ref
from console.core.statements import Nature

_BOTH_WAYS = frozenset(
    {"alembic", "dbmate", "django", "doctrine", "efcore", "golang-migrate", "goose", "knex", "laravel", "liquibase"}
    | {"phinx", "rails", "sequelize", "sqitch", "typeorm"}
)
"""Tools whose files say how to go back."""
_THERE = {
    "postgresql": {Kind.TABLE: "42P07", Kind.INDEX: "42P07", Kind.COLUMN: "42701", Kind.CONSTRAINT: "42710"},
    "mysql": {Kind.TABLE: "1050", Kind.INDEX: "1061", Kind.COLUMN: "1060", Kind.CONSTRAINT: "1826"},
}
_GONE = {
    "postgresql": {Kind.TABLE: "42P01", Kind.INDEX: "42704", Kind.COLUMN: "42703", Kind.CONSTRAINT: "42704"},
    "mysql": {Kind.TABLE: "1051", Kind.INDEX: "1091", Kind.COLUMN: "1091", Kind.CONSTRAINT: "1091"},
}


def again(ground: Ground, found: Sequence[Case]) -> Iterator[Finding]:
    """Of each migration what a second run meets, and what a way back loses."""
    for unit, same in groupby(found, lambda case: case.unit):
        cases = list(same)
        if not unit.past:
            yield from _rerun(cases)
        yield from _back(unit, cases)


def _rerun(cases: Sequence[Case]) -> Iterator[Finding]:
    """Statements that are committed one by one: what ran stays, and the tool begins at the first again."""
    server = cases[0].server.dialect
    mysql = server in ("mysql", "mariadb")
    alone = mysql or len({case.statement.group for case in cases}) > 1
    if len(cases) < 2 or not alone or (cases[0].unit.transactional and not mysql):
        return
    stops = next(((case, why) for case in cases[:-1] if (why := _stops(case, "mysql" if mysql else server))), None)
    if stops is None:
        return
    case, why = stops
    held = "DDL commits by itself here" if mysql else "Nothing holds these statements together"
    finding = replace(about(case), rule="my-not-rerunnable" if mysql else "pg-not-robust", about=About.GROUP)
    yield replace(
        finding,
        severity=Severity.MED if mysql else Severity.LOW,
        why=f"{held}: if a later one of the {len(cases)} statements fails, a second run stops at statement "
        f"{case.statement.n}, because {why}.",
        safer="Give each statement a migration of its own; IF NOT EXISTS hides what is there and differs.",
    )


def _stops(case: Case, family: str) -> str:
    """Why it cannot run twice; '' where it can."""
    return next((why for operation in case.statement.operations if (why := _twice(operation, case, family))), "")


def _twice(operation: Operation, case: Case, family: str) -> str:
    subject = operation.subject
    if subject is None or isinstance(operation, Opaque):
        return ""
    name = f"{subject.kind} {subject.label(case.schema.home)}"
    if isinstance(operation, Create) and not (operation.if_absent or operation.replace):
        code = _THERE.get(family, {}).get(subject.kind, "")
        return f"{name} is there already{f' ({code})' if code else ''}" if operation.things[0].named else ""
    if isinstance(operation, Drop) and not operation.if_present:
        code = _GONE.get(family, {}).get(subject.kind, "")
        return f"{name} is gone already{f' ({code})' if code else ''}"
    if isinstance(operation, Rename) and not operation.if_present:
        return f"{operation.ref.kind} {operation.ref.label(case.schema.home)} has its new name already"
    return f"{name} has it already" if isinstance(operation, Change) and not operation.repeatable else ""


def _back(unit: Unit, cases: Sequence[Case]) -> Iterator[Finding]:
    """What the tool's own way back cannot do."""
    if unit.framework not in _BOTH_WAYS or unit.past or not cases:
        return
    made = replace(about(cases[0]), rule="app-irreversible", about=About.GROUP, n=0, line=0, sql="", table="")
    lost = [case for case in cases if _loses(case)]
    closed = next((s for s in unit.down if not s.readable and s.nature is Nature.OPAQUE), None)
    if lost:
        names = ", ".join(dict.fromkeys(_lost(case) for case in lost))
        why = f"No way back brings the data again that goes with it: {names}."
        yield replace(made, severity=Severity.MED, why=why, safer="Save what is dropped before, or rename it first.")
    elif not unit.down:
        why = "The file says no way back: after it only a new migration, or a backup, undoes it."
        yield replace(made, severity=Severity.LOW, why=why, safer="Write one, or decide now that it only goes forward.")
    elif closed is not None:
        why = f"What its way back does cannot be read, or it refuses to go back: {closed.sql.strip()[:80]}"
        yield replace(made, severity=Severity.LOW, why=why, safer="Decide now that it only goes forward.")


def _loses(case: Case) -> bool:
    return any(isinstance(o, Drop) and o.ref.kind in (Kind.TABLE, Kind.COLUMN) and o.ref in case.schema.by_ref
               for o in case.statement.operations) and not _fresh(case)  # fmt: skip


def _fresh(case: Case) -> bool:
    refs = (o.ref for o in case.statement.operations if isinstance(o, Drop))
    return all((table_ref(ref.schema, ref.table) if ref.table else ref) in case.schema.fresh for ref in refs)


def _lost(case: Case) -> str:
    drops = (o.ref for o in case.statement.operations if isinstance(o, Drop))
    return next((ref.label(case.schema.home) for ref in drops if ref.kind in (Kind.TABLE, Kind.COLUMN)), "")
