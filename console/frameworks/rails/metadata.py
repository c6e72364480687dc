"""What `ar_internal_metadata` says: the environment of the last run, whether Rails protects it, and its schema file."""

from __future__ import annotations

from collections.abc import Iterator

from console.core.migration import Ledger
from console.core.ports import Project
from console.frameworks.rails.dumps import Dump

_PROTECTED = "production"
"""What Rails protects unless the application says otherwise."""


_MOST = 3
"""Versions that are named; the others are counted."""


def about(ledger: Ledger, project: Project | None, dump: Dump | None = None) -> str:
    """Whole sentences; '' where Rails keeps nothing and the project's own file says the same as the ledger."""
    return " ".join((*_said(dict(ledger.beside), project), *_held(ledger, dump)))


def _held(ledger: Ledger, dump: Dump | None) -> Iterator[str]:
    """What the file that stands for all migrations holds, and the ledger does not."""
    if dump is None or ledger.unread or not ledger.exists:
        return
    if dump.unread:
        yield f"{dump.migration.file} cannot be read: {dump.unread}."
    rows = {row.id for row in ledger.rows}
    missing = sorted((dump.versions or {dump.version} - {""}) - rows, key=int)
    if missing:
        more = f" and {len(missing) - _MOST} more" if len(missing) > _MOST else ""
        yield f"{dump.migration.file} holds {', '.join(missing[:_MOST])}{more}, not recorded here."


def _said(kept: dict[str, str], project: Project | None) -> Iterator[str]:
    settings = project.settings if project is not None else {}
    was, now = kept.get("environment", ""), settings.get("environment", "")
    if was:
        yield f"Rails last migrated it as {was}{_guard(was, settings.get('protected', _PROTECTED))}."
    if was and now and was != now:
        yield f"From here it is run as {now}: the next run would write that down instead."
    if kept.get("schema_sha1"):
        yield "A schema file was loaded into it once: what that held was not made by migrations."


def _guard(environment: str, protected: str) -> str:
    names = protected.split()
    return ", which is protected: Rails refuses to drop it or to load a schema over it" if environment in names else ""
