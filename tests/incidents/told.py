"""What Halfway says in a project's folder, in the few letters that a test compares; the same for every tool."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from console.core.assessment import Assessment, JudgedMigration
from console.core.landed import Verdict
from console.incident import Incident
from console.wiring import Options, find, source

_LETTERS = {Verdict.LANDED: "L", Verdict.NOT_LANDED: "N", Verdict.PARTIAL: "P", Verdict.UNKNOWABLE: "U"}


def assessed(folder: Path, environ: Mapping[str, str]) -> Assessment:
    """What Halfway says there."""
    incident = Incident(source(find(Options(project=str(folder)), environ)))
    try:
        return incident.observe()
    finally:
        incident.stop()


def judged_of(found: Assessment, name: str) -> JudgedMigration:
    """One migration of it."""
    return next(m for f in found.frameworks for m in f.migrations if m.tracked.id == name)


def states(found: Assessment, starts: str = "") -> dict[str, str]:
    """The state of each migration whose name begins so."""
    return {
        m.tracked.id: m.state.value for f in found.frameworks for m in f.migrations if m.tracked.id.startswith(starts)
    }


def letters(judged: JudgedMigration) -> str:
    """A letter a statement; a dash for one that was not sent."""
    return "".join("-" if j.skipped else _LETTERS[j.verdict] for j in judged.statements)


def texts(judged: JudgedMigration) -> list[str]:
    """The statements, as they were read."""
    return [j.statement.sql for j in judged.statements]
