"""What a server took and refused when a statement was tried on a copy of its table's definition, as a finding."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from console.core.mysql_forms import form_of
from console.core.preflight.algorithm import INSTANT, asked, manners
from console.core.preflight.finding import About, Finding, Severity
from console.core.preflight.ground import Case
from console.core.preflight.mysql_ways import PATIENCE
from console.core.schema import Constraint, Index, Ref, Schema, Table, Thing, owner_of, table_ref

_MANY = 20
"""Tables around one that are made with it."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One way that was asked for."""

    asked: str
    """`ALGORITHM=INPLACE, LOCK=NONE`; '' the statement as it is."""
    error: str = ""
    """The server's own sentence, with its number; '' it was taken."""
    rebuilt: bool | None = None
    """The table has another number afterwards: all of it was written anew. None: not known."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of one statement."""

    case: Case
    trials: tuple[Trial, ...] = ()
    why_not: str = ""
    """Why it was not tried, or not to the end."""
    server: str = ""
    """`MySQL 9.7.4`, where it was tried."""
    otherwise: str = ""
    """How that server differs from the one it is meant for; '' where it does not."""


def tried(case: Case) -> bool:
    """There is something to try: the statement may say ALGORITHM, and its table is not new."""
    if case.unit.past or form_of(case.statement.sql, case.server.grammar) is None:
        return False
    return isinstance(case.schema.get(target(case)), Table) and case.hazard.rule != "my-new-table"


def target(case: Case) -> Ref:
    """The table."""
    schema, name = case.statement.tables[0] if case.statement.tables else ("", "")
    return table_ref(schema or case.schema.home, name)


def around(case: Case) -> tuple[Ref, ...]:
    """The table last, behind those that foreign keys tie it to, as it is or as the statement makes it."""
    place, found = target(case), dict[Ref, None]()
    named = (table_ref(schema or case.schema.home, name) for schema, name in case.statement.tables)
    keys = [key for key in case.schema.of_kind(Constraint) if key.type == "foreign key" and key.references]
    for key in keys:
        child, parent = table_ref(key.ref.schema, key.ref.table), table_ref(*str(key.references).split(".", 1))
        if place in (child, parent):
            found |= {child: None, parent: None}
    found |= dict.fromkeys(named)
    found.pop(place, None)
    there = [ref for ref in found if isinstance(case.schema.get(ref), Table)]
    return (*there[:_MANY], place)


def moved(schema: Schema, refs: Sequence[Ref], home: str) -> tuple[tuple[Thing, ...], ...]:
    """What makes each of these tables in the schema `home`; keys that lead to other tables are left out."""
    names = {ref.name for ref in refs}
    return tuple(tuple(_parts(schema, ref, names, home)) for ref in refs)


def _parts(schema: Schema, ref: Ref, names: set[str], home: str) -> Iterator[Thing]:
    table = schema.get(ref)
    if table is None:
        return
    yield replace(table, ref=replace(ref, schema=home))
    for part in schema.by_table.get((ref.schema, ref.name), ()):
        if owner_of(part) != ref.name or not hasattr(part, "ref") or part.ref.kind.value in ("trigger", "policy"):
            continue
        there = replace(part, ref=replace(part.ref, schema=home))
        if isinstance(there, Constraint) and there.references:
            place, _, name = there.references.partition(".")
            if place != ref.schema or name not in names:
                continue
            there = replace(there, references=f"{home}.{name}")
        yield there


def divided(table: Table) -> str:
    """What stands behind CREATE TABLE of a table with partitions; '' of another."""
    if not table.partition_key:
        return ""
    named = [name.partition("=") for name in table.partitions]
    bounds = ", ".join(f"PARTITION `{name.replace('`', '``')}` VALUES {bound}" for name, _, bound in named if bound)
    parts = f"({bounds})" if bounds else f"PARTITIONS {len(named)}"
    return f" PARTITION BY {table.partition_key} {parts}"


def needed(parts: Sequence[Thing]) -> tuple[Thing, ...]:
    """Without what the server makes by itself."""
    return tuple(part for part in parts if not (isinstance(part, Index) and part.implied))


def told(proof: Proof) -> Finding:
    """The finding."""
    case, statement = proof.case, proof.case.statement
    base = Finding(
        "my-algorithm-proof", Severity.INFO, About.WAY, "",
        migration=case.unit.id if case.unit.framework else "", file=case.unit.file, n=statement.n, line=statement.line,
        sql=statement.sql, table=target(case).label(case.schema.home),
    )  # fmt: skip
    if proof.why_not and not proof.trials:
        why = f"It was not tried on the scratch server: {proof.why_not}."
        return replace(base, rule="unknown-algorithm", severity=Severity.LOW, about=About.UNKNOWN, why=why)
    taken = next((trial for trial in proof.trials if not trial.error), None)
    why = " ".join(_sentences(proof, taken))
    if taken is None:
        severity = Severity.HIGH if about_the_way(proof.trials[-1]) else Severity.BLOCK
        return replace(base, severity=severity, why=why, safer="Read the server's sentence, and change the statement.")
    return _taken(replace(base, why=why), proof, taken)


def about_the_way(trial: Trial) -> bool:
    """It was refused for how it was to be done: another way may be taken."""
    return re.search(r"\b(1221|1800|1845|1846)\b|not supported", trial.error) is not None


def _taken(base: Finding, proof: Proof, taken: Trial) -> Finding:
    case = proof.case
    copied = "COPY" in taken.asked.split(",")[0] and "NOCOPY" not in taken.asked
    copied = copied or (bool(taken.rebuilt) and taken.asked == str(INSTANT))
    blocks = "writes" if copied or "SHARED" in taken.asked else "nothing"
    asserted = next((m for m in (taken.asked,) if m), "")
    steps = (PATIENCE, _written(case, asserted)) if asserted and not copied else ()
    return replace(
        base,
        severity=Severity.HIGH if _worse(case, copied, blocks, taken) else Severity.INFO,
        blocks=blocks,
        rewrite=taken.rebuilt if taken.rebuilt is not None else (copied or None),
        lock=f"{blocks} blocked" if blocks == "writes" else "metadata lock at its start and end",
        safer="Let the statement say so itself: then the server refuses rather than copies." if steps else "",
        steps=tuple(step for step in steps if step),
    )


def _written(case: Case, manner: str) -> str:
    known = {str(m): m for m in manners(case.server.dialect, case.server.version_number)}
    sql = asked(case.statement.sql, known[manner], case.server.grammar) if manner in known else None
    return sql or ""


def _worse(case: Case, copied: bool, blocks: str, taken: Trial) -> bool:
    """The server did worse than the rules tell."""
    hazard = case.hazard
    if not hazard.rule or hazard.rewrite is None:
        return copied
    return (blocks == "writes" and hazard.blocks == "nothing") or bool(taken.rebuilt and not hazard.rewrite)


def _sentences(proof: Proof, taken: Trial | None) -> Iterator[str]:
    where = f"On a copy of the table's definition without rows ({proof.server})"
    refused = [trial for trial in proof.trials if trial.error]
    if taken is None:
        yield f"{where} the server refused it: {refused[-1].error}."
    else:
        yield f"{where} the server took {taken.asked or 'the statement as it is'}."
    for trial in refused if taken is not None else refused[:-1]:
        yield f"It refused {trial.asked or 'the statement as it is'}: {trial.error}."
    if taken is not None and taken.rebuilt and taken.asked == str(INSTANT):
        yield "It took that clause and wrote the table anew all the same."
    elif taken is not None and taken.rebuilt is not None:
        yield "The table was written anew." if taken.rebuilt else "The table was not written anew."
    if proof.otherwise:
        yield proof.otherwise
    if proof.why_not:
        yield f"{proof.why_not}."
    if proof.case.unsure:
        yield f"This is so if the schema is as it was read: {proof.case.unsure}."


def nothing_to_try() -> Finding:
    """What is said of PostgreSQL."""
    why = "PostgreSQL has one way of doing each statement and no clause to ask for another: --shadow tried nothing."
    return Finding("pg-no-algorithm", Severity.INFO, About.WAY, why)


def settled(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Without the doubts that the server's own answer has ended."""
    found = list(findings)
    proved = {(f.migration, f.file, f.n) for f in found if f.rule == "my-algorithm-proof"}
    for finding in found:
        if finding.rule != "unknown-statement" or (finding.migration, finding.file, finding.n) not in proved:
            yield finding
