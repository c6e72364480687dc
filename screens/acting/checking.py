"""What Verify does, whoever shows it: every look is written down, and that a person closed the incident.

Loads no Textual: it is drawn by verify.py and said by linear/.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.core.faults import Fault
from console.core.journal import Topic
from console.core.recover.answers import Account
from console.core.verify import Check, Counted, Found, told, verdict
from console.core.verify.application import judged
from console.core.verify.asked import judged_watch

if TYPE_CHECKING:
    from console.acting import Acting
    from console.core.assessment import JudgedFramework, JudgedMigration
    from console.smoke import Smoke

CLOSE = "close"
UNVERIFIED = "close unverified"
"""What is typed instead while a check does not hold."""


@dataclass(frozen=True, slots=True)
class Looked:
    """Everything that one look gave."""

    checks: tuple[Check, ...]
    watched: tuple[str, ...] = ()
    """NULLs and errors, and how they changed since the first look."""


def close_word(checks: Sequence[Check]) -> str:
    """What closes it."""
    return UNVERIFIED if any(check.found is Found.FAILS for check in checks) else CLOSE


def close_prompt(checks: Sequence[Check]) -> str:
    """What to type, and what that says."""
    failing = sum(check.found is Found.FAILS for check in checks)
    if failing:
        what = "1 check does not hold" if failing == 1 else f"{failing} checks do not hold"
        return f"{what}: type  {UNVERIFIED}  to end it all the same"
    unknown = sum(check.found is Found.UNKNOWN for check in checks)
    return f"Type  {CLOSE}  when the incident is over{f' ({unknown} not known)' if unknown else ''}"


class Checking:
    """One migration, looked at until a person closes the incident."""

    def __init__(self, acting: Acting, framework: JudgedFramework, migration: JudgedMigration) -> None:
        """Nothing was counted yet."""
        self._acting = acting
        self._framework = framework
        self._migration = migration
        self._before: tuple[Counted, ...] = ()
        """What was counted when the watch began."""

    def watched(self) -> tuple[str, ...]:
        """What is watched, beside how it was at first."""
        return judged_watch(self._before, self._counted())

    def _counted(self) -> tuple[Counted, ...]:
        return self._acting.verifier().watched(self._framework.framework, self._migration.id)

    def look(self, account: Account, *, smoke: bool) -> Looked:
        """Every check, in the journal; `account` has what people said of the application."""
        tool, name = self._framework.framework, self._migration.id
        found = self._acting.verifier().verified(tool, name)
        now = self._acting.observe().taken_at
        command = self._acting.tools.smoke
        ran = (self._smoked(command),) if smoke and command else ()
        application = judged(account.of(tool, name, now), self._framework.current_release)
        checks: tuple[Check, ...] = (*found, application, *ran)
        watched = self._counted()
        self._before = self._before or watched
        try:
            self._acting.decide(f"{name}: {verdict(checks)}", told(checks), Topic.VERIFIED)
        except Fault as fault:
            return Looked(checks, (f"not in the journal: {fault}",))
        return Looked(checks, judged_watch(self._before, watched))

    def _smoked(self, smoke: Smoke) -> Check:
        """The command is in the journal before it runs; it may do anything."""
        command = {"command": shlex.join(smoke.words), "folder": smoke.folder}
        try:
            self._acting.decide("the smoke command is run", command)
        except Fault as fault:
            return Check("smoke", Found.UNKNOWN, f"it was not run: {fault}")
        return smoke.run()

    def close(self, looked: Looked) -> None:
        """Write down that a person closed it, with what did not hold then, and what the watch saw last."""
        end, name = verdict(looked.checks), self._migration.id
        said = "the incident is closed" if end.startswith("verified") else f"the incident is closed, {end}"
        open_ones = told(check for check in looked.checks if check.found is not Found.HOLDS)
        watched = {"watch": "; ".join(looked.watched)} if looked.watched else {}
        self._acting.decide(f"{name}: {said}", {**open_ones, **watched, "migration": name}, Topic.CLOSED)
