"""The lines of a run: what `--json` prints is what `--resume` reads, so there is no second file that could say more.

One line a database, as it comes; the last line sums up. Of an earlier run a line counts again when it was read by the
same migration files and the database could be looked at; what was unreachable is tried again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from console.core.faults import UsageFault
from console.core.fleet.groups import grouped
from console.core.fleet.row import Row, Standing, Target, again, worst
from console.core.fleet.shape import Shape
from console.core.plain import one_line

FORMAT = 1
_AGAIN = frozenset({Standing.UNREACHABLE, Standing.UNKNOWN, Standing.MISSING})
Known = dict[tuple[str, str, str], Row]


def line_of(row: Row) -> dict[str, Any]:
    """One database as plain values (stable; additions only)."""
    target = row.target
    return {
        "halfway": FORMAT,
        "kind": "database",
        "name": target.name,
        "database": target.place,
        "server": target.server,
        "schema": target.schema,
        "group": target.group or None,
        "state": row.standing.value,
        "about": row.about,
        "summary": row.summary,
        "next": list(row.next),
        "exit": row.exit_code,
        "taken_at": row.taken_at.isoformat(timespec="seconds").replace("+00:00", "Z") if row.taken_at else None,
        "seconds": row.seconds,
        "resumed": row.resumed,
        "framework": row.framework or None,
        "migration": row.migration or None,
        "statement": row.statement,
        "landed": row.landed,
        "statements": row.statements,
        "pattern": row.pattern or None,
        "applied": row.applied,
        "pending": row.pending,
        "blocked": row.waiting,
        "dialect": row.dialect or None,
        "version": row.version or None,
        "recorded": row.shape.ledgers or None,
        "fingerprint": row.shape.schema or None,
        "files": row.files or None,
    }


def sum_of(
    rows: Iterable[Row], seconds: float, *, complete: bool = True, require_applied: bool = False
) -> dict[str, Any]:
    """The last line: counts, equal incidents, and who is not like the majority, which only shows at the end."""
    held = tuple(rows)
    groups = grouped(held)
    return {
        "halfway": FORMAT,
        "kind": "summary",
        "complete": complete,
        "databases": len(held),
        "states": {s.value: count for s in Standing if (count := sum(row.standing is s for row in held))},
        "groups": [
            {"state": g.standing.value, "about": g.about, "count": len(g.rows), "names": list(g.names)} for g in groups
        ],
        "drifted": [
            {"name": row.target.name, "summary": row.summary, "differs": list(row.differs)}
            for row in held
            if row.differs
        ],
        "exit": worst(held, require_applied=require_applied),
        "seconds": round(seconds, 1),
    }


def known_of(lines: Iterable[str], where: str) -> Known:
    """Rows of an earlier run by (name, place, schema); the later line of one database counts.

    A last line that was cut off is what an interrupted run leaves: it is no row. UsageFault for a file of another kind.
    """
    found: Known = {}
    strange = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
            if values["kind"] == "database":
                row = row_in(values)
                found[key_of(row.target)] = row
        except (ValueError, KeyError, TypeError, AttributeError):
            strange += 1
            if strange > 1:
                raise UsageFault(f"line {number} of {one_line(where)} is no result of `halfway fleet --json`") from None
    if strange and not found:
        raise UsageFault(f"{one_line(where)} is no result of `halfway fleet --json`")
    return found


def row_in(values: dict[str, Any]) -> Row:
    """The row of a line. ValueError, KeyError or TypeError where it is none."""
    target = Target(
        str(values["name"]), str(values["database"]), str(values["server"]), values["schema"], values["group"] or ""
    )
    statement = values["statement"]
    return Row(
        target,
        Standing(values["state"]),
        one_line(str(values["about"]), 400),
        one_line(str(values["summary"]), 800),
        next=tuple(one_line(str(step), 400) for step in values["next"]),
        taken_at=datetime.fromisoformat(values["taken_at"]) if values["taken_at"] else None,
        seconds=float(values["seconds"]),
        framework=values["framework"] or "",
        migration=values["migration"] or "",
        statement=None if statement is None else int(statement),
        landed=int(values["landed"]),
        statements=int(values["statements"]),
        pattern=values["pattern"] or "",
        applied=int(values["applied"]),
        pending=int(values["pending"]),
        waiting=int(values["blocked"]),
        dialect=values["dialect"] or "",
        version=values["version"] or "",
        shape=Shape(values["recorded"] or "", values["fingerprint"] or ""),
        files=values["files"] or "",
    )


def key_of(target: Target) -> tuple[str, str, str]:
    """What makes two targets the same one."""
    return target.name, target.place, target.schema or ""


def still_good(row: Row, files_now: Callable[[Row], str]) -> Row | None:
    """The row to be taken over; None where it is to be read again. `files_now` gives the digest of the migration files
    as they are now for a server of its kind and release."""
    if row.standing in _AGAIN or files_now(row) != row.files:
        return None
    return again(row)
