"""The loop of the console that is heard: a verdict, a prompt, an answer; what has changed is said before the next.

Nothing of it can act, and nothing that can is imported here: in an observer's process such commands do not exist.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING

from console.core.assessment import Assessment
from console.core.faults import Fault, UsageFault
from console.core.recover.answers import Account, Decision
from screens.ages import staleness
from screens.linear import lists
from screens.linear.changes import changed
from screens.linear.plain import stop
from screens.linear.status import status
from screens.linear.voice import InterruptedError_, OverError, Voice
from screens.linear.words import Word, helped, meant
from screens.recover import listed
from screens.text import one_line
from screens.words import name_of

if TYPE_CHECKING:
    from console.core.preflight.finding import Report
    from console.incident import Incident

PROMPT = "halfway> "
_WHOLE = 5.0
"""Seconds that all parts have together for the first page; what has not answered by then is said to be missing."""
_FIRST = 30.0
"""Seconds that the first look may take before it is said that nothing is known yet."""


def sorry(problem: Exception) -> str:
    """What went wrong, one sentence."""
    said = str(problem) if isinstance(problem, Fault) else f"Halfway itself failed ({type(problem).__name__})"
    return stop(said[:1].upper() + said[1:])


class Linear:
    """Takes assessments, answers lines."""

    def __init__(self, incident: Incident, voice: Voice) -> None:
        """Nothing is started or said yet."""
        self.incident = incident
        self.voice = voice
        self.newest: Assessment | None = None
        self.account = Account(contacts=incident.contacts)
        self.wheel = ""
        """Who has the wheel, one sentence."""
        self._said: Assessment | None = None
        """The assessment whose facts the person knows."""
        self._delivered = monotonic()
        self._report: Report | None = None
        self._here = threading.Event()

    def take(self, assessment: Assessment) -> None:
        """From the incident's thread."""
        if self.newest is None or assessment.taken_at >= self.newest.taken_at:
            self.newest = assessment
            self._delivered = monotonic()
        self._here.set()
        self.voice.later()

    @property
    def elapsed(self) -> float:
        """Seconds since the newest assessment came."""
        return monotonic() - self._delivered

    def words(self) -> tuple[Word, ...]:
        """The commands that there are in this process."""
        return self.leaving()

    def run(self) -> None:
        """From the first look to the last line."""
        try:
            self.greet()
            while True:
                try:
                    self.news()
                    self.obey(self.voice.ask(PROMPT))
                except InterruptedError_:
                    continue
        except OverError:
            return

    def greet(self) -> None:
        """The first page, as soon as it is known."""
        self.voice.say(f"Connecting to {one_line(self.incident.title, 200)}.")
        try:
            self.voice.during(lambda: self._here.wait(_FIRST))
            self.first_look()
        except InterruptedError_:
            pass
        if self.newest is None:
            self.voice.say("Nothing was read yet. Type status to ask again.")
        else:
            self.do_status("")
        self.voice.say("Type help for the words that can be typed here.")

    def first_look(self) -> None:
        """The first assessments may come before all was read: wait until each part was read, or says why not."""
        if self.newest is not None:
            self.voice.during(lambda: self.incident.fresh(_WHOLE))

    def news(self) -> None:
        """What others said, and what changed since it was said last: before a prompt, never while somebody types."""
        self.voice.say(*dict.fromkeys(self.voice.drained()))  # what goes wrong at each sweep is heard once
        self.voice.say(*self.changes())

    def changes(self) -> tuple[str, ...]:
        """One line, or none; from then on it is known."""
        now = self.newest
        if now is None or now is self._said:
            return ()
        before, self._said = self._said, now
        told = changed(before, now) if before is not None else ""
        return (told,) if told else ()

    def obey(self, typed: str) -> None:
        """One line."""
        if not typed.strip():
            return
        found = meant(self.words(), typed)
        if found is None:
            self.voice.say(f"There is no command {one_line(typed, 60)} here. Type help for those there are.")
            return
        word, rest = found
        try:
            word.do(rest)
        except (InterruptedError_, OverError):
            raise
        except Exception as problem:  # noqa: BLE001 - a word that is answered by nothing is the worst answer
            self.voice.say(sorry(problem))

    def now(self) -> Assessment:
        """The newest assessment. UsageFault before there is one."""
        if self.newest is None:
            raise UsageFault("nothing was read yet")
        return self.newest

    def aged(self, now: Assessment, page: str) -> tuple[str, ...]:
        """That the picture is old, where it is."""
        stale, reason, age = staleness(now, page, self.incident.interval, self.elapsed)
        paused = ("Looking is paused.",) if self.incident.paused else ()
        if not age and not stale:
            return paused
        why = f": {one_line(reason)}" if reason else ""
        return (*paused, stop(f"Stale: what follows is {age or 'some time'} old{why}"))

    def found(self, text: str) -> lists.Found:
        """The migration that is meant. UsageFault where none is, or several are."""
        now = self.now()
        if not text:
            ready = [*listed(now), *((f, m) for f in now.frameworks for m in reversed(f.migrations))]
            if not ready:
                raise UsageFault("there is no migration")
            return ready[0]
        several = lists.matching(now, text)
        if len(several) != 1:
            names = ", ".join(name_of(m) for _, m in several[:5])
            what = f"several migrations have {one_line(text, 60)}: {names}" if several else ""
            raise UsageFault(what or f"no migration has {one_line(text, 60)} in its key or name")
        return several[0]

    def numbered(self, text: str) -> tuple[int | None, str]:
        """(3, `shipping`) for `3 of shipping`, (None, `shipping`) for a name alone."""
        first, _, rest = text.partition(" ")
        if not first.isdigit():
            return None, text.removeprefix("of ").strip()
        return int(first), rest.strip().removeprefix("of ").strip()

    def look(self) -> None:
        """A whole look, waited for."""
        fresh = self.voice.during(self.incident.fresh)
        if fresh is not None:
            self.take(fresh)

    def background(self, job: Callable[[], None]) -> None:
        """On a thread of its own; what goes wrong is said."""

        def work() -> None:
            try:
                job()
            except Exception as problem:  # noqa: BLE001 - never a traceback between two lines
                self.voice.later(sorry(problem))

        threading.Thread(target=work, name="halfway-linear", daemon=True).start()

    def account_with(self, decided: tuple[Decision, ...]) -> Account:
        """With what people said: page 6 rests on it."""
        return replace(self.account, decisions=decided)

    def leaving(self) -> tuple[Word, ...]:
        """What stands at the end of the help."""
        return (
            Word(("more",), "the rest of the last list.", lambda _: self.voice.more()),
            Word(("help", "?"), "these words.", lambda _: self.voice.say(*helped(self.words()))),
            Word(("quit", "q"), "leave.", self.do_quit),
        )

    def do_status(self, _: str) -> None:
        """Page 1."""
        now = self.now()
        self._said = now
        self.voice.say(*self.aged(now, "incident"), *status(now, self.incident.title, self.wheel))

    def do_quit(self, _: str) -> None:
        """Leave."""
        raise OverError
