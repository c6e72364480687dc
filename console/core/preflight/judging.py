"""All rules asked about all statements: the one function that turns a `Ground` into findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from console.core.preflight.again import again
from console.core.preflight.algorithm_told import settled
from console.core.preflight.code import code
from console.core.preflight.contract import unfinished
from console.core.preflight.dialects import other_dialect
from console.core.preflight.finding import Finding
from console.core.preflight.ground import Case, Ground, Unit, cases
from console.core.preflight.groups import groups
from console.core.preflight.left_over import left_over
from console.core.preflight.locks import hazards, unread
from console.core.preflight.mysql import mysql
from console.core.preflight.one_cause import weighed
from console.core.preflight.online import online
from console.core.preflight.patience import patience
from console.core.preflight.phases import phases
from console.core.preflight.postgres_kept import kept
from console.core.preflight.postgres_refused import refused
from console.core.preflight.postgres_style import style
from console.core.preflight.rates import timed
from console.core.preflight.right_now import right_now

EachRule = Callable[[Case], Iterable[Finding]]
WholeRule = Callable[[Ground, Sequence[Case]], Iterable[Finding]]

EACH: tuple[EachRule, ...] = (hazards, kept, online, refused, style)
"""Asked of every statement."""
WHOLE: tuple[WholeRule, ...] = (
    again,
    code,
    groups,
    left_over,
    mysql,
    other_dialect,
    patience,
    phases,
    right_now,
    unfinished,
    unread,
)
"""Asked once, of all statements together."""


def judged(ground: Ground, more: Iterable[Finding] = ()) -> tuple[Finding, ...]:
    """Every finding, in the order of `finding.Report`; `more`: what was asked of the data or of a server."""
    found = list(cases(ground))
    findings = [*more]
    for case in found:
        findings += [timed(finding, case) for rule in EACH for finding in rule(case)]
    for whole in WHOLE:
        findings += whole(ground, found)

    return in_order(ground.units, weighed(settled(dict.fromkeys(findings))))


def in_order(units: Sequence[Unit], findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The worst first within each migration, migrations in the order they run; what is about none of them first."""
    order = {unit.id: n for n, unit in enumerate(units, start=1)}

    def place(finding: Finding) -> tuple[Any, ...]:
        return order.get(finding.migration or finding.file, 0), finding.severity.rank, finding.n, finding.rule

    return tuple(sorted(findings, key=place))
