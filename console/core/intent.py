"""What a responder wants: the beginning of every action, before anything is known to be possible.

An `Intent` names a verb and a target, and what a person answered where Halfway may not decide by itself. It becomes a
`Plan` (plan.py), the plan is shown, a phrase is typed, the guard reads again, and only then is anything done.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.core.row_values import Rows


class Verb(StrEnum):
    """DESIGN 6; the value begins the phrase that is typed."""

    CANCEL = "cancel"
    TERMINATE = "terminate"
    FINISH = "finish"
    ROLL_BACK = "roll back"
    ROLL_BACK_TO = "roll back to"
    """Several migrations, newest first: `roll back to batch 41`."""
    TOOL_ROLL_BACK = "roll back by tool"
    """With the tool's own command."""
    MARK_RAN = "mark ran"
    MARK_NOT_RAN = "mark not ran"
    UNDO = "undo"
    """A mark: `undo mark ran 120000`."""
    DROP = "drop"
    VALIDATE = "validate"
    ENABLE = "enable"
    FINALIZE = "finalize"
    END_PREPARED = "end prepared"
    """Which way is not said yet: that is its coordinator's to say, and a person's to know."""
    COMMIT_PREPARED = "commit prepared"
    ROLL_BACK_PREPARED = "roll back prepared"
    REMOVE = "remove"
    RESTORE = "restore"
    """Rows of a table, from a backup: `restore orders`."""

    @property
    def kills(self) -> bool:
        """It is about sessions, not about the schema."""
        return self in (Verb.CANCEL, Verb.TERMINATE)

    @property
    def cleans(self) -> bool:
        """It ends, mends or takes away what a failure left; each step of it looks again for what it needs itself."""
        return self in _CLEANING

    @property
    def marks(self) -> bool:
        """It is about rows of the ledger, and nothing else."""
        return self in (Verb.MARK_RAN, Verb.MARK_NOT_RAN, Verb.UNDO)


_CLEANING = frozenset(
    {Verb.DROP, Verb.VALIDATE, Verb.ENABLE, Verb.FINALIZE, Verb.END_PREPARED, Verb.COMMIT_PREPARED,
     Verb.ROLL_BACK_PREPARED, Verb.REMOVE}
)  # fmt: skip


class Answer(StrEnum):
    """What a person says of a data statement that Halfway cannot judge."""

    RUN = "run"
    RAN = "it ran"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Intent:
    """One wish; exactly one of `sessions`, `migration`, `object` and `back_to` is set."""

    verb: Verb
    sessions: tuple[str, ...] = ()
    """Session ids, frozen when the dialog opens: whoever comes later is not meant."""
    migration: str = ""
    framework: str = ""
    object: str = ""
    """`index customers_email_unique`: debris to be cleaned up, as it stands in the phrase."""
    answers: tuple[tuple[int, Answer], ...] = ()
    """(statement number, answer) for statements that cannot be told."""
    back_to: str = ""
    """`batch 41`: what stays, where the migrations after it are to be rolled back."""
    reason: str = ""
    """In a person's own words, where an action is not proven; kept in the journal."""
    alone: str = ""
    """Why it is done without a partner where one is needed; kept in the journal."""
    rows: Rows | None = None
    """What a backup has of the table `object` and the database has not."""
    hold: bool = True
    """Hold other runs of the tool off meanwhile, where it has a lock for that; False: a person chose not to."""


def short_key(key: str, others: Iterable[str]) -> str:
    """The shortest trailing part of a migration's version that means no other: `120000` of `2024_06_15_120000_add_x`.

    `others` are the keys of all migrations of the ledger (this one may be among them). Where the version has no part
    of its own the whole key is the answer.
    """
    version = _version(key)
    rivals = [_version(other) for other in others if other != key]
    parts = version.split("_")
    for length in range(1, len(parts) + 1):
        short = "_".join(parts[-length:])
        if short and not any(rival == short or rival.endswith(f"_{short}") for rival in rivals):
            return short
    return key


def _version(key: str) -> str:
    """The leading numbers of a key: `2024_06_15_120000`; of a key without any, the key."""
    numbers: list[str] = []
    for part in key.split("_"):
        if not part.isdigit():
            break
        numbers.append(part)
    return "_".join(numbers) or key
