"""`halfway restore --rows TABLE`: what a loaded backup has of a table and the database has not, with its SQL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from console.core.faults import UsageFault
from console.core.plain import one_line, visible

if TYPE_CHECKING:
    from console.core.assessment import Assessment
    from console.core.row_values import Rows
    from console.wiring import Options


def printed(table: str, scratch: str | None, options: Options) -> None:
    """A script to stdout; nothing of it has been run."""
    from console.cli import say
    from console.cli.once import observe_once
    from console.core.restore.rows import lost_in
    from console.dialects.comparing import rows_of_table
    from console.wiring import find, parse_url

    if scratch is None:
        raise UsageFault("nobody said where the backup was loaded", todo="Name --scratch URL")
    found = find(options)
    assessment = observe_once(options, found=found)
    schema = assessment.observation.schema.value
    if schema is None:
        raise UsageFault("the schema of the incident was not read, so nothing is compared")
    home, _, name = table.rpartition(".")
    rows = rows_of_table(found.database, parse_url(scratch), (home or schema.home, name), lost_in(assessment))
    click.echo("halfway: nothing of this has been run: the console does, on page 6", err=True)
    say("\n".join(lines(table, rows, assessment)))


def lines(table: str, rows: Rows, assessment: Assessment) -> Iterator[str]:
    """What was counted, then every statement; and what a swap would take, as comments."""
    from console.core.intent import Intent, Verb
    from console.core.plans.restore import restore_plan

    plan = restore_plan(Intent(Verb.RESTORE, object=table, rows=rows), assessment)
    for word, texts in (("", plan.about), ("CAREFUL: ", plan.careful), ("REFUSED: ", plan.refused)):
        yield from (f"-- {word}{one_line(text)}" for text in texts)
    if plan.steps:
        yield from ("", "-- the session in which these constants mean what they meant")
        yield from (f"{sql};" for sql in plan.settings.sql)
    for step in plan.steps:
        yield from ("", f"-- {visible(step.title)}", "BEGIN;")
        yield from (f"{sql};" for sql in step.sql)
        yield "COMMIT;"
    if plan.by_hand:
        yield ""
        yield from (line if line.startswith("-- ") else f"-- {line}" for line in map(visible, plan.by_hand))
