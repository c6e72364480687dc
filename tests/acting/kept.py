"""A journal in a file, and a console that can be killed: what the tests of the keeper need in another process."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sqlalchemy.engine import make_url

from console.core.hold import hold_of
from console.core.journal import Entry, Person, Topic
from console.core.plan import Step, StepKind
from console.dialects.postgres.hand import PostgresHand
from console.keeper import Charge, KeptHand
from tests.builders import SERVER, tracking


@dataclass(frozen=True)
class Lines:
    """A journal of JSON lines."""

    path: Path

    def append(self, topic: Topic, text: str, details: Mapping[str, str] | None = None) -> Entry:
        n = len(self.entries()) + 1
        with self.path.open("a") as file:
            file.write(json.dumps([topic.value, text, dict(details or {})]) + "\n")
        return Entry(n, datetime.now(UTC), "test", "run", Person("ann"), topic, text, dict(details or {}))

    def entries(self, after: int = 0) -> tuple[Entry, ...]:
        lines = self.path.read_text().splitlines() if self.path.exists() else []
        found = (json.loads(line) for line in lines)
        return tuple(
            Entry(n, datetime.now(UTC), "test", "run", Person("ann"), Topic(topic), text, details)
            for n, (topic, text, details) in enumerate(found, start=1)
            if n > after
        )

    def in_flight(self) -> tuple[Entry, ...]:
        ended = {e.details.get("acting") for e in self.entries() if e.topic is Topic.OUTCOME}
        return tuple(e for e in self.entries() if e.topic is Topic.ACTING and str(e.n) not in ended)


def step(sql: str) -> Step:
    """One statement."""
    return Step(1, StepKind.SCHEMA, "statement 1 of V2", (sql,))


def console(address: str, path: str, sql: str) -> None:
    """What a console does until somebody kills it."""
    journal = Lines(Path(path))
    hand = KeptHand(Charge(partial(PostgresHand, make_url(address)), partial(Lines, Path(path))))
    entry = journal.append(Topic.ACTING, "statement 1 of V2", {"session": hand.whoami()})
    sys.stdout.write(f"{hand.pid}\n")
    sys.stdout.flush()
    hand.run(step(sql), entry.n)


def holder(address: str, key: str, sql: str) -> None:
    """A console that holds a tool off and runs something until somebody kills it."""
    hold = hold_of(tracking(locks=((key,),)), SERVER)
    hand = KeptHand(Charge(partial(PostgresHand, make_url(address))))
    sys.stdout.write(f"{hand.hold((hold,))}\n")
    sys.stdout.flush()
    hand.run(step(sql))
    sys.stdin.read()
