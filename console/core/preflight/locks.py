"""What a statement locks, rewrites and scans, as findings: the hazards of the core in the words of preflight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from console.core.hazards import Hazard
from console.core.hazards_cost import Part, is_new
from console.core.hazards_postgres import OLDEST
from console.core.operations import Opaque
from console.core.preflight.finding import About, Finding, Severity
from console.core.preflight.ground import Case, Ground
from console.core.preflight.mysql_ways import APP, mysql_taken, mysql_way
from console.core.preflight.postgres_ways import way
from console.core.schema import Kind, Ref, table_ref
from console.core.statements import Nature

_SEVERITIES = (Severity.INFO, Severity.LOW, Severity.MED, Severity.HIGH, Severity.CRIT)
_APP = frozenset({"pg-drop-column", "pg-rename-column", "pg-rename-table", "pg-rename-view", "pg-set-schema"})
_APP |= {"pg-enum-rename-value"} | APP
"""Whatever they lock: code that runs breaks."""


def hazards(case: Case) -> Iterator[Finding]:
    """One finding for each thing a statement does that somebody should know; also where nothing is known of it."""
    hazard = case.hazard
    if not hazard.rule:
        yield unknown(case)
        return
    for part in hazard.parts or (Part(hazard.rule, hazard.severity, hazard.careful),):
        if part.severity or part.refused:
            yield _finding(part, hazard, case)


def _finding(part: Part, hazard: Hazard, case: Case) -> Finding:
    safer, steps = (mysql_way if case.server.dialect in ("mysql", "mariadb") else way)(part.rule, case)
    return replace(
        about(case),
        rule=part.rule,
        severity=_severity(part),
        why=" ".join(_sentences(part, hazard, case)),
        safer=safer,
        steps=steps,
        lock=hazard.lock,
        rewrite=hazard.rewrite,
        scan=hazard.scan,
        blocks=hazard.blocks,
        hold=hazard.estimate,
    )


def about(case: Case) -> Finding:
    """A finding about a statement that only lacks what was found."""
    statement = case.statement
    return Finding(
        "",
        Severity.INFO,
        About.LOCK,
        "",
        migration=case.unit.id if case.unit.framework else "",
        file=case.unit.file,
        n=statement.n,
        line=statement.line,
        sql=statement.sql,
        table=table_of(case),
    )


def table_of(case: Case) -> str:
    """The first table a statement is about, as people name it."""
    if not case.statement.tables:
        return ""
    return table_ref(*case.statement.tables[0]).label(case.schema.home)


def _severity(part: Part) -> Severity:
    if part.refused:
        return Severity.BLOCK
    return Severity.APP if part.rule in _APP else _SEVERITIES[part.severity]


def _sentences(part: Part, hazard: Hazard, case: Case) -> Iterator[str]:
    if part.refused:
        yield part.refused
    else:
        yield (mysql_taken if case.server.dialect in ("mysql", "mariadb") else _taken)(hazard)
    if part.careful:
        yield part.careful
    if "time zone" in part.careful:
        zones = [f"{name.partition(' of ')[2]} has {value}" for name, value in case.server.settings if _is_zone(name)]
        yield f"Of the sessions, {', '.join(zones)}." if zones else "No role and no database sets it here."
    if case.unsure:
        yield f"This is so if the schema still is as it was read: {case.unsure}."


def _is_zone(setting: str) -> bool:
    return setting.lower().startswith("timezone")


def _taken(hazard: Hazard) -> str:
    """What it takes and does, as one sentence."""
    does = work_words(hazard)
    if not hazard.blocks or not hazard.lock:
        return f"{hazard.lock}: {hazard.estimate}." if hazard.lock else f"{does.capitalize()}."
    waits = "reads and writes go on" if hazard.blocks == "nothing" else f"{hazard.blocks} of others wait"
    return f"It takes {hazard.lock}: {waits}; {does}."


def work_words(hazard: Hazard) -> str:
    """What it does to the rows: `it reads orders: 1,200,000 rows by the server's estimate`."""
    return hazard.estimate if hazard.estimate.startswith("whether") else f"it {hazard.estimate}"


def unknown(case: Case) -> Finding:
    """No rule knows the statement."""
    rows = case.statement.nature is Nature.DATA
    return replace(
        about(case),
        rule="unknown-statement",
        severity=Severity.LOW if rows else Severity.MED,
        about=About.UNKNOWN,
        why=f"What it locks, rewrites or reads is not known: {_why_unknown(case)}.",
        safer="Try it on a copy of this database first, and look at its locks there.",
    )


def _why_unknown(case: Case) -> str:
    statement, server = case.statement, case.server
    if server.dialect == "postgresql" and server.version_number < OLDEST:
        return f"PostgreSQL {server.version} is older than any that was measured"
    opaque = next((o.why for o in statement.operations if isinstance(o, Opaque) and o.why), "")
    if not statement.readable or opaque:
        return _begun(opaque.rstrip(".")) or "its SQL cannot be known without running the file"
    unread = [ref for ref in (table_ref(*t) for t in statement.tables) if ref not in case.schema.by_ref]
    unread = [ref for ref in unread if not is_new(case.schema, ref) and not _is_view(ref, case)]
    if unread:
        return f"{unread[0].label(case.schema.home)} is not in the schema that was read"
    return "no rule knows this form of it"


def _is_view(ref: Ref, case: Case) -> bool:
    return replace(ref, kind=Kind.VIEW) in case.schema.by_ref


def _begun(text: str) -> str:
    """As the middle of a sentence, where it does not begin with a name."""
    return text[:1].lower() + text[1:] if text.startswith(("What ", "Which ", "The ", "How ", "A ")) else text


def unread(ground: Ground, found: Sequence[Case]) -> Iterator[Finding]:
    """Files of which nothing is known, and statements that another database gets."""
    for unit in ground.units:
        name = unit.id if unit.framework else ""
        if unit.unreadable:
            yield Finding(
                "unknown-file",
                Severity.HIGH,
                About.UNKNOWN,
                f"The file cannot be read, so nothing is known of what it does: {unit.unreadable}",
                migration=name,
                file=unit.file,
            )
        if unit.elsewhere:
            count = f"{unit.elsewhere} of its statements" if unit.elsewhere > 1 else "One of its statements"
            yield Finding(
                "unknown-elsewhere",
                Severity.LOW,
                About.UNKNOWN,
                f"{count} is for another database of the project and is not judged here.",
                migration=name,
                file=unit.file,
            )
