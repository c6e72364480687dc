"""The objects on which two schemas differ, as Halfway and as each of its peers sees them, in the same words."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sqlalchemy.engine import URL

from console.core.drift import Drift
from console.core.schema import Kind, Thing, owner_of
from tests.tools.alembic import LATEST
from tests.tools.packages import environment, wanted_by_tests

Named = tuple[str, str, str]
"""(kind, table, name)."""
_KINDS = {Kind.INDEX: "key", Kind.CONSTRAINT: "key", Kind.PROCEDURE: "routine"}
_PEERS = {
    "results": ("results-2.0.1789346060", ("results==2.0.1789346060", "psycopg[binary]==3.3.9")),
    "alembic": (LATEST.name, LATEST.wanted),
}


def by_halfway(drift: Drift) -> frozenset[str]:
    """What was renamed is one that went and one that came, as everybody else has it."""
    assert not [doubt for doubt in drift.doubts if not doubt.slight]
    things = {side.ref: side for found in drift.differences for side in (found.expected, found.actual) if side}
    return frozenset(_word(*_named(thing)) for thing in things.values())


def _named(thing: Thing) -> Named:
    return _KINDS.get(thing.ref.kind, thing.ref.kind.value), owner_of(thing), thing.ref.name


def by_peer(peer: str, pairs: Sequence[tuple[str, str]]) -> list[frozenset[str]]:
    """The same of a tool, for all pairs in one go: it takes longer to start than to compare."""
    done = subprocess.run(
        [sys.executable, "-S", "-s", "-W", "ignore", str(Path(__file__).with_name(f"run_{peer}.py"))],
        input=json.dumps(pairs), capture_output=True, text=True, check=False,
        env=environment(wanted_by_tests(*_PEERS[peer])),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return [frozenset(_without_members(found)) for found in json.loads(done.stdout)]


def _without_members(found: Iterable[tuple[str, str, str, bool]]) -> Iterator[str]:
    """What goes and comes with its table is told with the table."""
    there = list(found)
    whole = {name for kind, _, name, changed in there if kind == "table" and not changed}
    return (_word(kind, table, name) for kind, table, name, _ in there if table not in whole)


def _word(kind: str, table: str, name: str) -> str:
    return f"{kind} {table}.{name}" if kind == "column" else f"{kind} {name}"


def plain(url: URL, driver: str) -> str:
    """As a tool wants it."""
    return url.set(drivername=driver).render_as_string(hide_password=False)
