"""Pictures of what a responder sees: the dialogs with real plans, an outcome, the journal, what is in flight."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Protocol

import pytest
from textual.app import App
from textual.pilot import Pilot

from console import dialects, frameworks
from console.core.assessment import Assessment
from console.core.flight import Flight, flight
from console.core.guard import kept_out
from console.core.hold.hold import INSTEAD
from console.core.intent import Intent, Verb
from console.core.journal import Entry, Person, Topic
from console.core.plan import Outcome, Owner, Plan, Result, Word
from console.core.plans import make_plan
from console.core.tool_lock import Hold, ToolLock
from console.tools import Tools
from screens.acting.app import ResponderApp
from screens.acting.dialog import Tell
from tests.builders import NOON
from tests.screens.builders import CASES, many_statements
from tests.screens.fake import FakeIncident

PERSON = Person("ann", "10.0.0.5", "deploy")


def told(plan: Plan, n: int, word: Word, text: str = "", seconds: float = 0.2) -> Outcome:
    return Outcome(n, word, text, seconds, sent=word is not Word.STOPPED)


def all_well(plan: Plan) -> Iterator[Outcome]:
    """Every step did what it was to do."""
    for step in plan.steps:
        yield told(plan, step.n, Word.GONE if plan.intent.verb.kills else Word.DONE)


def waited(plan: Plan) -> Iterator[Outcome]:
    """The first step did it, the second waited for too long."""
    why = "canceling statement due to lock timeout: it waited behind 4711 web@10.0.0.7 (idle in transaction)"
    yield told(plan, 1, Word.DONE)
    yield replace(told(plan, 2, Word.REFUSED, why, 5.0), behind=("4711",))


def entry(n: int, topic: Topic, text: str, **details: str) -> Entry:
    return Entry(n, NOON + timedelta(seconds=7 * n), "shop on db1", "a1", PERSON, topic, text, details)


ACCOUNT = (
    entry(1, Topic.OPENED, "console opened"),
    entry(2, Topic.INTENT, "Terminate session 4711", sql="SELECT pg_terminate_backend(a.pid)"),
    entry(3, Topic.ACTING, "session 4711", sql="SELECT pg_terminate_backend(a.pid)", session="4800 since ..."),
    entry(4, Topic.OUTCOME, "session 4711: gone", acting="3", outcome="gone", seconds="0.104"),
    entry(5, Topic.REFUSED, "Finish V4__add_shipping", reason="A migration is alive: session 4712."),
    entry(6, Topic.NOTE, "called the shop's owner: the job may be ended"),
)


LOCK = ToolLock("6939591962871035475", "SELECT pg_catalog.pg_try_advisory_lock(6939591962871035475)", "", "", "")
HELD = Hold("rails", (LOCK,), "advisory lock", "2053462845 times the CRC-32 of app", sure=True)
UNHELD = Hold("django", why=f"Django takes no lock while it migrates. {INSTEAD}")


@dataclass
class Stage:
    """Real plans, made of the picture; what comes of them is told by the test."""

    end: Callable[[Plan], Iterator[Outcome]] = all_well
    flying: tuple[Entry, ...] = ()
    holds: tuple[Hold, ...] = ()
    tools: Tools = field(default_factory=lambda: Tools(dialects.renderer, _nobody, None, {}, sheltered=False))  # type: ignore[arg-type]

    def warm(self) -> None:
        """Nothing is to be connected."""

    def seen(self, assessment: Assessment, why: str = "") -> None:
        """Nothing is kept of it."""

    def propose(self, intent: Intent, assessment: Assessment) -> Plan:
        server = assessment.observation.server.value
        assert server is not None
        markers = {"flyway": frameworks.marker("flyway", None)}
        plan = make_plan(intent, assessment, dialects.renderer(server.dialect), markers, Owner(role="shop"))
        return kept_out(replace(plan, holds=self.holds), assessment, self.flying)

    def carry_out(self, plan: Plan, typed: Sequence[str], tell: Tell, stop: threading.Event) -> Result:
        outcomes = tuple(self.end(plan))
        for outcome in outcomes:
            tell(outcome)
        last = outcomes[-1]
        ended = "Nobody is blocked any more: the 21 that waited go on."
        instead = tuple(Intent(Verb.TERMINATE, (each,)) for each in last.behind)
        return Result(plan, outcomes, next=ended if last.good else "", instead=instead)

    def entries(self) -> tuple[Entry, ...]:
        return ACCOUNT

    def flights(self, now: Assessment) -> tuple[Flight, ...]:
        return tuple(flight(each, now) for each in self.flying)


def _nobody() -> None:
    raise AssertionError("nothing is connected here")


def sent(session: str, server: str) -> Entry:
    """A step that another console sent."""
    return entry(8, Topic.ACTING, "statement 3 of V4__add_shipping", session=session, server=server,
                 sql="ALTER TABLE orders ADD COLUMN carrier_id bigint, ADD COLUMN shipped_at timestamptz")  # fmt: skip


PICTURES: Mapping[str, tuple[str, tuple[int, int], tuple[str, ...], str, Stage]] = {
    "act_kill": ("half_applied", (80, 24), ("k",), "", Stage()),
    "act_kill_60x20": ("half_applied", (60, 20), ("k",), "", Stage()),
    "act_kill_list": ("half_applied", (80, 24), ("4", "end", "k"), "", Stage()),
    "act_kill_done": ("half_applied", (80, 24), ("k",), "terminate 4711", Stage()),
    "act_wrong": ("half_applied", (80, 24), ("k",), "terminate 4712", Stage()),
    "act_refused": ("half_applied", (80, 24), ("f",), "", Stage()),
    "act_finish": ("refused", (80, 24), ("f",), "", Stage()),
    "act_finish_120x40": ("refused", (120, 40), ("f",), "", Stage()),
    "act_held": ("many_statements", (80, 40), ("f", "pagedown", "pagedown"), "", Stage(holds=(HELD, UNHELD))),
    "act_roll_back": ("refused", (80, 24), ("u",), "", Stage()),
    "act_mark": ("failed", (80, 24), ("m",), "", Stage()),
    "act_clean": ("refused", (80, 24), ("x",), "", Stage()),
    "act_waited": ("many_statements", (80, 24), ("f",), "finish 4", Stage(waited)),
    "act_journal": ("half_applied", (80, 24), ("7",), "", Stage()),
    "act_incident": ("half_applied", (80, 24), (), "", Stage()),
    "act_flight": ("half_applied", (80, 24), ("i",), "", Stage(flying=(sent("4712", "x"),))),
}


class Compare(Protocol):
    """What the snapshot plugin gives."""

    def __call__(
        self, app: App[None], *, terminal_size: tuple[int, int], run_before: Callable[[Pilot[None]], object]
    ) -> bool: ...


async def settled(app: ResponderApp, pilot: Pilot[None]) -> None:
    """Threads have posted what they had to say, and it is drawn."""
    for _ in range(200):
        await asyncio.sleep(0.01)
        await pilot.pause()
        if not any(t.name.startswith("halfway-act") for t in threading.enumerate()):
            break
    for _ in range(4):
        await pilot.pause()


@pytest.mark.parametrize("name", PICTURES)
def test_screen(name: str, snap_compare: Compare, responding: None) -> None:
    case, size, keys, phrase, stage = PICTURES[name]
    picture = many_statements() if case == "many_statements" else CASES[case]()
    server = picture.observation.server.value
    assert server is not None
    stage = replace(stage, flying=tuple(sent("4712", server.identity) for _ in stage.flying))
    app = ResponderApp(FakeIncident(picture), stage, now=lambda: 0.0)  # type: ignore[arg-type]
    app.title = name.replace("_", " ")

    async def press(pilot: Pilot[None]) -> None:
        await settled(app, pilot)
        for key in keys:
            await pilot.press(key)
            await settled(app, pilot)
        if phrase:
            await pilot.press(*phrase, "enter")
            await settled(app, pilot)

    assert snap_compare(app, terminal_size=size, run_before=press)
