"""The command that verifies: it looks at everything, writes down what was found, and that a person closed it."""

from __future__ import annotations

from functools import partial

from console.core.faults import Fault
from console.core.verify.application import commands
from screens.acting.checking import Checking, Looked
from screens.acting.saying import Saying
from screens.acting.verify import EVERY, VerifyDialog
from screens.ages import clock
from screens.pages import RecoverPage
from screens.recover import listed
from screens.words import name_of


class Verifying(Saying):
    """Verify, from every page that speaks of migrations."""

    def do_verify(self) -> None:
        """The migration under the cursor; else the worst, or the newest."""
        if self.assessment is None:
            return
        found = self._recovering() or self._migration() or next(iter(listed(self.assessment)), None)
        if found is None:
            self.say("there is no migration to verify")
            return
        framework, migration = found
        title = f"Verify {name_of(migration)}"
        smoke = self.acting.tools.smoke
        checking = Checking(self.acting, framework, migration)
        look = partial(self._look, checking)
        watch = partial(self._watched_again, checking)
        dialog = VerifyDialog(title, look, commands(framework.framework), smoke.words if smoke else (), watch)
        self.push_screen(dialog, partial(self._closed_by_hand, checking))

    def _watched_again(self, checking: Checking) -> tuple[str, ...]:
        watched = checking.watched()
        return (*watched, f"looked at {clock(self.acting.observe().taken_at)}, every {EVERY:.0f} s")

    def _look(self, checking: Checking, smoke: bool) -> Looked:
        return checking.look(self.screen_stack[0].query_one("#recover", RecoverPage).account, smoke=smoke)

    def _closed_by_hand(self, checking: Checking, closed: Looked | None) -> None:
        self.draw()
        if closed is not None:
            self._in_thread(partial(self._close, checking, closed))

    def _close(self, checking: Checking, looked: Looked) -> None:
        try:
            checking.close(looked)
        except Fault as fault:
            self.call_from_thread(self.say, str(fault))
        self._read_journal()
