"""What statements mean together on PostgreSQL: one transaction holds each lock until all of it has been committed.

A statement that is over in a millisecond keeps everybody waiting for as long as the ones behind it take. Of each
transaction the worst such pair is told, and what the server refuses inside one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from console.core.hazards import Hazard
from console.core.hazards_cost import is_new, small
from console.core.hazards_postgres_facts import ACCESS_EXCLUSIVE, MODES
from console.core.operations import Change, Create
from console.core.preflight.finding import About, Finding, Severity
from console.core.preflight.ground import Case, Ground, Unit
from console.core.preflight.locks import about, work_words
from console.core.preflight.said import Said, inside, said
from console.core.preflight.tools import WHOLE_RUN, outside
from console.core.schema import Constraint, Kind, Ref, table_ref
from console.core.statements import Nature

_MODE = re.compile(r"\bin\s+([\w\s]+?)\s+mode\b", re.IGNORECASE)
_ADVISORY = re.compile(r"\bpg_(try_)?advisory_(xact_)?lock\s*\(", re.IGNORECASE)
_WHOLE_TABLE = frozenset({"pg-cluster", "pg-vacuum-full", "pg-truncate", "pg-refresh-mv"})
_MANY = 3
"""Tables locked by statements of one transaction before a deadlock is worth a warning of its own."""


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """One statement of a transaction."""

    case: Case

    @property
    def hazard(self) -> Hazard:
        """What it costs."""
        return self.case.hazard

    @property
    def holds(self) -> tuple[tuple[str, Ref], ...]:
        """Locks that others wait for."""
        return tuple((mode, ref) for mode, ref in self.hazard.locks if MODES.get(mode, "nothing") != "nothing")

    @property
    def works(self) -> bool:
        """All rows of a table that is not small are read or written, or that is not known."""
        if not self.hazard.rule:
            return True
        return self.hazard.severity > 1 and not (self.hazard.rewrite is False and self.hazard.scan is False)


def groups(ground: Ground, found: Sequence[Case]) -> Iterator[Finding]:
    """Of each transaction what its statements mean together."""
    if ground.server.dialect != "postgresql":
        return
    sent = {id(unit): [Member(case) for case in cases] for unit, cases in groupby(found, lambda case: case.unit)}
    for unit in ground.units:  # also those that only lock, or only begin
        told, members = said(unit, "postgres"), sent.get(id(unit), [])
        yield from _of_text(unit, told)
        yield from _refused(members, told)
        for bundle in _transactions(members):
            yield from _together(bundle)
    yield from _whole_run(ground, found)


def _transactions(members: Sequence[Member]) -> list[list[Member]]:
    """Statements that are committed together; one alone is no transaction to speak of."""
    cut = groupby(members, lambda member: (member.case.unit.transactional, member.case.statement.group))
    return [bundle for bundle in (list(same) for _, same in cut) if len(bundle) > 1]


def _together(bundle: Sequence[Member]) -> Iterator[Finding]:
    yield from _validated(bundle)
    yield from _labels(bundle)
    yield from _deadlock(bundle)
    yield from _repeated(bundle)
    first = next((n for n, m in enumerate(bundle) if _grade(m) == "reads and writes"), None)
    if first is None:
        first = next((n for n, m in enumerate(bundle) if m.holds), None)
    if first is not None:
        yield from _held(bundle[first], bundle[first + 1 :])


def _grade(member: Member) -> str:
    return max(
        (MODES[mode] for mode, _ in member.holds), key=("nothing", "writes", "reads and writes").index, default=""
    )


def _held(holder: Member, later: Sequence[Member]) -> Iterator[Finding]:
    """The worst of what runs while the lock is held."""
    rows = next((m for m in later if m.case.statement.nature is Nature.DATA and m.works), None)
    index = next((m for m in later if _builds(m) and m.works), None)
    other = next((m for m in later if m.works and m is not rows and m is not index), None)
    if rows is not None:
        yield _pair(holder, rows, "pg-backfill-in-ddl-tx", Severity.CRIT, "Rows are changed", _ROWS)
    if index is not None and _grade(holder) == "reads and writes":
        yield _pair(holder, index, "pg-create-index-after-ax", Severity.CRIT, "An index is built", _SPLIT)
    if other is not None:
        yield _pair(holder, other, "pg-multi-stmt-after-ax", Severity.HIGH, "This runs", _SPLIT)
    elif rows is None and index is None and later:
        yield _short(holder, later)


_ROWS = "Change the rows in a migration of their own, in batches, before or after this one."
_SPLIT = "Give it a migration of its own, or put what takes the strong lock last."


def _builds(member: Member) -> bool:
    return member.hazard.rule in ("pg-create-index", "pg-index-partitioned") and not member.case.statement.concurrently


def _pair(holder: Member, later: Member, rule: str, severity: Severity, does: str, safer: str) -> Finding:
    held = holder.case.statement
    why = (
        f"{does} while the locks of statement {held.n} are held ({holder.hazard.lock}): they are given back only at "
        f"COMMIT, so {_grade(holder)} of others wait until this is over. {_long(later)}"
    )
    weighed = _weighed(holder, later, severity)
    return replace(about(later.case), rule=rule, severity=weighed, about=About.GROUP, why=why, safer=safer)


def _weighed(holder: Member, later: Member, severity: Severity) -> Severity:
    """What is done to small tables is soon over; with small tables locked, fewer wait for what is not known."""
    schema = later.case.schema
    tables = [table_ref(*table) for table in later.case.statement.tables]
    if tables and later.hazard.rule and all(small(schema, ref) or is_new(schema, ref) for ref in tables):
        return Severity.LOW
    soon = all(small(holder.case.schema, ref) for _, ref in holder.holds)
    return Severity.MED if soon else severity


def _long(member: Member) -> str:
    words = work_words(member.hazard)
    return f"{words[:1].upper()}{words[1:]}." if member.hazard.rule else "How long it takes is not known."


def _short(holder: Member, later: Sequence[Member]) -> Finding:
    rest = "one more statement runs" if len(later) == 1 else f"{len(later)} more statements run"
    why = f"Its locks ({holder.hazard.lock}) are held until COMMIT, while {rest}; none of them is long by itself."
    safer = "Set a lock time-out: a wait for the lock of a later one makes others wait for those already held."
    made = replace(about(holder.case), rule="pg-multi-stmt-after-ax", severity=Severity.LOW, about=About.GROUP)
    return replace(made, why=why, safer=safer)


def _validated(bundle: Sequence[Member]) -> Iterator[Finding]:
    """NOT VALID saves nothing where the same transaction validates it."""
    added: dict[Ref, Member] = {}
    for member in bundle:
        for operation in member.case.statement.operations:
            if isinstance(operation, Create) and isinstance(operation.things[0], Constraint):
                if not operation.things[0].validated:
                    added[operation.subject] = member
            elif isinstance(operation, Change) and operation.attrs == (("validated", True),):
                first = added.get(operation.ref)
                if first is not None and first.holds:
                    yield _pair(first, member, "pg-validate-same-tx", Severity.HIGH, "It is validated", _APART)


_APART = "Validate it in a migration of its own: then it only takes SHARE UPDATE EXCLUSIVE."


def _labels(bundle: Sequence[Member]) -> Iterator[Finding]:
    """A label that the transaction adds cannot be used in it, unless it made the type too."""
    made: set[Ref] = set()
    labels: dict[str, int] = {}
    for member in bundle:
        statement = member.case.statement
        used = next((label for label in labels if f"'{label}'" in statement.sql), "")
        if used:
            why = f"The label '{used}' was added by statement {labels[used]} of the same transaction: 55P04."
            finding = replace(about(member.case), rule="pg-enum-in-tx", severity=Severity.BLOCK, about=About.GROUP)
            yield replace(finding, why=why, safer="Add the label in a migration of its own, before this one.")
        for operation in statement.operations:
            if isinstance(operation, Create) and operation.subject.kind is Kind.TYPE:
                made.add(operation.subject)
            elif isinstance(operation, Change) and operation.ref.kind is Kind.TYPE and operation.ref not in made:
                added = (name.partition(":")[2] for name, value in operation.attrs if value and "labels:" in name)
                labels |= dict.fromkeys(added, statement.n) if len(operation.attrs) == 1 else {}


def _deadlock(bundle: Sequence[Member]) -> Iterator[Finding]:
    """Each lock is held while the next is waited for."""
    home = bundle[0].case.schema.home
    tables: dict[Ref, Member] = {}
    for member in bundle:
        for _, ref in member.holds:
            tables.setdefault(ref, member)
    if len(tables) < _MANY or len({id(member) for member in tables.values()}) < 2:
        return
    names = [ref.label(home) for ref in tables]
    why = (
        f"It locks {', '.join(names[:-1])} and {names[-1]}, in this order, and gives none back before COMMIT: code "
        "that uses them in another order can meet it in a deadlock (40P01), and whoever waits for one waits for all."
    )
    last = bundle[-1].case
    made = replace(about(last), rule="pg-many-locks", severity=Severity.MED, about=About.GROUP, n=0, sql="", line=0)
    yield replace(made, why=why, safer="Change one table in each migration, with a short lock_timeout.")


def _repeated(bundle: Sequence[Member]) -> Iterator[Finding]:
    """Two rewrites of one table are one, where one ALTER TABLE asks for both."""
    seen: dict[str, int] = {}
    for member in bundle:
        finding = about(member.case)
        if not member.hazard.rewrite or not finding.table or member.hazard.rule in _WHOLE_TABLE:
            continue
        if finding.table in seen:
            why = f"{finding.table} is rewritten again: statement {seen[finding.table]} has just rewritten it."
            made = replace(finding, rule="pg-multi-alter-same-table", severity=Severity.MED, about=About.GROUP, why=why)
            yield replace(made, safer="One ALTER TABLE with both clauses rewrites it once.")
        seen.setdefault(finding.table, finding.n)


def _refused(members: Sequence[Member], told: Said) -> Iterator[Finding]:
    """What may not stand in a transaction."""
    for member in members:
        case, unit = member.case, member.case.unit
        crowd = [m for m in members if m.case.statement.group == case.statement.group]
        held = unit.transactional or inside(case.statement.line, told.blocks) or len(crowd) > 1
        if case.statement.concurrently and held:
            why = "It is refused (25001) inside a transaction, and this file is sent in one."
            made = replace(about(case), rule="pg-cic-in-tx", severity=Severity.BLOCK, about=About.GROUP, why=why)
            yield replace(made, safer=f"Give it a file of its own, and {outside(unit.framework)}.")


def _of_text(unit: Unit, told: Said) -> Iterator[Finding]:
    """What the file itself says of transactions and locks."""
    if told.nested:
        why = "It begins a transaction inside one: its COMMIT ends the outer one too, and nothing undoes what follows."
        yield _line(unit, "pg-tx-nesting", told.nested, why, "Leave BEGIN and COMMIT to the tool.")
    if told.unended:
        why = "It begins a transaction that nothing ends: all of it is rolled back, or its locks stay."
        yield _line(unit, "pg-uncommitted", told.unended, why, "End it with COMMIT.")
    for line, text in told.locks:
        named = _MODE.search(text)
        mode = " ".join(named[1].upper().split()) if named else ACCESS_EXCLUSIVE
        why = f"`{text}` holds its lock ({mode}) until COMMIT, for as long as everything behind it takes."
        yield _line(unit, "pg-lock-table", line, why, "Leave it out: each statement takes the lock that it needs.")

    if _ADVISORY.search(unit.text):
        why = "An advisory lock with a number of its own keeps nobody away: each migration tool takes its own, or none."
        made = _line(unit, "pg-random-advisory", 0, why, "Leave it to the tool, or take the tool's own number.")
        yield replace(made, severity=Severity.INFO)


def _line(unit: Unit, rule: str, line: int, why: str, safer: str) -> Finding:
    name = unit.id if unit.framework else ""
    return Finding(rule, Severity.HIGH, About.GROUP, why, safer, migration=name, file=unit.file, line=line)


def _whole_run(ground: Ground, found: Sequence[Case]) -> Iterator[Finding]:
    """Tools that commit only when the last pending migration has run."""
    for framework, who in WHOLE_RUN.items():
        units = [unit for unit in ground.units if unit.framework == framework and unit.transactional and not unit.past]
        ids = {unit.id for unit in units}
        locking = {case.unit.id for case in found if case.unit.id in ids and Member(case).holds}
        if len(units) > 1 and locking:
            why = f"{who} runs these {len(units)} migrations in one transaction: each lock is held until its end."
            yield Finding(
                "pg-one-transaction",
                Severity.MED,
                About.GROUP,
                why,
                "Run them one at a time, or in a transaction each.",
            )
