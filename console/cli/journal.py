"""`halfway journal`: the account of an incident, read back; `halfway journal verify`: whether it is the one written.

Reads only, with console/store/reading.py: nothing here can write an entry.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from console.cli.shared import JOURNAL
from console.core.faults import Fault, UsageFault
from console.core.journal import Entry, Mark, Topic, continued, ends
from console.core.plain import cut, lines, one_line
from console.core.room.picture import is_part

_AGE = re.compile(r"(\d{1,6})\s*(s|m|min|h|d)")
_SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}


@click.group(invoke_without_command=True)
@JOURNAL
@click.option("--incident", metavar="TEXT", help="Only entries about incidents whose name holds this.")
@click.option(
    "--since", metavar="WHEN", help="Only entries from then on: 2026-01-31, 2026-01-31T12:00 (UTC), 90min, 2h."
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Only the last N of them.")
@click.option("--full", is_flag=True, help="With SQL, evidence and everything else an entry holds.")
@click.option("--json", "as_json", is_flag=True, help="Print the entries as JSON.")
@click.pass_context
def journal(
    ctx: click.Context,
    named: str | None,
    incident: str | None,
    since: str | None,
    limit: int | None,
    full: bool,
    as_json: bool,
) -> None:
    """Print what was seen, wanted, done and found, newest last."""
    ctx.obj = named
    if ctx.invoked_subcommand is not None:
        return
    from console.cli import say, terminal_width

    path = _path(named)
    start = _since(since, datetime.now(UTC)) if since else None
    found, fault = _entries(path, incident, start, limit)
    if as_json:
        say(json.dumps({"halfway": 1, "journal": str(path), "entries": [_value(e) for e in found]}, indent=1))
    else:
        width = None if full else terminal_width()
        text = "\n".join(cut(line, width) for entry in _lines(found, full=full) for line in entry)
        say(text) if text else click.echo("halfway: no entry", err=True)
    if fault is not None:
        raise fault


@journal.command()
@click.option("--journal", "named", metavar="PATH", multiple=True, help="The journal; again for what it continues.")
@click.pass_context
def verify(ctx: click.Context, named: tuple[str, ...]) -> None:
    """Check that every entry is there and as it was written. Exit 0, or 1 with the first that is not."""
    from console.cli import say
    from console.store.mark import beside
    from console.store.reading import verified

    given = named or ((ctx.obj,) if ctx.obj else (None,))
    paths = [_path(one) for one in given]
    for path in paths:
        mark = verified(path)
        entries = "1 entry" if mark.n == 1 else f"{mark.n} entries"
        name = f"{one_line(str(path))}: " if len(paths) > 1 else ""
        say(f"ok: {name}{entries}, last hash {mark.hash}" if mark.n else f"ok: {name}no entry yet")
        if mark.n and not beside(path).exists():
            click.echo(f"halfway: {beside(path).name} is gone: entries missing at the end would not show", err=True)
    broken = False
    for path in paths:
        broken |= _check_beginning(path, paths)
    sys.exit(1 if broken else 0)


def _check_beginning(path: Path, given: Sequence[Path]) -> bool:
    """Whether something is missing between this journal and the one it continues; it is said on stdout."""
    from console.cli import say
    from console.store.reading import first_of

    first = first_of(path)
    begun = continued(first) if first is not None else None
    if begun is None:
        return False
    older, mark = begun
    name, where = one_line(str(path)), one_line(older)
    others = [one for one in given if one != path]
    if mark is None:
        say(f"cannot tell: {name} continues {where}, which could not be read then")
        return bool(others)
    if not others:
        say(f"not looked at: it continues {where} after entry {mark.n}; name both with --journal")
        return False
    if any(_holds(one, mark) for one in others):
        say(f"ok: {name} continues {where} after entry {mark.n}")
        return False
    say(f"broken: {name} continues {where} after entry {mark.n}, which is missing there")
    return True


def _holds(path: Path, mark: Mark) -> bool:
    from console.store.reading import has

    return not mark.n or has(path, mark)


def _path(named: str | None) -> Path:
    from console.store.place import find

    return find(named, os.environ)


def _entries(
    path: Path, incident: str | None, start: datetime | None, limit: int | None
) -> tuple[Sequence[Entry], Fault | None]:
    """The entries that are wanted; with a fault, those before it."""
    from console.store.reading import BrokenFault, entries_of, opened

    kept: deque[Entry] = deque(maxlen=limit)
    wanted = (incident or "").casefold()
    try:
        with opened(path) as link:
            kept.extend(
                entry
                for entry in entries_of(link, path)
                if wanted in entry.incident.casefold() and (start is None or entry.at >= start)
            )
    except BrokenFault as fault:
        return list(kept), fault
    return list(kept), None


def _lines(entries: Sequence[Entry], *, full: bool) -> Iterator[list[str]]:
    became = ends(entries)
    several = len({entry.incident for entry in entries}) > 1
    for entry in entries:
        about = f"  {one_line(entry.incident, 80)}" if several or full else ""
        head = (
            f"{entry.at:%Y-%m-%d %H:%M:%S}Z  {one_line(str(entry.who), 80)}{about}  {entry.topic.value}"
            f"  {one_line(entry.text, 1000)}{_outcome(entry, became)}"
        )
        yield [head, *(_details(entry) if full else ())]


def _outcome(entry: Entry, became: dict[int, str]) -> str:
    if entry.topic is not Topic.ACTING:
        return ""
    return f"  [{one_line(became[entry.n], 40)}]" if became.get(entry.n) else "  [no outcome is recorded]"


def _details(entry: Entry) -> Iterator[str]:
    more = {"entry": str(entry.n), "run": entry.run, "database user": entry.who.database_user, **entry.details,
            "hash": entry.hash}  # fmt: skip
    for name, value in more.items():
        shown = ["halfway replay draws it"] if is_part(name) else lines(value)
        if len(shown) == 1:
            yield f"    {one_line(name, 60)}: {shown[0]}"
        elif shown:
            yield f"    {one_line(name, 60)}:"
            yield from (f"      {line}" for line in shown)


def _value(entry: Entry) -> dict[str, object]:
    who = {"user": entry.who.user, "origin": entry.who.origin, "database_user": entry.who.database_user}
    return {"n": entry.n, "at": entry.at.isoformat(), "incident": entry.incident, "run": entry.run, "who": who,
            "topic": entry.topic.value, "text": entry.text, "details": dict(entry.details), "before": entry.before,
            "hash": entry.hash}  # fmt: skip


def _since(text: str, now: datetime) -> datetime:
    age = _AGE.fullmatch(text.strip())
    try:
        if age:
            return now - timedelta(seconds=int(age[1]) * _SECONDS[age[2]])
        found = datetime.fromisoformat(text.strip())
    except (ValueError, OverflowError):
        todo = "Write 2026-01-31, 2026-01-31T12:00 (UTC), 90min or 2h"
        raise UsageFault(f"`{one_line(text, 40)}` is not a time", todo=todo) from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found
