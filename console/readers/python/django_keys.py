"""What points to a key whose type changes: Django drops those references, retypes their columns and makes them anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from console.readers.python.django_fields import Field
from console.readers.python.django_state import Engine, Model, ModelKey, State, through
from console.readers.python.static import UnreadableError


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that points to the key, before and after."""

    model: Model
    field: Field
    became: Model
    name: str
    """Of the relation as seen from the key: Django follows them by it."""


def references(model: Model, found: Field, before: State, after: State, engine: Engine) -> list[Reference]:
    """Every column that points to a field, and what points to those, in Django's order."""
    return list(_references(model, found, before, after, engine, frozenset()))


def _references(
    model: Model, found: Field, before: State, after: State, engine: Engine, seen: frozenset[tuple[ModelKey, str]]
) -> Iterator[Reference]:
    if (model.key, found.name) in seen:
        raise UnreadableError("what points to the key points back to itself")
    mine = sorted(_direct(model, found, before, after, engine), key=lambda one: one.name)
    if engine.mysql and len({one.name for one in mine}) < len(mine):
        raise UnreadableError("in which order Django follows what points to the key only a run could tell")
    for one in mine:
        yield one
        yield from _references(one.model, one.field, before, after, engine, seen | {(model.key, found.name)})


def _direct(model: Model, found: Field, before: State, after: State, engine: Engine) -> Iterator[Reference]:
    for other, pointing in before.pointing(model, engine, found):
        if not other.kept(engine):
            continue
        if not pointing.many:
            yield Reference(other, pointing, after.model(*other.key), _name(other, pointing))
    if not found.primary:
        return
    many = [(other, field) for other, field in before.pointing(model, engine) if field.many]
    own = [(model, field) for field in model.fields if field.many]
    for n, pairs in ((1, many), (0, own)):
        for other, field in pairs:
            table = through(other, field, before, engine)
            if table is not None and other.kept(engine):
                yield Reference(table, table.fields[n], table, f"{other.name}_{field.name}+")


def _name(other: Model, pointing: Field) -> str:
    """`related_query_name()`."""
    given = pointing.get("related_query_name") or pointing.get("related_name") or other.name.lower()
    words = {"%(class)s": other.name.lower(), "%(model_name)s": other.name.lower(), "%(app_label)s": other.app}
    for word, value in words.items():
        given = str(given).replace(word, value)
    return str(given)


def in_states(one: Reference, before: State, after: State) -> tuple[State, State]:
    """Both states with the table behind a many-to-many field, which is in neither."""
    if one.model.key in before.models:
        return before, after
    return before.with_model(one.model), after.with_model(replace(one.became))
