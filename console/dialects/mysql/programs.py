"""Catalog rows as databases, views, triggers, routines and events."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from console.core.schema import NOTHING, Event, Kind, Namespace, Ref, Routine, Trigger, View, uncased
from console.core.types.mysql import canonical_charset, canonical_collation, canonical_type
from console.core.types.mysql_defaults import trigger_definition, view_options
from console.dialects.mysql.quoting import quoted

if TYPE_CHECKING:
    from console.dialects.mysql.wire import Row

_STATUS = {"ENABLED": "enabled", "DISABLED": "disabled"}


def namespace(row: Row) -> Namespace:
    """A database."""
    name, charset, collation, comment = row
    return Namespace(
        ref=Ref(Kind.SCHEMA, "", "", name),
        comment=comment or None,
        charset=canonical_charset(charset),
        collation=canonical_collation(collation),
    )


def view(row: Row, home: str, dialect: str) -> View:
    """A view; without SHOW VIEW its query is not told."""
    name, definition, definer, security, checked, algorithm = row
    return View(
        ref=Ref(Kind.VIEW, home, "", name),
        unread=NOTHING if definition else frozenset({"definition"}),
        definition=definition or None,
        owner=definer or None,
        options=view_options(security, checked, algorithm or "") if security else None,
    )


def trigger(row: Row, home: str, dialect: str) -> Trigger:
    """A trigger."""
    owner, name, timing, event, body = row
    definition = trigger_definition(timing, event, body)
    return Trigger(ref=Ref(Kind.TRIGGER, home, "", name), table=owner, definition=definition)


def parameters(rows: list[Row], dialect: str) -> dict[tuple[str, str], tuple[str, ...]]:
    """(sort of routine, its name) -> its parameters as a CREATE has them."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for routine, kind, mode, name, type_name, charset, collation in rows:
        said = f"{mode.lower()} " if kind == "PROCEDURE" and mode else ""
        text = f"{said}{quoted(name)} {canonical_type(type_name, dialect)}{_charset(charset, collation)}"
        found[kind, routine] = (*found.get((kind, routine), ()), text)
    return found


def _charset(charset: str | None, collation: str | None) -> str:
    return f" charset {charset} collate {collation}" if charset and collation else ""


def routine(row: Row, home: str, dialect: str, arguments: tuple[str, ...] = ()) -> Routine:
    """A function or procedure; without the right its code is not told."""
    name, kind, returns, _, body, comment, definer, fixed, security, access, charset, collation = row
    beside = (access.lower() if access != "CONTAINS SQL" else "", f"returns{_charset(charset, collation)}")
    is_procedure = kind == "PROCEDURE"
    return Routine(
        ref=uncased(Ref(Kind.PROCEDURE if is_procedure else Kind.ROUTINE, home, "", name)),
        comment=comment or None,
        unread=NOTHING if body is not None else frozenset({"body", "arguments"}),
        type="procedure" if is_procedure else "function",
        language="sql",
        returns=canonical_type(returns, dialect) if returns else "",
        body=body,
        owner=definer or None,
        volatility="deterministic" if fixed == "YES" else "not deterministic",
        security=security.lower(),
        arguments=", ".join(arguments) if body is not None else None,
        options=tuple(text for text in beside if text not in ("", "returns")),
    )


def event(row: Row, home: str, dialect: str) -> Event:
    """An event."""
    name, kind, at, value, unit, status, body, comment = row
    return Event(
        ref=uncased(Ref(Kind.EVENT, home, "", name)),
        comment=comment or None,
        schedule=_schedule(kind, at, value, unit),
        enabled=_STATUS.get(status, "replica side disabled"),
        body=body,
    )


def _schedule(kind: str, at: datetime | None, value: str | None, unit: str | None) -> str:
    """`every 1 day`, `at 2026-01-01 00:00:00`."""
    if kind == "ONE TIME":
        return f"at {at}"
    return f"every {str(value).replace(chr(39), '')} {str(unit).lower()}"
