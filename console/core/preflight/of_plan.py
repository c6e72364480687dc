"""What preflight says of a plan's own statements: the dialog of an action shows it beside what the plan itself found.

The plan's guards decide what may be sent; this only tells a person more. What Halfway does differently from a tool (a
lock is waited for so long and no longer, each step is looked at before the next) is not held against it.
"""

from __future__ import annotations

from dataclasses import replace

from console.core.assessment import Assessment
from console.core.plan import Plan, Step, StepKind
from console.core.preflight.finding import About, Finding, Severity
from console.core.preflight.ground import Ground, Unit
from console.core.preflight.judging import judged
from console.core.statements import read_script

_TOLD = frozenset({About.LOCK, About.DATA, About.CODE, About.NOW})
_SENT = frozenset({StepKind.SCHEMA, StepKind.DATA})
_LEAST = Severity.MED


def with_preflight(plan: Plan, assessment: Assessment) -> Plan:
    """The plan with what preflight says of it; the plan as it is where it was refused or the schema is not known."""
    return plan if plan.refused else replace(plan, foreseen=tuple(map(_words, foreseen(plan, assessment))))


def foreseen(plan: Plan, assessment: Assessment) -> tuple[Finding, ...]:
    """The worst first; only what the plan does not say in the same words."""
    seen = assessment.observation
    server, schema = seen.server.value, seen.schema.value
    steps = tuple(step for step in plan.steps if step.kind in _SENT and step.sql)
    if server is None or schema is None or not steps:
        return ()
    units = tuple(_unit(plan, step, server.grammar, schema.home) for step in steps)
    found = judged(Ground(units, server, schema, seen, assessment))
    said = {text for step in plan.steps for text in step.careful}
    told = [f for f in found if f.about in _TOLD and f.severity.rank <= _LEAST.rank and f.why not in said]
    return tuple(dict.fromkeys(sorted(told, key=lambda finding: finding.severity.rank)))


def _words(finding: Finding) -> str:
    """`HIGH pg-create-index: orders: nobody can write to it while ...`."""
    place = f"{finding.table}: " if finding.table else ""
    return f"{finding.severity.value.upper()} {finding.rule}: {place}{finding.why}"


def _unit(plan: Plan, step: Step, grammar: str, home: str) -> Unit:
    """One step as a script of its own: what it sends, in its order."""
    text = ";\n".join(step.sql) + ";"
    name = plan.intent.migration or plan.title
    return Unit(
        "", name, step.title, step.title, read_script(text, grammar, home), transactional=step.atomic, text=text
    )
