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
from screens.acting.verify import Looked, VerifyDialog
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
        dialog = VerifyDialog(title, look, commands(framework.framework), smoke.words if smoke else ())
        self.push_screen(dialog, partial(self._closed_by_hand, migration))

    def _look(self, framework: JudgedFramework, migration: JudgedMigration, smoke: bool) -> Looked:
        verifier = self.acting.verifier()
        found = verifier.verified(framework.framework, migration.id)
        page = self.screen_stack[0].query_one("#recover", RecoverPage)
        now = self.acting.observe().taken_at
        ran = (self._smoked(self.acting.tools.smoke),) if smoke and self.acting.tools.smoke else ()
        application = judged(page.account.of(framework.framework, migration.id, now))
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

    def _closed_by_hand(self, migration: JudgedMigration, closed: bool | None) -> None:
        self.draw()
        if closed:
            self._in_thread(partial(self._close, migration.id))

    def _close(self, migration: str) -> None:
        try:
            self.acting.decide(f"{migration}: the incident is closed", {"migration": migration}, Topic.CLOSED)
        except Fault as fault:
            self.call_from_thread(self.say, str(fault))
        self._read_journal()
