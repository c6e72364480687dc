"""Rows of made-up fleets."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from console.core.fleet.row import Row, Standing, Target, unreached
from console.core.fleet.shape import Shape

AT = datetime(2026, 1, 31, 12, tzinfo=UTC)


def target(name: str, group: str = "", server: str = "postgresql db1:5432") -> Target:
    """A database of that name."""
    return Target(name, f"postgresql://app@db1/{name}", server, None, group)


def row(name: str, standing: Standing = Standing.APPLIED, about: str = "3 applied", **more: object) -> Row:
    """A database in that state."""
    usual = Row(
        target(name), standing, about, f"{name}: {about}.", taken_at=AT, framework="flyway", applied=3,
        dialect="postgresql", version="16.4", files="f1", shape=Shape("ledger", "shape", (("orders", "o1"),)),
    )  # fmt: skip
    return replace(usual, **more)  # type: ignore[arg-type]


def half(name: str, n: int = 2) -> Row:
    """One that stopped in the middle."""
    about = f"V7__carrier, statement {n} of 3"
    pattern = "L" * (n - 1) + "N" * (4 - n)
    return row(name, Standing.HALF_APPLIED, about, migration="7", statement=n, statements=3, landed=n - 1,
               pattern=pattern, next=("Do not run it again.",))  # fmt: skip


def pending(name: str, group: str = "") -> Row:
    """One that has not begun."""
    return row(name, Standing.PENDING, "1 pending, 2 applied", pending=1, applied=2, target=target(name, group))


def dead(name: str, why: str) -> Row:
    """One that was not reached."""
    return unreached(target(name), why, AT)
