"""When the server last ran a statement of such wording: words beside a verdict that the catalog cannot give.

MySQL counts what it runs by the statement's wording without its values (its digest). That somebody ran it is no proof
that the migration did, and other values may have been meant; that nobody did since the server began to count is worth
knowing all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice

from console.core.landed import Judgement, Verdict
from console.core.observation import Runs
from console.core.statements import Nature, Statement

MOST = 10
"""Of so many statements it is asked; the rest is not told."""


def worth_asking(statements: Iterable[tuple[str, Statement]]) -> Iterator[tuple[str, Statement]]:
    """Those the catalog tells nothing of, of this database, each with its migration's id."""
    found = ((name, s) for name, s in statements if s.nature is not Nature.SCHEMA and not s.database and s.readable)
    return islice(found, MOST)


def with_runs(verdicts: Iterable[Judgement], runs: Mapping[int, Runs], last: datetime | None) -> tuple[Judgement, ...]:
    """The verdicts, what cannot be told with when such a statement ran; `last`: when the last good migration ended."""
    return tuple(
        replace(judgement, evidence=f"{judgement.evidence.rstrip('.')}. {_told(runs[judgement.statement.n], last)}")
        if judgement.verdict is Verdict.UNKNOWABLE and judgement.statement.n in runs
        else judgement
        for judgement in verdicts
    )


def _told(runs: Runs, last: datetime | None) -> str:
    since = f" since {_moment(runs.since)}" if runs.since else ""
    if not runs.times or runs.last is None:
        return f"The server has run no statement of its wording{since}."
    times = "once" if runs.times == 1 else f"{runs.times:,} times"
    parts = [f"The server has run its wording {times}{since}, last at {_moment(runs.last)}{_against(runs.last, last)}"]
    parts.append(f"{runs.rows:,} row{'s' * (runs.rows != 1)} changed")
    if runs.errors:
        parts.append(f"{runs.errors:,} ended in an error")
    return ", ".join(parts) + "."


def _against(moment: datetime, last: datetime | None) -> str:
    if last is None:
        return ""
    last = last.replace(tzinfo=UTC)
    return " (after the last recorded migration)" if moment > last else " (before the last recorded migration ended)"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
