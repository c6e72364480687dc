"""`halfway recovery`: what is left of a migration as a guarded file of the tool's own; printed, or saved beside others.

The database is only looked at. Nothing is run, recorded or committed from here.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from console import __version__
from console.cli.once import observe_once
from console.cli.options import common_options
from console.core.faults import UsageFault
from console.core.intent import short_key
from console.core.plain import one_line, visible

if TYPE_CHECKING:
    from console.core.assessment import Assessment, JudgedFramework, JudgedMigration
    from console.core.forward import Recovery


@click.command("recovery")
@common_options
@click.option("--migration", "name", metavar="ID", required=True, help="The migration that stopped halfway.")
@click.option("--to", "to", metavar="FILE", required=True, help="The file; - for stdout. Nothing is overwritten.")
def recovery_command(name: str, to: str, **common: str | None) -> None:
    """Write what is left of a migration as a guarded recovery file. Exit 0, 2 where none can be written."""
    from console.cli import options_of, say
    from console.saving import write

    assessment = observe_once(options_of(common))
    made = _made(assessment, *_named(assessment, name))
    if to == "-":
        say(made.text.rstrip("\n"))
    else:
        write(Path(to), made.text)
        click.echo(f"halfway: {one_line(made.title)} saved in {one_line(to)}; nothing else was done", err=True)
    for n, step in enumerate(made.steps, start=1):
        click.echo(f"  {n}. {visible(step)}", err=True)


def _made(assessment: Assessment, framework: JudgedFramework, migration: JudgedMigration) -> Recovery:
    from console.core.forward import recovery
    from console.core.guard import alive
    from console.core.plan import CannotWriteError

    what = f"No recovery file is written for {one_line(migration.label)}"
    if running := next(alive(assessment), ""):
        raise UsageFault(what, running)
    try:
        return recovery(assessment, framework, migration, assessment.taken_at, __version__)
    except CannotWriteError as why:
        raise UsageFault(what, str(why)) from None


def _key(framework: JudgedFramework, migration: JudgedMigration) -> str:
    """As the phrases call it."""
    return short_key(migration.id, (other.id for other in framework.migrations))


def _named(assessment: Assessment, name: str) -> tuple[JudgedFramework, JudgedMigration]:
    pairs = [(f, m) for f in assessment.frameworks for m in f.migrations if name in (m.id, m.label, _key(f, m))]
    if len(pairs) != 1:
        what = "several migrations are" if pairs else "no migration is"
        raise UsageFault(f"{what} called {one_line(name, 80)}", todo="Name one by its id, as assess tells it")
    return pairs[0]
