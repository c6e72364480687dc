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
            tuple(with_literals(event["sql"], event["literals"]) for event in said),
            bool(ends),
            n > 0 and events[n - 1]["what"] == "begin",
            tuple(event["connection"] for event in said),
        )


def _only_reads(sql: str) -> bool:
    """A question: its answer may decide what is sent, but it changes nothing."""
    asked = sql.lstrip().lower()
    if asked.startswith("pragma"):
        return "=" not in asked
    return asked.startswith(("select", "show ", "with ")) and "setval(" not in asked


def with_literals(sql: str, literals: Sequence[str] | dict[str, str]) -> str:
    """The statement with its values written into it, as newer Laravels log it."""
    if not literals:
        return sql
    if isinstance(literals, dict):
        return re.sub(r":(\w+)", lambda found: literals[found[1]], sql)
    values = iter(literals)
    return _BOUND.sub(lambda found: next(values) if found[0] == "?" else found[0], sql)
