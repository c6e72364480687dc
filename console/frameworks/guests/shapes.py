"""Whether what somebody else's code gave is what its type promises, down to what is judged: a text where a tuple of
migrations should stand would break the judgement of everything else.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, Protocol, Union, cast, get_args, get_origin, get_type_hints, runtime_checkable

from console.core.migration import Ledger, LedgerRow, Migration, Tracked
from console.core.observation import Tracking
from console.core.plan import Check, LedgerEdit
from console.core.ports import Files, OtherDatabase, Project

READ, JOINED, WRITTEN = (
    frozenset[type]({Files, Migration, Project, OtherDatabase}),
    frozenset[type]({Tracking, Tracked, Ledger, LedgerRow}),
    frozenset[type]({LedgerEdit, Check}),
)
"""Into which of them one looks, by what was asked."""
_INSIDE = READ | JOINED | WRITTEN


@runtime_checkable
class _Address(Protocol):
    """A URL of SQLAlchemy's or of `console.core.urls`: a text of one is none."""

    def get_backend_name(self) -> str: ...
    def set(self, **parts: Any) -> object: ...  # noqa: ANN401 - as SQLAlchemy has it


_STANDS: Mapping[str, type] = {"URL": _Address}
"""For names that are imported for checkers only; any other stands for anything."""


def odd(value: object, hint: Any, where: str, inside: frozenset[type] = _INSIDE) -> str:  # noqa: ANN401 - any annotation
    """What is not as promised: `a str as Files.migrations`; '' where all of it is. `hint` is an annotation."""
    return next(_odd(value, hint, where, inside), "")


def _odd(value: object, hint: Any, where: str, inside: frozenset[type]) -> Iterator[str]:  # noqa: ANN401 - see odd
    origin = get_origin(hint)
    if origin in {Union, UnionType}:
        alike = [one for one in get_args(hint) if isinstance(value, _kind(get_origin(one) or one))]
        told = [odd(value, one, where, inside) for one in alike] or [_is(value, where)]
        yield from told[:1] if all(told) else ()
    elif not isinstance(value, _kind(origin or hint)):
        yield _is(value, where)
    elif origin is tuple:
        yield from _in_tuple(cast("tuple[object, ...]", value), get_args(hint), where, inside)
    elif isinstance(value, Mapping):
        for one in (*value.keys(), *value.values()):
            yield from _odd(one, get_args(hint)[-1], where, inside) if get_args(hint) else ()
    elif kind := next((each for each in type(value).__mro__ if each in inside), None):
        for name, annotation in _annotations(kind).items():
            yield from _odd(getattr(value, name), annotation, f"{kind.__name__}.{name}", inside)


def _in_tuple(value: tuple[object, ...], hints: tuple[Any, ...], where: str, inside: frozenset[type]) -> Iterator[str]:
    if len(hints) == 2 and hints[1] is Ellipsis:
        for one in value:
            yield from _odd(one, hints[0], where, inside)
    elif len(hints) != len(value):
        yield f"{len(value)} values as {where}"
    else:
        for one, hint in zip(value, hints, strict=True):
            yield from _odd(one, hint, where, inside)


def _is(value: object, where: str) -> str:
    return f"a {type(value).__name__} as {where}" if value is not None else f"nothing as {where}"


def _kind(hint: object) -> type:
    """What a value must be an instance of; `object` where the annotation is more than a class."""
    return hint if isinstance(hint, type) else object


class _Names(dict[str, Any]):
    """What an annotation may name."""

    def __init__(self, kind: type) -> None:
        super().__init__()
        self._known = vars(sys.modules[kind.__module__])

    def __missing__(self, name: str) -> object:
        if name in self._known or hasattr(builtins, name):
            raise KeyError(name)
        return _STANDS.get(name, object)


@cache
def _annotations(kind: type) -> Mapping[str, Any]:
    """Of the class that is Halfway's own: one that inherits it may add what it likes."""
    assert is_dataclass(kind)
    found = get_type_hints(kind, localns=_Names(kind))
    return {each.name: found[each.name] for each in fields(kind)}
