"""The command that verifies: it looks at everything, writes down what was found, and that a person closed it."""

from __future__ import annotations

import shlex
from functools import partial
from typing import TYPE_CHECKING

from console.core.assessment import JudgedFramework, JudgedMigration
from console.core.faults import Fault
from console.core.journal import Topic
from console.core.verify import Check, Counted, Found, told, verdict
from console.core.verify.application import commands, judged
from console.core.verify.asked import judged_watch
from screens.acting.saying import Saying
from screens.acting.verify import EVERY, Looked, VerifyDialog
from screens.ages import clock
from screens.pages import RecoverPage
from screens.recover import listed
from screens.words import name_of

if TYPE_CHECKING:
    from console.smoke import Smoke


class Verifying(Saying):
    """Verify, from every page that speaks of migrations."""

    _before: tuple[Counted, ...] = ()
    """What was counted when the watch began."""

    def do_verify(self) -> None:
        """The migration under the cursor; else the worst, or the newest."""
        if self.assessment is None:
            return
        found = self._recovering() or self._migration() or next(iter(listed(self.assessment)), None)
        if found is None:
            self.say("there is no migration to verify")
            return
        framework, migration = found
        self._before = ()
        title = f"Verify {name_of(migration)}"
        smoke = self.acting.tools.smoke
        look = partial(self._look, framework, migration)
        watch = partial(self._watched_again, framework.framework, migration.id)
        dialog = VerifyDialog(title, look, commands(framework.framework), smoke.words if smoke else (), watch)
        self.push_screen(dialog, partial(self._closed_by_hand, migration))

    def _watched_again(self, framework: str, migration: str) -> tuple[str, ...]:
        now = self.acting.verifier().watched(framework, migration)
        return (
            *judged_watch(self._before, now),
            f"looked at {clock(self.acting.observe().taken_at)}, every {EVERY:.0f} s",
        )

    def _look(self, framework: JudgedFramework, migration: JudgedMigration, smoke: bool) -> Looked:
        verifier = self.acting.verifier()
        found = verifier.verified(framework.framework, migration.id)
        page = self.screen_stack[0].query_one("#recover", RecoverPage)
        now = self.acting.observe().taken_at
        ran = (self._smoked(self.acting.tools.smoke),) if smoke and self.acting.tools.smoke else ()
        application = judged(page.account.of(framework.framework, migration.id, now), framework.current_release)
        checks: tuple[Check, ...] = (*found, application, *ran)
        watched = verifier.watched(framework.framework, migration.id)
        self._before = self._before or watched
        try:
            self.acting.decide(f"{migration.id}: {verdict(checks)}", told(checks), Topic.VERIFIED)
        except Fault as fault:
            return Looked(checks, (f"not in the journal: {fault}",))
        return Looked(checks, judged_watch(self._before, watched))

    def _smoked(self, smoke: Smoke) -> Check:
        """The command is in the journal before it runs; it may do anything."""
        try:
            self.acting.decide("the smoke command is run", {"command": shlex.join(smoke.words), "folder": smoke.folder})
        except Fault as fault:
            return Check("smoke", Found.UNKNOWN, f"it was not run: {fault}")
        return smoke.run()

    def _closed_by_hand(self, migration: JudgedMigration, closed: Looked | None) -> None:
        self.draw()
        if closed is not None:
            self._in_thread(partial(self._close, migration.id, closed))

    def _close(self, migration: str, looked: Looked) -> None:
        """With what did not hold then, and what the watch saw last."""
        end = verdict(looked.checks)
        said = "the incident is closed" if end.startswith("verified") else f"the incident is closed, {end}"
        open_ones = told(check for check in looked.checks if check.found is not Found.HOLDS)
        watched = {"watch": "; ".join(looked.watched)} if looked.watched else {}
        try:
            self.acting.decide(f"{migration}: {said}", {**open_ones, **watched, "migration": migration}, Topic.CLOSED)
        except Fault as fault:
            self.call_from_thread(self.say, str(fault))
        self._read_journal()
