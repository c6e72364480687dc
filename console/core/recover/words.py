"""What each way will do, needs, risks, loses and how it is taken back: short sentences for somebody who is tired."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from console.core.debris import does
from console.core.in_the_way import holders, warnings
from console.core.recover.doors import RECORDED, Case
from console.core.recover.facts import Doubt, Share
from console.core.recover.given import Known
from console.core.recover.way import Route

_LANDS_BY_ITSELF = (
    "What waits for a lock lands by itself once the one in front of it ends: end the migration's own session before "
    "you end its blocker."
)


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of a way besides whether it is open."""

    does: str
    needs: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    loss: str = "None: neither schema nor data nor ledger is changed."
    undo: str = "Nothing is to be undone."


def words_of(route: Route, case: Case) -> Words:
    """What is said of this way here."""
    return _WORDS[route](case)


def open_questions(case: Case) -> Iterator[str]:
    """What nobody has answered yet and the recommendation hangs on, one question each."""
    facts = case.facts
    asked = (
        (facts.busy, "Is anything of it still running? What other sessions do is not visible."),
        (facts.fits, "Does the release that runs work with the schema as it is?"),
        (facts.kept, "Would the release from before work with the schema as it is?"),
        (facts.mended, "Why did it fail, and is that mended?"),
        (facts.gone, "Did it destroy data that somebody needs?"),
        (facts.loses, "Do the tables and columns that it made hold values by now?"),
        (facts.long, "How large are the tables that are left to be worked on?"),
        (facts.worse, "Will the running release work with the schema once it is finished?"),
        (facts.backup, "Is there a backup from before it, and can it be read?"),
    )
    if facts.landed in (Share.UNKNOWN, Share.ODD, Share.DIFFERS):
        yield "Which part of it is there, and who made it?"
    if facts.doubt in (Doubt.DATA, Doubt.CODE):
        yield f"Did {_numbers(case)} run?"
    if facts.doubt is Doubt.FILE:
        yield "Is this the file that ran? It was changed since."
    yield from (question for answer, question in asked if answer is Known.UNKNOWN)


def _numbers(case: Case) -> str:
    doubtful = [str(j.statement.n) for j in case.migration.statements if j.word == "CANNOT TELL" or j.inferred]
    return f"statement{'s' if len(doubtful) > 1 else ''} {', '.join(doubtful)}" if doubtful else "all of it"


def _count(number: int) -> str:
    return f"{number} statement{'' if number == 1 else 's'}"


def _find_out(case: Case) -> Words:
    questions = tuple(open_questions(case))
    count = f"{len(questions)} question{'' if len(questions) == 1 else 's'}"
    return Words(
        f"Answers {count} by reading; changes nothing." if questions else "Looks again; changes nothing.",
        questions or ("A second pair of eyes, or a DBA.",),
        ("The incident lasts while you look.",),
    )


def _wait(case: Case) -> Words:
    return Words(
        "Waits until what is at work has ended, or ends it; then everything is read again.",
        ("Which session it is, and who waits behind it: page Locks.",),
        (_LANDS_BY_ITSELF,),
        "What has not been committed is undone by the server; what landed stays.",
        "A session that was ended does not come back.",
    )


def _leave(case: Case) -> Words:
    needs = () if case.facts.fits is Known.YES else ("The code goes back to the release from before.",)
    return Words(
        "Leaves the database as it is; what is missing comes later, with time and daylight.",
        (*needs, "No deploy runs the migrations until it is settled."),
        ("The next deploy would run the migration again as it is.",) if case.migration.state not in RECORDED else (),
    )


def _mark_ran(case: Case) -> Words:
    return Words(
        f"Writes the row that {case.tool} would have written; the schema is not touched.",
        ("All of it is proven to be there.",),
        ("What it should have done besides its SQL was not looked at.",),
        "None: only the ledger is changed.",
        "The row goes again, or stands as it stood before; the journal keeps it.",
    )


def _repeat(case: Case) -> Words:
    clear = ("The failed row goes first.",) if case.migration.tracked.row is not None else ()
    half = "It may stop half-way again: each statement stands by itself."
    whole = "None of it stays if it is refused again: all of it is one transaction."
    return Words(
        f"Shows what {case.tool} would send, then prints the command that runs it again from the start.",
        (*clear, *_mend(case)),
        (whole if case.facts.atomic is Known.YES else half, *_length(case.facts.long)),
        _loss(case.facts.spends, "What it sends"),
        "As the migration itself: roll it back once it has landed.",
    )


def _mend(case: Case) -> tuple[str, ...]:
    """What stopped it, where it is not known to be mended."""
    if case.facts.mended is Known.YES:
        return ()
    causes = tuple(f"Mend first: {cause.found}." for cause in case.migration.causes if cause.rows)
    return causes or ("Mend what stopped it first; it is not known to be mended.",)


def _length(long: Known) -> tuple[str, ...]:
    if long is Known.NO:
        return ()
    return ("It may take long, and others wait meanwhile." if long is Known.YES else "How long it takes is not known.",)


def _loss(answer: Known, what: str) -> str:
    """Nothing unknown is called harmless."""
    return {
        Known.YES: f"{what} destroys data.",
        Known.NO: f"{what} destroys no data.",
        Known.UNKNOWN: f"Whether {what[:1].lower()}{what[1:]} destroys data is not known.",
    }[answer]


def _clean(case: Case) -> Words:
    named = "; ".join(does(item) for item in case.debris[:3])
    only_indexes = {item.kind for item in case.debris} <= {"invalid_index"}
    return Words(
        f"{named[:1].upper()}{named[1:]}." if named else "Shows what was left behind and how to mend it by hand.",
        ("Nobody is at work on it any more: looked at again just before.",),
        ("A constraint that is NOT VALID is validated, never added again.",),
        "None: an INVALID index holds nothing that its table does not hold."
        if only_indexes
        else "The rows of a table that goes: they are counted, and a phrase of their own is asked for.",
        "Build it again, once what stopped it is mended." if only_indexes else "Each plan says for itself how.",
    )


def _finish(case: Case) -> Words:
    held = tuple(warnings(holders((j.statement for j in case.rest), case.assessment)))
    asked = (f"Your answer whether {_numbers(case)} ran.",) if case.facts.doubt is not Doubt.NONE else ()
    worse = () if case.facts.worse is Known.NO else ("The running release may not work with the finished schema.",)
    return Words(
        f"Sends the {_count(len(case.rest))} left, each once and looked at again before, then records it.",
        (*_mend(case), *asked),
        (*_length(case.facts.long), *worse, *held),
        _loss(case.facts.spends, "What is left"),
        "Each step says how it is taken back; what ran before a stop stays.",
    )


def _roll_back(case: Case) -> Words:
    held = tuple(warnings(holders((j.statement for j in case.landed), case.assessment)))
    rows = ("What it changed in rows is not undone.",) if case.facts.gone is not Known.NO else ()
    slow = () if case.facts.slow_back is Known.NO else ("How long the way back takes is not known.",)
    return Words(
        f"Takes back the {_count(len(case.landed))} that landed, newest first.",
        ("The code goes back to the release from before.",),
        (*rows, *slow, *held),
        _loss(case.facts.loses, "Taking it back"),
        "Run the migration again; rows that were lost do not come back.",
    )


def _forward_fix(case: Case) -> Words:
    return Words(
        f"Writes a new migration for the {_count(len(case.rest))} left, to a file that you name; runs nothing.",
        ("The failed one is marked ran first, and the new one comes directly after it.", "Other pending files wait."),
        ("Until it has run, the ledger says more than is there.", *_length(case.facts.long)),
        _loss(case.facts.spends, "What is left"),
        "Delete the file before it is run; roll it back afterwards.",
    )


def _tool_roll_back(case: Case) -> Words:
    return Words(
        f"Runs {shlex.join(case.rollback.argv) or 'its own rollback command'} in the project's folder, as you would.",
        ("It takes this migration and no other.", "The login is the tool's own; where it leads is looked at before."),
        ("Its way back is code that nobody may ever have run.",),
        _loss(case.facts.loses, "Taking it back"),
        "Run the migration again; rows that were lost do not come back.",
    )


def _roll_back_to(case: Case) -> Words:
    return Words(
        f"Rolls back every migration since {case.given.back_to or 'the one you name'}, newest first, each by itself.",
        ("Each of them has a way back.", "A release that fits the schema as it was then."),
        ("It stops where one of them cannot be taken back, and that is a new half-way.",),
        "Whether taking them back destroys data is counted for each.",
        "Run them again; rows that were lost do not come back.",
    )


def _restore(case: Case) -> Words:
    return Words(
        "Loads the backup beside production, and brings back the rows that are missing, by their keys.",
        (
            "A server or database of its own for the copy, and room for it.",
            "The rows changed since the backup, counted.",
        ),
        ("What was written since the backup is not in it.",),
        "Only rows that are missing, or columns that are empty, are written.",
        "The keys of what is written are kept, so that it can be taken out again.",
    )


def _point_in_time(case: Case) -> Words:
    return Words(
        "Prints the commands that give you the database as it was just before; runs nothing.",
        ("The moment it began, and where that time comes from.", "A place beside production to look at it first."),
        ("Everything that anybody has written since then is not in it.",),
        "If it replaces production: all that was written since that moment is lost.",
        "Keep what is there now until the copy is proven.",
    )


_WORDS: Mapping[Route, Callable[[Case], Words]] = {
    Route.FIND_OUT: _find_out,
    Route.WAIT: _wait,
    Route.LEAVE: _leave,
    Route.MARK_RAN: _mark_ran,
    Route.REPEAT: _repeat,
    Route.CLEAN: _clean,
    Route.FINISH: _finish,
    Route.ROLL_BACK: _roll_back,
    Route.FORWARD_FIX: _forward_fix,
    Route.TOOL_ROLL_BACK: _tool_roll_back,
    Route.ROLL_BACK_TO: _roll_back_to,
    Route.RESTORE: _restore,
    Route.POINT_IN_TIME: _point_in_time,
}
