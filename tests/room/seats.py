"""Seats of several people in one room, each with its own journal object on the same file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from console.core.intent import Intent, Verb
from console.core.journal import Person
from console.core.plan import Loss, Plan, Step, StepKind
from console.core.room.consent import Need
from console.core.room.members import Heard, Member
from console.core.room.people import Someone
from console.machine import here, myself
from console.seat import Seat
from console.store.chain import Clock
from console.store.journal import open_journal
from console.store.presence import DiskPresence

AT = datetime(2026, 1, 31, 12, tzinfo=UTC)
INCIDENT = "shop on db1"


class Silent(DiskPresence):
    """Hears of one console for the last time `ago` seconds before."""

    def __init__(self, path: Path, run: str, ago: float) -> None:
        super().__init__(path, INCIDENT)
        self.run, self.ago = run, ago

    def heard(self) -> Sequence[Heard]:
        """As it is, but for that console."""
        return [replace(each, ago=self.ago) if each.member.run == self.run else each for each in super().heard()]


def member(name: str, run: str, need: Need = Need.NONE) -> Member:
    """Somebody with a name."""
    return Member(run, Someone(Person("deploy"), name), "responder", here(), myself(), AT, need.value)


def seat(
    folder: Path,
    name: str,
    need: Need = Need.NONE,
    presence: DiskPresence | None = None,
    now: Clock = lambda: datetime.now(UTC),
) -> Seat:
    """A seat whose run is the name in small letters; it has not joined."""
    run = name.lower()
    journal = open_journal(INCIDENT, Person("deploy"), run, {}, path=str(folder / "journal.db"), now=now)
    return Seat(journal, presence or DiskPresence(journal.path, INCIDENT), member(name, run, need))


def plan(sql: str = "ALTER TABLE orders DROP COLUMN note", loss: bool = False) -> Plan:
    """One that would send this."""
    lost = (Loss("orders", "3 rows have a value in orders.note"),) if loss else ()
    steps = (Step(1, StepKind.SCHEMA, "statement 1 of V4", (sql,)),)
    return Plan(Intent(Verb.FINISH, migration="V4"), "Finish V4", "finish 4", "pg 1", AT, steps, losses=lost)
