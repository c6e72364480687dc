"""What was asked for becomes a run: the project is found once, the targets are listed, and every one gets a source."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from console.core.faults import UsageFault
from console.core.observation import Machine
from console.core.ports import HostMachine
from console.dialects import open_dialect
from console.fleet.files import SharedFiles
from console.fleet.listing import from_file, from_query, from_server
from console.fleet.looking import Looker
from console.fleet.reach import Reach
from console.fleet.run import Run
from console.fleet.tenants import Tenants
from console.lanes import Source
from console.lanes.of_tenants import for_tenants
from console.wiring import Found, Options, find, parse_url, source

if TYPE_CHECKING:
    from sqlalchemy.engine import URL


@dataclass(frozen=True, slots=True)
class Asked:
    """How the targets were named."""

    targets: str | None = None
    query: str | None = None
    databases: str | None = None
    schemas: str | None = None

    @property
    def of_project(self) -> bool:
        """Nobody was named: the project's own tenants are meant, at the URL if there is one."""
        chosen = (self.query, self.databases, self.schemas)
        return all(value is None for value in chosen) and (self.targets is None or self.url is not None)

    @property
    def url(self) -> URL | None:
        """The server, where one was named."""
        return parse_url(self.targets) if self.targets is not None and "://" in self.targets else None


class OneLook:
    """This machine, looked at once: its processes are the same for every database."""

    def __init__(self, machine: HostMachine) -> None:
        self._machine = machine
        self._seen: Machine | None = None
        self._lock = threading.Lock()

    def look(self) -> Machine:
        """Sockets and processes as they were at the first look."""
        with self._lock:
            if self._seen is None:
                try:
                    self._seen = self._machine.look()
                except OSError:
                    self._seen = Machine(readable=False)
            return self._seen


def find_fleet(
    asked: Asked,
    options: Options,
    *,
    jobs: int,
    per_server: int,
    seconds: float,
    environ: Mapping[str, str] | None = None,
) -> tuple[Run, tuple[Reach, ...]]:
    """The run and its targets. UsageFault for what cannot be meant, other faults where a server is asked for them."""
    environ = os.environ if environ is None else environ
    listing = None if asked.of_project else listed(asked, environ)
    found = _found(options, listing, asked.url, environ)
    tenants = Tenants.of(found) if options.migrations is None else None
    reaches = listing if listing is not None else _of_project(tenants, found)
    if tenants is not None:
        reaches = tuple(r for r in reaches if r.target.schema not in tenants.tenancy.shared)
    tenancy = tenants.tenancy if tenants is not None else None
    looker = Looker(_Sources(found, tenants), SharedFiles(), seconds, tenancy.shared if tenancy else ("public",))
    return Run(looker, per_server, jobs, tenancy), reaches


def _of_project(tenants: Tenants | None, found: Found) -> tuple[Reach, ...]:
    """The tenants that the project itself keeps apart."""
    if tenants is None:
        todo = "Give a list, or a URL with --databases, --schemas or --from-query"
        raise UsageFault("no databases were named, and no tenants of this project are known", todo=todo)
    return tenants.listed(found.database)


def listed(asked: Asked, environ: Mapping[str, str]) -> tuple[Reach, ...]:
    """Who is meant."""
    chosen = [word for word, value in (("--from-query", asked.query), ("--databases", asked.databases),
                                       ("--schemas", asked.schemas)) if value is not None]  # fmt: skip
    url = asked.url
    if len(chosen) > 1:
        raise UsageFault(f"{' and '.join(chosen)} both say which databases are meant", todo="Give one of them")
    if chosen and url is None:
        raise UsageFault(
            f"{chosen[0]} asks a server", todo="Give its URL: halfway fleet postgresql://user@host/database"
        )
    if asked.query is not None and url is not None:
        return from_query(url, asked.query, environ)
    if chosen and url is not None:
        return from_server(url, asked.databases, asked.schemas)
    if asked.targets is not None and url is None:
        return from_file(asked.targets, environ)
    raise UsageFault("no databases were named")


def _found(options: Options, reaches: tuple[Reach, ...] | None, url: URL | None, environ: Mapping[str, str]) -> Found:
    """The project, found once; its own database is none of the fleet's unless the list names it."""
    first = reaches[0].url if reaches else url
    named = first.render_as_string(hide_password=False) if first is not None else None
    return find(replace(options, url=named), environ)


class _Sources:
    """URL -> what a look at it reads from. Statements that a migration sends to other databases are not followed."""

    def __init__(self, found: Found, tenants: Tenants | None) -> None:
        base = source(replace(found, options=replace(found.options, schema=None)))
        self._central = self._base = replace(base, others=(), machine=OneLook(base.machine))
        self._apart = ""
        if tenants is not None:
            tools = for_tenants(base.frameworks, tenants.tenancy)
            self._base = replace(self._central, given=tenants.tenancy.folder or base.given, frameworks=tools)
            own = tenants.project.url
            self._apart = own.database or "" if own is not None and not tenants.tenancy.by_schema else ""
        self._dialect = lru_cache(open_dialect)

    def __call__(self, url: URL) -> Source:
        central = bool(self._apart) and url.database == self._apart
        return replace(self._central if central else self._base, url=url, dialect=self._dialect(url.get_backend_name()))
