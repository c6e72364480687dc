"""Whether a backup may be loaded into a database: never where it could touch the incident's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from console.core.observation import Server
from console.core.plain import one_line
from console.core.schema import Kind, Schema
from console.core.shadow import is_empty, is_one_group

_HOLDS_ROWS = frozenset({Kind.TABLE, Kind.VIEW, Kind.SEQUENCE})
"""A login that is told of no routine, and of no other database, may still see that it holds no rows."""
FAMILIES = (frozenset({"mysql", "mariadb"}), frozenset({"postgresql"}))


def one_server(mine: Server, other: Server) -> bool | None:
    """Whether both are on one server; a copy of its disk, a node of one cluster and the primary of a replica count as
    the same. None: that cannot be told."""
    if is_one_group(mine, other):
        return True
    parts = set(mine.identity.split()), set(other.identity.split())
    return None if not all(parts) else bool(parts[0] & parts[1])


def objections(scratch: Server, schema: Schema, incident: Server, dump: str) -> Iterator[str]:
    """Why nothing is loaded there, one sentence each without a full stop; `dump`: the kind of server of the dump."""
    name = f"the scratch database {one_line(scratch.name)} on {one_line(scratch.host)}"
    same = one_server(scratch, incident)
    if same is None:
        yield f"whether {name} is on the server of the incident cannot be told"
    if same and scratch.name == incident.name:
        yield f"{name} is the database of the incident"
    if dump and not any({dump, scratch.dialect} <= family for family in FAMILIES):
        yield f"{name} is {scratch.dialect}, and the backup is of {dump}"
    if schema.unread or schema.untold.keys() & _HOLDS_ROWS:
        yield f"whether {name} is empty cannot be told"
    elif not _is_empty(schema):
        yield f"{name} is not empty"
    if scratch.read_only or scratch.replica or scratch.foreign:
        yield f"{name} is {scratch.foreign or 'read-only'}"


def _is_empty(schema: Schema) -> bool:
    """On MySQL other databases are told of as well, as schemas."""
    home = [thing for thing in schema.things if schema.dialect == "postgres" or thing.ref.schema == schema.home]
    return is_empty(replace(schema, things=tuple(home)))


def room(needed: int | None, free: int | None) -> str:
    """Why there is no room, or '' where there is, or where that is not known."""
    short = needed is not None and free is not None and free < needed
    return (
        f"it needs about {needed} bytes, and {free} are free where the scratch server keeps its data" if short else ""
    )
