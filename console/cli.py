"""The headless commands: `assess` and `doctor`, and the rules all commands share.

Data goes to stdout, narration to stderr; a fault is one sentence and an exit code, never a traceback. Nothing here
imports Textual; screens/__main__.py adds the commands that open screens.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from console import __version__
from console.core.faults import Fault, UsageFault

if TYPE_CHECKING:
    from console.core.assessment import Assessment
    from console.incident import Incident
    from console.wiring import Options

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_COMMAND = "console"


class FirstWord(click.Group):
    """The first word is a command if it is one, else a URL; a URL always holds ://."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default command in front where none was named."""
        if not args or (args[0] not in self.commands and args[0] not in ("--help", "-h", "--version")):
            word = args[0] if args else ""
            if word and not word.startswith("-") and "://" not in word:
                known = ", ".join(name for name, command in self.commands.items() if not command.hidden)
                raise click.UsageError(f"`{word}` is neither a command ({known}) nor a URL (which holds ://).")
            args = [DEFAULT_COMMAND, *args]
        return super().parse_args(ctx, args)


@click.group(cls=FirstWord, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="halfway")
def cli() -> None:
    """The incident console for a database migration that stopped halfway.

    `halfway [URL]` opens the console; without a terminal it prints the assessment.
    """


def common_options(command: F) -> F:
    """The options every command that connects takes (DESIGN 6)."""
    for option in reversed(
        (
            click.argument("url", required=False),
            click.option("--project", metavar="DIR", help="The project's folder; the current one if not given."),
            click.option("--migrations", metavar="PATH|-", help="A folder, a tar, a file, or - for stdin."),
            click.option("--framework", metavar="NAME", help="The migration tool, when several are found."),
            click.option("--schema", metavar="NAME", help="The schema that unqualified names mean."),
            click.option("--config", metavar="FILE", help="A TOML file with url, project, migrations, schema."),
        )
    ):
        command = option(command)
    return command


@cli.command()
@common_options
@click.option("--json", "as_json", is_flag=True, help="Print the assessment as JSON.")
@click.option("--count-rows", is_flag=True, help="Also count the rows data statements still have to change.")
@click.option("--require-applied", is_flag=True, help="Pending migrations exit 1 as well.")
def assess(as_json: bool, count_rows: bool, require_applied: bool, **common: str | None) -> None:
    """Judge the database once: text, or JSON with --json. Exit 0 healthy, 1 attention, 2 usage, 3 unreachable."""
    assessment = observe_once(options_of(common), count_rows=count_rows)
    print_assessment(assessment, as_json=as_json)
    pending = any(m.state.value in ("pending", "unreadable") for f in assessment.frameworks for m in f.migrations)
    sys.exit(1 if require_applied and pending else assessment.exit_code)


@cli.command()
@common_options
def doctor(**common: str | None) -> None:
    """Say what was found (project, release, connection, server, rights), what is missing, and the GRANT for it."""
    from console.doctor import examine

    lines, missing = examine(options_of(common))
    for line in lines:
        click.echo(line)
    sys.exit(1 if missing else 0)


def options_of(common: dict[str, Any]) -> Options:
    """The common options as a value."""
    from console.wiring import Options

    url = common.get("url")
    if url is not None and "://" not in url:
        raise UsageFault(
            f"`{url}` is not a database URL: it holds no ://", todo="Write postgresql://user@host/database"
        )
    return Options(**common)


def open_incident(options: Options) -> Incident:
    """The incident of these options; nothing is connected yet."""
    from console.incident import Incident
    from console.wiring import find, source

    return Incident(source(find(options)))


def observe_once(options: Options, *, count_rows: bool = False) -> Assessment:
    """One sweep, headless. Asks for a password when the server wants one and a person is there to give it."""
    incident = open_incident(options)
    try:
        assessment = incident.observe()
        fault = incident.failure()
        if fault is not None and assessment.observation.server.value is None:
            raise fault
        if count_rows:
            assessment = _with_counts(incident, assessment)
        return assessment
    finally:
        incident.stop()


def _with_counts(incident: Incident, assessment: Assessment) -> Assessment:
    wanted = [
        (migration.id, judgement.statement.n)
        for _, migration in assessment.troubled
        for judgement in migration.statements
        if judgement.statement.probe is not None
    ]
    for migration_id, n in wanted:
        incident.count_now(migration_id, n)
    return incident.observe() if wanted else assessment


def print_assessment(assessment: Assessment, *, as_json: bool) -> None:
    """To stdout, and nothing else there."""
    from console.report import as_json as to_json
    from console.report import as_text

    click.echo(to_json(assessment) if as_json else as_text(assessment))


def run(group: click.Group, arguments: Sequence[str] | None = None) -> int:
    """Run the commands; whatever goes wrong becomes one sentence on stderr and an exit code."""
    try:
        group.main(args=list(arguments) if arguments is not None else None, prog_name="halfway", standalone_mode=False)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as problem:
        click.echo(f"halfway: {problem.format_message()}", err=True)
        return 2
    except Fault as fault:
        click.echo(f"halfway: {fault}", err=True)
        return fault.exit_code
    except (KeyboardInterrupt, click.Abort):
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0
