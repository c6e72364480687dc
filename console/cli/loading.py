"""`halfway restore --from FILE --scratch URL`: a backup loaded beside production, and never where production is.

Everything that could speak against it is looked at before the first statement is sent: which server that is, whether
the login could reach the incident's database, whether the scratch database is empty, whether there is room, and the
whole dump.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.core.faults import Fault, NotPermittedFault, RefusedFault, UsageFault
from console.core.plain import one_line
from console.core.restore.found import need, sized

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

    from console.core.observation import Server
    from console.core.restore.cut import Cut
    from console.core.restore.found import Found
    from console.core.restore.judging import Judge
    from console.core.schema import Schema
    from console.dialects.loading import Loader

Lines = Callable[[], Iterator[bytes]]
_LOCAL = frozenset({"", "localhost", "127.0.0.1", "::1"})


@dataclass
class Loaded:
    """What came of it."""

    judge: Judge
    refused: list[str] = field(default_factory=list)
    """What the scratch server did not take, in its own words."""
    tables: tuple[tuple[str, int | None], ...] = ()
    """(table, rows)"""


def loaded(named: str, scratch: URL, incident: Server, incident_url: URL, wanted: str) -> Loaded:
    """The backup in the scratch database. UsageFault, RefusedFault where it is not loaded."""
    from functools import partial

    from console.store.backups.lines import dump_lines, near, opened

    where, file, found = opened(named)
    server, schema = _read(scratch)
    _proven(found, server, schema, incident)
    if _is_one_server(server, incident):
        _shut_out(scratch, incident_url)
    with near(where, file, found, lambda said: click.echo(f"halfway: {said}", err=True)) as place:
        return _into(scratch, server, partial(dump_lines, place, file, found), found, wanted or incident.name)


def _into(scratch: URL, server: Server, lines: Lines, found: Found, wanted: str) -> Loaded:
    from console.core.restore.judging import Judge, chosen, judged
    from console.dialects.loading import open_loader

    loader = open_loader(server.dialect, scratch)
    try:
        _room(found, loader, scratch)
        seen = judged(lines(), server.grammar, server.version_number, wanted)
        if loader.identity() != server.identity:
            raise UsageFault("the scratch database is on another server than a moment ago, so nothing is loaded")
        loader.ready()
        result = Loaded(Judge(server.grammar, server.version_number, chosen(seen, wanted)))
        _send(lines, server.grammar, loader, result)
        result.tables = tuple(_counted(loader, server.dialect, _read(scratch)[1]))
        return result
    finally:
        loader.close()


def _read(url: URL) -> tuple[Server, Schema]:
    from console import dialects

    link = dialects.open_dialect(url.get_backend_name()).open(url, "scratch")
    try:
        return link.server(), link.schema()
    finally:
        link.close()


def _proven(found: Found, server: Server, schema: Schema, incident: Server) -> None:
    from console.core.restore.ground import objections

    why = next(objections(server, schema, incident, found.server), "")
    if why:
        raise UsageFault(f"nothing is loaded: {why}", todo="Name an empty database on another server")


def _is_one_server(server: Server, incident: Server) -> bool:
    from console.core.restore.ground import one_server

    return one_server(server, incident) is not False


def _shut_out(scratch: URL, incident: URL) -> None:
    """UsageFault unless the scratch login is refused by the incident's database: that is tried."""
    from console import dialects

    todo = "Name a database on another server, or a login that may not connect to the incident's database"
    try:
        dialects.open_dialect(scratch.get_backend_name()).open(
            scratch.set(database=incident.database), "scratch"
        ).close()
    except NotPermittedFault:
        return
    except Fault as fault:
        why = f"whether the scratch login can reach the incident's database cannot be told ({fault.what})"
        raise UsageFault("nothing is loaded", why, todo) from fault
    raise UsageFault("nothing is loaded", "the scratch login can connect to the incident's database", todo)


def _room(found: Found, loader: Loader, scratch: URL) -> None:
    """Say what is needed and what is free; UsageFault where that is too little."""
    from console.core.restore.ground import room

    (needed, said), free = need(found), _free(loader, scratch)
    known = sized(free) if free is not None else "not known (the server does not show it from here)"
    click.echo(f"halfway: needed: {said}; free: {known}", err=True)
    if why := room(needed, free):
        raise UsageFault("nothing is loaded", why)


def _free(loader: Loader, scratch: URL) -> int | None:
    folder = loader.data_folder() if (scratch.host or "") in _LOCAL or str(scratch.host).startswith("/") else ""
    try:
        return shutil.disk_usage(folder).free if folder and Path(folder).is_dir() else None
    except OSError:
        return None


def _send(lines: Lines, grammar: str, loader: Loader, result: Loaded) -> None:
    """Each statement once; what the server does not take is kept, and the rest goes on."""
    from console.core.restore.cut import cut
    from console.core.restore.sorting import Fate

    for one in cut(lines(), grammar):
        fate = result.judge.fate(one).fate
        if fate not in (Fate.SEND, Fate.COPY):
            continue
        try:
            _once(loader, one, copies=fate is Fate.COPY)
        except (RefusedFault, NotPermittedFault) as fault:
            result.refused.append(f"{one_line(one.sql, 80)}: {one_line(fault.why or fault.what, 200)}")


def _once(loader: Loader, one: Cut, *, copies: bool) -> None:
    if copies:
        loader.copy(one.sql, one.data)
    else:
        loader.send(one.sql)


def _counted(loader: Loader, dialect: str, schema: Schema) -> Iterator[tuple[str, int | None]]:
    from console import dialects
    from console.core.schema import Table

    renderer = dialects.renderer(dialect)
    for table in schema.of_kind(Table):
        sql = renderer.count_values(table.ref.schema, table.ref.name, None)
        yield table.ref.label(schema.home), loader.count(sql, 60)
