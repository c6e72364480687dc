"""What MySQL and MariaDB make of a migration as a whole: commits that nobody asked for, waits without end, settings
that do not do what they are set for, and tables that are designed to fail later.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from console.core.hazards_cost import MEDIUM, is_new
from console.core.operations import Change, Create
from console.core.preflight.finding import About, Finding, Severity
from console.core.preflight.ground import Case, Ground, Unit
from console.core.preflight.mysql_missing import missing
from console.core.preflight.mysql_ways import PATIENCE
from console.core.preflight.said import inside, said
from console.core.schema import Column, Constraint, Index, Table, table_ref
from console.core.statements import Nature

_FAMILY = ("mysql", "mariadb")
_ENDLESS = 3600
"""Seconds to wait for a lock from which on nobody waits for the end of it."""
_TYPES = ("timestamp",)
_ZERO = re.compile(r"0000-00-00|\d{4}-00-\d\d|\d{4}-\d\d-00")
_DEFINER = re.compile(r"\bdefiner\s*=\s*([^\s]+)", re.IGNORECASE)


def mysql(ground: Ground, found: Sequence[Case]) -> Iterator[Finding]:
    """All of them, in the order of the migrations."""
    if ground.server.dialect not in _FAMILY or ground.server.foreign:
        return
    yield from _endless(ground, found)
    for unit in ground.units:
        cases = [case for case in found if case.unit is unit]
        yield from _committed(unit, cases, ground)
        yield from _settings(unit, cases, ground)
        for case in cases:
            for rule in _EACH:
                yield from rule(case)


def _of(case: Case, rule: str, severity: Severity, why: str, safer: str = "", about: About = About.LOCK) -> Finding:
    statement = case.statement
    table = table_ref(*statement.tables[0]).label(case.schema.home) if statement.tables else ""
    finding = _unit(case.unit, rule, severity, why, safer, about)
    return replace(finding, n=statement.n, line=statement.line, sql=statement.sql, table=table)


def _unit(unit: Unit, rule: str, severity: Severity, why: str, safer: str = "", about: About = About.GROUP) -> Finding:
    return Finding(rule, severity, about, why, safer, migration=unit.id if unit.framework else "", file=unit.file)


def _ddl(case: Case) -> bool:
    return case.statement.nature is Nature.SCHEMA


def _endless(ground: Ground, found: Sequence[Case]) -> Iterator[Finding]:
    """One finding for the run: nothing ends a wait for a metadata lock."""
    told = ground.server.setting("lock_wait_timeout")
    seconds = float(told) if told.replace(".", "", 1).isdigit() else None
    if seconds is not None and seconds < _ENDLESS:
        return
    waits = [c for c in found if _ddl(c) and not c.unit.past and c.hazard.rule not in ("", "my-new-table", "my-code")]
    waits = [c for c in waits if c.hazard.lock and not c.hazard.lock.startswith("none")]
    dialect = ground.server.grammar
    files = {c.unit.id: c.unit for c in waits}
    patient = {name: said(unit, dialect).patient for name, unit in files.items()}
    waits = [c for c in waits if not inside(c.statement.line, patient[c.unit.id])]
    labels = list({c.unit.id: c.unit.label for c in waits}.values())
    if not labels:
        return
    names = ", ".join(labels[:3])
    more = f" and {len(labels) - 3} more" if len(labels) > 3 else ""
    held = (
        f"{seconds:,.0f} s on this server" if seconds is not None else "a year on MySQL and a day on MariaDB by default"
    )
    yield Finding(
        "my-no-lock-wait-timeout",
        Severity.MED,
        About.GROUP,
        f"Nothing in {names}{more} ends a wait for a metadata lock: lock_wait_timeout is {held}, unless the tool sets "
        "its own. Behind one open transaction on the table everybody queues as long.",
        "Let the session of the tool give up after some seconds, and try again.",
        steps=(PATIENCE,),
    )


def _committed(unit: Unit, cases: Sequence[Case], ground: Ground) -> Iterator[Finding]:
    """DDL commits before and after itself, whatever is around it."""
    ddl = [case for case in cases if _ddl(case)]
    rows = [case for case in cases if case.statement.nature is Nature.DATA]
    blocks = said(unit, ground.server.grammar).blocks
    wrapped = [c for c in ddl if inside(c.statement.line, blocks)]
    if not ddl or not (rows or wrapped or (unit.transactional and len(ddl) > 1)) or len(cases) < 2:
        return
    what = "changes of rows before it are committed with it" if rows else "what came before it stays when it fails"
    yield _unit(
        unit,
        "my-implicit-commit",
        Severity.MED if rows or wrapped else Severity.LOW,
        f"Every DDL statement commits before and after itself, also between BEGIN and COMMIT: {what}, and no ROLLBACK "
        "takes it back. One ALTER with several clauses happens as a whole or not at all.",
        "One ALTER for each table, and DDL and changes of rows in migrations of their own.",
    )


def _settings(unit: Unit, cases: Sequence[Case], ground: Ground) -> Iterator[Finding]:
    """What the file sets, and what that does not do."""
    text = "\n".join(line for line in unit.text.splitlines() if not re.match(r"\s*(#|--|//|\*)", line))
    ddl = any(map(_ddl, cases))
    if ddl and ground.server.dialect == "mysql" and re.search(r"\bmax_execution_time\b", text, re.IGNORECASE):
        why = "max_execution_time ends SELECT only: an ALTER waited and copied past it where it was measured."
        safer = f"{PATIENCE} for the wait; a running ALTER is ended by KILL QUERY."
        yield _unit(unit, "my-max-execution-time", Severity.MED, why, safer)
    if ddl and re.search(r"\bset\b[^;\n]*(?<!lock_)\bwait_timeout\b", text, re.IGNORECASE):
        why = (
            "wait_timeout ends connections that are idle; it neither ends nor saves a statement that runs [documented]."
        )
        yield _unit(
            unit, "my-wait-timeout-advice", Severity.LOW, why, "Raise the time-outs of the client and of proxies."
        )
    if re.search(r"^\W*\block\s+tables?\b", text, re.IGNORECASE | re.MULTILINE):
        why = (
            "LOCK TABLES lets its session touch no table but those named (error 1100); it goes with the session, and "
            "keeps off only tools that write that very table."
        )
        safer = "Take the lock that the migration tool takes itself: GET_LOCK with its own key."
        yield _unit(unit, "my-lock-tables-ledger", Severity.MED, why, safer)


def _non_transactional(case: Case) -> Iterator[Finding]:
    """Rows of an engine that cannot roll back."""
    if case.statement.nature is not Nature.DATA or case.statement.sql[:8].lower() == "truncate":
        return
    for schema, name in case.statement.tables[:1]:
        table = case.schema.get(table_ref(schema or case.schema.home, name))
        if isinstance(table, Table) and table.engine in ("myisam", "memory", "aria", "csv"):
            why = f"{name} is a table of {table.engine.upper()}: what was changed before a failure stays changed."
            yield _of(case, "my-engine-myisam", Severity.MED, why, "Make it InnoDB first.", About.GROUP)


def _numbered(case: Case) -> Iterator[Finding]:
    """Rows that a replica numbers in another order."""
    server = case.server
    made = (op.things[0] for op in case.statement.operations if isinstance(op, Create))
    counts = any(isinstance(thing, Column) and thing.auto_increment for thing in made)
    on, mode = server.setting("log_bin").lower(), server.setting("binlog_format").lower()
    if counts and _old(case) and on not in ("off", "0") and mode != "row":
        known = f"binlog_format is {mode.upper()}" if mode else "binlog_format is not known"
        why = f"{known}: replicas run the ALTER themselves, and may give the rows other numbers than this server."
        yield _of(
            case, "my-sbr-auto-inc", Severity.HIGH, why, "Set binlog_format = ROW first, or number the rows before."
        )


def _old(case: Case) -> bool:
    """The table holds rows of others."""
    return bool(case.statement.tables) and not any(
        is_new(case.schema, table_ref(schema or case.schema.home, name)) for schema, name in case.statement.tables[:1]
    )


def _lenient(case: Case) -> Iterator[Finding]:
    """A type that holds less, where the server cuts values without an error."""
    mode = case.server.setting("sql_mode").upper()
    if not mode and not case.server.settings:
        return
    if "STRICT_" in mode or not any(
        isinstance(op, Change) and dict(op.attrs).get("type") for op in case.statement.operations
    ):
        return
    if case.hazard.rule.startswith(("my-type-", "my-enum-", "my-modify-nullable-")):
        why = "sql_mode of this server is not strict: values that do not fit are cut or become 0 without an error."
        safer = "Look for values that do not fit first (--data), or SET SESSION sql_mode = 'STRICT_ALL_TABLES'."
        yield _of(case, "my-sql-mode", Severity.HIGH, why, safer, About.DATA)


def _replicated(case: Case) -> Iterator[Finding]:
    """A long ALTER runs once more on every replica, which stands still meanwhile."""
    hazard, on = case.hazard, case.server.setting("log_bin").lower()
    if on in ("off", "0") or not (hazard.rewrite or hazard.scan) or hazard.lasts is False or not _old(case):
        return
    followed = case.ground.now.moment is not None and bool(case.ground.now.moment.followers)
    known = (
        ""
        if followed
        else " Whether it has replicas is not known to a server."
        if on
        else " Whether it writes a log for replicas is not known."
    )
    why = f"Replicas begin it when it has ended here, and apply nothing else until it has ended there.{known}"
    yield _of(
        case, "my-replica-lag", Severity.MED if followed else Severity.INFO, why, "An online tool waits for replicas."
    )


def _clustered(case: Case) -> Iterator[Finding]:
    """Galera has every node do it at one place in the order of writes."""
    hazard = case.hazard
    if not any("Galera" in note for note in case.server.notes) or not (hazard.rewrite or hazard.scan) or not _old(case):
        return
    why = (
        "On a Galera cluster every node does it at the same time, and no table is written anywhere until all have "
        "ended (wsrep_OSU_method = TOI) [documented]; that holds for what goes in place, too."
    )
    safer = "Take the nodes one by one out of the order of writes (wsrep_OSU_method = RSU), or use an online tool."
    severity = Severity.LOW if hazard.severity < MEDIUM and hazard.lasts is False else Severity.HIGH
    yield _of(case, "my-galera-order", severity, why, safer)


def _missing(case: Case) -> Iterator[Finding]:
    """What is there already, or is not there."""
    safer = "Look whether it was done by hand or by another migration, and take it out of this one."
    for rule, why in dict.fromkeys(missing(case)):
        yield _of(case, rule, Severity.BLOCK, why, safer)


def _made(case: Case) -> Iterator[Finding]:
    """Tables and indexes that are designed to fail later."""
    for operation in case.statement.operations:
        things = operation.things if isinstance(operation, Create) else ()
        if things and isinstance(things[0], Table):
            yield from _keyless(things, case)
        for thing in things:
            if isinstance(thing, Index):
                yield from _twice(thing, case)
            if isinstance(thing, Column):
                yield from _dated(thing, case)


def _keyless(things: Sequence[object], case: Case) -> Iterator[Finding]:
    keyed = any(isinstance(t, Constraint) and t.type == "primary key" for t in things)
    columns = any(isinstance(t, Column) for t in things)
    if keyed or not columns:
        return
    if case.server.setting("sql_require_primary_key").lower() in ("on", "1"):
        yield _of(case, "my-no-primary-key", Severity.BLOCK, "The server takes no table without a primary key (3750).")
        return
    why = "A table without a primary key is slow to replicate by rows, and no online tool can change it."
    yield _of(case, "my-no-primary-key", Severity.INFO, why, "Give it a primary key.")


def _twice(index: Index, case: Case) -> Iterator[Finding]:
    """Another index begins with the same columns."""
    others = case.schema.by_table.get((index.ref.schema or case.schema.home, index.table), ())
    for other in others:
        if not isinstance(other, Index) or other.ref == index.ref or other.method != index.method or index.unique:
            continue
        if other.columns[: len(index.columns)] == index.columns and not index.implied:
            why = f"The index {other.ref.name} begins with the same columns: this one only costs every write."
            yield _of(case, "my-dupe-index", Severity.INFO, why, "Leave it out.", About.WAY)
            return


def _dated(column: Column, case: Case) -> Iterator[Finding]:
    if column.default is not None and _ZERO.search(column.default):
        why = "A zero date as default is refused in strict sql_mode (1067), and again where a dump of it is loaded."
        yield _of(case, "my-zero-date", Severity.LOW, why, "Let it be NULL, or give it a real date.")
    old_style = case.server.setting("explicit_defaults_for_timestamp").lower() in ("off", "0")
    bare = column.type.startswith(_TYPES) and column.default is None and column.on_update is None
    if bare and old_style and "default" not in case.statement.sql.lower():
        why = (
            "explicit_defaults_for_timestamp is off: a TIMESTAMP that says nothing is set to now by every update "
            "of its row."
        )
        yield _of(case, "my-zero-timestamp", Severity.LOW, why, "Say NULL, or DEFAULT CURRENT_TIMESTAMP.")


def _defined(case: Case) -> Iterator[Finding]:
    """Code that belongs to an account by name."""
    found = _DEFINER.search(case.statement.sql)
    if found is not None and _ddl(case) and found[1].lower() not in ("current_user", "current_user()"):
        why = f"It runs with the rights of {found[1]}: where that account is missing it fails when it is used (1449)."
        yield _of(case, "my-definer", Severity.INFO, why, "Leave DEFINER out, or say SQL SECURITY INVOKER.")


_EACH: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    _non_transactional, _numbered, _lenient, _replicated, _clustered, _missing, _made, _defined,
)  # fmt: skip
