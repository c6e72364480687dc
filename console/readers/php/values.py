"""PHP values as far as they can be known without running anything.

Scalars are Python's own (`None`, bool, int, float, str); `X::class` is the string it is in PHP. What cannot be known
is an `Unknown` that says why, and everything made from it is unknown too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from console.readers.php.draft import Line

Value: TypeAlias = "bool | int | float | str | Raw | Listing | Body | Unknown | None"
"""Anything an expression of a migration file may be."""


@dataclass(frozen=True, slots=True)
class Raw:
    """`DB::raw('now()')`, `new Expression('now()')`: SQL that is not quoted."""

    sql: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A PHP array: (key, value) in order; keys are int or str, as PHP makes them."""

    items: tuple[tuple[int | str, Value], ...] = ()

    @property
    def values(self) -> tuple[Value, ...]:
        """The values alone."""
        return tuple(value for _, value in self.items)

    def get(self, key: int | str) -> Value:
        """The value of a key; None when there is none, as `$array[$key] ?? null`."""
        return dict(self.items).get(key)


@dataclass(frozen=True, slots=True)
class Body:
    """A closure that was given a Blueprint, already walked: what it asks of it, in order."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """Not known without running the file."""

    why: str
    """For people, without a full stop: `the value of $name is not known`."""
    never_null: bool = False
    """Whatever it is, it is not null: `now()`, `Str::uuid()`, a text put together."""


def unknowns(value: Value) -> Iterator[Unknown]:
    """Every unknown in a value, arrays included."""
    if isinstance(value, Unknown):
        yield value
    elif isinstance(value, Listing):
        for item in value.values:
            yield from unknowns(item)
