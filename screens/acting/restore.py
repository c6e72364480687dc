"""The command that brings rows back: which table, then the plan with each row that a loaded backup has of it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from console.core.assessment import Assessment
from console.core.faults import Fault
from console.core.intent import Intent, Verb
from console.core.restore.found import Found, as_backup
from console.core.restore.moment import Moment, bounds_of, moment_of
from console.core.restore.rows import Lost, lost_in
from screens.account import JournalPage
from screens.acting.meaning import NO_SCRATCH, NOTHING_LOST, lost_tables, table_of
from screens.acting.verifying import Verifying
from screens.app import HalfwayApp
from screens.choosing import ChoiceDialog
from screens.commands import JOURNAL
from screens.pages import RecoverPage


class Restoring(Verifying):
    """Backups are looked at in the background; a table is compared when somebody asks for it."""

    _found: tuple[Found, ...] | None = None

    def on_mount(self) -> None:
        """Where a person said that backups lie, they are looked at once."""
        desk = self.acting.tools.desk
        if desk is not None and desk.look is not None:
            self._in_thread(self._look_for_backups)

    def _look_for_backups(self) -> None:
        desk = self.acting.tools.desk
        if desk is None or desk.look is None:
            return
        try:
            found = desk.look()
        except Fault as fault:
            self.call_from_thread(self.remark, str(fault))
            return
        self.call_from_thread(self._show_backups, found)

    def _show_backups(self, found: tuple[Found, ...]) -> None:
        self._found = found
        self._judge_backups(self.assessment)

    def on_halfway_app_assessed(self, event: HalfwayApp.Assessed) -> None:
        """Whether a backup is from before the migration hangs on when that began."""
        self._judge_backups(event.assessment)

    def _judge_backups(self, assessment: Assessment | None) -> None:
        if self._found is None:
            return
        bounds = bounds_of(self._moments(assessment))
        backups = tuple(as_backup(one, *bounds) for one in self._found)
        page = self.screen_stack[0].query_one("#recover", RecoverPage)
        if page.account.backups != backups:
            page.account = replace(page.account, backups=backups)
            self.draw()

    def _moments(self, assessment: Assessment | None) -> tuple[Moment, ...]:
        """Of each migration in trouble: what is said of a backup must hold for all of them."""
        if assessment is None:
            return ()
        journal = self.screen_stack[0].query_one(f"#{JOURNAL}", JournalPage).entries
        return tuple(moment_of(assessment, *pair, journal) for pair in assessment.troubled)

    def do_restore(self) -> None:
        """The one table that lost something, or the one that is chosen."""
        desk = self.acting.tools.desk
        if self.assessment is None or desk is None or desk.rows is None:
            self.say(NO_SCRATCH)
            return
        tables = lost_tables(self.assessment)
        if len(tables) > 1:
            self.push_screen(ChoiceDialog("Bring rows of which table back?", tables), self._chosen)
        elif tables:
            self._chosen(tables[0][0])
        else:
            self.say(NOTHING_LOST)

    def _chosen(self, name: str | None) -> None:
        self.draw()
        if name is not None and self.assessment is not None:
            self.say(f"comparing {name} with the backup")
            table = table_of(self.assessment, name)
            self._in_thread(partial(self._compare, name, table, lost_in(self.assessment)))

    def _compare(self, name: str, table: tuple[str, str], lost: tuple[Lost, ...]) -> None:
        desk = self.acting.tools.desk
        assert desk is not None
        assert desk.rows is not None
        try:
            intent = Intent(Verb.RESTORE, object=name, rows=desk.rows(table, lost))
        except Fault as fault:
            self.call_from_thread(self.say, str(fault))
            return
        self.call_from_thread(self.plan, intent)
