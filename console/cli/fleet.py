"""`halfway fleet`: one migration on many databases, looked at side by side. It reads, and changes nothing anywhere."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from console.core.faults import Fault, UsageFault
from console.core.plain import one_line

if TYPE_CHECKING:
    from console.core.fleet.row import Row
    from console.fleet.gathering import Gathering
    from console.fleet.reach import Reach
    from console.fleet.results import Known
    from console.fleet.run import Run

Show = Callable[["Fleet", bool], int]
"""Opens the grid on a terminal; the exit code."""
_ABOUT = """Look at many databases that run the same migrations, a few at a time, and put equal incidents in one line.

TARGETS is a TOML or CSV list (name, url, schema, group, ...), or the URL of a server to be asked with --databases,
--schemas or --from-query; without any of these the project's own tenants (stancl/tenancy, django-tenants, apartment).

Exit code: that of the worst one, 3 (one could not be looked at) before 1 (one needs attention) before 0.
"""


@dataclass
class Fleet:
    """What was asked for, with everything it needs; nothing is connected yet."""

    run: Run
    reaches: tuple[Reach, ...]
    known: Known
    require_applied: bool = False
    options: tuple[str, ...] = ()
    """What the console on one of them is given besides its URL."""

    def rows(self, stopped: threading.Event | None = None, but: frozenset[str] = frozenset()) -> Iterator[Row]:
        """A row for each, those of an earlier run first; in the order in which they come. `but`: names to leave out."""
        from console.fleet.results import key_of, still_good

        left = []
        for reach in (r for r in self.reaches if r.target.name not in but):
            old = self.known.get(key_of(reach.target))
            row = still_good(old, partial(self.run.looker.files_now, reach)) if old is not None else None
            if row is not None:
                yield replace(row, target=reach.target)
            else:
                left.append(reach)
        yield from self.run.rows(left, stopped)

    def gathering(self) -> Gathering:
        """The same for a screen."""
        from console.fleet.gathering import Gathering

        return Gathering(self.rows, len(self.reaches), self.run.commands)

    def console_of(self, name: str) -> tuple[tuple[str, ...], str]:
        """The words behind `halfway` that open the console on one of them, and its URL: that goes by the environment,
        because a password may be in it."""
        reach = next(reach for reach in self.reaches if reach.target.name == name)
        schema = ("--schema", reach.target.schema) if reach.target.schema else ()
        given = self.run.looker.source_of(reach.url).given
        folder = ("--migrations", given) if given and "--migrations" not in self.options else ()
        return (*self.options, *schema, *folder), reach.url.render_as_string(hide_password=False)


def fleet_command(show: Show | None = None) -> click.Command:
    """The command; `show` opens the grid where there is a terminal."""

    @click.command("fleet", help=_ABOUT, short_help="Look at many databases that run the same migrations.")
    @click.argument("targets", required=False)
    @click.option("--from-query", metavar="SQL", help="A SELECT on TARGETS, a catalog database, that gives the list.")
    @click.option("--databases", metavar="PATTERN", help="Every database of the server: 'tenant_*', 'a_*,!a_test'.")
    @click.option("--schemas", metavar="PATTERN", help="Every schema of the database, read together.")
    @click.option("--project", metavar="DIR", help="The project's folder; the current one if not given.")
    @click.option("--migrations", metavar="PATH", help="A folder, a tar or a file.")
    @click.option("--framework", metavar="NAME", help="The migration tool, when several are found.")
    @click.option("--config", metavar="FILE", help="Halfway's own TOML file.")
    @click.option(
        "--filter", "words", metavar="WORDS", default="", help="Only those that hold every word, none behind -."
    )
    @click.option(
        "--json", "as_json", is_flag=True, help="One line of JSON a database, as it comes; a last one sums up."
    )
    @click.option("--waves", is_flag=True, help="Write a wave plan (Markdown) for what is pending; nothing is run.")
    @click.option("--wave-size", type=click.IntRange(1, 1000), default=20, show_default=True, help="Databases a wave.")
    @click.option("--resume", metavar="FILE", help="What --json printed before: only what is not in it is looked at.")
    @click.option("--jobs", type=click.IntRange(1, 64), default=24, show_default=True, help="Looks at a time, in all.")
    @click.option("--per-server", type=click.IntRange(1, 64), default=8, show_default=True, help="The same, a server.")
    @click.option("--seconds", type=click.FloatRange(5, 600), default=10, show_default=True, help="For one database.")
    @click.option("--require-applied", is_flag=True, help="Pending migrations exit 1 as well.")
    @click.option("--ascii", "ascii_only", is_flag=True, help="Draw with ASCII characters only.")
    def fleet(as_json: bool, waves: bool, wave_size: int, words: str, ascii_only: bool, **given: Any) -> None:  # noqa: ANN401 - the options of `made_fleet`
        if as_json and waves:
            raise UsageFault("--json and --waves both want stdout", todo="Keep the lines, then --resume FILE --waves")
        made = made_fleet(**given)
        if words:
            made.reaches = _named(made, words)
        if not as_json and not waves and show is not None:
            sys.exit(show(made, ascii_only))
        sys.exit(headless(made, as_json=as_json, wave_size=wave_size if waves else 0))

    return fleet


def made_fleet(
    *,
    targets: str | None,
    from_query: str | None,
    databases: str | None,
    schemas: str | None,
    resume: str | None,
    jobs: int,
    per_server: int,
    seconds: float,
    require_applied: bool,
    project: str | None,
    migrations: str | None,
    framework: str | None,
    config: str | None,
) -> Fleet:
    """Find the targets and the project. UsageFault for what cannot be meant."""
    from console.fleet.making import Asked, find_fleet
    from console.fleet.results import known_of
    from console.wiring import Options

    asked = Asked(targets, from_query, databases, schemas)
    options = Options(project=project, migrations=migrations, framework=framework, config=config)
    run, reaches = find_fleet(asked, options, jobs=jobs, per_server=per_server, seconds=seconds)
    known = known_of(_lines_of(resume), resume) if resume else {}
    given = (("project", project), ("migrations", migrations), ("framework", framework), ("config", config))
    words = tuple(word for name, value in given if value for word in (f"--{name}", value))
    return Fleet(run, reaches, known, require_applied, words)


def _lines_of(name: str) -> list[str]:
    try:
        return Path(name).expanduser().read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        why = getattr(problem, "strerror", None) or "it is no text"
        raise UsageFault(f"the results {one_line(name)} cannot be read", why) from None


def _named(made: Fleet, words: str) -> tuple[Reach, ...]:
    """Before anything was read a filter can only be about names and places."""
    from console.core.fleet.groups import matching
    from console.core.fleet.row import unreached

    kept = {row.target for row in matching((unreached(r.target, "", None) for r in made.reaches), words)}
    found = tuple(reach for reach in made.reaches if reach.target in kept)
    if not found:
        raise UsageFault(f"no database of the fleet fits --filter {one_line(words, 80)}")
    return found


def headless(made: Fleet, *, as_json: bool = False, wave_size: int = 0) -> int:
    """Everything to stdout; the exit code. What was read before an interruption was printed before it."""
    from console.cli.once import ended_by_signals
    from console.core.fleet.majority import held_against
    from console.core.fleet.row import worst
    from console.fleet.results import sum_of

    began, rows = time.monotonic(), []
    complete = False
    try:
        with ended_by_signals():
            for row in made.rows():
                rows.append(row)
                if as_json:
                    _say_line(row)
        complete = True
    finally:
        held = held_against(rows)
        if as_json:
            from console.cli import say

            took = time.monotonic() - began
            say(json.dumps(sum_of(held, took, complete=complete, require_applied=made.require_applied)))
        else:
            _print(made, held, wave_size, complete=complete)
    return worst(held, require_applied=made.require_applied)


def _say_line(row: Row) -> None:
    from console.cli import say
    from console.fleet.results import line_of

    say(json.dumps(line_of(row)))


def _print(made: Fleet, rows: tuple[Row, ...], wave_size: int, *, complete: bool) -> None:
    from console.cli import say, terminal_width
    from console.report.fleet.text import fleet_text

    if not wave_size:
        say(fleet_text(rows, terminal_width(), complete=complete))
        return
    if not complete:
        raise Fault("No wave plan was written", "not all databases were looked at")
    from console.core.fleet.waves import planned
    from console.report.fleet.waves import waves_text

    say(waves_text(planned(rows, wave_size), rows, datetime.now(UTC), made.run.commands))


FLEET = fleet_command()
"""The one without a grid."""
