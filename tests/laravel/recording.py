"""What Laravel really sent, read from the recorder's file: by migration and direction, bindings put into the text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_BOUND = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|\?")


@dataclass(frozen=True, slots=True)
class Part:
    """One migration run in one direction."""

    migration: str
    method: str
    """`up` or `down`."""
    sent: tuple[str, ...]
    """Statements that the server carried out, in order; questions to the catalog left out."""
    ended: bool
    in_transaction: bool
    connections: tuple[str, ...] = ()
    """The project's name of each statement's connection."""


@dataclass(frozen=True, slots=True)
class Recording:
    """All parts in the order they ran."""

    parts: tuple[Part, ...]

    def part(self, migration: str, method: str = "up") -> Part:
        """The last time that migration ran in that direction."""
        return next(p for p in reversed(self.parts) if (p.migration, p.method) == (migration, method))


def read_recording(path: Path) -> Recording:
    """A recorder's file; the empty recording when there is none."""
    lines = path.read_text().splitlines() if path.exists() else []
    return Recording(tuple(_parts([json.loads(line) for line in lines])))


def _parts(events: Sequence[dict[str, Any]]) -> Iterable[Part]:
    starts = [n for n, event in enumerate(events) if event["what"] == "start"]
    for n, following in zip(starts, [*starts[1:], len(events)], strict=True):
        ends = [k for k in range(n, following) if events[k]["what"] == "end"]
        inner = events[n + 1 : ends[0] if ends else following]
        said = [event for event in inner if event["what"] == "sql" and not _only_reads(event["sql"])]
        yield Part(
            events[n]["migration"],
            events[n]["method"],
            tuple(with_bindings(event["sql"], event["bindings"]) for event in said),
            bool(ends),
            n > 0 and events[n - 1]["what"] == "begin",
            tuple(event["connection"] for event in said),
        )


def _only_reads(sql: str) -> bool:
    """A question: its answer may decide what is sent, but it changes nothing."""
    asked = sql.lstrip().lower()
    return asked.startswith(("select", "pragma table_info", "show ", "with ")) and "setval(" not in asked


def with_bindings(sql: str, bindings: Sequence[object] | dict[str, object]) -> str:
    """The statement with its values as literals, as newer Laravels log it."""
    if not bindings:
        return sql
    if isinstance(bindings, dict):
        return re.sub(r":(\w+)", lambda found: _literal(bindings[found[1]]), sql)
    values = iter(bindings)
    return _BOUND.sub(lambda found: _literal(next(values)) if found[0] == "?" else found[0], sql)


def _literal(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(int(value))
    return str(value) if isinstance(value, int | float) else "'" + str(value).replace("'", "''") + "'"
