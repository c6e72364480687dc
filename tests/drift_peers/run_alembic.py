"""Runs in the environment of Alembic, never in ours: pairs of databases in, what compare_metadata sees differ out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

from alembic.autogenerate import compare_metadata  # type: ignore[import-not-found]
from alembic.runtime.migration import MigrationContext  # type: ignore[import-not-found]
from sqlalchemy import MetaData, create_engine

OPTIONS = {"compare_type": True, "compare_server_default": True}


@cache
def metadata(place: str) -> Any:
    made = MetaData()
    made.reflect(create_engine(place))
    return made


def differing(expected: str, actual: str) -> list[Any]:
    with create_engine(actual).connect() as connection:
        found: list[Any] = compare_metadata(MigrationContext.configure(connection, opts=OPTIONS), metadata(expected))
        return found


def objects(change: Any) -> Iterator[tuple[str, str, str, bool]]:
    """(kind, table, name, whether it is on both sides)."""
    if isinstance(change, list):
        yield from (("column", each[2], each[3], True) for each in change)
    elif change[0].endswith("_column"):
        yield "column", change[2], change[3].name, True
    elif "_table" in change[0]:
        yield "table", "", change[1].name, change[0].endswith("_comment")
    else:
        yield "key", change[1].table.name, change[1].name, True


pairs = json.load(sys.stdin)
json.dump([[named for change in differing(*pair) for named in objects(change)] for pair in pairs], sys.stdout)
