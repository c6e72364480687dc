"""Pairs of schemas: one that everything is in, and the same after some of many small changes, chosen by a seed."""

from __future__ import annotations

import random
from dataclasses import dataclass

from tests.drift_peers import mysql_schema, postgres_schema

_EACH = 12
"""Changes of one pair."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """One change of a schema, and the objects that differ then."""

    name: str
    sql: tuple[str, ...]
    objects: frozenset[str]


@dataclass(frozen=True, slots=True)
class Pair:
    """Which changes make the other schema."""

    number: int
    mutations: tuple[Mutation, ...]

    @property
    def objects(self) -> frozenset[str]:
        """All that differs."""
        return frozenset().union(*(mutation.objects for mutation in self.mutations))

    def __str__(self) -> str:
        """For whoever reads a failure."""
        return f"pair {self.number}: {', '.join(mutation.name for mutation in self.mutations)}"


def base(kind: str) -> tuple[str, ...]:
    """The statements that make the first schema."""
    return postgres_schema.BASE if kind == "postgres" else mysql_schema.BASE[kind]


def mutations(kind: str) -> tuple[Mutation, ...]:
    """Every change there is on servers of this kind. No two of them touch the same object."""
    table = postgres_schema.MUTATIONS if kind == "postgres" else mysql_schema.MUTATIONS[kind]
    return tuple(Mutation(name, tuple(sql.split(";\n")), frozenset(objects)) for name, sql, *objects in table)


def pairs(kind: str, seed: int) -> tuple[Pair, ...]:
    """Every change in one of them, in company that the seed chose."""
    every = mutations(kind)
    mixed = random.Random(seed).sample(every, len(every))
    return tuple(Pair(n, tuple(mixed[n : n + _EACH])) for n in range(0, len(mixed), _EACH))
