"""Where Halfway and a tool do not see the same, and why; everything else has to be seen by both, or by neither.

`objects` are seen by Halfway alone, in every pair in which one of them was changed. `more` are seen by the tool alone,
in every pair in which that change was made and nothing else changed them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

POSTGRES = frozenset({"postgres"})
MY = frozenset({"mysql", "mariadb"})


@dataclass(frozen=True, slots=True)
class Explained:
    """One kind of disagreement."""

    peer: str
    kinds: frozenset[str]
    reason: str
    objects: frozenset[str] = frozenset()
    more: Mapping[str, str] = field(default_factory=dict)


def _alembic(kinds: Iterable[str], reason: str, *objects: str) -> Explained:
    return Explained("alembic", frozenset(kinds), reason, frozenset(objects))


_NOT_TABLES = "compare_metadata compares tables, columns, indexes, unique and foreign keys; it has no word for"

EXPLAINED = (
    _alembic(POSTGRES, f"{_NOT_TABLES} checks", "key customers_score_check", "key customers_size_check",
             "key lines_check", "key orders_state_check", "key orders_state_ck", "key plain_check"),
    _alembic(MY, f"{_NOT_TABLES} checks", "key customers_size", "key more_check", "key orders_state_known"),
    _alembic({"mysql"}, f"{_NOT_TABLES} checks", "key plain_check"),
    _alembic(POSTGRES, f"{_NOT_TABLES} primary keys", "key secret_pkey"),
    _alembic(MY, f"{_NOT_TABLES} primary keys", "key primary"),
    _alembic(POSTGRES | MY, f"{_NOT_TABLES} views", "view added_view", "view big", "view small"),
    _alembic(POSTGRES, f"{_NOT_TABLES} views", "view guarded"),
    _alembic(POSTGRES, f"{_NOT_TABLES} materialized views", "view sums"),
    _alembic(POSTGRES, f"{_NOT_TABLES} code", "routine half(integer)", "routine once()", "routine third(integer)",
             "routine thrice(integer)", "routine twice(integer)", "trigger added", "trigger kept", "trigger touched"),
    _alembic(MY, f"{_NOT_TABLES} code", "routine twice", "routine wipe", "trigger orders_before", "event nightly"),
    _alembic(POSTGRES, f"{_NOT_TABLES} sequences that stand alone", "sequence counter", "sequence spare_counter",
             "sequence added_counter", "sequence new_counter", "sequence old_counter"),
    _alembic({"mariadb"}, f"{_NOT_TABLES} sequences that stand alone", "sequence added_counter",
             "sequence spare_counter"),
    _alembic(POSTGRES, f"{_NOT_TABLES} types: an enum is compared by its name", "type added_mood", "type mood",
             "type spare_mood", "type positive"),
    _alembic(POSTGRES, f"{_NOT_TABLES} row security", "table secret", "policy mine"),
    _alembic(POSTGRES, "it reads the schema that unqualified names mean, and no other", "schema more"),
    _alembic(POSTGRES, "a type is compared without its collation", "column lines.what"),
    _alembic(MY, "a type is compared without its collation", "column more.what"),
    _alembic(POSTGRES, "of an index it compares columns, expressions and whether it is unique: not the rows it is for",
             "key orders_at_idx", "key orders_tags_idx"),
    _alembic(MY, "of an index it compares columns and whether it is unique: not how much of a text is in it",
             "key orders_note"),
    _alembic({"mysql"}, "of an index it compares columns and whether it is unique: not whether it is used",
             "key orders_payer_id"),
    _alembic({"mysql"}, "types are compared by name, length and scale: without a width, unsigned is none of them",
             "column plain.m"),
    _alembic(MY, "types are compared by name, length and scale: fractions of a second are none of them",
             "column more.at"),
    _alembic(MY, "the options of a table are not compared", "table heap"),
    Explained("results", POSTGRES, "a column of an enum is taken to have changed with the enum's values",
              more={"enum value added": "column customers.feels"}),
)  # fmt: skip


def of(peer: str, kind: str) -> tuple[Explained, ...]:
    """What explains how this tool differs on this kind of server."""
    return tuple(row for row in EXPLAINED if row.peer == peer and kind in row.kinds)
