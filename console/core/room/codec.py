"""Frozen values as text and back, so that what was on the screens can be put there again.

A class is known by its name, and only those an Assessment is made of are known at all; every value is checked against
the type of its field. So whatever stands in a journal, nothing comes of it but such values, or `WrongError`. A value
that is met again (a migration's file, its statements) is written once.
"""

from __future__ import annotations

import json
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache, partial
from typing import Any, ForwardRef, TypeVar, Union, get_args, get_origin, get_type_hints

from console.core import schema as made_of
from console.core.assessment import Assessment
from console.core.exceptions import Allow
from console.core.proof import Proof
from console.core.write_rates import Rate, TableName

_CLASS, _AGAIN = "@", "&"
_THINGS = (
    made_of.Column, made_of.Constraint, made_of.Event, made_of.Extension, made_of.Index, made_of.Namespace,
    made_of.Other, made_of.Policy, made_of.Routine, made_of.Sequence, made_of.Table, made_of.Trigger,
    made_of.UserType, made_of.View,
)  # fmt: skip
_NAMED_LATER = {"Allow": Allow, "Proof": Proof, "Rate": Rate, "TableName": TableName}
"""What the observation's annotations name, and its module loads only where types are checked."""
_ATOMS = frozenset({str, int, bool, float, type(None)})
_SHARED = frozenset({"Tracked", "Migration", "Statement", "LedgerRow", "Schema", "Session", "Judgement"})
_BETWEEN = "\n\0\n"
Hide = Callable[[str], str]


class WrongError(ValueError):
    """This is no such text, or one of another Halfway."""


@cache
def known() -> Mapping[str, type]:
    """Every class that may stand in it, by name."""
    found: dict[str, type] = {}
    wanted: list[object] = [Assessment, *_THINGS]
    while wanted:
        hint = wanted.pop()
        cls = get_origin(hint) or hint
        wanted += [each for each in get_args(hint) if not isinstance(each, TypeVar)]
        if isinstance(cls, type) and is_dataclass(cls) and cls.__name__ not in found:
            found[cls.__name__] = cls
            wanted += _hints(cls).values()
    return found


@cache
def _hints(cls: type) -> dict[str, Any]:
    every = get_type_hints(cls, localns=_NAMED_LATER)
    return {f.name: every[f.name] for f in fields(cls)}


@cache
def _defaults(cls: type) -> tuple[tuple[str, object], ...]:
    return tuple((f.name, f.default) for f in fields(cls))


def encode(value: Assessment, hide: Hide | None = None) -> str:
    """As text, in ASCII. `hide` takes out of any text what must not be written. RecursionError where it is too deep."""
    first = _Writing()
    text = first.whole(value)
    if hide is None:
        return text
    every = _BETWEEN.join(first.texts)
    return text if hide(every) == every else _Writing(cache(hide)).whole(value)


def decode(text: str) -> Assessment:
    """And back. WrongError."""
    try:
        found = json.loads(text)
        return _Reading(found["shared"]).assessment(found["root"])
    except WrongError:
        raise
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError, OverflowError) as problem:
        raise WrongError(type(problem).__name__) from problem


class _Writing:
    """One text being made."""

    def __init__(self, hide: Hide | None = None) -> None:
        self._hide = hide
        self.texts: dict[str, None] = {}
        """Every text in it, once."""
        self._shared: list[object] = []
        self._at: dict[int, int] = {}

    def whole(self, value: Assessment) -> str:
        root = self._of(value)
        return json.dumps({"shared": self._shared, "root": root}, ensure_ascii=True, separators=(",", ":"))

    def _of(self, value: Any) -> Any:  # noqa: ANN401 - whatever a field holds
        kind = type(value)
        if kind is str:
            self.texts[value] = None
            return self._hide(value) if self._hide is not None else value
        if kind in _ATOMS:
            return value
        if kind is tuple:
            return [self._of(each) for each in value]
        if is_dataclass(kind):
            return self._dataclass(value, kind)
        if isinstance(value, Enum):
            return value.value
        if isinstance(value, datetime):
            return value.isoformat()
        if isinstance(value, Mapping):
            return [[self._of(key), self._of(each)] for key, each in value.items()]
        if isinstance(value, frozenset | set):
            return sorted((self._of(each) for each in value), key=repr)
        if isinstance(value, tuple | list):
            return [self._of(each) for each in value]
        raise WrongError(f"{kind.__name__} is nothing a picture holds")

    def _dataclass(self, value: Any, kind: type) -> object:  # noqa: ANN401 - any of those that are known
        # What an adapter adds to a value of the core is for the adapter alone.
        kind = next((each for each in kind.__mro__ if known().get(each.__name__) is each), kind)
        name = kind.__name__
        if name not in _SHARED:
            return self._fields(value, kind, name)
        if id(value) not in self._at:
            made = self._fields(value, kind, name)
            self._at[id(value)] = len(self._shared)
            self._shared.append(made)
        return {_AGAIN: self._at[id(value)]}

    def _fields(self, value: Any, kind: type, name: str) -> object:  # noqa: ANN401 - any of those that are known
        if known().get(name) is not kind:
            raise WrongError(f"{name} is nothing a picture holds")
        made: dict[str, object] = {_CLASS: name}
        for field, default in _defaults(kind):
            given = getattr(value, field)
            if given is not default and (default is MISSING or given != default):
                made[field] = self._of(given)
        return made


class _Reading:
    """One text being read."""

    def __init__(self, shared: list[Any]) -> None:
        self._shared = shared
        self._made: dict[int, object] = {}

    def assessment(self, raw: object) -> Assessment:
        found = self.dataclass(Assessment, Assessment, raw)
        if not isinstance(found, Assessment):
            raise WrongError("it is no assessment")
        return found

    def dataclass(self, hint: object, most: type, raw: Any) -> object:  # noqa: ANN401 - as it came
        """A value of that class or one below it."""
        if not isinstance(raw, dict):
            raise WrongError(f"it is no {most.__name__}")
        made = self._again(hint, most, raw[_AGAIN]) if _AGAIN in raw else self._new(hint, most, raw)
        if not isinstance(made, most):
            raise WrongError(f"it is no {most.__name__}")
        return made

    def _again(self, hint: object, most: type, at: int) -> object:
        if at < 0:
            raise WrongError("there is nothing before the first value")
        if at not in self._made:
            self._made[at] = self.dataclass(hint, most, self._shared[at])
        return self._made[at]

    def _new(self, hint: object, most: type, raw: dict[str, Any]) -> object:
        cls = known().get(raw[_CLASS])
        if cls is None or not issubclass(cls, most):
            raise WrongError(f"{str(raw[_CLASS])[:40]} is nothing a picture holds here")
        makers = _makers(hint if cls is most else cls)
        given = {name: makers[name](self, each) for name, each in raw.items() if name != _CLASS}
        return cls(**given)


_Maker = Callable[[_Reading, Any], object]


@cache
def _makers(hint: object) -> dict[str, _Maker]:
    """What makes the fields of a class."""
    cls, given = get_origin(hint) or hint, get_args(hint)
    assert isinstance(cls, type)
    return {name: _maker(_filled(each, given)) for name, each in _hints(cls).items()}


def _filled(hint: Any, given: tuple[object, ...]) -> object:  # noqa: ANN401 - any type hint
    """With what stands for its type variable."""
    return hint[given] if given and getattr(hint, "__parameters__", ()) else hint


@cache
def _maker(hint: Any) -> _Maker:  # noqa: ANN401 - any type hint
    """What makes a value for this type."""
    cls, given = get_origin(hint) or hint, get_args(hint)
    if cls in (Union, types.UnionType):
        return partial(_one_of, tuple(_maker(each) for each in given))
    if isinstance(hint, ForwardRef):
        return _attribute
    if cls is tuple:
        return partial(_tuple, _maker(given[0])) if given[1:] == (...,) else partial(_row, tuple(map(_maker, given)))
    if cls is frozenset:
        return partial(_set, _maker(given[0]))
    if cls is Mapping or (isinstance(cls, type) and issubclass(cls, Mapping)):
        return partial(_mapping, _maker(given[0]), _maker(given[1]))
    if isinstance(cls, type) and is_dataclass(cls):
        return partial(_dataclass, hint, cls)
    if issubclass(cls, Enum):
        return lambda _, raw: cls(raw)
    if cls is datetime:
        return lambda _, raw: datetime.fromisoformat(raw)
    return partial(_atom, (int, float) if cls is float else cls)


def _dataclass(hint: object, cls: type, reading: _Reading, raw: object) -> object:
    return reading.dataclass(hint, cls, raw)


def _one_of(makers: tuple[_Maker, ...], reading: _Reading, raw: object) -> object:
    wrong = WrongError("it is nothing that may stand here")
    for maker in makers:
        try:
            return maker(reading, raw)
        except (ValueError, TypeError) as problem:
            wrong = WrongError(str(problem))
    raise wrong


def _attribute(reading: _Reading, raw: object) -> object:
    """`console.core.refs.Value`."""
    if type(raw) in _ATOMS:
        return raw
    return tuple(_attribute(reading, each) for each in _listed(raw))


def _tuple(maker: _Maker, reading: _Reading, raw: object) -> object:
    return tuple(maker(reading, each) for each in _listed(raw))


def _row(makers: tuple[_Maker, ...], reading: _Reading, raw: object) -> object:
    return tuple(maker(reading, each) for maker, each in zip(makers, _listed(raw), strict=True))


def _set(maker: _Maker, reading: _Reading, raw: object) -> object:
    return frozenset(maker(reading, each) for each in _listed(raw))


def _mapping(key: _Maker, value: _Maker, reading: _Reading, raw: object) -> object:
    return {key(reading, k): value(reading, v) for k, v in _listed(raw)}


def _atom(kind: Any, _: _Reading, raw: object) -> object:  # noqa: ANN401 - one class or several
    if not isinstance(raw, kind):
        raise WrongError("a value is of another type")
    return raw


def _listed(raw: object) -> Iterator[Any]:
    if not isinstance(raw, list):
        raise WrongError("it is no list")
    return iter(raw)
