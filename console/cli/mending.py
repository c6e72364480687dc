"""The SQL that would end differences, with what it would lock and rewrite; it is shown and never run from here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from console.core.drift import Difference
from console.core.drift.mend import Mending, Step, mending
from console.core.drift.words import item, nobody, sentence
from console.core.expected_base import Baseline
from console.core.fits import fits
from console.core.hazards import hazard_of
from console.core.hazards_cost import Hazard
from console.core.observation import Server
from console.core.operations import Change, Rename
from console.core.plain import one_line, visible
from console.core.plan import CannotWriteError
from console.core.schema import Kind
from console.core.statements import read_script

if TYPE_CHECKING:
    from console.dialects import Scripter


@dataclass(frozen=True, slots=True)
class Mend:
    """One step, or why nothing is written for a difference."""

    difference: Difference
    text: str
    """The difference in words."""
    sql: tuple[str, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    """Of each statement."""
    loses: str = ""
    cuts: str = ""
    """The column of which some values may not fit: servers round or cut them without a word."""
    careful: str = ""
    refused: str = ""
    family: str = ""
    """`mysql`: whose client the script is for."""


def written(differences: Sequence[Difference], there: Baseline, home: str = "") -> tuple[Mend, ...]:
    """All steps in order; where one of a difference cannot be written, none of it is. `home`: that of what is expected,
    whose texts may speak of it."""
    from console.dialects import scripter

    plan = mending(differences, there.schema, there.dialect)
    write = scripter(there.dialect)
    old = home if home != there.schema.home else ""
    told = [(step, *_at_home(*_sql(step, plan, there, write), old, there)) for step in plan.steps]
    why = {id(step.difference): refused for step, _, refused in told if refused}
    good = [_mend(step, sql, there) for step, sql, _ in told if id(step.difference) not in why]
    bad = [Mend(d, _words(d, there), refused=why[id(d)]) for d in differences if id(d) in why]
    return (*good, *bad)


def _sql(step: Step, plan: Mending, there: Baseline, write: Scripter) -> tuple[tuple[str, ...], str]:
    """The statements, or why there are none."""
    schema = there.schema if isinstance(step.operation, Rename) else plan.schema
    try:
        sql = write(step.operation, schema)
    except CannotWriteError as refused:
        return (), str(refused)
    return sql, "" if sql else "It cannot be written here."


def _at_home(sql: tuple[str, ...], refused: str, old: str, there: Baseline) -> tuple[tuple[str, ...], str]:
    """Refused where a text speaks of a schema that is called otherwise here; MySQL writes it into every view."""
    if not old or refused:
        return sql, refused
    if there.family == "mysql":
        sql = tuple(one if "'" in one else one.replace(f"`{old}`.", f"`{there.schema.home}`.") for one in sql)
    speaks = re.compile(rf"""(?<![\w$."`])["`]?{re.escape(old)}["`]?\s*\.""")
    return sql, f"Its text speaks of {old}, and here that is {there.schema.home}." if any(
        map(speaks.search, sql)
    ) else ""


def _mend(step: Step, sql: tuple[str, ...], there: Baseline) -> Mend:
    server = Server(there.dialect, there.version, there.version_number, there.database, "", "", home=there.schema.home)
    hazards = []
    for one in sql:
        statements = read_script(one, server.grammar, there.schema.home)
        hazards.append(hazard_of(statements[0], server, there.schema) if len(statements) == 1 else Hazard())
    text = _words(step.difference, there)
    lost, cut = step.loses, _cuts(step, there)
    return Mend(step.difference, text, sql, tuple(hazards), lost, cut, step.careful, family=there.family)


def _cuts(step: Step, there: Baseline) -> str:
    """`orders.total`, where its new type may not hold what the old one does."""
    types = [(str(has), str(wanted)) for name, wanted, has in step.difference.parts if name == "type"]
    retyped = isinstance(step.operation, Change) and step.difference.ref.kind is Kind.COLUMN
    return step.difference.ref.label(there.schema.home) if retyped and any(not fits(*both) for both in types) else ""


def _words(difference: Difference, there: Baseline) -> str:
    return sentence(item(difference, there.schema.home, nobody))


def sql_lines(mends: Iterable[Mend], home: str = "") -> Iterator[str]:
    """A script; what it costs, what cannot be written and what would lose data stands in comments. `home`: PostgreSQL's
    schema of names without one."""
    yield "-- What would make it as expected. Nothing of it has been run."
    if home not in ("", "public"):
        yield f"-- Names without a schema are those of {visible(home)}: run it with that as search_path."
    for mend in mends:
        yield ""
        yield f"-- {visible(mend.text)}"
        if mend.refused:
            yield f"-- NOT WRITTEN: {one_line(mend.refused)}"
        if mend.loses:
            yield f"-- LOSES DATA: rows of {visible(mend.loses)}, or a column of them, go with it; so it is a comment"
        if mend.cuts:
            yield f"-- MAY LOSE DATA: values of {visible(mend.cuts)} may be rounded or cut; so it is a comment"
        if mend.careful:
            yield f"-- CAREFUL: {visible(mend.careful)}"
        for sql, hazard in zip(mend.sql, mend.hazards, strict=True):
            yield f"-- {cost(hazard)}"
            lines = _for_client(sql, mend.family)
            yield from (f"-- {line}" if mend.loses or mend.cuts else line for line in lines)


def _for_client(sql: str, family: str) -> Iterator[str]:
    """As a client reads it: `mysql` ends a statement at the first semicolon unless it is told otherwise."""
    if family != "mysql" or ";" not in sql:
        yield from f"{sql};".splitlines()
        return
    yield "DELIMITER ;;"
    yield from f"{sql};;".splitlines()
    yield "DELIMITER ;"


def cost(hazard: Hazard) -> str:
    """`ACCESS EXCLUSIVE on orders, rewrites all rows`; what no rule knows is said to be not known."""
    work = {True: "rewrites all rows", False: "no rewrite", None: "whether it rewrites is not known"}[hazard.rewrite]
    scan = ", reads all rows" if hazard.scan and not hazard.rewrite else ""
    return visible(f"lock: {hazard.lock or 'not known'}; {work}{scan}")


def sql_value(mend: Mend) -> dict[str, Any]:
    """One step as a plain value."""
    return {
        "change": mend.difference.change.value,
        "kind": mend.difference.ref.kind.value,
        "object": mend.text,
        "statements": [
            {"sql": sql, "lock": h.lock or None, "rewrite": h.rewrite, "scan": h.scan, "rule": h.rule or None}
            for sql, h in zip(mend.sql, mend.hazards, strict=True)
        ],
        "loses_data": mend.loses or None,
        "may_cut": mend.cuts or None,
        "careful": mend.careful or None,
        "refused": mend.refused or None,
    }
