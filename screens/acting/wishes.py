"""What a responder's keys wish for: a session to end, a migration to finish, something left behind to go.

Only what is meant is found here; how it becomes a plan is the console's own (app.py).
"""

from __future__ import annotations

from abc import abstractmethod

from console.core.assessment import JudgedFramework, JudgedMigration
from console.core.debris import cleanable
from console.core.intent import Intent, Verb
from console.core.killing import suggested
from screens.acting.meaning import cleaning, marking
from screens.app import HalfwayApp
from screens.locks import sessions_at
from screens.migrations import find
from screens.recover import migration_of, repeats


class Wishes(HalfwayApp):
    """The commands that open a dialog."""

    @abstractmethod
    def plan(self, intent: Intent) -> None:
        """Have it planned and shown."""

    def do_kill(self) -> None:
        """The session under the cursor; else the one that blocks most."""
        found = self._sessions()
        intent = suggested(self.assessment, found) if self.assessment is not None and found else None
        if intent is not None:
            self.plan(intent)
        else:
            self.say("nothing is to be ended: put the cursor on a session" if not found else "it is ending already")

    def _sessions(self) -> tuple[str, ...]:
        if self.assessment is None:
            return ()
        if found := sessions_at(self.assessment, self.page.look, self.page.main.key):
            return found
        if self.page_name == "incident" and self.assessment.blocked.trees:
            return (self.assessment.blocked.trees[0].session.id,)
        return ()

    def do_finish(self) -> None:
        """What has not landed."""
        self._about(Verb.FINISH)

    def do_roll_back(self) -> None:
        """What landed."""
        self._about(Verb.ROLL_BACK)

    def do_mark(self) -> None:
        """Whatever the tool does not believe yet."""
        found, key = self._migration(), self.page.main.key
        if found is None or self.assessment is None:
            self.say("put the cursor on a migration first")
            return
        framework, migration = found
        verb = marking(self.assessment, framework, migration, repeat=repeats(key))
        if isinstance(verb, Verb):
            self._about(verb)
        else:
            self.say(verb)

    def do_clean(self) -> None:
        """What the cursor is on, or the first that can be cleaned up from here."""
        if self.assessment is None:
            return
        key = self.page.main.key
        chosen = [item for item in self.assessment.debris if key == f"d/{item.object}"]
        intent = cleaning(self.assessment, chosen[0] if chosen else next(cleanable(self.assessment), None))
        if intent is not None:
            self.plan(intent)
        else:
            self.say("it is cleaned up by hand" if chosen else "nothing that can be cleaned up from here was left")

    def _about(self, verb: Verb) -> None:
        found = self._migration()
        if found is None:
            self.say("put the cursor on a migration first")
            return
        framework, migration = found
        self.plan(Intent(verb, migration=migration.id, framework=framework.framework))

    def _migration(self) -> tuple[JudgedFramework, JudgedMigration] | None:
        """The one under the cursor; on the first page else the worst."""
        if self.assessment is None:
            return None
        found = find(self.assessment, migration_of(self.page.main.key))
        if found is not None:
            return found[0]
        troubled = self.assessment.troubled
        return troubled[0] if troubled and self.page_name == "incident" else None
