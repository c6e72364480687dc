"""The headless commands: `assess`, `doctor`, `journal` and `snapshot`, and the rules all commands share.

Data goes to stdout, narration to stderr; a fault is one sentence and an exit code, never a traceback. Nothing here
imports Textual; screens/__main__.py adds the commands that open screens.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import traceback
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from console import __version__
from console.cli.later import Commands, offer
from console.cli.metrics import PROMETHEUS, Metrics
from console.cli.once import ask_password, ended_by_signals, observe_once, open_incident, with_login
from console.cli.options import common_options
from console.cli.shadow import SHADOW, bases_of
from console.cli.snapshot import EXPECT, expected_of
from console.cli.why import ERROR, LOG, WHY, with_error
from console.core.faults import Fault, UsageFault
from console.core.plain import folded, one_line

if TYPE_CHECKING:
    from console.core.assessment import Assessment
    from console.wiring import Options

__all__ = [
    "COMMANDS",
    "DEFAULT_COMMAND",
    "EXPECT",
    "SHADOW",
    "bases_of",
    "cli",
    "common_options",
    "ended_by_signals",
    "expected_of",
    "observe_once",
    "open_incident",
    "options_of",
    "print_assessment",
    "run",
    "say",
    "terminal_width",
    "with_login",
]

DEFAULT_COMMAND = "console"
COMPLETE = "_HALFWAY_COMPLETE"
"""Set by the shell when it asks."""


class FirstWord(click.Group):
    """The first word is a command if it is one, else a URL; a URL always holds ://."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default command in front where none was named."""
        if ctx.resilient_parsing and not args:  # a shell asks which words there are
            return super().parse_args(ctx, args)
        if not args or (args[0] not in self.commands and args[0] not in ("--help", "-h", "--version")):
            word = args[0] if args else ""
            if word and not word.startswith("-") and "://" not in word and not ctx.resilient_parsing:
                known = ", ".join(name for name, command in self.commands.items() if not command.hidden)
                raise click.UsageError(
                    f"`{one_line(word, 40)}` is neither a command ({known}) nor a URL (which holds ://)."
                )
            args = [DEFAULT_COMMAND, *args]
        return super().parse_args(ctx, args)


COMMANDS = Commands()


@click.group(cls=FirstWord, commands=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="halfway")
def cli() -> None:
    """The incident console for a database migration that stopped halfway.

    `halfway [URL]` opens the console; without a terminal it prints the assessment. Its options: `halfway console
    --help`.
    """


@cli.command()
@common_options
@click.option("--json", "as_json", is_flag=True, help="Print the assessment as JSON.")
@click.option("--count-rows", is_flag=True, help="Also ask the data: rows left to change, rows in a statement's way.")
@WHY
@ERROR
@LOG
@click.option(
    "--dry-run", metavar="ID", help="Also run the tool's own dry run of one migration (boots the application)."
)
@click.option("--require-applied", is_flag=True, help="Pending migrations exit 1 as well.")
@EXPECT
@SHADOW
@PROMETHEUS
def assess(
    as_json: bool,
    count_rows: bool,
    why: bool,
    error: str | None,
    log: str | None,
    dry_run: str | None,
    require_applied: bool,
    expect: tuple[str, ...],
    shadow: str | None,
    prometheus: str | None,
    **common: str | None,
) -> None:
    """Judge the database once: text, or JSON with --json. Exit 0 healthy, 1 attention, 2 usage, 3 unreachable."""
    from console.wiring import find

    with Metrics(prometheus, as_json=as_json) as metrics:
        options = with_error(options_of(common), error, log)
        found = find(options)
        metrics.url = found.url
        base = next(iter(bases_of(expect, shadow, options)), None)
        ask = count_rows or why or bool(error or log)
        assessment = observe_once(options, count_rows=ask, dry_run=dry_run, base=base, found=found)
        metrics.assessment = assessment
    if as_json or prometheus is None:
        print_assessment(assessment, as_json=as_json)
    pending = any(m.state.value in ("pending", "unreadable") for f in assessment.frameworks for m in f.migrations)
    sys.exit(1 if require_applied and pending else assessment.exit_code)


@cli.command(short_help="Say what was found, what is missing, and the GRANT for it.")
@common_options
@click.option(
    "--grants", type=click.Choice(["observer", "responder"]), help="Print the SQL of the least that such a login needs."
)
def doctor(grants: str | None, **common: str | None) -> None:
    """Say what was found (project, release, connection, server, rights), what is missing, and the GRANT for it."""
    from console.doctor import Doctor, least
    from console.wiring import find

    options = options_of(common)
    if grants:
        say(least(find(options), grants))
        return
    with ended_by_signals():
        sys.exit(
            Doctor(find(options), say=lambda line: say(folded(line, terminal_width())), ask=ask_password).examine()
        )


offer(COMMANDS)


def options_of(common: dict[str, Any]) -> Options:
    """The common options as a value."""
    from console.wiring import Options

    url = common.get("url")
    if url is not None and "://" not in url:
        raise UsageFault(
            f"`{one_line(url, 40)}` is not a database URL: it holds no ://",
            todo="Write postgresql://user@host/database",
        )
    return Options(**common)


def print_assessment(assessment: Assessment, *, as_json: bool) -> None:
    """To stdout, and nothing else there."""
    from console.report import as_json as to_json
    from console.report import as_text

    if not as_json:
        say(as_text(assessment, terminal_width()))
        return
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower()
    say(to_json(assessment, ascii_only=not encoding.startswith("utf")))


def say(text: str) -> None:
    """Data, to stdout. That nobody reads it (any more) changes neither what was found nor the exit code."""
    try:
        click.echo(text)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as problem:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise UsageFault("the answer cannot be written to stdout", problem.strerror or "") from None


def terminal_width() -> int | None:
    """The columns of the terminal that stdout is; None when it is none: then nothing is folded or cut."""
    if sys.stdout is None or sys.stdout.closed or not sys.stdout.isatty():
        return None
    return max(40, shutil.get_terminal_size().columns)


def _where_options_are(problem: click.ClickException) -> str:
    if isinstance(problem, click.NoSuchOption | click.MissingParameter) and problem.ctx is not None:
        return f" `{problem.ctx.command_path} --help` tells which there are."
    return ""


def run(group: click.Group, arguments: Sequence[str] | None = None) -> int:
    """Run the commands; whatever goes wrong becomes one sentence on stderr and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if os.environ.get(COMPLETE):
        from console.cli.completion import completable

        completable(group)
    try:
        group.main(args=list(arguments) if arguments is not None else None, prog_name="halfway", standalone_mode=False)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as problem:
        click.echo(f"halfway: {problem.format_message()}{_where_options_are(problem)}", err=True)
        return 2
    except Fault as fault:
        click.echo(f"halfway: {fault}" + (f"\n  {fault.grant};" if fault.grant else ""), err=True)
        return fault.exit_code
    except (KeyboardInterrupt, click.Abort):
        return 130
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except Exception as problem:  # noqa: BLE001 - the person on call gets a sentence, never a traceback
        return _own_mistake(problem)
    return 0


def _own_mistake(problem: Exception) -> int:
    if os.environ.get("HALFWAY_DEBUG"):
        traceback.print_exception(problem, file=sys.stderr)
    what = f"Halfway itself failed ({type(problem).__name__})"
    click.echo(f"halfway: {what}. HALFWAY_DEBUG=1 before the command shows where.", err=True)
    return 3
