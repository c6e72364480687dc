"""A ground to judge on, made the short way: tables as SQL, and what will be run as SQL."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from console.core.observation import Server
from console.core.preflight.finding import Finding
from console.core.preflight.ground import Ground, Unit
from console.core.preflight.judging import judged
from console.core.schema import Schema, Table
from console.core.statements import read_script
from tests.builders import SERVER, observation, schema_after


def sized(schema: Schema, **rows: int) -> Schema:
    """The schema with the server's estimates for some tables, large for all others."""
    things = (replace(t, rows=rows.get(t.ref.name, 5_000_000)) if isinstance(t, Table) else t for t in schema.things)
    return replace(schema, things=tuple(things))


def unit(sql: str, name: str = "1", *, framework: str = "flyway", transactional: bool = True, **more: Any) -> Unit:
    """A migration that will be sent."""
    dialect = more.pop("dialect", "postgres")
    read = read_script(sql, dialect, more.pop("home", "public"), transactional=transactional)
    given = {"down": (), "transactional": transactional, "text": sql, **more}
    return Unit(framework, name, f"V{name}", f"sql/V{name}.sql", read, **given)


def ground(schema: Schema | str, *units: Unit, server: Server = SERVER) -> Ground:
    """What is judged."""
    read = sized(schema_after(schema)) if isinstance(schema, str) else schema
    return Ground(units, server, read, observation(read, server=server))


def found(tables: Schema | str, sql: str, version: int = 160_004, **more: Any) -> tuple[Finding, ...]:
    """What preflight says of one migration on PostgreSQL."""
    on = replace(SERVER, version_number=version, version=f"{version // 10_000}.{version % 10_000}")
    return judged(ground(tables, unit(sql, **more), server=on))


def rules(findings: tuple[Finding, ...]) -> set[str]:
    """Their ids."""
    return {finding.rule for finding in findings}
