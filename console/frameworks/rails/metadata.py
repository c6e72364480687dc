"""What `ar_internal_metadata` says: the environment of the last run, whether Rails protects it, and its schema file."""

from __future__ import annotations

from collections.abc import Iterator

from console.core.migration import Ledger
from console.core.ports import Project

_PROTECTED = "production"
"""What Rails protects unless the application says otherwise."""


def about(ledger: Ledger, project: Project | None) -> str:
    """Whole sentences; '' where Rails keeps nothing."""
    return " ".join(_said(dict(ledger.beside), project))


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
