"""What a responder says where no catalog tells, and to which batch, version or date a project is to go back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from console.core.assessment import JudgedFramework, JudgedMigration
from console.core.faults import Fault
from console.core.intent import Intent, Verb
from console.core.journal import Entry
from console.core.recover.answers import ASKED_FOR, Question, decisions, words_of
from screens.acting.forward import Forwarding
from screens.acting.said import AnswerDialog, Answers
from screens.choosing import ChoiceDialog
from screens.pages import RecoverPage
from screens.recover import choices, migration_at, way_at
from screens.words import name_of

if TYPE_CHECKING:
    from console.acting import Acting


class Saying(Forwarding):
    """The commands of page 6 that ask something."""

    acting: Acting

    def take_account(self, entries: Sequence[Entry]) -> None:
        """What the journal has is what page 6 rests on."""
        page = self.screen_stack[0].query_one("#recover", RecoverPage)
        page.account = replace(page.account, decisions=decisions(entries))

    def do_answer(self) -> None:
        """Ask what the way under the cursor hangs on."""
        found = self._recovering()
        if found is None or self.assessment is None:
            self.say("put the cursor on a way out first")
            return
        framework, migration = found
        page = self.screen_stack[0].query_one("#recover", RecoverPage)
        way = way_at(self.assessment, page.main.key, page.account)
        questions = ASKED_FOR.get(way.route, ()) if way is not None else tuple(Question)
        if not questions:
            self.say("this way hangs on nothing that a person could say")
            return
        said = page.account.of(framework.framework, migration.id, self.assessment.taken_at)
        dialog = AnswerDialog(name_of(migration), questions, said)
        self.push_screen(dialog, partial(self._answers_of, framework, migration))

    def _answers_of(self, framework: JudgedFramework, migration: JudgedMigration, answers: Answers | None) -> None:
        self.draw()
        if answers:
            self._in_thread(lambda: self._keep(framework.framework, migration.id, answers))

    def _keep(self, framework: str, migration: str, answers: Answers) -> None:
        try:
            for question, answer in answers:
                self.acting.decide(*words_of(framework, migration, question, answer))
        except Fault as fault:
            self.call_from_thread(self.say, str(fault))
        self._read_journal()

    def do_by_tool(self) -> None:
        """With the tool's own command."""
        self._about(Verb.TOOL_ROLL_BACK)

    def do_back_to(self) -> None:
        """Choose one of the batches, versions and dates."""
        found = self._recovering()
        if found is None or self.assessment is None:
            self.say("put the cursor on a migration first")
            return
        framework, _ = found
        offered = tuple(choices(self.assessment, framework))
        if not offered:
            self.say("there is no batch, version or date to go back to")
            return
        title = f"Roll back to which {'batch or date' if framework.framework == 'laravel' else 'version or date'}?"
        self.push_screen(ChoiceDialog(title, offered), partial(self._back_to, framework))

    def _back_to(self, framework: JudgedFramework, name: str | None) -> None:
        self.draw()
        if name is not None:
            self.plan(Intent(Verb.ROLL_BACK_TO, framework=framework.framework, back_to=name))

    def _recovering(self) -> tuple[JudgedFramework, JudgedMigration] | None:
        return migration_at(self.assessment, self.page.main.key) if self.assessment is not None else None
