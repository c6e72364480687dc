"""Exactly what is going to be done, and what came of it: the values between a wish and its outcome.

A `Plan` is shown whole before anybody types anything: every statement as it will be sent, what was checked, what it
costs, what takes it back. Nothing that is not in the plan is ever sent. `Step` is what is done in one go and looked at
before the next begins. An `Outcome` says what reading again confirmed, never that a call returned.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from console.core.intent import Intent
from console.core.landed import Judgement
from console.core.refs import Ref
from console.core.rollback import Rollback
from console.core.session import Session
from console.core.tool_lock import Hold


class CannotWriteError(Exception):
    """Nothing exact can be written for it; the text is one sentence that says why. Ends in `Plan.refused`."""


class StepKind(StrEnum):
    """What a step touches."""

    SESSION = "session"
    SCHEMA = "schema"
    DATA = "data"
    LEDGER = "ledger"
    TOOL = "tool"
    """The tool's own command, as a process: nothing is sent over the acting connection."""
    PREPARED = "prepared transaction"
    """It is looked for in the list of sessions: what it holds may keep the schema from being read."""


@dataclass(frozen=True, slots=True)
class Target:
    """A session to be ended, as it was when the dialog opened: any difference later is a refusal."""

    session: Session
    server: str
    """`Server.identity` at that time."""


@dataclass(frozen=True, slots=True)
class LedgerEdit:
    """One change of the tracking table, as the tool itself would write it."""

    table: str
    """As the person knows it: `public.flyway_schema_history`."""
    sql: tuple[str, ...]
    before: tuple[tuple[tuple[str, str | None], ...], ...] = ()
    """The rows it replaces or removes, every column as text, for undo."""
    after: tuple[tuple[tuple[str, str | None], ...], ...] = ()
    """The rows as they must stand there afterwards; a column not known beforehand (the server's clock) is left out."""
    undo: tuple[str, ...] = ()
    """SQL that puts the rows back."""
    follow_up: str = ""
    """What the tool does or wants next, one sentence."""
    rows: int | None = None
    """How many rows the table had when it was planned: others mean that somebody wrote there since."""
    checks: tuple[Check, ...] = ()
    """Asked of the server just before: what the tool would refuse it for, in tables that are not read."""

    @property
    def removes(self) -> bool:
        """Rows go and none comes."""
        return bool(self.before) and not self.after


@dataclass(frozen=True, slots=True)
class Check:
    """What is asked of the server just before a step; any other answer than the wanted one, or none, refuses it."""

    sql: str
    """A SELECT that gives one number."""
    wanted: int
    otherwise: str
    """What is so where it gives another, one sentence."""


@dataclass(frozen=True, slots=True)
class Step:
    """What is done in one go."""

    n: int
    """1-based in its plan."""
    kind: StepKind
    title: str
    """`statement 3 of V4__add_shipping`, `session 4711`."""
    sql: tuple[str, ...]
    """Exactly what is sent, in this order, each by itself."""
    atomic: bool = False
    """All of `sql` runs in one transaction (the tool would have run it so)."""
    target: Target | None = None
    edit: LedgerEdit | None = None
    judgements: tuple[Judgement, ...] = ()
    """The statements it carries out or takes back, with their verdicts when the plan was made."""
    backwards: bool = False
    """It takes them back."""
    behind: tuple[str, ...] = ()
    """Migrations that the plan has taken back before it: what they would do again tells nothing of this one."""
    command: Rollback | None = None
    """Of a TOOL step: what is run; `sql` holds it as a person would type it."""
    clears: str = ""
    """The debris that must be there before and gone afterwards, as `Debris.object` calls it."""
    kind_cleared: str = ""
    """Its `Debris.kind`."""
    place: Ref | None = None
    """Where it is in the schema, if it is there."""
    checks: tuple[Check, ...] = ()
    after: tuple[Check, ...] = ()
    """Asked of the server afterwards, of what no catalog shows: any other answer than the wanted one is "not done"."""
    lock: str = ""
    """The strongest lock it takes and on what: `ACCESS EXCLUSIVE on orders`."""
    rewrite: bool | None = None
    """Every row of the table is written anew; None: not known."""
    estimate: str = ""
    """How long it may take, in words, with what it rests on."""
    lasts: bool | None = False
    """It may take longer than a minute; None: not known."""
    patience: float | None = None
    """Seconds to wait for a lock; 0: as long as it takes; None: as the session does."""
    expect: str = ""
    """What must be so afterwards, one sentence."""
    undo: str = ""
    """How it is taken back: SQL, or why it cannot be."""
    careful: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Loss:
    """Data that a plan destroys: it asks for a phrase of its own."""

    table: str
    what: str
    """`1,204 rows have a value in orders.note`."""

    @property
    def phrase(self) -> str:
        """What must be typed."""
        return f"lose data in {self.table}"


@dataclass(frozen=True, slots=True)
class Count:
    """What must be counted before a plan can say what it destroys."""

    table: str
    """As people know it."""
    thing: str
    """`orders.note`; '' for the whole table."""
    sql: str


@dataclass(frozen=True, slots=True)
class Owner:
    """Who owns the tables that a plan touches, as the acting connection read it."""

    role: str = ""
    """'' when the connected user owns them, or where the server knows no owners."""
    refused: str = ""
    """Why it cannot be that role, one sentence."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the acting connection is set to before the steps, as the tool's own session would be."""

    sql: tuple[str, ...] = ()
    role: str = ""
    """The role that owns the tables; '' when it is the one that is connected."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be done if the phrase is typed. A plan with `refused` is shown and cannot be carried out."""

    intent: Intent
    title: str
    """`Terminate session 4711`"""
    phrase: str
    """`terminate 4711`; with `on shop` behind it where the configuration calls the database production."""
    server: str
    """`Server.identity`: the connection that acts must be to this one."""
    taken_at: datetime
    """Of the observation it was made from, UTC."""
    steps: tuple[Step, ...] = ()
    settings: Settings = field(default_factory=Settings)
    about: tuple[str, ...] = ()
    """Who or what it is about, a line each."""
    checked: tuple[str, ...] = ()
    """What was found to hold and will be looked at again just before."""
    effect: tuple[str, ...] = ()
    careful: tuple[str, ...] = ()
    undo: str = ""
    losses: tuple[Loss, ...] = ()
    counts: tuple[Count, ...] = ()
    """To be counted before it is shown; their answers become `losses`."""
    counted: tuple[int | None, ...] = ()
    """Those answers, as they were shown; None: it could not be counted."""
    unproven: str = ""
    """Why it asks for a second phrase and a reason: what is not proven."""
    refused: tuple[str, ...] = ()
    """Preconditions that do not hold, one sentence each."""
    instead: tuple[Intent, ...] = ()
    """Other ways a person may want: the same sessions terminated instead of cancelled."""
    open_questions: tuple[int, ...] = ()
    """Numbers of statements that nobody can judge: the plan needs an answer for each."""
    by_hand: tuple[str, ...] = ()
    """The tool's own SQL or command for the same, for comparison."""
    holds: tuple[Hold, ...] = ()
    """What holds other runs of the tools off while it is carried out, or why nothing does."""
    foreseen: tuple[str, ...] = field(default=(), compare=False)
    """What preflight says of its statements, the worst first, a sentence each."""

    @property
    def may_last(self) -> bool:
        """A step of it may take longer than a minute, as far as is known."""
        return any(step.lasts is not False for step in self.steps)

    @property
    def sql(self) -> str:
        """All that is sent, in its order."""
        return ";\n".join(sql for step in self.steps for sql in step.sql)

    @property
    def phrases(self) -> tuple[str, ...]:
        """Everything that must be typed, in this order."""
        more = (f"{self.phrase} unproven",) if self.unproven else ()
        return (self.phrase, *more, *(dict.fromkeys(loss.phrase for loss in self.losses)))


class Word(StrEnum):
    """What became of a step, as reading again found it."""

    GONE = "gone"
    STILL_THERE = "still there"
    ROLLING_BACK = "rolling back"
    DONE = "done"
    """The catalog or the ledger shows it."""
    NOT_DONE = "not done"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    IN_FLIGHT = "in flight"
    """It was sent and still runs on the server."""
    STOPPED = "stopped"
    """A person stopped before it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One step's end."""

    n: int
    word: Word
    detail: str = ""
    """One sentence: what was read, or the server's own words."""
    seconds: float = 0.0
    rows_left: int | None = None
    """While it rolls back: rows still to be undone."""
    sent: bool = True
    """False: nothing of it reached the server."""
    behind: tuple[str, ...] = ()
    """Sessions that it waited for until its time was over, as far as they were seen."""

    @property
    def good(self) -> bool:
        """The plan may go on."""
        return self.word in (Word.GONE, Word.DONE)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a plan."""

    plan: Plan
    outcomes: tuple[Outcome, ...] = ()
    refused: tuple[str, ...] = ()
    """Why it was not begun: what had changed since the dialog opened."""
    next: str = ""
    """What to do now, one sentence."""
    instead: tuple[Intent, ...] = ()
    """What may help it on."""


def goes_on(plan: Plan, outcome: Outcome) -> bool:
    """A list of sessions goes on past one that refused; everything else stops at the first that did not work."""
    past = (Word.REFUSED, Word.STILL_THERE, Word.ROLLING_BACK)
    return outcome.good or (plan.intent.verb.kills and outcome.word in past)
