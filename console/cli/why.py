"""Why it failed, headless: the options of `assess`, and where clues are looked for outside the database."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.core.faults import UsageFault

if TYPE_CHECKING:
    from console.lanes import Source
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
    return replace(
        source, clues=partial(clues_of, options.error, options.log, projects, local=local and not lite, file=file)
    )
