"""Frozen values as plain lists and back, fast: what was read of migration files, kept from one start to the next.

A `Form` knows the classes that one kind of value is made of, found by its fields' types, and no others: whatever stands
in a file, nothing comes of it but such values. Both ways keep everything, also what does not count when values are
compared. What a Form does not know (a subclass, another library's value) is refused, never written nearly right.

    atom            itself: text, whole number, true, false, null
    [0, ...]        a tuple
    [1, ...]        a frozenset, [2, ...] a list, [3, k, v, ...] a dict
    [n, ...]        an enum's value, or the fields of a class, without the last ones that are as they are by default
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from functools import cached_property
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from console.core import schema as made_of

T = TypeVar("T")
_THINGS = (
    made_of.Column, made_of.Constraint, made_of.Event, made_of.Extension, made_of.Index, made_of.Namespace,
    made_of.Other, made_of.Policy, made_of.Routine, made_of.Sequence, made_of.Table, made_of.Trigger,
    made_of.UserType, made_of.View,
)  # fmt: skip
_ATOMS = frozenset({str, int, bool, type(None)})
_OWN = 4
"""Numbers below stand for Python's own collections."""
_Maker = Callable[[list[Any]], Any]


class NoFormError(ValueError):
    """This value is made of something else, or this text is of none."""


class Form:
    """How values that are made of `roots` are written."""

    def __init__(self, *roots: object) -> None:
        """Types as they stand in annotations; nothing is looked at before the first value."""
        self._roots = roots

    def plain(self, value: object) -> Any:  # noqa: ANN401 - lists and atoms in lists
        """Only lists and atoms. NoFormError, RecursionError where it is too deep."""
        kind = type(value)
        if kind in _ATOMS:
            return value
        if kind in self._numbers:
            return self._made_plain(value, kind)
        many: Any = value
        if kind is tuple:
            return [0, *map(self.plain, many)]
        if kind is frozenset:
            return [1, *map(self.plain, sorted(many, key=repr))]
        if kind is list:
            return [2, *map(self.plain, many)]
        if kind is dict:
            return [3, *(self.plain(each) for pair in many.items() for each in pair)]
        raise NoFormError(f"{kind.__qualname__} is not known here")

    def _made_plain(self, value: Any, kind: type) -> list[Any]:  # noqa: ANN401 - any of the classes
        if isinstance(value, Enum):
            return [self._numbers[kind], value.value]
        given = [(getattr(value, field.name), field) for field in fields(kind)]
        while given and _is_default(*given[-1]):
            given.pop()
        return [self._numbers[kind], *(self.plain(each) for each, _ in given)]

    def value(self, plain: object) -> Any:  # noqa: ANN401 - whatever was written
        """And back. NoFormError."""
        try:
            return self._makers[plain[0]](plain) if isinstance(plain, list) else plain
        except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as problem:
            raise NoFormError(type(problem).__name__) from problem

    @cached_property
    def _classes(self) -> tuple[type, ...]:
        return tuple(sorted(_made_of(self._roots), key=lambda cls: (cls.__module__, cls.__qualname__)))

    @cached_property
    def _numbers(self) -> dict[type, int]:
        return {cls: number for number, cls in enumerate(self._classes, _OWN)}

    @cached_property
    def _makers(self) -> dict[int, _Maker]:
        makers: dict[int, _Maker] = {}

        def each(raw: list[Any]) -> Iterator[Any]:
            return (makers[one[0]](one) if one.__class__ is list else one for one in raw[1:])

        own: list[_Maker] = [
            lambda raw: tuple([makers[one[0]](one) if one.__class__ is list else one for one in raw[1:]]),
            lambda raw: frozenset(each(raw)),
            lambda raw: list(each(raw)),
            lambda raw: dict(_pairs(each(raw))),
        ]
        makers |= enumerate(own)
        makers |= {number: _maker(cls, makers) for cls, number in self._numbers.items()}
        return makers


def _maker(cls: type, makers: dict[int, _Maker]) -> _Maker:
    if issubclass(cls, Enum):
        return lambda raw: cls(raw[1])
    kind: Any = cls
    found = fields(kind)
    names = [field.name for field in found]
    if any(field.kw_only for field in found):

        def named(raw: list[Any]) -> Any:  # noqa: ANN401 - any of the classes
            given = [makers[one[0]](one) if one.__class__ is list else one for one in raw[1:]]
            return cls(**dict(zip(names, given)))  # noqa: B905 - the last ones may be as they are by default

        return named
    return lambda raw: cls(*[makers[one[0]](one) if one.__class__ is list else one for one in raw[1:]])


def _pairs(flat: Iterator[Any]) -> Iterator[tuple[Any, Any]]:
    return zip(flat, flat, strict=True)


def _is_default(value: object, field: Field[Any]) -> bool:
    default = field.default if field.default_factory is MISSING else field.default_factory()
    return value is default or (type(value) is type(default) and type(value) in (str, int) and value == default)


def _made_of(roots: Iterable[object]) -> set[type]:
    """Every class that such values can hold; a thing of a schema may be any of them."""
    found: set[type] = set()
    wanted = [*roots]
    while wanted:
        hint = wanted.pop()
        cls = get_origin(hint) or hint
        wanted += get_args(hint)
        if not isinstance(cls, type) or cls in found:
            continue
        if cls is made_of.Thing:
            wanted += _THINGS
        if issubclass(cls, Enum):
            found.add(cls)
        elif is_dataclass(cls):
            if not all(field.init for field in fields(cls)):
                raise NoFormError(f"{cls.__qualname__} is not made of its fields alone")
            found.add(cls)
            hints = get_type_hints(cls)
            wanted += [hints[field.name] for field in fields(cls)]
    return found
