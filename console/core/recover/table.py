"""The decision table: which way is recommended, which is second, and why. Data; the first row that fits decides.

A row fits where the facts are as it says and its first way is open. Nothing unknown counts as harmless: a row that
recommends to change something never rests on an answer that nobody has given, unless it would recommend the same
whatever the answer were. The last row always fits: to find out.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from console.core.migration import State
from console.core.recover.facts import Doubt, Facts, Share
from console.core.recover.given import Known
from console.core.recover.way import Route

Words = tuple[StrEnum, ...]
_YES, _NO, _UNKNOWN = (Known.YES,), (Known.NO,), (Known.UNKNOWN,)
_NOT_YES, _NOT_NO = (Known.NO, Known.UNKNOWN), (Known.YES, Known.UNKNOWN)
_TO_RUN = (State.HALF_APPLIED, State.FAILED, State.UNRECORDED, State.PENDING)
"""States of which the tool would run it, or refuses to run anything."""
_SAFE = (Doubt.NONE, Doubt.BEHIND)
_DOUBTFUL = (Doubt.DATA, Doubt.CODE, Doubt.FILE)
_WHOLE: dict[str, Words] = {"state": _TO_RUN, "landed": (Share.ALL,), "doubt": (Doubt.NONE,), "proven": _YES}
_UNBEGUN: dict[str, Words] = {"state": _TO_RUN, "landed": (Share.NONE,), "doubt": _SAFE}
_HALF: dict[str, Words] = {"state": _TO_RUN, "landed": (Share.SOME,), "doubt": _SAFE}
_EASY: dict[str, Words] = {"spends": _NO, "worse": _NO, "long": _NO}
"""What is left destroys nothing, breaks nothing and is short."""
_WRONG: dict[str, Words] = {"state": (State.APPLIED,), "fits": _NO, "loses": _NO, "gone": _NO}
"""All of it is there, the running release does not fit, and nothing is lost on the way back."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; what it does not name does not matter to it."""

    when: tuple[tuple[str, Words], ...]
    """(fact, the words of it that fit)."""
    first: Route
    second: Route
    why: str
    """One sentence."""

    def fits(self, facts: Facts) -> bool:
        """The facts are as it says."""
        return all(getattr(facts, name) in words for name, words in self.when)


def _row(first: Route, second: Route, why: str, **when: Words) -> Row:
    return Row(tuple(when.items()), first, second, why)


TABLE: tuple[Row, ...] = (
    _row(
        Route.WAIT,
        Route.FIND_OUT,
        "It is still at work: what it leaves is known when it has ended, not before.",
        busy=_YES,
    ),
    _row(
        Route.FIND_OUT,
        Route.WAIT,
        "Nobody can see whether it still runs, and two hands on one migration make a second incident.",
        busy=_UNKNOWN,
    ),
    _row(
        Route.FIND_OUT,
        Route.LEAVE,
        "The file that ran is missing, changed or cannot be read: nobody knows what to finish or to take back.",
        state=(State.UNREADABLE, State.FILE_MISSING, State.CHECKSUM_MISMATCH),
    ),
    _row(Route.FIND_OUT, Route.LEAVE, "How much of it is there cannot be told.", landed=(Share.UNKNOWN,)),
    _row(
        Route.FIND_OUT,
        Route.FORWARD_FIX,
        "No run of the tool leaves it so: somebody changed the schema by hand. Ask who, and why.",
        landed=(Share.ODD,),
    ),
    _row(
        Route.RESTORE,
        Route.POINT_IN_TIME,
        "It destroyed data that the running release needs: only the backup has it.",
        gone=_YES,
        fits=_NO,
        backup=_YES,
    ),
    _row(
        Route.POINT_IN_TIME,
        Route.FIND_OUT,
        "It destroyed data that the running release needs: only the database as it was before has it.",
        gone=_YES,
        fits=_NO,
    ),
    _row(
        Route.FIND_OUT,
        Route.LEAVE,
        "Something is there under its name that is not what it makes: whose it is decides everything.",
        landed=(Share.DIFFERS,),
    ),
    _row(
        Route.LEAVE,
        Route.FIND_OUT,
        "Some of it cannot be judged, and the running release works with what is there: nothing presses.",
        doubt=_DOUBTFUL,
        fits=_YES,
    ),
    _row(
        Route.FIND_OUT,
        Route.LEAVE,
        "Some of it cannot be judged: finished or taken back on a guess, it destroys what nobody counted.",
        doubt=_DOUBTFUL,
    ),
    _row(
        Route.FIND_OUT,
        Route.LEAVE,
        "It destroyed data, or may have, and nobody has said that the running release does without: find a copy, and "
        "stop whatever deletes old backups, binlogs or WAL.",
        gone=_NOT_NO,
        fits=_NOT_YES,
    ),
    _row(
        Route.CLEAN,
        Route.LEAVE,
        "A failed statement left its remains under the name it needs: nothing goes on before they are gone.",
        landed=(Share.DEBRIS,),
    ),
    _row(
        Route.FIND_OUT,
        Route.LEAVE,
        "A failed statement left its remains under the name it needs, and they cannot be cleaned up now.",
        landed=(Share.DEBRIS,),
    ),
    _row(
        Route.FORWARD_FIX,
        Route.FIND_OUT,
        "It is recorded and not all there: the tool will not run it again, so what is missing needs a file of its own.",
        state=(State.HOLLOW,),
        doubt=(Doubt.NONE,),
        spends=_NO,
    ),
    _row(
        Route.TOOL_ROLL_BACK,
        Route.ROLL_BACK,
        "All of it landed and is recorded, the running release does not fit, and nothing is lost on the way back.",
        **_WRONG,
    ),
    _row(
        Route.ROLL_BACK,
        Route.FIND_OUT,
        "The running release does not fit, nothing is lost on the way back, and the tool's own way is closed.",
        **_WRONG,
    ),
    _row(
        Route.LEAVE,
        Route.FIND_OUT,
        "It is applied, and the running release works with it.",
        state=(State.APPLIED,),
        fits=_YES,
    ),
    _row(
        Route.MARK_RAN,
        Route.ROLL_BACK,
        "All of it is proven to be there: only the ledger is wrong.",
        **_WHOLE,
    ),
    _row(
        Route.REPEAT,
        Route.LEAVE,
        "Nothing of it landed, what it does is short, and the tool does all of it or nothing: no half can be left.",
        **_UNBEGUN,
        atomic=_YES,
        **_EASY,
    ),
    _row(
        Route.REPEAT,
        Route.LEAVE,
        "Nothing of it landed, what stopped it is mended, and what it does is short.",
        **_UNBEGUN,
        mended=_YES,
        **_EASY,
    ),
    _row(
        Route.LEAVE,
        Route.REPEAT,
        "Nothing of it landed, so nothing is broken by waiting: run it when there is time.",
        **_UNBEGUN,
        kept=_YES,
    ),
    _row(
        Route.FINISH,
        Route.ROLL_BACK,
        "What is left is known, short, destroys nothing and breaks no release, and what stopped it is mended.",
        **_HALF | {"doubt": (Doubt.NONE,)},
        mended=_YES,
        **_EASY,
    ),
    _row(
        Route.LEAVE,
        Route.FINISH,
        "The running release works with what is there: finish it when its cause is mended and there is time.",
        **_HALF,
        fits=_YES,
    ),
    _row(
        Route.LEAVE,
        Route.ROLL_BACK,
        "The release from before works with what is there: the code goes back, and the rest comes later.",
        **_HALF,
        kept=_YES,
    ),
    _row(
        Route.ROLL_BACK,
        Route.FIND_OUT,
        "No release is known to fit what is there, and taking it back is short and loses nothing.",
        **_HALF,
        fits=_NO,
        gone=_NO,
        loses=_NO,
        slow_back=_NO,
    ),
    _row(Route.FIND_OUT, Route.LEAVE, "Too much is not known for a way that changes anything: answer what is open."),
)


@dataclass(frozen=True, slots=True)
class Advised:
    """What the table says."""

    first: Route
    second: Route | None
    why: str


def recommend(facts: Facts, doors: Collection[Route]) -> Advised:
    """The first row that fits; `doors`: the ways that are open. A way that is closed is never recommended."""
    ways = {Route.FIND_OUT, *doors}
    row = next(row for row in TABLE if row.first in ways and row.fits(facts))
    return Advised(row.first, row.second if row.second in ways else None, row.why)


def as_markdown() -> str:
    """The table for the documentation: a line for each row, in the order in which they are asked."""
    lines = ["| # | Where | First | Second | Why |", "|---|---|---|---|---|"]
    for n, row in enumerate(TABLE, start=1):
        where = "; ".join(f"{_NAMES[name]}: {_or(words)}" for name, words in row.when) or "otherwise"
        lines.append(f"| {n} | {where} | {row.first.value} | {row.second.value} | {row.why} |")
    return "\n".join(lines)


def _or(words: Words) -> str:
    if words == _TO_RUN:
        return "not recorded as ran"
    spoken = [word.word.lower() if isinstance(word, State) else _SPOKEN.get(word.value, word.value) for word in words]
    return " or ".join((", ".join(spoken[:-1]), spoken[-1])) if len(spoken) > 1 else spoken[0]


_SPOKEN = {
    "unknown": "not known",
    "none": "nothing",
    "debris": "with remains of a statement that failed",
    "differs": "something else is there under its name",
    "odd": "as no run leaves it",
    "behind": "only what stands behind the stop",
    "data": "changes of rows",
    "file": "which file ran",
}
"""Words that are too short to be understood in the documentation."""
_NAMES = {
    "state": "state",
    "landed": "landed",
    "doubt": "cannot be judged",
    "proven": "all proven",
    "busy": "still at work",
    "gone": "destroyed data",
    "spends": "the rest destroys data",
    "loses": "a roll-back destroys data",
    "fits": "the running release fits",
    "kept": "the release before fits",
    "worse": "finishing may break the running release",
    "mended": "cause mended",
    "long": "the rest takes long",
    "slow_back": "a roll-back takes long",
    "atomic": "all in one transaction",
    "backup": "a readable backup from before",
}
"""What each fact is called in the documentation."""
