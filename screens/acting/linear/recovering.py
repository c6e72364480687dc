"""Page 6 of a responder who hears: what only people know, where to go back to, rows, a file, and Verify."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import replace

from console import __version__
from console.core.faults import UsageFault
from console.core.forward import recovery
from console.core.guard import alive
from console.core.intent import Intent, Verb
from console.core.journal import Entry
from console.core.plain import lines as lines_of
from console.core.plan import CannotWriteError
from console.core.recover.answers import Question, decisions, words_of
from console.core.recover.given import Known
from console.core.restore.found import as_backup
from console.core.restore.moment import bounds_of, moment_of
from console.core.restore.rows import lost_in
from console.core.verify import verdict
from console.core.verify.application import commands
from console.saving import save_recovery
from screens.acting.checking import Checking, Looked, close_prompt, close_word
from screens.acting.linear.carrying import Carrying
from screens.acting.meaning import NO_SCRATCH, NOTHING_LOST, lost_tables, table_of
from screens.linear.lists import numbered
from screens.linear.plain import stop
from screens.linear.words import Word
from screens.recover import choices
from screens.text import one_line, safe
from screens.words import name_of


class Recovering(Carrying):
    """The commands of page 6 that ask something."""

    def words(self) -> tuple[Word, ...]:
        """What recovering adds."""
        return (*self.recovers(), *super().words())

    def recovers(self) -> tuple[Word, ...]:
        """Each asks before it does anything."""
        return (
            Word(("answer", "A"), "say what no catalog tells, question by question.", self.do_answer, "[MIGRATION]"),
            Word(("back-to", "B"), "choose a batch, a version or a date to roll back to.", self.do_back_to),
            Word(("restore", "R"), "bring rows back from the backup that was loaded.", self.do_restore),
            Word(("forward", "W"), "write what is left as a recovery file of the tool's own.", self.do_forward,
                 "[MIGRATION]"),
            Word(("verify", "V"), "whether it has really come to its end, check by check.", self.do_verify,
                 "[MIGRATION]"),
        )  # fmt: skip

    def read_account(self) -> None:
        """What the journal has is what page 6 rests on. JournalFault where it cannot be read."""
        self.take_account(self.acting.entries())

    def take_account(self, entries: Sequence[Entry]) -> None:
        """The account, and what people said in it."""
        self.account = self.account_with(decisions(entries))

    def entries(self) -> Sequence[Entry]:
        """As it is on disk now."""
        return self.acting.entries()

    def look_for_backups(self) -> None:
        """Where a person said that backups lie."""
        desk, now = self.acting.tools.desk, self.newest
        if desk is None or desk.look is None or now is None:
            return
        moments = tuple(moment_of(now, *pair, self.acting.entries()) for pair in now.troubled)
        found = tuple(as_backup(one, *bounds_of(moments)) for one in desk.look())
        self.account = replace(self.account, backups=found)

    def choose(self, title: str, offered: Sequence[tuple[str, str, str]]) -> str | None:
        """One of a list by its number; None: none of them."""
        self.voice.say(title, *numbered(safe(about) for _, about, _ in offered))
        typed = self.voice.ask("number> ").strip()
        if not typed.isdigit() or not 0 < int(typed) <= len(offered):
            self.voice.say("That is none of them: nothing was done.")
            return None
        name, _, closed = offered[int(typed) - 1]
        if closed:
            self.voice.say(stop(f"It is closed: {safe(closed)}"))
            return None
        return name

    def do_answer(self, text: str) -> None:
        """One question after the other."""
        framework, migration = self.found(text)
        said = {d.question: d for d in self.account.of(framework.framework, migration.id, self.now().taken_at)}
        self.voice.say(f"About {name_of(migration)}. Type yes, no or unknown; Enter alone passes a question over. "
                       "Each answer is kept in the journal, with your name and the time.")  # fmt: skip
        for question in Question:
            self.voice.say(question.text, *([stop(f"So far: {safe(said[question].told)}")] if question in said else []))
            typed = self.voice.ask("answer> ").strip()
            if typed in [known.value for known in Known]:
                self.acting.decide(*words_of(framework.framework, migration.id, question, Known(typed)))
            elif typed:
                self.voice.say("That is none of the three: this and what follows is not answered.")
                break
        self.read_account()

    def do_back_to(self, _: str) -> None:
        """Choose where to."""
        framework = self.found("")[0]
        offered = tuple(choices(self.now(), framework))
        if not offered:
            raise UsageFault("there is no batch, version or date to go back to")
        name = self.choose("Roll back to which of these?", offered)
        if name is not None:
            self.plan(Intent(Verb.ROLL_BACK_TO, framework=framework.framework, back_to=name))

    def do_restore(self, _: str) -> None:
        """The one table that lost something, or the one that is chosen."""
        desk, now = self.acting.tools.desk, self.now()
        if desk is None or desk.rows is None:
            raise UsageFault(NO_SCRATCH)
        tables = lost_tables(now)
        if not tables:
            raise UsageFault(NOTHING_LOST)
        name = tables[0][0] if len(tables) == 1 else self.choose("Bring rows of which table back?", tables)
        if name is None:
            return
        self.voice.say(f"Comparing {safe(name)} with the backup.")
        compare, table = desk.rows, table_of(now, name)
        rows = self.voice.during(lambda: compare(table, lost_in(now)))
        self.plan(Intent(Verb.RESTORE, object=name, rows=rows))

    def do_forward(self, text: str) -> None:
        """The file whole, then where to save it."""
        now, (framework, migration) = self.now(), self.found(text)
        if running := next(alive(now), ""):
            raise UsageFault(running.rstrip("."))
        try:
            made = recovery(now, framework, migration, now.taken_at, __version__)
        except CannotWriteError as why:
            raise UsageFault("no recovery file", str(why)) from None
        self.voice.say(*numbered(safe(step) for step in made.steps))
        self.voice.say("Nothing is run, recorded or committed from here. The file:", *lines_of(made.text))
        place = f"{framework.project.rstrip('/')}/{made.written.file}" if framework.project else made.written.file
        self.voice.say(f"The tool's own place is {safe(place)}. Save it to which file? Enter alone saves nothing.")
        typed = self.voice.ask("file> ").strip()
        if not typed:
            self.voice.say("Nothing was saved.")
            return
        path = save_recovery(made, typed, migration.label, self.acting.tools.journal)
        self.voice.say(stop(f"Saved in {safe(str(path))}. Next: {safe(made.steps[0])}"))

    def do_verify(self, text: str) -> None:
        """Every check, until a person closes the incident or leaves it open."""
        framework, migration = self.found(text)
        checking = Checking(self.acting, framework, migration)
        smoke, runs = self.acting.tools.smoke, False
        while True:
            self.voice.say(f"Verifying {name_of(migration)}.")
            looked = self._alone(lambda run=runs: checking.look(self.account, smoke=run))  # type: ignore[misc]
            self.voice.say(*_checked(looked), *(f"By hand: {safe(text)}" for text in commands(framework.framework)))
            if smoke is not None:
                self.voice.say(f"Type smoke to run {safe(shlex.join(smoke.words))} and look again.")
            self.voice.say(f"{' '.join(close_prompt(looked.checks).split())}. Type again to look again. "
                           "Anything else leaves the incident open.")  # fmt: skip
            typed = self.voice.ask("verify> ", fresh=True).strip()
            runs = typed == "smoke"
            if typed == close_word(looked.checks):
                checking.close(looked)
                self.voice.say("The incident is closed, in the journal.")
                return
            if typed != "again" and not (runs and smoke is not None):
                self.voice.say("The incident stays open.")
                return


def _checked(looked: Looked) -> Iterator[str]:
    """What does not hold first."""
    yield stop(one_line(verdict(looked.checks)))
    order = ("does not hold", "not known", "holds")
    for check in sorted(looked.checks, key=lambda c: order.index(c.found.value) if c.found.value in order else 0):
        yield stop(
            f"{safe(check.what)}: {check.found.value}: {safe(check.evidence.replace('Esc, 6, then A', 'type answer'))}"
        )
    yield from (stop(f"Watched: {safe(text)}") for text in looked.watched)
