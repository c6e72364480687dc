"""`halfway preflight`: pending migrations, or SQL that is named, judged against this server before they are run."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from console.cli.once import observe_once
from console.cli.options import common_options
from console.cli.preflight_now import Asks, data_options, looked
from console.cli.preflight_sql import scripts
from console.core.faults import UsageFault

if TYPE_CHECKING:
    from console.core.assessment import Assessment
    from console.core.preflight.finding import Report
    from console.core.preflight.ground import Unit
    from console.wiring import Found

_SEVERITIES = ("block", "crit", "app", "high", "med", "low", "info")
_FORMS = ("text", "json", "sarif", "github")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is judged, and how it is told."""

    sql: tuple[str, ...]
    history: int | None
    form: str
    fail_on: str
    asks: Asks
    shadow: str | None = None


@click.command()
@common_options
@click.option("--sql", "sql", metavar="FILE|-", multiple=True, help="Judge this SQL instead of the pending migrations.")
@click.option("--history", metavar="N", type=click.IntRange(1), help="Judge the last N that ran instead.")
@click.option("--format", "form", type=click.Choice(_FORMS), help="text, JSON, SARIF 2.1.0 or GitHub annotations.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--fail-on", type=click.Choice(_SEVERITIES), default="high", show_default=True,
              help="The mildest severity that exits 1.")  # fmt: skip
@click.option("--shadow", metavar="URL", help="Try ALGORITHM= and LOCK= in this empty database, on another server.")
@data_options
def preflight(
    sql: tuple[str, ...], history: int | None, form: str | None, as_json: bool, fail_on: str,
    shadow: str | None, data: bool, data_budget: float, data_from: str | None, **common: str | None,
) -> None:  # fmt: skip
    """Judge what will be run, on this server as it is now.

    Exit 0 where nothing is at or above --fail-on (block, crit, app, high, med, low, info: the worst first), 1 where
    something is or the server was not read as a whole, 2 usage, 3 unreachable.
    """
    from console.cli import options_of, say, terminal_width
    from console.wiring import find

    if as_json and form not in (None, "json"):
        raise UsageFault(f"--json and --format {form} are two answers", todo="Take one")
    asks = Asks(data, data_budget, data_from)
    wanted = Wanted(sql, history, "json" if as_json else form or "text", fail_on, asks, shadow)
    _check(wanted, common)
    found = find(options_of(common))
    given = scripts(sql)
    assessment = observe_once(found.options, found=found)
    report = _report(assessment, wanted, found, given)
    say(_told(report, wanted.form, terminal_width(), assessment))
    sys.exit(report.exit_code)


def _check(wanted: Wanted, common: dict[str, str | None]) -> None:
    """UsageFault for options that cannot be meant together."""
    if wanted.sql and wanted.history:
        raise UsageFault("--sql and --history are two questions", todo="Ask one at a time")
    if wanted.sql.count("-") + (common.get("migrations") == "-") > 1:
        raise UsageFault("stdin can be read once", todo="Name a file for one of them")


def _report(assessment: Assessment, wanted: Wanted, found: Found, given: Sequence[tuple[str, str]]) -> Report:
    from console.comments import comments_of
    from console.core.preflight.finding import Severity
    from console.core.preflight.reporting import ground_of, report_of
    from console.report.preflight_redacted import redacted
    from console.surroundings import around

    ground = around(ground_of(assessment, _units(assessment, wanted, given)), os.environ)
    comments = {u.id: comments_of(u.file, u.text, ground.server.grammar) for u in ground.units}
    ground, more = looked(ground, found, wanted.asks)
    if wanted.shadow:
        from console.cli.preflight_shadow import proofs

        more = (*more, *proofs(ground, wanted.shadow))
    report = report_of(ground, more, comments, Severity(wanted.fail_on))
    return redacted(report, ground.server.grammar) if found.options.redact else report


def _units(assessment: Assessment, wanted: Wanted, given: Sequence[tuple[str, str]]) -> tuple[Unit, ...] | None:
    """What is judged; None: what is pending. UsageFault where no migration files were read."""
    from console.core.preflight.ground import history, script
    from console.core.preflight.reporting import ground_of
    from console.core.statements import read_script

    if wanted.sql:
        ground = ground_of(assessment, ())
        home, grammar = ground.schema.home, ground.server.grammar
        return tuple(script(name, read_script(text, grammar, home), text) for name, text in given)
    tools = [tracking.value for tracking in assessment.observation.tracking if tracking.value is not None]
    if not any(tool.files.complete or any(t.migration for t in tool.tracked) for tool in tools):
        why = next((tool.files.reason for tool in tools if tool.files.reason), "no project was found")
        todo = "Name the project (--project DIR), its files (--migrations PATH), or SQL (--sql FILE)"
        raise UsageFault("there are no migration files to judge", why, todo)
    return history(assessment, wanted.history) if wanted.history else None


def _told(report: Report, form: str, width: int | None, assessment: Assessment) -> str:
    from console import __version__
    from console.cli.preflight_places import placed
    from console.report.preflight import as_data, as_text

    if form == "text":
        return as_text(report, width)
    if form == "json":
        encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower()
        return json.dumps(as_data(report), indent=1, ensure_ascii=not encoding.startswith("utf"))
    there = placed(report, [f.project for f in assessment.frameworks if f.project])
    if form == "github":
        from console.report.preflight_github import as_annotations

        return as_annotations(there)
    from console.report.preflight_sarif import as_sarif

    return json.dumps(as_sarif(there, __version__), indent=1)
