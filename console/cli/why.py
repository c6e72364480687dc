"""Why it failed, headless: the options of `assess`, and where clues are looked for outside the database."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.core.faults import UsageFault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy.engine import URL

    from console.core.storage import Room, Storage
    from console.lanes import Source
    from console.readers.sources.disk import Door
    from console.wiring import Found, Options

WHY = click.option("--why", is_flag=True, help="Ask the data, and the tool's log, why it failed.")
ERROR = click.option("--error", metavar="FILE|-", help="What the tool printed when it failed; implies --why.")
LOG = click.option("--log", metavar="FILE", help="The tool's log, where it is not in the project; implies --why.")
_MOST = 1_000_000
_HERE = ("", "localhost", "127.0.0.1", "::1")


def with_error(options: Options, named: str | None, log: str | None) -> Options:
    """The options with what a person gave. UsageFault where it cannot be read."""
    from dataclasses import replace

    from console.readers.sources.logs import given_text

    return replace(options, error=given_text(_text(named)) if named else "", log=log)


def _text(named: str) -> str:
    if named == "-":
        return sys.stdin.read(_MOST)
    try:
        with Path(named).expanduser().open(encoding="utf-8", errors="replace") as file:
            return file.read(_MOST)
    except OSError as problem:
        raise UsageFault(f"cannot read {named}", problem.strerror or "", "Check --error") from None


def with_clues(source: Source, found: Found) -> Source:
    """The source with a way to look outside the database."""
    from dataclasses import replace

    from console.readers.sources.logs import clues_of

    url, options = found.database, found.options
    lite = url.get_backend_name() == "sqlite" and url.database
    projects = [(framework.name, project.folder) for framework, project in found.projects if project is not None]
    local = str(url.host or url.query.get("host") or "") in _HERE
    file = Path(str(url.database)) if lite else None
    clues = partial(clues_of, options.error, options.log, projects, local=local and not lite, file=file,
                    redact=options.redact)  # fmt: skip
    return replace(source, clues=clues, room=None if url.get_backend_name() == "sqlite" else _room(url))


def _room(url: URL) -> Callable[[Storage], Room]:
    from console.readers.sources.disk import room_of

    return partial(room_of, door=door_of(url, os.environ))


def door_of(url: URL, environ: Mapping[str, str]) -> Door:
    """How a connection goes there; what another file may decide counts as an address that could be a tunnel's."""
    from console.readers.sources.disk import Door

    postgres = url.get_backend_name() == "postgresql"
    hosts = {str(host) for host in (url.host, url.query.get("host"), url.query.get("hostaddr")) if host}
    if not hosts and postgres and environ.get("PGHOST"):
        hosts = set(environ["PGHOST"].split(","))
    by_file = postgres and ("service" in url.query or "PGSERVICE" in environ or "PGHOSTADDR" in environ)
    if "unix_socket" in url.query or (postgres and not by_file and all(host.startswith("/") for host in hosts)):
        return Door.SOCKET
    return Door.LOOPBACK if hosts <= set(_HERE) else Door.FAR
