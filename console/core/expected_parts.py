"""What partitions and heirs have of their parents: PostgreSQL gives it to them, and no statement says it again."""

from __future__ import annotations

from collections.abc import Iterator

from console.core.operations import Change, Operation
from console.core.schema import Kind, Ref, Schema, Value, table_ref
from console.core.state import Attrs, Canvas

_TO_HEIRS = frozenset({"check", "not null"})
"""Constraints that come down by their own name, to heirs as well; others only to partitions, by a name of their own."""


def give_to_parts(canvas: Canvas, base: Schema) -> None:
    """Complete what statements made as a part of another table; what the base tells of is whole already."""
    for ref, attrs in list(canvas.things.items()):
        if ref.kind is not Kind.TABLE or attrs is None or base.get(ref) is not None:
            continue
        whole, heirs = attrs.get("partition_of"), attrs.get("inherits")
        for parent in (whole, *(heirs if isinstance(heirs, tuple) else ())):
            if isinstance(parent, str) and parent:
                above = table_ref(*parent.rpartition(".")[::2])
                _give(canvas, above, ref, partition=parent == whole)


def give_before(operation: Operation, canvas: Canvas) -> None:
    """A partition that is detached keeps what it had of its parent."""
    attrs = canvas.get(operation.ref) if isinstance(operation, Change) and operation.ref.kind is Kind.TABLE else None
    whole = (attrs or {}).get("partition_of")
    if isinstance(operation, Change) and ("partition_of", None) in operation.attrs and isinstance(whole, str) and whole:
        _give(canvas, table_ref(*whole.rpartition(".")[::2]), operation.ref, partition=True, detached=True)


def _give(canvas: Canvas, parent: Ref, child: Ref, *, partition: bool, detached: bool = False) -> None:
    given = dict(_given(canvas, parent, child, partition=partition, detached=detached))
    known = {ref for ref in given if canvas.get(ref) is not None}
    new = {ref: attrs for ref, (attrs, _) in given.items() if ref not in known}
    canvas.with_things(new, frozenset(ref for ref in new if not given[ref][1]))


def _given(
    canvas: Canvas, parent: Ref, child: Ref, *, partition: bool, detached: bool
) -> Iterator[tuple[Ref, tuple[Attrs, bool]]]:
    """Each thing with whether its name is known."""
    for ref in canvas.near(parent):
        attrs = canvas.get(ref)
        if attrs is None or ref.schema != parent.schema or parent.name not in (ref.table, attrs.get("table")):
            continue
        if ref.kind is Kind.COLUMN:
            yield Ref(Kind.COLUMN, child.schema, child.name, ref.name), (attrs, True)
        elif ref.kind is Kind.CONSTRAINT and (partition or attrs.get("type") in _TO_HEIRS):
            named = attrs.get("type") in _TO_HEIRS
            if not named and _has_one(canvas, child, ref, attrs):
                continue
            name = ref.name if named else f"{child.name}_{ref.name}"
            yield Ref(Kind.CONSTRAINT, child.schema, child.name, name), (attrs, named)
        elif ref.kind is Kind.INDEX and partition and not _has_one(canvas, child, ref, attrs):
            place = Ref(Kind.INDEX, child.schema, "", f"{child.name}_{ref.name}")
            own = {**attrs, "table": child.name, "attached_to": None if detached else f"{ref.schema}.{ref.name}"}
            yield place, (own, False)


def _has_one(canvas: Canvas, child: Ref, above: Ref, wanted: Attrs) -> bool:
    """One of its own that is attached to that of its parent, or that the server attaches for being the same."""
    for ref in canvas.near(child):
        attrs = canvas.get(ref)
        if ref.kind is above.kind and attrs is not None and child.name in (ref.table, attrs.get("table")):
            attached = attrs.get("attached_to") == f"{above.schema}.{above.name}"
            if ref.schema == child.schema and (attached or _same(attrs) == _same(wanted)):
                return True
    return False


def _same(attrs: Attrs) -> dict[str, Value]:
    return {name: value for name, value in attrs.items() if name not in ("table", "attached_to")}
