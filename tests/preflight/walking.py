"""The safe sequence really gone: each step sent as its texts say, with code of before and of after writing between."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from console.core.preflight.ground import Case, cases
from console.core.preflight.steps_sequence import sequence
from console.core.preflight.steps_values import Step
from console.core.schema import Schema
from tests.builders import SERVER
from tests.preflight.grounds import ground, unit

Rows = list[tuple[Any, ...]]
Send = Callable[[str, dict[str, Any]], Rows]


@dataclass(frozen=True)
class Walk:
    """A change done at once on one table and step by step on another that begins alike; `{t}` is the table."""

    table: str
    rows: str
    change: str
    before: str
    """What code of before writes while it is filled."""
    after: str
    """What code of after writes when the code has moved."""
    where: str = "{t}"
    """What the table is called in `after`."""


def case_of(walk: Walk, table: str, schema: Schema, server: Any = SERVER) -> Case:
    """The change as preflight meets it."""
    sql = walk.change.format(t=table)
    made = unit(sql, dialect=schema.dialect, home=schema.home)
    return next(iter(cases(ground(schema, made, server=server))))


def gone(walk: Walk, case: Case, send: Send) -> tuple[Step, ...]:
    """Each step once, the batches interrupted and begun again; the code moves where deploy 2 begins."""
    steps = tuple(step for operation in case.statement.operations for step in sequence(operation, case))
    moved = wrote = False
    for step in steps:
        if step.deploy > 1 and not moved and not (step.batches or wrote):
            _write(walk.before, case.statement.tables[0][1], send)
        if step.deploy > 1 and not moved:
            _write(walk.after, walk.where.format(t=case.statement.tables[0][1]), send)
            moved = True
        if step.batches and not step.sql[0].startswith("SELECT count"):
            if step.sql[1:]:
                _batch(step.sql[: len(step.sql) // 2], send, {})
            if not wrote:
                _write(walk.before, case.statement.tables[0][1], send)
                wrote = True
            _all_batches(step, send)
        elif step.batches:
            assert send(step.sql[0], {}) == [(0,)]
        else:
            for sql in step.sql:
                send(sql, {})
    return steps


def _write(text: str, table: str, send: Send) -> None:
    for sql in filter(None, text.format(t=table).split(";")):
        send(sql, {})


def _few(sql: str) -> str:
    return re.sub(r"LIMIT \d{2,}", "LIMIT 2", sql)


def _batch(statements: tuple[str, ...], send: Send, last: dict[str, Any]) -> dict[str, Any] | None:
    """The end of the batch, to be given as the last; None: it was the last one."""
    names = re.findall(r":(?:last|next)_(\w+)", statements[-1]) or _columns(statements[0])
    found = send(_few(statements[0]), last)
    if not found:
        return None
    end = dict(zip(dict.fromkeys(names), found[0], strict=True))
    given = {**last, **{f"next_{name}": value for name, value in end.items()}}
    for sql in statements[1:]:
        send(sql, given)
    return {f"last_{name}": value for name, value in end.items()}


def _columns(sql: str) -> list[str]:
    """Those that a batch's own question answers."""
    asked = re.search(r"SELECT ([^()]*?) FROM batch", sql)
    return re.findall(r'"(\w+)"', asked[1]) if asked is not None else []


def _all_batches(step: Step, send: Send) -> None:
    half = len(step.sql) // 2
    if not half:
        for _ in range(20):
            send(_few(step.sql[0]), {})
        return
    last = _batch(step.sql[:half], send, {})
    while last is not None:
        last = _batch(step.sql[half:], send, last)
