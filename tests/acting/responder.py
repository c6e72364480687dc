"""A responder without a terminal: what the screens do, in a few words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from console.acting import Acting
from console.core.faults import JournalFault
from console.core.intent import Intent
from console.core.journal import GENESIS, Entry, Person, Topic
from console.core.plan import Plan, Result
from console.core.plans.by_tool import Leads, untold
from console.core.ports_acting import Hand, Marker, Renderer
from console.incident import Incident
from console.tools import Tools


@dataclass
class Notebook:
    """A journal in memory."""

    kept: list[Entry] = field(default_factory=list)
    full: bool = False

    def append(self, topic: Topic, text: str, details: Mapping[str, str] | None = None) -> Entry:
        if self.full:
            raise JournalFault("The journal cannot be written", "the disk is full")
        before = self.kept[-1].hash if self.kept else GENESIS
        entry = Entry(len(self.kept) + 1, datetime.now(UTC), "test", "run", Person("ann"), topic, text,
                      dict(details or {}), before)  # fmt: skip
        self.kept.append(replace(entry, hash=entry.sealed().hash))
        return self.kept[-1]

    def entries(self, after: int = 0) -> tuple[Entry, ...]:
        return tuple(self.kept[after:])

    def in_flight(self) -> tuple[Entry, ...]:
        ended = {e.details.get("acting") for e in self.kept if e.topic is Topic.OUTCOME}
        return tuple(e for e in self.kept if e.topic is Topic.ACTING and str(e.n) not in ended)


@dataclass
class Responder:
    """Proposes, types, carries out."""

    incident: Incident
    acting: Acting
    journal: Notebook

    def propose(self, intent: Intent) -> Plan:
        return self.acting.propose(intent, self.incident.fresh())

    def do(self, intent: Intent) -> Result:
        plan = self.propose(intent)
        return self.acting.carry_out(plan, plan.phrases)


@contextmanager
def responder(
    incident: Incident,
    renderer: Renderer,
    open_hand: Callable[[], Hand],
    markers: Mapping[str, Marker] | None = None,
    leads: Leads = untold,
) -> Iterator[Responder]:
    """One at work; everything is ended afterwards."""
    journal = Notebook()
    acting = Acting(Tools(lambda _: renderer, open_hand, journal, markers or {}, leads=leads), incident.fresh)
    try:
        yield Responder(incident, acting, journal)
    finally:
        acting.close()
        incident.stop()
