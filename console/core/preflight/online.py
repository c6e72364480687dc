"""Online tools, where a large table would be written anew: the line ready to copy, and what must hold for it.

Nothing is run from here. A precondition that was not read is "not known"; one that fails takes the line away. No line
holds a password, drops what it may not need, or repeats what is there already.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from console.core.hazards_mysql import way_of
from console.core.mysql_forms import Form, form_of
from console.core.operations import Create, Drop, Operation, Rename
from console.core.plain import one_line
from console.core.preflight.finding import About, Finding, Severity
from console.core.preflight.going import Run
from console.core.preflight.ground import Case
from console.core.preflight.online_needs import Need, gh_ost_needs, pt_osc_needs, repack_needs
from console.core.schema import Constraint, Kind, Ref, Table, Trigger, table_ref
from console.core.statements import read_script

LARGE_ROWS = 1_000_000
LARGE_BYTES = 1 << 30
_FAMILY = ("mysql", "mariadb")
_REPACKED = frozenset({"pg-vacuum-full", "pg-cluster"})


@dataclass(frozen=True, slots=True)
class Job:
    """What a tool would do."""

    case: Case
    table: Table
    alter: str
    """What stands behind ALTER TABLE t, without what is there already."""
    left_out: tuple[str, ...] = ()
    """Clauses that landed already."""


def online(case: Case) -> Iterator[Finding]:
    """A finding for each tool of the server's kind."""
    if case.unit.past:
        return
    if case.server.dialect in _FAMILY:
        job = _job(case)
        if job is not None:
            yield from _tools(job)
    elif case.server.dialect == "postgresql" and case.hazard.rule in _REPACKED:
        yield from _repacked(case)


def _job(case: Case) -> Job | None:
    """None: nothing is written anew, nobody waits, or the table is not large."""
    form, way = form_of(case.statement.sql, case.server.grammar), way_of(case.statement, case.server, case.schema)
    if form is None or not form.head or way is None or not (way.copies or way.blocks or way.rebuilds):
        return None
    found = case.schema.get(_target(case))
    if not isinstance(found, Table) or not large(found, case):
        return None
    kept, gone = _still_to_do(case, form)
    return Job(case, found, ", ".join(kept), gone) if kept else None


def _target(case: Case) -> Ref:
    schema, name = case.statement.tables[0] if case.statement.tables else ("", "")
    return table_ref(schema or case.schema.home, name)


def large(table: Table, case: Case) -> bool:
    """By rows or by bytes; what was never counted may be."""
    size = size_of(table, case)
    if size is not None and size >= LARGE_BYTES:
        return True
    return not table.rows or table.rows >= LARGE_ROWS


def size_of(table: Table, case: Case) -> int | None:
    """Bytes of the table with its indexes; None: not counted."""
    name, now = (table.ref.schema, table.ref.name), case.ground.now
    return dict(now.moment.sizes if now.moment is not None else now.room.sizes).get(name)


def _still_to_do(case: Case, form: Form) -> tuple[list[str], tuple[str, ...]]:
    """Each clause as it is written; those whose work is there already apart."""
    kept, gone = list[str](), list[str]()
    run, sql, grammar = Run(case.schema), case.statement.sql, case.server.grammar
    for item in form.items:
        text = sql[item[0].start : item[-1].end]
        found = read_script(f"{form.head} {text}", grammar, case.schema.home)
        operations = [op for statement in found for op in statement.operations]
        (gone if operations and all(_there(op, case) for op in operations) else kept).append(text)
        for statement in found:
            run.play(statement, text)
    return kept, tuple(gone)


def _there(operation: Operation, case: Case) -> bool:
    if isinstance(operation, Create):
        return operation.subject.kind is not Kind.TABLE and case.schema.get(operation.subject) is not None
    if isinstance(operation, Drop):
        return operation.ref.kind is not Kind.TABLE and case.schema.get(operation.ref) is None
    return isinstance(operation, Rename) and case.schema.get(operation.ref) is None


def _tools(job: Job) -> Iterator[Finding]:
    mysql = job.case.server.dialect == "mysql"
    yield _finding(
        job, "my-pt-osc", "pt-online-schema-change", pt_osc_needs(job.case, job.table, job.alter), _pt_osc(job)
    )
    why = "" if mysql else "gh-ost is made for MySQL: whether it works with this MariaDB is not known"
    needs = [*gh_ost_needs(job.case, job.table, job.alter), *([Need(why)] if why else [])]
    yield _finding(job, "my-gh-ost-needs", "gh-ost", needs, _gh_ost(job))


def _finding(job: Job, rule: str, tool: str, needs: Sequence[Need], lines: tuple[str, ...]) -> Finding:
    fails = [need.text for need in needs if need.holds is False]
    unknown = [need.text for need in needs if need.holds is None]
    holds = [need.text for need in needs if need.holds]
    words = [f"{tool} cannot do this: {'; '.join(fails)}."] if fails else [
        f"{tool} writes the table anew beside it while others read and write."
    ]  # fmt: skip
    words += [f"Not known: {'; '.join(unknown)}."] if unknown and not fails else []
    words += [f"Checked: {'; '.join(holds)}."] if holds and not fails else []
    words += [f"Left out, because it is there already: {', '.join(job.left_out)}."] if job.left_out else []
    safer = "" if fails else (
        "Run the first line, which changes nothing, and read what it says; the second does the work. Nothing is run "
        "from here. Mark the migration as run afterwards, or take the statement out of it."
    )  # fmt: skip
    return _about(job.case, job.table, rule, " ".join(words), safer, () if fails else lines)


def _about(case: Case, table: Table, rule: str, why: str, safer: str, steps: tuple[str, ...]) -> Finding:
    statement = case.statement
    return Finding(
        rule, Severity.INFO, About.WAY, why, safer, migration=case.unit.id if case.unit.framework else "",
        file=case.unit.file, n=statement.n, line=statement.line, sql=statement.sql,
        table=table.ref.label(case.schema.home), steps=steps,
    )  # fmt: skip


def _pt_osc(job: Job) -> tuple[str, ...]:
    """A dry run, and the run: the old table stays under another name, and keys of children are made anew."""
    case, ref = job.case, job.table.ref
    pointed = any(True for _ in children(case, ref))
    triggers = any(True for _ in own_triggers(case, ref))
    options = ["--ask-pass", "--no-version-check", "--charset=utf8mb4", "--set-vars=lock_wait_timeout=5",
               "--tries=create_triggers:10:5,drop_triggers:10:5,swap_tables:10:5"]  # fmt: skip
    options += ["--alter-foreign-keys-method=rebuild_constraints"] if pointed else []
    options += ["--preserve-triggers"] if triggers else ["--no-drop-old-table"]
    server = case.server
    parts = [("h", server.host), ("P", server.setting("port")), ("u", server.user), ("D", ref.schema), ("t", ref.name)]
    dsn = ",".join(f"{key}={_of_dsn(value)}" for key, value in parts if value)
    line = ["pt-online-schema-change", *options, "--alter", one_line_sql(job.alter), dsn]
    return _lines([*line[:1], "--dry-run", *line[1:]], [*line[:1], "--execute", *line[1:]])


def _of_dsn(value: str) -> str:
    """pt-osc cuts its DSN at commas."""
    return value.replace(",", "\\,")


def _gh_ost(job: Job) -> tuple[str, ...]:
    """Without --execute it changes nothing; the old table stays under another name."""
    server, ref = job.case.server, job.table.ref
    port = [f"--port={server.setting('port')}"] if server.setting("port") else []
    line = ["gh-ost", f"--host={server.host}", *port, f"--user={server.user}", "--ask-pass", f"--database={ref.schema}",
            f"--table={ref.name}", f"--alter={one_line_sql(job.alter)}", "--allow-on-master", "--assume-rbr",
            "--max-lag-millis=1500", "--max-load=Threads_running=25", "--critical-load=Threads_running=100",
            "--cut-over-lock-timeout-seconds=5"]  # fmt: skip
    return _lines(line, [*line, "--execute"])


def _lines(*commands: Sequence[str]) -> tuple[str, ...]:
    return tuple(shlex.join(command) for command in commands)


def one_line_sql(sql: str) -> str:
    """Line ends outside of texts become blanks; a text with one in it stays as it is."""
    return sql if "'" in sql or '"' in sql or "`" in sql or "--" in sql or "#" in sql else " ".join(sql.split())


def children(case: Case, ref: Ref) -> Iterator[str]:
    """Tables whose foreign keys point at it."""
    for key in case.schema.of_kind(Constraint):
        child = table_ref(key.ref.schema, key.ref.table)
        if key.type == "foreign key" and key.references == f"{ref.schema}.{ref.name}" and child != ref:
            yield child.label(case.schema.home)


def own_triggers(case: Case, ref: Ref) -> Iterator[str]:
    """Its triggers."""
    for trigger in case.schema.of_kind(Trigger):
        if trigger.ref.schema == ref.schema and ref.name in (trigger.table, trigger.ref.table):
            yield trigger.ref.name


def _repacked(case: Case) -> Iterator[Finding]:
    """pg_repack, for what only gives space back or sorts."""
    ref = _target(case)
    found = case.schema.get(ref)
    if not isinstance(found, Table) or not large(found, case):
        return
    needs = repack_needs(case, found)
    fails = [need.text for need in needs if need.holds is False]
    unknown = [need.text for need in needs if need.holds is None]
    words = [f"pg_repack cannot do this: {'; '.join(fails)}."] if fails else [
        "pg_repack does it while others read and write; its lock is short, at its start and end."
    ]  # fmt: skip
    words += [f"Not known: {'; '.join(unknown)}."] if unknown and not fails else []
    server, name = case.server, ".".join('"' + part.replace('"', '""') + '"' for part in (ref.schema, ref.name))
    order = ["--no-order"] if case.hazard.rule != "pg-cluster" else []
    line = ["pg_repack", f"--host={server.host}", f"--username={server.user}", f"--dbname={server.name}",
            "--no-password", f"--table={name}", *order, "--wait-timeout=60", "--no-kill-backend"]  # fmt: skip
    steps = () if fails else _lines([*line, "--dry-run"], line)
    safer = "" if fails else "Its password comes from ~/.pgpass. The first line changes nothing."
    yield _about(case, found, "pg-repack", one_line(" ".join(words), 2000), safer, steps)
