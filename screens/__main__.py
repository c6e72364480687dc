"""The `halfway` script: the headless commands plus those that open screens; Textual is imported for the latter only."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.cli import (
    DEFAULT_COMMAND,
    EXPECT,
    SHADOW,
    bases_of,
    cli,
    common_options,
    expected_of,
    observe_once,
    open_incident,
    options_of,
    print_assessment,
    run,
    terminal_width,
    with_login,
)
from console.core.faults import Fault
from console.wiring import Options

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

    from console.core.expected_base import Baseline

ASCII = click.option("--ascii", "ascii_only", is_flag=True, help="Draw with ASCII characters only.")


@cli.command(DEFAULT_COMMAND, hidden=True)
@common_options
@ASCII
@EXPECT
@SHADOW
@click.option("--journal", metavar="PATH", help="Keep the journal there instead of in your state folder.")
def console(
    ascii_only: bool, expect: tuple[str, ...], shadow: str | None, journal: str | None, **common: str | None
) -> None:
    """Open the console; without a terminal print the assessment."""
    options = options_of(common)
    bases = bases_of(expect, shadow, options)
    sys.exit(show(options, bases, ascii_only=ascii_only, journal=journal, shadow=shadow))


@cli.command()
@common_options
@ASCII
@EXPECT
def observe(ascii_only: bool, expect: tuple[str, ...], **common: str | None) -> None:
    """Open the console to look only: nothing in it can change anything."""
    options = options_of(common)
    sys.exit(show(options, expected_of(expect, options), ascii_only=ascii_only, observing=True))


@cli.command()
@click.argument("name", required=False)
@click.option("--server", metavar="KIND", help="postgresql (the default), mysql or mariadb.")
@click.option("--json", "as_json", is_flag=True, help="Print the assessment as JSON instead of opening the console.")
@ASCII
def drill(name: str | None, server: str | None, as_json: bool, ascii_only: bool) -> None:
    """Make an incident on a private server and open the console on it. Without a terminal: print and exit 0."""
    from console.drill.run import DEFAULT, DEFAULT_SERVER, run_drill

    def look(project: Path, url: URL) -> int:
        options = Options(url=url.render_as_string(hide_password=False), project=str(project))
        if as_json or not _on_a_terminal():
            print_assessment(observe_once(options), as_json=as_json)
            return 0
        return show(options, ascii_only=ascii_only, journal=str(project.parent / "journal"))

    sys.exit(run_drill(name or DEFAULT, look, server or DEFAULT_SERVER))


def show(
    options: Options,
    bases: tuple[Baseline, ...] = (),
    *,
    ascii_only: bool = False,
    observing: bool = False,
    journal: str | None = None,
    shadow: str | None = None,
) -> int:
    """The console where there is a terminal, else the assessment as text; the exit code."""
    if not _on_a_terminal():
        assessment = observe_once(options, base=next(iter(bases), None))
        print_assessment(assessment, as_json=False)
        return assessment.exit_code
    found = with_login(options)
    incident = open_incident(options, found, *bases)
    from screens.run import run as run_screens

    if observing:
        return run_screens(incident, ascii_only, observing=True)
    from console.responding import responder

    try:
        acting = responder(found, incident, path=journal)
    except Fault as fault:
        return run_screens(incident, ascii_only, said=f"nothing can be done from here: {fault}")
    if shadow:
        from console.cli.rehearsal import rehearse

        acting.tools = replace(acting.tools, rehearse=partial(rehearse, shadow, found))
    return run_screens(incident, ascii_only, acting)


def _on_a_terminal() -> bool:
    from screens.run import can_open

    return can_open() and terminal_width() is not None


def main() -> None:
    """The entry point of the package."""
    sys.exit(run(cli))


if __name__ == "__main__":
    main()
