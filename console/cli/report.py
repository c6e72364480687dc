"""`halfway report`: the account of an incident for who was not there, from its journal alone: no database is needed."""

from __future__ import annotations

import json
import os
import sys
from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.cli.shared import JOURNAL, ROOM
from console.core.faults import UsageFault
from console.core.plain import one_line

if TYPE_CHECKING:
    from console.core.journal import Entry
    from console.report.account.story import Story


CLIPBOARD = 74_000
"""Bytes that terminals take: 100,000 letters of base64 are too many for most of them."""


@click.command(short_help="Tell what happened: who did what, when, with which SQL.")
@JOURNAL
@ROOM
@click.option("--incident", metavar="TEXT", help="The incident whose name holds this; the newest if not given.")
@click.option("--format", "form", type=click.Choice(["md", "json", "html"]), default="md", help="md if not given.")
@click.option(
    "--as", "note", type=click.Choice(["handover", "status", "retro", "brief"]), help="A note for one reader."
)
@click.option("--redact", is_flag=True, help="Leave every literal of every statement out.")
@click.option("--copy", is_flag=True, help="Send it to your terminal's clipboard (OSC 52) as well.")
@click.option("--to", metavar="FILE", help="Write it there instead of on stdout; a file that is there is kept.")
def report(
    named: str | None,
    room: str | None,
    incident: str | None,
    form: str,
    note: str | None,
    redact: bool,
    copy: bool,
    to: str | None,
) -> None:
    """Tell what happened: who did what, when, with which SQL, and what came of it."""
    from console.cli import say

    if note and form == "json":
        raise UsageFault(f"--as {note} is for people, and --format json for programs", todo="Leave one of them out")
    story = _story(named, room, incident)
    text = _text(story, form, note, redact=redact)
    if to:
        _write(Path(to).expanduser(), text)
    else:
        say(text.removesuffix("\n"))
    if copy:
        _copy(text)
    if story.broken:
        click.echo(f"halfway: the journal cannot be trusted: {one_line(story.broken, 300)}", err=True)
        sys.exit(1)


def _story(named: str | None, room: str | None, incident: str | None) -> Story:
    from console.report.account.story import story_of

    return story_of(*account_of(named, room, incident))


def account_of(named: str | None, room: str | None, incident: str | None) -> tuple[list[Entry], str, str, str]:
    """All entries of the journal that is meant, the newest incident in it whose name holds the words, why the journal
    cannot be trusted, and where it is."""
    entries, broken, source = _read(named, room)
    wanted = (incident or "").casefold()
    chosen = next((entry.incident for entry in reversed(entries) if wanted in entry.incident.casefold()), None)
    if chosen is None:
        about = f" about {one_line(incident, 80)}" if incident else ""
        raise UsageFault(f"nothing is written{about} in {one_line(source)}", todo="halfway journal shows what is")
    return entries, chosen, broken, source


def _read(named: str | None, room: str | None) -> tuple[list[Entry], str, str]:
    from console.store.place import NAME, find
    from console.store.shared import DESK

    if named and room:
        raise UsageFault("--journal and --room both say where the journal is", todo="Give one of them")
    if room and "://" in room:
        from console.places import room_url
        from console.store.remote_account import read_account
        from console.wiring import shown

        url = room_url(room, os.environ)
        return (*read_account(url), shown(url))
    path = Path(room).expanduser() / DESK / NAME if room else find(named, os.environ)
    return (*_entries(path), str(path))


def _entries(path: Path) -> tuple[list[Entry], str]:
    """All entries that can be read, and why the journal cannot be trusted."""
    from console.core.journal import broken
    from console.store.mark import read_mark
    from console.store.reading import BrokenFault, entries_of, opened

    found: list[Entry] = []
    with opened(path) as link:
        try:
            found.extend(entries_of(link, path))
        except BrokenFault as fault:
            return found, fault.why
    return found, broken(found, read_mark(path))


def _copy(text: str) -> None:
    """By OSC 52, on stderr: what is piped on stays as it is."""
    data = text.encode("utf-8", "backslashreplace")
    if not _on_terminal():
        raise UsageFault("there is no terminal whose clipboard could take it", todo="Use --to FILE")
    if len(data) > CLIPBOARD:
        raise UsageFault(f"{len(data):,} bytes are more than a terminal's clipboard takes", todo="Use --to FILE")
    sys.stderr.write(f"\x1b]52;c;{b64encode(data).decode()}\a")
    click.echo(f"halfway: {len(data):,} bytes were sent to your terminal's clipboard (OSC 52)", err=True)


def _on_terminal() -> bool:
    return sys.stderr.isatty()


def _text(story: Story, form: str, note: str | None, *, redact: bool) -> str:
    from console.report.account.forms import as_html, as_markdown
    from console.report.account.notes import NOTES
    from console.report.account.page import pages
    from console.report.account.redacted import redacted
    from console.report.account.values import document_of_story

    shown = redacted(story) if redact else story
    if form == "json":
        return json.dumps(document_of_story(shown), indent=1) + "\n"
    blocks = NOTES[note](shown) if note else pages(shown)
    return as_html(f"Incident: {shown.incident}", blocks) if form == "html" else as_markdown(blocks)


def _write(path: Path, text: str) -> None:
    from console.store.whole import write_whole

    shown = one_line(str(path), 200)
    if path.exists():
        raise UsageFault(f"{shown} is there already", todo="Name another file")
    try:
        write_whole(path, text)
    except OSError as problem:
        raise UsageFault(f"the report cannot be written to {shown}", problem.strerror or "") from None
