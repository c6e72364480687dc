"""`halfway restore`: which backups there are, one of them loaded beside production, the commands of a time machine.

Nothing of it writes to the incident's database: rows come back in the console, where each is shown before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from console.cli.options import common_options
from console.core.faults import RefusedFault, UsageFault
from console.core.plain import one_line

if TYPE_CHECKING:
    from datetime import datetime

    from console.wiring import Options

_BACKUPS = click.option(
    "--backups",
    multiple=True,
    metavar="DIR|URL",
    help="Where backups lie; `backups` of the configuration if not given.",
)
_SHOWN = 20
"""Statements that are said one by one."""
_BEFORE = click.option("--before", metavar="TIME", help="When the migration began: 2026-01-31T10:00:00Z.")


@click.command(short_help="List backups, load one beside production, bring rows back.")
@common_options
@_BACKUPS
@_BEFORE
@click.option("--from", "source", metavar="FILE", help="Load this backup into the scratch database.")
@click.option("--scratch", metavar="URL", help="An empty database on another server; `scratch` of the configuration.")
@click.option("--database", metavar="NAME", help="Which one, where the dump is of several.")
@click.option("--rows", metavar="TABLE", help="Print which rows of it the loaded backup has and the database has not.")
@click.option("--point-in-time", is_flag=True, help="Print the commands that give the database back as it was before.")
def restore(
    backups: tuple[str, ...],
    before: str | None,
    source: str | None,
    scratch: str | None,
    database: str | None,
    rows: str | None,
    point_in_time: bool,
    **common: str | None,
) -> None:
    """List the backups that there are, load one beside production, or print how to go back to a point in time.

    Nothing is written to the incident's database. Listing exits 0 if one is whole and from before the migration, where
    --before or the database itself tells when that began.
    """
    from console.cli import options_of

    options = configured(options_of(common))
    if point_in_time:
        from console.cli.pitr import printed

        printed(options, moment(before))
    elif rows is not None:
        from console.cli.rows import printed as print_rows

        print_rows(rows, scratch or options.scratch, options)
    elif source is not None:
        _load(source, scratch or options.scratch, options, database or "")
    else:
        _listed(backups or options.backups, moment(before), options)


def _load(source: str, scratch: str | None, options: Options, database: str) -> None:
    from console.cli import say
    from console.cli.loading import loaded
    from console.cli.once import ended_by_signals, observe_once
    from console.core.restore.judging import told
    from console.wiring import find, parse_url

    if scratch is None:
        raise UsageFault("nobody said where the backup is to be loaded", todo="Name --scratch URL")
    found, target = find(options), parse_url(scratch)
    server = observe_once(options, found=found).observation.server.value
    if server is None:
        raise UsageFault("the database of the incident was not read, so nothing is loaded")
    with ended_by_signals():
        result = loaded(source, target, server, found.database, database)
    for line in told(result.judge):
        click.echo(f"halfway: left out: {line}", err=True)
    for line in result.refused[:_SHOWN]:
        click.echo(f"halfway: not taken: {line}", err=True)
    for name, rows in result.tables:
        say(f"{one_line(name, 80)}  {f'{rows:,} rows' if rows is not None else 'rows not counted'}")
    if result.refused:
        count = f"{len(result.refused)} statement{'s' if len(result.refused) > 1 else ''}"
        raise RefusedFault(f"The scratch server did not take {count} of the backup: it is not whole there")


def configured(options: Options) -> Options:
    """With what the configuration says of backups."""
    from dataclasses import replace

    from console.store.config import load

    config = load(options.config, dict(_environ()))
    return replace(options, backups=config.backups, scratch=config.scratch)


def _bounds(options: Options) -> tuple[datetime | None, datetime | None]:
    """When the worst migration had not begun, and when it had, as far as the database and the journal prove it."""
    from console.cli.pitr import bounds
    from console.core.faults import Fault

    try:
        return bounds(options)
    except Fault as fault:
        click.echo(f"halfway: when the migration began is not known: {fault}", err=True)
        return None, None


def _environ() -> dict[str, str]:
    import os

    return dict(os.environ)


def moment(text: str | None) -> datetime | None:
    """A time with its zone. UsageFault for anything else."""
    from datetime import UTC, datetime

    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise UsageFault(f"`{one_line(text, 40)}` is not a time", todo="Write 2026-01-31T10:00:00Z") from None
    if found.tzinfo is None:
        raise UsageFault(f"`{one_line(text, 40)}` does not say its time zone", todo="Put a Z behind it for UTC")
    return found.astimezone(UTC)


def _listed(places: tuple[str, ...], before: datetime | None, options: Options) -> None:
    import sys

    from console.cli import say
    from console.core.recover.given import Known
    from console.core.restore.found import as_backup
    from console.store.backups import look

    if not places:
        raise UsageFault("nobody said where backups lie", todo="Name --backups DIR, or `backups` in the configuration")
    looked = look(places)
    not_begun, begun = (before, before) if before is not None else _bounds(options)
    for note in looked.notes:
        click.echo(f"halfway: {note}", err=True)
    found = [as_backup(one, not_begun, begun) for one in looked.found]
    for backup in found:
        say(f"{one_line(backup.name)}\n  {backup.about}")
    if not found:
        say("No backup was found.")
    wanted = Known.YES if not_begun is not None else None
    good = any(b.readable is Known.YES and (wanted is None or b.before is wanted) for b in found)
    sys.exit(0 if good else 1)
