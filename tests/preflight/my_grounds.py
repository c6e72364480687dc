"""A ground of MySQL or MariaDB, made the short way: the tables of the measurements, and what will be run as SQL."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from console.core.observation import Server
from console.core.preflight.finding import Finding
from console.core.preflight.judging import judged
from console.core.schema import Schema
from tests.core.hazard_cases import MY_MORE_TABLES, MY_TABLES, schema_of, server
from tests.preflight.grounds import ground, sized, unit

VERSIONS = {"mysql": 90_704, "mariadb": 101_119}


@cache
def my_schema(dialect: str) -> Schema:
    """The tables, all of them large."""
    return sized(schema_of(f"{MY_TABLES}{MY_MORE_TABLES}", dialect=dialect, home="lab"))


def my_server(dialect: str, version: int = 0, **settings: str) -> Server:
    """A server with these settings."""
    return replace(server(dialect, version or VERSIONS[dialect]), home="lab", settings=tuple(settings.items()))


def my_found(sql: str, dialect: str = "mysql", on: Server | None = None, **more: Any) -> tuple[Finding, ...]:
    """What preflight says of one migration."""
    given = unit(sql, dialect=dialect, home="lab", **more)
    return judged(ground(my_schema(dialect), given, server=on or my_server(dialect)))


def one(rule: str, sql: str, dialect: str = "mysql", on: Server | None = None, **more: Any) -> Finding:
    """The one finding of this rule."""
    (finding,) = (f for f in my_found(sql, dialect, on, **more) if f.rule == rule)
    return finding
