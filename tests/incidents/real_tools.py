"""The real dbmate, Drizzle, Prisma and Sqitch, each with the project it would have of the same migrations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL

from tests.frameworks.sqlfiles import blocks, journal, sqitch_plan
from tests.tools import dbmate, drizzle, prisma, sqitch
from tests.tools.programs import Program


@dataclass(frozen=True)
class Change:
    """One migration, in words that every server has."""

    up: tuple[str, ...]
    down: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tool:
    """A real tool."""

    name: str
    lay: Callable[[Sequence[Change], URL], Mapping[str, str]]
    """The files of its project."""
    id: Callable[[int], str]
    """What it calls the first, second, ... of them."""
    command: Callable[[Path, URL], Program]
    """What runs all that is pending."""
    ledger: str
    """What is compared of its rows: everything but when, and numbers that only count."""
    whole: bool = True
    """A file is one transaction, where the server takes DDL into one."""
    keeps_failures: bool = False
    records: bool = True
    """Halfway writes its row."""
    unmarks: bool = True
    """And takes that of a success away."""
    on: tuple[str, ...] = ("mariadb", "postgresql")
    """Where it runs here."""


def plain(url: URL, kinds: Mapping[str, str]) -> str:
    """The URL as such a tool reads it."""
    kind = kinds["postgres" if url.get_backend_name() == "postgresql" else "mysql"]
    return url.set(drivername=kind, query={}).render_as_string(hide_password=False)


def text(statements: Sequence[str]) -> str:
    """A file of them."""
    return "".join(f"{statement};\n" for statement in statements)


def _of_dbmate(url: URL) -> str:
    given = plain(url, {"postgres": "postgres", "mysql": "mysql"})
    return f"{given}?sslmode=disable" if given.startswith("postgres") else given


def _lay_dbmate(changes: Sequence[Change], url: URL) -> Mapping[str, str]:
    made = {f"db/migrations/{n}_x.sql": blocks(";\n".join(c.up), ";\n".join(c.down) or "SELECT 1")
            for n, c in enumerate(changes, 1)}  # fmt: skip
    return {**made, ".env": f"DATABASE_URL={_of_dbmate(url)}\n"}


def _lay_drizzle(changes: Sequence[Change], url: URL) -> Mapping[str, str]:
    names = [(f"000{n}_x", 1000 * n) for n in range(1, len(changes) + 1)]
    made = {f"drizzle/{name}.sql": ";--> statement-breakpoint\n".join(change.up)
            for (name, _), change in zip(names, changes, strict=True)}  # fmt: skip
    env = f"DATABASE_URL={plain(url, _NODE)}\n"
    return {**made, "drizzle/meta/_journal.json": journal(*names), ".env": env}


def _lay_prisma(changes: Sequence[Change], url: URL) -> Mapping[str, str]:
    made = {f"prisma/migrations/2026010{n}_x/migration.sql": text(change.up) for n, change in enumerate(changes, 1)}
    return {**made, "prisma/migrations/migration_lock.toml": 'provider = "postgresql"\n',
            ".env": f"DATABASE_URL={plain(url, _NODE)}\n"}  # fmt: skip


def _lay_sqitch(changes: Sequence[Change], url: URL) -> Mapping[str, str]:
    engine = {"postgresql": "pg"}.get(url.get_backend_name(), "mysql")
    place = url.set(drivername="x", query={}).render_as_string(hide_password=False).removeprefix("x:")
    conf = f'[core]\n\tengine = {engine}\n[engine "{engine}"]\n\ttarget = db:{engine}:{place}\n'
    made = {"sqitch.conf": conf, "sqitch.plan": sqitch_plan(*(f"c{n}" for n in range(1, len(changes) + 1)))}
    for n, change in enumerate(changes, 1):
        made |= {f"deploy/c{n}.sql": text(change.up), f"revert/c{n}.sql": text(change.down)}
    return made


_NODE = {"postgres": "postgresql", "mysql": "mysql"}
_DRIVERS = {"postgres": "node-postgres", "mysql": "mysql2"}


def _drizzle(folder: Path, url: URL) -> Program:
    kind = _DRIVERS["postgres" if url.get_backend_name() == "postgresql" else "mysql"]
    return drizzle.command(kind, plain(url, _NODE), folder / "drizzle")


def _sqitch(folder: Path, url: URL) -> Program:
    client = "psql" if url.get_backend_name() == "postgresql" else "mysql"
    return sqitch.command(folder, "deploy", client=client)


TOOLS = {
    "dbmate": Tool(
        "dbmate", _lay_dbmate, str, lambda folder, url: dbmate.command(folder, _of_dbmate(url), "up"),
        "SELECT version FROM schema_migrations ORDER BY 1",
    ),
    "drizzle": Tool(
        "drizzle", _lay_drizzle, lambda n: f"000{n}_x", _drizzle,
        "SELECT hash, created_at FROM {drizzle}__drizzle_migrations ORDER BY 2",
    ),
    "prisma": Tool(
        "prisma", _lay_prisma, lambda n: f"2026010{n}_x",
        lambda folder, url: prisma.command(plain(url, _NODE), folder / "prisma/migrations", "deploy"),
        "SELECT migration_name, checksum, logs IS NULL OR logs = '', finished_at IS NULL, rolled_back_at IS NULL"
        " FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY 1",
        whole=False, keeps_failures=True, unmarks=False, on=("postgresql",),
    ),
    "sqitch": Tool(
        "sqitch", _lay_sqitch, lambda n: f"c{n}", _sqitch, "SELECT {change} FROM {sqitch}changes ORDER BY 1",
        whole=False, keeps_failures=True, records=False, unmarks=False,
    ),
}  # fmt: skip
