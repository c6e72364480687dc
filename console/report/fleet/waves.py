"""The wave plan as Markdown: what to run where, in which order, and when to stop. It is read, changed and typed by
people; nothing here runs any of it, and no password stands in it."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from console.core.fleet.row import Row
from console.core.fleet.waves import Wave, Waves
from console.core.plain import visible
from console.core.recover.again import command_of
from console.report.fleet.text import headline

Commands = Callable[[Row], tuple[str, str]]
"""What brings one database forward, and what looks at it afterwards."""
STOPS = (
    """The command ends with anything but 0, or its output shows an error. Do not run it again: open the console on that
    database first.""",
    """`halfway assess` of a database that was just brought forward ends with anything but 0, or still calls a migration
    pending.""",
    "Sessions wait behind the migration for longer than your application bears.",
    "A database takes three times as long as the slowest one of the wave before.",
    "A replica falls behind further than your application bears.",
    """A server of a later wave has become unreachable, or a database of it is in another state than below: run
    `halfway fleet` again and write a new plan.""",
)


def waves_text(plan: Waves, rows: Sequence[Row], now: datetime, commands: Commands | None = None) -> str:
    """The whole plan, without a final newline."""
    return "\n".join(_lines(plan, rows, now, commands or commands_for))


def _lines(plan: Waves, rows: Sequence[Row], now: datetime, commands: Commands) -> Iterator[str]:
    yield "# Wave plan"
    yield ""
    yield f"Written {now.isoformat(timespec='minutes')}, and carried out by nobody: people type what stands here."
    yield visible(headline(rows))
    yield ""
    yield "## Stop at once when"
    yield ""
    yield from ("- " + " ".join(stop.split()) for stop in STOPS)
    yield ""
    yield from _by_hand(plan)
    for wave in plan.waves:
        yield from _wave(wave, len(plan.waves), commands)
    if not plan.waves:
        yield from ("## No wave", "", "No database that was looked at has anything pending.", "")
    yield from _named("Nothing is known of these", plan.unknown, "Nothing is run on them before they were looked at.")
    if plan.done:
        yield visible(f"Nothing is to be done on {len(plan.done)}: everything is applied there.")


def _by_hand(plan: Waves) -> Iterator[str]:
    if plan.first:
        yield "## Before any wave, one at a time, by hand"
        yield ""
        yield "Each of these is brought to a known state on its own; the same migration may stop the next one, too."
        yield ""
        for row in plan.first:
            yield visible(f"- {row.target.name}: {row.standing.word.lower()}, {row.about}  `{_open(row)}`")
        yield ""


def _wave(wave: Wave, count: int, commands: Commands) -> Iterator[str]:
    group = f", {wave.rows[0].target.group}" if wave.rows[0].target.group else ""
    noun = "database" if len(wave.rows) == 1 else "databases"
    yield visible(f"## Wave {wave.number} of {count}{group}: {len(wave.rows)} {noun}, one after another")
    yield ""
    yield "```sh"
    for row in wave.rows:
        yield visible(f"# {row.target.name}: {row.pending} pending")
        run, look = commands(row)
        yield visible(run)
        yield visible(f"{look} --require-applied")
    yield "```"
    yield ""
    yield "Go on with the next wave only when none of the conditions above holds for any of these."
    yield ""


def _named(title: str, rows: Sequence[Row], rule: str) -> Iterator[str]:
    if rows:
        yield f"## {title}"
        yield ""
        yield rule
        yield ""
        yield from (visible(f"- {row.target.name}: {row.about}") for row in rows)
        yield ""


def _open(row: Row) -> str:
    return f"halfway {_place(row)}"


def assess_of(row: Row) -> str:
    """The look at one database."""
    return f"halfway assess {_place(row)}"


def _place(row: Row) -> str:
    schema = f" --schema {shlex.quote(row.target.schema)}" if row.target.schema else ""
    return shlex.quote(_without_mask(row.target.place)) + schema


def _without_mask(place: str) -> str:
    """A URL that a person can use: the login without the stars that stand for a password."""
    return place.replace(":***@", "@")


def commands_for(row: Row) -> tuple[str, str]:
    """For a database of a fleet without tenants."""
    return command_for(row), assess_of(row)


def command_for(row: Row) -> str:
    """The tool's own command for one database, as far as the tool takes a database from outside."""
    tool = row.framework.partition(",")[0]
    command = command_of(tool)
    if not command:
        return f"# run the pending migrations of {row.target.name} as your deploy does"
    place = _without_mask(row.target.place)
    parts = urlsplit(place)
    address = f"{parts.hostname or 'localhost'}{f':{parts.port}' if parts.port else ''}{parts.path}"
    server = "postgresql" if row.dialect == "postgresql" else row.dialect or parts.scheme
    named = {
        "flyway": f"flyway -url={shlex.quote(f'jdbc:{server}://{address}')} migrate",
        "liquibase": f"liquibase --url={shlex.quote(f'jdbc:{server}://{address}')} update",
        "laravel": f"DB_HOST={shlex.quote(parts.hostname or '')} DB_DATABASE={shlex.quote(parts.path[1:])} {command}",
        "dbmate": f"dbmate --url {shlex.quote(place)} migrate",
        "golang-migrate": f"migrate -database {shlex.quote(place)} up",
    }
    if tool in named:
        return named[tool]
    if tool in ("rails", "prisma", "drizzle", "alembic", "sequelize", "typeorm", "knex"):
        return f"DATABASE_URL={shlex.quote(place)} {command}"
    return f"{command}  # with the settings of {place}"
