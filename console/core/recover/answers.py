"""What people said where no catalog tells: each answer with who gave it and when, as the journal keeps it.

The newest answer to a question counts. Whether something is still at work is true for a moment only, so such an answer
is forgotten after a while; the others stay until somebody says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from console.core.contacts import Contact
from console.core.journal import Entry, Topic
from console.core.recover.given import Backup, Given, Known
from console.core.recover.way import Route


class Question(StrEnum):
    """One that a person can answer; the value is the field of `Given`."""

    AT_WORK = "at_work"
    MENDED = "mended"
    FITS = "fits"
    FORMER_FITS = "former_fits"
    FITS_FINISHED = "fits_finished"
    HOLDS = "holds"
    POINT_IN_TIME = "point_in_time"

    @property
    def text(self) -> str:
        """As it is asked."""
        return _TEXTS[self]


_TEXTS = {
    Question.AT_WORK: "Is anything of it still running, anywhere?",
    Question.MENDED: "Is what stopped it mended?",
    Question.FITS: "Does the release that runs work with the schema as it is now?",
    Question.FORMER_FITS: "Would the release from before work with the schema as it is now?",
    Question.FITS_FINISHED: "Will the release that runs work with the schema once it is finished?",
    Question.HOLDS: "Does what it made hold values by now that somebody would miss?",
    Question.POINT_IN_TIME: "Can the server, or who runs it, give the database back as it was at a given moment?",
}
MOMENT = timedelta(minutes=15)
"""For so long it is believed that nothing is at work."""
ASKED_FOR: Mapping[Route, tuple[Question, ...]] = {
    Route.FIND_OUT: tuple(Question),
    Route.WAIT: (Question.AT_WORK,),
    Route.LEAVE: (Question.FITS, Question.FORMER_FITS),
    Route.MARK_RAN: (Question.AT_WORK,),
    Route.REPEAT: (Question.AT_WORK, Question.MENDED),
    Route.CLEAN: (Question.AT_WORK,),
    Route.FINISH: (Question.AT_WORK, Question.MENDED, Question.FITS_FINISHED),
    Route.ROLL_BACK: (Question.AT_WORK, Question.HOLDS, Question.FORMER_FITS),
    Route.FORWARD_FIX: (Question.AT_WORK, Question.FITS_FINISHED),
    Route.TOOL_ROLL_BACK: (Question.AT_WORK, Question.HOLDS, Question.FORMER_FITS),
    Route.ROLL_BACK_TO: (Question.AT_WORK, Question.FORMER_FITS),
    Route.POINT_IN_TIME: (Question.POINT_IN_TIME,),
}
"""What a way hangs on that only people know."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One answer."""

    framework: str
    migration: str
    question: Question
    answer: Known
    who: str
    at: datetime
    """UTC."""
    n: int
    """The journal's number."""

    @property
    def told(self) -> str:
        """With who said it, when, and where that stands."""
        by = f"said {self.who} at {self.at:%H:%M} UTC (journal entry {self.n})"
        return f"{self.question.text} {self.answer.value}, {by}."


@dataclass(frozen=True, slots=True)
class Account:
    """Everything that was found out beside the assessment, of all migrations."""

    decisions: tuple[Decision, ...] = ()
    backups: tuple[Backup, ...] | None = None
    contacts: tuple[Contact, ...] = ()

    def of(self, framework: str, migration: str, now: datetime) -> tuple[Decision, ...]:
        """The answers that count, in the order of the questions."""
        newest = {d.question: d for d in self.decisions if (d.framework, d.migration) == (framework, migration)}
        found = (newest[question] for question in Question if question in newest)
        return tuple(d for d in found if d.question is not Question.AT_WORK or now - d.at <= MOMENT)

    def given(self, framework: str, migration: str, now: datetime) -> Given:
        """What the ways out of this migration rest on."""
        found = self.of(framework, migration, now)
        return replace(Given(backups=self.backups), **{d.question.value: d.answer for d in found})  # type: ignore[arg-type]


def decisions(entries: Iterable[Entry]) -> tuple[Decision, ...]:
    """The answers that the journal has, oldest first."""
    return tuple(
        found for entry in entries if entry.topic is Topic.DECISION and (found := _decision(entry)) is not None
    )


def words_of(framework: str, migration: str, question: Question, answer: Known) -> tuple[str, dict[str, str]]:
    """An answer's sentence and details, for the journal."""
    details = {"framework": framework, "migration": migration, "question": question.value, "answer": answer.value}
    return f"{migration}: {question.text} {answer.value}", details


def _decision(entry: Entry) -> Decision | None:
    details = entry.details
    try:
        question, answer = Question(details.get("question", "")), Known(details.get("answer", ""))
    except ValueError:
        return None
    framework, migration = details.get("framework", ""), details.get("migration", "")
    return Decision(framework, migration, question, answer, str(entry.who), entry.at, entry.n)
