"""The schema as it will be while a roll-back goes on: each step is written for what the ones before it leave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from console.core.operations import Create, Operation, Rename
from console.core.schema import Ref, Schema, Thing, attributes, owner_of
from console.core.state import Attrs, Picture
from console.core.things import thing_at


class Stage:
    """The schema as it is after each step of a roll-back; only what the steps are about is kept on it."""

    def __init__(self, schema: Schema, steps: Iterable[Operation] | None = None) -> None:
        """`schema` is what is there now; without `steps` all of it is kept."""
        places = {place for step in steps or () for place in _places(step)}
        near = [t for t in schema.things if steps is None or (t.ref.schema, owner_of(t) or t.ref.name) in places]
        self._there = {thing.ref: thing for thing in near}
        self._picture = Picture({thing.ref: attributes(thing) for thing in near}, complete=True)
        self._like = schema

    def play(self, step: Operation) -> None:
        """One step more."""
        self._picture = step.apply(self._picture)

    def schema(self) -> Schema:
        """What is there now."""
        known = ((ref, attrs) for ref, attrs in self._picture.things.items() if attrs is not None)
        things = tuple(sorted((self._thing(ref, attrs) for ref, attrs in known), key=lambda thing: thing.ref))
        return replace(self._like, things=things)

    def _thing(self, ref: Ref, attrs: Attrs) -> Thing:
        there = self._there.get(ref)
        return there if there is not None and attributes(there) == attrs else thing_at(ref, attrs)


def _places(operation: Operation) -> Iterator[tuple[str, str]]:
    refs = (operation.ref, operation.to) if isinstance(operation, Rename) else (operation.subject,)
    things = operation.things if isinstance(operation, Create) else ()
    for ref in (*(ref for ref in refs if ref is not None), *(thing.ref for thing in things)):
        yield ref.schema, ref.table or ref.name
    yield from ((thing.ref.schema, owner_of(thing)) for thing in things)
