"""Constructors for those who make a quarter of a million values: a frozen value sets its fields six times as slowly.

A frozen dataclass sends each field through `object.__setattr__`. A maker sets the fields of a twin, which is laid out
in the same way and is not frozen, and makes the real thing of it at the end: what comes out is what the class itself
makes of the same fields.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import MISSING, fields
from typing import Any, TypeVar, cast

T = TypeVar("T")


def maker(kind: type[T], *given: str) -> Callable[..., T]:
    """What makes a `kind` of these fields, in this order; the others are what they are by default.

    `kind` is a frozen dataclass with slots whose defaults are plain values.
    """
    told = {field.name: field.default for field in fields(cast("Any", kind))}
    left = {f"_{name}": value for name, value in told.items() if name not in given}
    assert MISSING not in left.values(), f"{kind.__name__} needs more than {given}"
    lines = [f"def make({', '.join(given)}):", "    made_ = new_(twin_)"]
    lines += [f"    made_.{name} = {name if name in given else f'_{name}'}" for name in told]
    lines += ["    made_.__class__ = kind_", "    return made_"]
    space: dict[str, Any] = {**left, "kind_": kind, "twin_": _twin(kind), "new_": object.__new__}
    exec("\n".join(lines), space)  # noqa: S102 - as dataclasses does: names of fields, and nothing else
    make: Callable[..., T] = space["make"]
    return make


def _twin(kind: type) -> type:
    thawed = {name: getattr(object, name) for name in ("__setattr__", "__delattr__")}
    return type(kind.__name__, kind.__bases__, {"__slots__": vars(kind)["__slots__"], **thawed})


_makers: list[object] = []


@contextmanager
def uncollected() -> Iterator[None]:
    """Let the collector of garbage rest while a great many values are made: it would look at all of them, again and
    again, and none is garbage. Afterwards they count as old, so that it does not look at them next time either."""
    mine = object()
    _makers.append(mine)
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.unfreeze()
        _makers.remove(mine)
        if not _makers:
            gc.enable()
