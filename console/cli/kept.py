"""A schema that was kept in a file: as a snapshot of Halfway, or as a dump in SQL, whoever wrote it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.core.faults import UsageFault
from console.core.plain import one_line

if TYPE_CHECKING:
    from console.core.expected_base import Baseline

_LEDGERS = (("rails", "schema_migrations", "version", 0), ("laravel", "migrations", "migration", 1))
"""Tool, its ledger, the column that names a migration, and where that column stands."""
_BLANK = b"\xef\xbb\xbf \t\r\n"


def kept(path: Path, server: str = "") -> Baseline:
    """What the file says. UsageFault with one sentence for anything else; what is left out of it is said. `server`:
    the kind of server it is compared with, where that is known."""
    from console.store import snapshots

    return _dumped(path, server) if _is_sql(path) else snapshots.read(path)


def _is_sql(path: Path) -> bool:
    """It is text, and no JSON. What cannot be opened is left to who reads snapshots."""
    try:
        with path.open("rb") as file:
            head = file.read(4096).lstrip(_BLANK)
    except OSError:
        return False
    return bool(head) and not head.startswith((b"{", b"["))


def _dumped(path: Path, server: str) -> Baseline:
    from console.core.expected_dump import of_dump
    from console.readers.sources.dumps import dump_text

    name = one_line(str(path))
    found = dump_text(path)
    if found.unread:
        raise UsageFault(f"{name} cannot be compared", found.unread, "Dump the schema alone, as SQL text")
    read = of_dump(found.text, name, found.modified_at or datetime.now(UTC), server)
    schema = read.base.schema
    if read.gap:
        click.echo(f"halfway: {read.gap}", err=True)
        schema = replace(schema, unread=(*schema.unread, read.gap))
    return replace(read.base, schema=schema, recorded=_recorded(found.text, schema.dialect))


def _recorded(text: str, dialect: str) -> dict[str, frozenset[str]]:
    """What ran before the dump was written, where its ledger has rows in it; of other tools that is not known."""
    from console.readers.sources.dumps import recorded_in

    told = {
        tool: frozenset(recorded_in(text, table, dialect, column, usual)) for tool, table, column, usual in _LEDGERS
    }
    return {tool: names for tool, names in told.items() if names}
