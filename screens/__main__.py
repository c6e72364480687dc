"""The `halfway` script: the headless commands plus those that open screens; Textual is imported for the latter only."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.cli import (
    COMMANDS,
    DEFAULT_COMMAND,
    EXPECT,
    SHADOW,
    bases_of,
    cli,
    common_options,
    ended_by_signals,
    expected_of,
    observe_once,
    open_incident,
    options_of,
    print_assessment,
    run,
    terminal_width,
    with_login,
)
from console.cli.looks import ASCII, LINEAR, THEME, is_linear
from console.cli.shared import JOURNAL, ROOM
from console.cli.site import arguments
from console.core.faults import Fault
from console.core.plain import one_line
from screens.garbage import never_again, seldom

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

    from console.cli.fleet import Fleet
    from console.core.expected_base import Baseline
    from console.incident import Incident
    from console.rooms import Wish
    from console.watching import Watching
    from console.wiring import Found, Options


@cli.command(DEFAULT_COMMAND, hidden=True)
@common_options
@LINEAR
@ASCII
@THEME
@EXPECT
@SHADOW
@click.option("--journal", metavar="PATH", help="Keep the journal there instead of in your state folder.")
@click.option("--room", metavar="DIR|URL", help="Meet others there: a room's folder, or another database.")
@click.option("--two-person", type=click.Choice(["losing", "all"]), help="Which actions a partner must agree to.")
def console(
    ascii_only: bool,
    expect: tuple[str, ...],
    shadow: str | None,
    journal: str | None,
    room: str | None,
    two_person: str | None,
    **common: str | None,
) -> None:
    """Open the console; without a terminal print the assessment."""
    options = options_of(common)
    bases = bases_of(expect, shadow, options)
    told = partial(wish_of, room, two_person, options.config, journal)
    sys.exit(show(options, bases, ascii_only=ascii_only, journal=journal, shadow=shadow, room=told))


@cli.command(short_help="Open the console to look only: it can change nothing.")
@common_options
@LINEAR
@ASCII
@THEME
@EXPECT
@click.option("--room", metavar="DIR|URL", help="Look at what is said and done in this room as well.")
def observe(ascii_only: bool, expect: tuple[str, ...], room: str | None, **common: str | None) -> None:
    """Open the console to look only: nothing in it can change anything."""
    options = options_of(common)
    place = room or os.environ.get("HALFWAY_ROOM")
    sys.exit(show(options, expected_of(expect, options), ascii_only=ascii_only, observing=True, window=place))


@cli.command(short_help="Step through a past incident, from its journal alone.")
@JOURNAL
@ROOM
@click.option("--incident", metavar="TEXT", help="The incident whose name holds this; the newest if not given.")
@ASCII
@THEME
def replay(named: str | None, room: str | None, incident: str | None, ascii_only: bool) -> None:
    """Step through a past incident on the same screens, from its journal alone. Without a terminal: print it."""
    from console.cli.replay import past_of, print_moments, warning

    past = past_of(named, room, incident)
    if not _on_a_terminal():
        sys.exit(print_moments(past))
    from screens.dressing import colour
    from screens.run import replay as replay_screens

    dressed = colour(os.environ.get("HALFWAY_THEME", ""))
    sys.exit(replay_screens(past, ascii_only, warning(past) if past.broken else dressed))


@cli.command(short_help="Make an incident on a private server and open it.")
@click.argument("name", required=False)
@click.option("--server", metavar="KIND", help="postgresql (the default), mysql or mariadb.")
@click.option("--json", "as_json", is_flag=True, help="Print the assessment as JSON instead of opening the console.")
@click.option("--list", "listed", is_flag=True, help="Print what drills there are, each with what happens in it.")
@click.option("--sql", metavar="SQL", help="Send this, as somebody else, to the drill that was opened last.")
@LINEAR
@ASCII
@THEME
def drill(name: str | None, server: str | None, as_json: bool, listed: bool, sql: str | None, ascii_only: bool) -> None:
    """Make an incident on a private server and open the console on it. Without a terminal: print and exit 0."""
    from console.drill.run import DEFAULT, DEFAULT_SERVER, beside, describe, names, run_drill

    if listed:
        for each in names():
            click.echo(f"{each:<17} {describe(each)}")
        return
    if sql is not None:
        click.echo("".join(f"{row}\n" for row in beside(sql)), nl=False)
        return

    def look(project: Path, url: URL) -> int:
        from console.wiring import Options

        options = Options(url=url.render_as_string(hide_password=False), project=str(project))
        if as_json or not (is_linear() or _on_a_terminal()):
            print_assessment(observe_once(options), as_json=as_json)
            return 0
        return show(options, ascii_only=ascii_only, journal=str(project.parent / "journal"))

    sys.exit(run_drill(name or DEFAULT, look, server or DEFAULT_SERVER))


def grid(fleet: Fleet, ascii_only: bool) -> int:
    """The grid of a fleet where there is a terminal, else as text; the exit code."""
    if not _on_a_terminal():
        from console.cli.fleet import headless

        return headless(fleet)
    from screens.dressing import colour
    from screens.run import fleet as fleet_screens

    def open_one(name: str) -> int:
        words, url = fleet.console_of(name)
        ascii_words = ("--ascii",) if ascii_only else ()
        line = [sys.executable, "-P", "-m", "screens", "console", *words, *ascii_words]
        return subprocess.run(line, env={**os.environ, "HALFWAY_URL": url}, check=False).returncode

    colour(os.environ.get("HALFWAY_THEME", ""))
    return fleet_screens(fleet.gathering(), open_one, ascii_only)


def _fleet() -> click.Command:
    from console.cli.fleet import fleet_command

    return fleet_command(grid)


COMMANDS.later("fleet", _fleet)


def show(
    options: Options,
    bases: tuple[Baseline, ...] = (),
    *,
    ascii_only: bool = False,
    observing: bool = False,
    journal: str | None = None,
    shadow: str | None = None,
    room: partial[Wish] | None = None,
    window: str | None = None,
) -> int:
    """The console where there is a terminal, else the assessment as text; the exit code."""
    linear = is_linear(options.config)
    if not linear and not _on_a_terminal():
        assessment = observe_once(options, base=next(iter(bases), None), keeping=not observing)
        print_assessment(assessment, as_json=False)
        return assessment.exit_code
    found, let_go = with_login(options)
    incident = open_incident(options, found, *bases, keeping=not observing)
    seen = _seen(window, incident.title) if observing else None
    asked = None if observing or _plain(room, journal) else _asked(room, journal, incident.title)
    from screens.entrance import entered

    entrance = entered(incident, ascii_only, observing, linear, found.options.preferences)
    with ended_by_signals(), entrance as (screens, dressed):
        let_go()
        if observing:
            return screens(observing=True, watching=seen, said=dressed)
        wish = asked or _asked(room, journal, incident.title)
        return _respond(screens, found, incident, journal, wish, shadow, dressed)


def _seen(window: str | None, incident: str) -> Watching | None:
    from console.places import watching

    return watching(window, incident, os.environ) if window else None


def _respond(
    screens: Callable[..., int],
    found: Found,
    incident: Incident,
    journal: str | None,
    wish: Wish,
    shadow: str | None,
    dressed: str,
) -> int:
    from console.responding import remembered, responder

    try:
        acting = responder(found, incident, path=journal, room=wish)
    except Fault as fault:
        return screens(said=f"nothing can be done from here: {fault}")
    if shadow:
        from console.cli.rehearsal import rehearse

        acting.tools = replace(acting.tools, rehearse=partial(rehearse, shadow, found))
    if journal is None:
        from screens.habits import remember

        remember(remembered(found))
    return screens(acting=acting, said=dressed)


def _plain(room: partial[Wish] | None, journal: str | None) -> bool:
    """Nobody has said anything of a room, so nobody is asked anything before the first picture."""
    from console.places import unsaid

    said = (journal, *(room.args if room is not None else ()))
    return not any(said) and unsaid(None, os.environ)


def _asked(room: partial[Wish] | None, journal: str | None, incident: str) -> Wish:
    return joining(room() if room is not None else wish_of(journal=journal), journal, incident)


def wish_of(
    room: str | None = None, two_person: str | None = None, config: str | None = None, journal: str | None = None
) -> Wish:
    """What was said about the room; asked only where somebody may act."""
    from console.rooms import wished

    return wished(room, two_person, config, journal, os.environ)


def joining(wish: Wish, journal: str | None, incident: str) -> Wish:
    """With the room that somebody is in already, where a person wants to join it; asked before any screen."""
    from console.rooms import USUAL, offered

    if wish.place or journal:
        return wish
    words = one_line(offered(incident), 300)
    join = bool(words) and click.confirm(f"{words}. Join?", default=True, err=True)
    return replace(wish, place=str(USUAL)) if join else wish


def _on_a_terminal() -> bool:
    from screens.run import can_open

    return can_open() and terminal_width() is not None


def main() -> None:
    """The entry point of the package."""
    seldom()
    try:
        words = arguments(sys.argv[1:], os.environ)
    except Fault as fault:
        click.echo(f"halfway: {fault}", err=True)
        sys.exit(fault.exit_code)
    code = run(cli, words)
    never_again()
    sys.exit(code)


if __name__ == "__main__":
    main()
