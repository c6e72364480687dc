"""`halfway restore --point-in-time`: commands that are printed, with the time that they need and what proves it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from console.core.faults import Fault, UsageFault

if TYPE_CHECKING:
    from datetime import datetime

    from console.core.assessment import Assessment
    from console.core.journal import Entry
    from console.core.restore.moment import Moment
    from console.wiring import Options


def printed(options: Options, before: datetime | None) -> None:
    """Data to stdout; of several migrations in trouble that of the worst."""
    from console.cli import say
    from console.cli.once import observe_once, open_incident
    from console.wiring import find

    found = find(options)
    assessment = observe_once(options, found=found)
    click.echo("halfway: nothing of this has been run", err=True)
    journal = _kept(open_incident(options, found).title)
    say("\n".join(lines(assessment, found.database.host or "", before, journal)))


def bounds(options: Options) -> tuple[datetime | None, datetime | None]:
    """When the worst migration in trouble had not begun, and when it had; Faults where no database can be read."""
    from console.cli.once import observe_once, open_incident
    from console.wiring import find

    found = find(options)
    if found.url is None:
        return None, None
    moment = _moment(observe_once(options, found=found), _kept(open_incident(options, found).title))
    return moment.bounds if moment is not None else (None, None)


def _kept(title: str) -> tuple[Entry, ...]:
    """What the journal of this machine has of the incident; nothing where there is none that can be read."""
    from console.store.place import find
    from console.store.reading import entries_of, opened

    try:
        path = find(None, os.environ)
        with opened(path) as link:
            return tuple(entry for entry in entries_of(link, path) if entry.incident == title)
    except Fault:
        return ()


def lines(assessment: Assessment, host: str, before: datetime | None, journal: Sequence[Entry] = ()) -> Iterator[str]:
    """When it began, then each way with its commands."""
    from console.core.restore.moment import Moment, Told
    from console.core.restore.point_in_time import finding, recipes

    server = assessment.observation.server.value
    if server is None:
        raise UsageFault("the database was not read, so which commands are its own is not known")
    if server.dialect == "sqlite":
        raise UsageFault("a file has no point in time to go back to", todo="Bring back a copy of the file")
    moment = _moment(assessment, journal)
    if before is not None:
        moment = replace(moment or Moment(), after=Told(before, "you said so: --before"))
    yield moment.words if moment is not None else "No migration is in trouble: name the time with --before."
    if moment is None or moment.target is None:
        yield f"This may find it: {finding(server, _table(assessment), moment)};"
    for recipe in recipes(server, host, moment or Moment()):
        yield ""
        yield recipe.title
        yield from (f"  {command}" for command in recipe.commands)
        yield from (f"  # {note}" for note in recipe.notes)


def _moment(assessment: Assessment, journal: Sequence[Entry]) -> Moment | None:
    from console.core.restore.moment import moment_of

    if not assessment.troubled:
        return None
    framework, migration = assessment.troubled[0]
    return moment_of(assessment, framework, migration, journal)


def _table(assessment: Assessment) -> str:
    """A table that the worst migration changed."""
    found = (table for _, m in assessment.troubled for j in m.statements for _, table in j.statement.tables)
    return next(found, "")
