"""A preflight of a script on a real server, in this process: what `halfway preflight --sql` finds."""

from __future__ import annotations

from functools import partial

from sqlalchemy.engine import URL

from console import dialects
from console.core.observation import Machine
from console.core.preflight.finding import About, Finding, Report, Severity
from console.core.preflight.ground import Unit, script
from console.core.preflight.reporting import ground_of, report_of
from console.core.statements import read_script
from console.incident import Incident, Source
from console.preflighting import Preflight, Sources, Wish
from console.wiring import DRIVERS, SystemClock


class _NoMachine:
    """Nothing else runs here."""

    def look(self) -> Machine:
        return Machine()


def preflight(url: URL, sql: str, wish: Wish | None = None, **more: object) -> Report:
    """What is said of it now; `more`: other sources."""
    url = url.set(drivername=DRIVERS[url.get_backend_name()])
    dialect = dialects.open_dialect(url.get_backend_name())
    incident = Incident(Source(dialect, url, (), _NoMachine(), SystemClock()))
    try:
        assessment = incident.observe()
    finally:
        incident.stop()
    ground = ground_of(assessment, ())
    units: tuple[Unit, ...] = (script("change.sql", read_script(sql, ground.server.grammar, ground.schema.home), sql),)
    sources = Sources(partial(dialect.open, url), **more)  # type: ignore[arg-type]
    looked, found = Preflight(sources, wish).look(ground_of(assessment, units))
    return report_of(looked, found)


def waits(report: Report) -> list[tuple[str, str]]:
    """(rule, what is waited for) of each."""
    return [(finding.rule, finding.waits_for) for finding in report.waits]


def about(report: Report, *parts: About) -> dict[tuple[str, int], Finding]:
    """(rule, statement) -> finding, of these parts."""
    return {(f.rule, f.n): f for f in report.findings if f.about in parts}


def blocks(report: Report) -> list[tuple[str, int]]:
    """What of the data is in the way: (rule, statement)."""
    return [(f.rule, f.n) for f in report.findings if f.about is About.DATA and f.severity is Severity.BLOCK]
