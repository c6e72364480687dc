"""What `halfway preflight` asks the server besides the usual look, and the options that say how much."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from console.core.preflight.finding import Finding
    from console.core.preflight.ground import Ground
    from console.preflighting import Looked, Sources
    from console.wiring import Found

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Asks:
    """What was asked for of the rows."""

    data: bool = False
    data_budget: float = 30.0
    data_from: str | None = None


def data_options(command: F) -> F:
    """The options about the rows."""
    for option in (
        click.option("--data-from", metavar="URL", help="Ask a replica about the rows instead; implies --data."),
        click.option("--data-budget", metavar="SECONDS", type=click.FloatRange(0.1, 3600), default=30.0,
                     show_default=True, help="How long the rows may be asked about, all questions together."),
        click.option("--data", is_flag=True, help="Ask the rows what would be refused; without it the SQL is listed."),
    ):  # fmt: skip
        command = option(command)
    return command


def looked(ground: Ground, found: Found, asks: Asks) -> tuple[Ground, tuple[Finding, ...]]:
    """The ground with this moment, and what the rows say."""
    from console.cli.once import ended_by_signals, known
    from console.lanes.foreseeing import Budget
    from console.preflighting import Preflight, Wish

    found = known(found)
    wish = Wish(asks.data or asks.data_from is not None, Budget(asks.data_budget), found.options.redact)
    with ended_by_signals():
        return Preflight(_sources(found, asks.data_from), wish).look(ground)


def _sources(found: Found, data_from: str | None) -> Sources:
    from console import dialects
    from console.cli.why import with_clues
    from console.core.faults import UsageFault
    from console.preflighting import Sources
    from console.wiring import parse_url, shown, source

    here = with_clues(source(found), found)
    own = Sources(partial(here.dialect.open, here.url), here.room, found.options.backups, partial(_backups, found))
    if data_from is None:
        return own
    url = parse_url(data_from)
    if url.get_backend_name().replace("mariadb", "mysql") != here.url.get_backend_name().replace("mariadb", "mysql"):
        raise UsageFault("--data-from names another kind of server", todo="Name a replica of this one")
    there = dialects.open_dialect(url.get_backend_name())
    return Sources(own.opened, own.room, own.places, own.backups, partial(there.open, url), shown(url))


def _backups(found: Found) -> Looked:
    from console.store.backups import look

    seen = look(found.options.backups)
    return seen.found, seen.notes
