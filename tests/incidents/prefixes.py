"""What is held against every prefix of a script that a real server ran, whatever the server."""

from __future__ import annotations

from console.core.assessment import Assessment
from console.core.landed import Judgement, Verdict
from console.core.migration import State
from console.core.statements import Nature, Statement


def check(judgement: Judgement, ran: int, *, exact: bool, unproven: tuple[str, ...]) -> None:
    """The verdict does not contradict that the first `ran` statements ran. In an `exact` script the one before and the
    one behind the stop are told for sure, but for those with a text of `unproven`."""
    statement = judgement.statement
    told = f"after {ran}: {statement.n} {judgement.verdict} {judgement.evidence} <- {statement.sql}"
    sure = exact and _proves(statement, unproven)
    if statement.n <= ran:
        assert judgement.verdict in (Verdict.LANDED, Verdict.UNKNOWABLE), told
        assert not (sure and statement.n == ran) or judgement.verdict is Verdict.LANDED, told
    else:
        assert judgement.verdict in (Verdict.NOT_LANDED, Verdict.UNKNOWABLE), told
        assert not (sure and statement.n == ran + 1) or judgement.verdict is Verdict.NOT_LANDED, told


def _proves(statement: Statement, unproven: tuple[str, ...]) -> bool:
    """Not so: data, code, and what succeeds on nothing as well."""
    return statement.nature is Nature.SCHEMA and not any(text in statement.sql for text in unproven)


def raises_no_alarm(found: Assessment) -> None:
    """Everything is recorded and nothing is said to be missing."""
    bad = [
        (m.id, j.verdict.value, j.evidence, j.statement.sql)
        for m in found.frameworks[0].migrations
        for j in m.statements
        if j.verdict in (Verdict.NOT_LANDED, Verdict.PARTIAL)
    ]
    assert not bad
    assert {m.state for m in found.frameworks[0].migrations} == {State.APPLIED}
