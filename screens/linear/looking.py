"""The commands of who looks: pages 1 to 8, what they are asked, and how often is looked."""

from __future__ import annotations

from console.core.assessment import DriftItem
from console.core.faults import UsageFault
from screens.habits import local_times, use_local_times
from screens.linear import lists
from screens.linear.base import Linear
from screens.linear.plain import WIDE, many, sentences
from screens.linear.status import moment, tree
from screens.linear.words import Word
from screens.text import one_line
from screens.words import migration_key, name_of


class Looking(Linear):
    """Everything that can be read."""

    def words(self) -> tuple[Word, ...]:
        """What everybody has."""
        return (*self.looking(), *super().words())

    def looking(self) -> tuple[Word, ...]:
        """In the order of the pages."""
        return (
            Word(("status", "1"), "the verdict, the facts and the next safe step.", self.do_status),
            Word(("migrations", "2"), "every migration; with a name, everything about that one.", self.do_migrations,
                 "[MIGRATION or WORDS]"),
            Word(("statement",), "one statement: its verdict, the evidence and its SQL.", self.do_statement,
                 "N [of MIGRATION]"),
            Word(("file", "v"), "the migration file's own text.", self.do_file, "[MIGRATION]"),
            Word(("schema", "3"), "what is in the database now; with words, what has them in its name.",
                 self.do_schema, "[WORDS]"),
            Word(("locks", "4"), "who blocks whom, each session in a line.", self.do_locks),
            Word(("session",), "everything about one session.", self.do_session, "ID"),
            Word(("diff", "5"), "what differs from what is expected; with a number, all of that one.", self.do_diff,
                 "[N]"),
            Word(("source", "s"), "compare with the next source of what should be there.", self.do_source),
            Word(("ignore",), "the lines for the configuration to live with a difference.", self.do_ignore,
                 "N REASON"),
            Word(("recover", "6"), "the ways out, the recommended one first; with a number, all of that one.",
                 self.do_recover, "[N] [of MIGRATION]"),
            Word(("preflight", "8"), "what pending migrations will do here; with a number, all of that finding.",
                 self.do_preflight, "[N]"),
            Word(("why", "c"), "ask the data why a statement did not land, and how many rows are left.", self.do_why,
                 "[N] [of MIGRATION]"),
            Word(("watch",), "say what changes as it does, until Enter.", self.do_watch),
            Word(("refresh", "r"), "look now, and say what has changed.", self.do_refresh),
            Word(("pause", "p"), "look no more; again: go on.", self.do_pause),
            Word(("times", "U"), "times as they are here, or in UTC.", self.do_times),
        )  # fmt: skip

    def do_migrations(self, text: str) -> None:
        """Page 2."""
        now = self.now()
        several = lists.matching(now, text) if text else []
        told = lists.migration(now, several[0]) if len(several) == 1 else lists.migrations(now, text)
        self.voice.listed([*self.aged(now, "migrations"), *told])

    def do_statement(self, text: str) -> None:
        """One."""
        n, name = self.numbered(text)
        found = self.found(name)
        if n not in [j.statement.n for j in found[1].statements] or n is None:
            raise UsageFault(f"{name_of(found[1])} has {many(len(found[1].statements), 'statement')}",
                             todo="Type statement and its number")  # fmt: skip
        self.voice.say(*lists.one_statement(self.now(), found, n))

    def do_file(self, text: str) -> None:
        """Its own text."""
        from screens.migrations import file_text

        shown = file_text(self.now(), migration_key(*self.found(text)))
        if shown is None:
            raise UsageFault("there is no file of this migration")
        self.voice.listed([f"File {shown[0]}:", *(line.text.strip(" \n") for line in shown[1])])

    def do_schema(self, words: str) -> None:
        """Page 3."""
        self.voice.listed([*self.aged(self.now(), "schema"), *lists.schema(self.now(), words)])

    def do_locks(self, _: str) -> None:
        """Page 4."""
        self.voice.listed([*self.aged(self.now(), "locks"), *tree(self.now())])

    def do_session(self, name: str) -> None:
        """One."""
        from screens.lock_details import details

        told = list(sentences(details(self.now(), f"s/{name}", WIDE)))
        if not name or not told:
            raise UsageFault(
                "no session of that number is known to wait or to be waited for", todo="Type locks for those that do"
            )
        self.voice.say(*told)

    def do_diff(self, text: str) -> None:
        """Page 5."""
        from screens.diff import details
        from screens.schema_tree import key_of_item

        now = self.now()
        if not text:
            self.voice.listed([*self.aged(now, "diff"), *lists.differences(now)])
            return
        self.voice.say(*sentences(details(now, key_of_item(self._difference(text)), WIDE)))

    def _difference(self, text: str) -> DriftItem:
        items = (*self.now().drift, *self.now().drift_ignored)
        if not text.isdigit() or not 0 < int(text) <= len(items):
            raise UsageFault(f"{many(len(items), 'difference')} known", todo="Type diff and a number")
        return items[int(text) - 1]

    def do_source(self, _: str) -> None:
        """Compare with something else."""
        if not self.incident.expecting.several:
            raise UsageFault("there is no other source", todo="Name one with --expect")
        self.incident.expect_next()
        self.voice.say("Comparing with the next source: type diff in a moment.")

    def do_ignore(self, text: str) -> None:
        """The lines for the configuration."""
        n, _, reason = text.partition(" ")
        item = self._difference(n)
        if item.ignored or not reason.strip():
            raise UsageFault(f"it is ignored already: {item.ignored}" if item.ignored else "say why after the number")
        from screens.rules import rule_of

        self.voice.say("Put these lines at the end of the configuration; Halfway writes none:")
        self.voice.say(*rule_of(item, reason.strip()).rstrip("\n").split("\n"))

    def do_recover(self, text: str) -> None:
        """Page 6."""
        now = self.now()
        n, name = self.numbered(text)
        if n is None and not name:
            self.voice.listed([*self.aged(now, "recover"), *lists.ways(now, self.account)])
            return
        self.voice.listed(lists.way_of(now, self.found(name), n, self.account))

    def do_preflight(self, text: str) -> None:
        """Page 8."""
        now = self.now()
        if not text or self._report is None:
            self._report = self.voice.during(lambda: self.incident.preflight(now))
        report = self._report
        if report is None:
            return
        if not text:
            self.voice.listed([*self.aged(now, "preflight"), *lists.judged(report)])
        elif text.isdigit() and 0 < int(text) <= len(report.findings):
            self.voice.say(*lists.finding(report.findings[int(text) - 1]))
        else:
            raise UsageFault(f"{many(len(report.findings), 'finding')} known")

    def do_why(self, text: str) -> None:
        """Ask the data, and wait for the answer."""
        from screens.migrations import asks

        n, name = self.numbered(text)
        found = self.found(name)
        migration = found[1]
        schema = self.now().observation.schema.value
        chosen = [j.statement.n for j in migration.statements if n is None or j.statement.n == n]
        asked = next((one for one in chosen if asks(migration, one, schema)), 0)
        what = asks(migration, asked, schema) if asked else ""
        self.voice.say(f"Asking about statement {asked}: {one_line(what)}." if asked else
                       "No question about the data could explain it; looking for the error elsewhere.")  # fmt: skip
        problem = self.voice.during(lambda: self.incident.count_now(migration.id, asked))
        if problem is not None:
            raise problem
        self.look()
        again = self.found(migration.id)
        told = list(lists.answers(self.now(), again, asked))
        self.voice.say(*(told or ["Nothing was found that explains it."]))

    def do_watch(self, _: str) -> None:
        """Until somebody types."""
        self.voice.say("Watching. Enter ends it.")
        self.voice.watch(lambda: (*self.voice.drained(), *self.changes()), lambda: False)
        self.voice.say("Watching has ended.")

    def do_refresh(self, _: str) -> None:
        """Look now."""
        self.incident.refresh()
        self.look()
        changes = self.changes()
        self.voice.say(*(changes or (f"Looked at {moment(self.now().taken_at)}: nothing has changed.",)))

    def do_pause(self, _: str) -> None:
        """Or go on."""
        (self.incident.resume if self.incident.paused else self.incident.pause)()
        self.voice.say("Looking is paused." if self.incident.paused else "Looking goes on.")

    def do_times(self, text: str) -> None:
        """Here, or UTC."""
        use_local_times(text == "local" if text in ("utc", "local") else not local_times())
        self.voice.say("Times are those of this machine." if local_times() else "Times are UTC.")
