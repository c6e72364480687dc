"""Whether something that is not in a schema would have been told if it were there.

A catalog may be silent: MariaDB leaves out what belongs to a locked table, and an account without rights is told of
fewer tables, triggers or routines than there are. What nobody told is not "not there", so whoever looks at an address
asks here first what the silence means.
"""

from __future__ import annotations

from collections.abc import Iterable

from console.core.schema import MEMBERS, Kind, Namespace, Ref, Schema, Table, table_ref

_SEVERAL = {Kind.INDEX: "indexes", Kind.POLICY: "policies", Kind.TABLE: "settings"}
_OWNED = frozenset({Kind.INDEX, Kind.TRIGGER})
"""Kinds whose address need not say which table they belong to: it may be any, and have been renamed since."""


def why_untold(ref: Ref, schema: Schema) -> str:
    """Why `ref` may be there although it was not told; '' when it would have been told."""
    if ref.kind is Kind.SCHEMA:
        return schema.untold.get(Kind.SCHEMA, "")
    return _of_its_schema(ref, schema) or _of_its_table(ref, schema)


def may_be_untold(ref: Ref, schema: Schema) -> bool:
    """Nothing was told of it, or not all: it is worth a closer look."""
    keys = not schema.untold.keys().isdisjoint((Kind.INDEX, Kind.CONSTRAINT))
    if ref.kind is Kind.TABLE:
        thing = schema.get(ref)
        return MEMBERS in thing.unread if thing is not None else bool(why_untold(ref, schema))
    return (keys and ref.kind is Kind.COLUMN) or bool(why_untold(ref, schema))


def why_unread(table: Table, kind: Kind, home: str) -> str:
    """Why the parts of one kind are not known of a table."""
    name, parts = table.ref.label(home), _SEVERAL.get(kind, f"{kind.value}s")
    if table.locked:
        return f"{name} is locked and its {parts} could not be read"
    return f"not all {parts} of {name} are told to this account"


def _of_its_schema(ref: Ref, schema: Schema) -> str:
    if ref.schema in ("", schema.home):
        return ""
    space = schema.get(Ref(Kind.SCHEMA, "", "", ref.schema))
    if isinstance(space, Namespace):
        return f"nothing in {ref.schema} is looked at" if MEMBERS in space.unread else ""
    return schema.untold.get(Kind.SCHEMA, "")


def _of_its_table(ref: Ref, schema: Schema) -> str:
    if not ref.table:
        return _of_kind(ref, schema) or (_of_any_table(ref, schema) if ref.kind in _OWNED else "")
    owner = schema.get(table_ref(ref.schema, ref.table))
    if isinstance(owner, Table):
        hidden = why_unread(owner, ref.kind, schema.home) if MEMBERS in owner.unread else ""
        return hidden or _of_kind(ref, schema)
    is_view = schema.get(Ref(Kind.VIEW, ref.schema, "", ref.table)) is not None
    return _of_kind(ref, schema) if is_view else schema.untold.get(Kind.TABLE, "")


def _of_kind(ref: Ref, schema: Schema) -> str:
    """On MySQL a primary key is read with the indexes."""
    is_key = ref.kind is Kind.CONSTRAINT and ref.name == "primary" and schema.dialect != "postgres"
    return schema.untold.get(Kind.INDEX if is_key else ref.kind, "")


def _of_any_table(ref: Ref, schema: Schema) -> str:
    """It may belong to any table that is closed, or that was not told."""
    if Kind.TABLE in schema.untold:
        return schema.untold[Kind.TABLE]
    closed: Iterable[Table] = (table for table in schema.of_kind(Table) if MEMBERS in table.unread)
    return next((why_unread(table, ref.kind, schema.home) for table in closed), "")
