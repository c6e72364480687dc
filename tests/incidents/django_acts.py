"""A responder finishes, takes back and marks what a real Django left half done; Django itself has the last word."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from console import dialects, frameworks
from console.core.intent import Intent, Verb
from console.core.migration import State
from console.core.plan import Word
from console.incident import Incident
from console.wiring import Options, find, source
from tests.acting.responder import Responder, responder
from tests.django.project import DjangoProject
from tests.django.shop import migration as file
from tests.incidents.django_told import BROKEN, NICK, NOTES, ROWS, UNIQUE, judged_of

MENDED = "UPDATE shop_customer SET email = 'b@x' WHERE name = 'Bo'"
NOTHING_TO_DO = "No migrations to apply"


@dataclass(frozen=True)
class Place:
    """A project on a server; `run` is a second client."""

    project: DjangoProject
    kind: str
    run: Callable[..., None]

    def stopped(self) -> None:
        """A column and a table have landed, a constraint has not, and nothing is recorded."""
        assert self.project.migrate().code == 0
        self.run(*ROWS)
        self.project.add("0002_change", file(NICK + NOTES + UNIQUE, "0001_initial", atomic=False))
        assert self.project.migrate().code == 1

    def whole(self) -> None:
        """All of it has landed, and nothing is recorded."""
        self.stopped()
        self.run(MENDED, "ALTER TABLE shop_customer ADD CONSTRAINT shop_customer_email UNIQUE (email)")


@contextmanager
def _hired(place: Place) -> Iterator[Responder]:
    found = find(Options(project=str(place.project.folder)), {})
    incident = Incident(source(found))
    markers = {f.name: frameworks.marker(f.name, project) for f, project in incident.source.frameworks}
    name = found.database.get_backend_name()
    made = responder(incident, dialects.renderer(place.kind), lambda: dialects.open_hand(name, found.database), markers)
    with made as ann:
        yield ann


def _done(place: Place, verb: Verb, state: State) -> str:
    """Carried out, each step once; the phrase that was typed."""
    with _hired(place) as ann:
        plan = ann.propose(Intent(verb, migration=BROKEN, framework="django"))
        assert (plan.refused, plan.open_questions) == ((), ())
        assert verb is not Verb.MARK_RAN or "post_migrate" in str(plan)
        result = ann.acting.carry_out(plan, plan.phrases)
        assert [outcome.word for outcome in result.outcomes] == [Word.DONE] * len(plan.steps), result
        assert judged_of(ann.incident.fresh()).state is state
        return plan.phrases[0]


def finish(place: Place) -> None:
    """What was left is run and recorded: Django has nothing to do."""
    place.stopped()
    place.run(MENDED)
    _done(place, Verb.FINISH, State.APPLIED)
    again = place.project.migrate()
    assert (again.code, NOTHING_TO_DO in again.said, place.project.sent) == (0, True, ()), again.said


def roll_back(place: Place) -> None:
    """What had landed is gone: Django runs all of it again."""
    place.stopped()
    _done(place, Verb.ROLL_BACK, State.PENDING)
    place.run(MENDED)
    again = place.project.migrate()
    assert (again.code, len(place.project.sent)) == (0, 3), again.said


def mark_ran(place: Place) -> None:
    """The row is one that Django takes for its own, and a rollback by Django works."""
    place.whole()
    assert _done(place, Verb.MARK_RAN, State.APPLIED).startswith("mark ran")
    again = place.project.migrate()
    assert (again.code, NOTHING_TO_DO in again.said) == (0, True), again.said
    listed = place.project.manage("showmigrations", "shop").said
    assert "[X] 0002_change" in listed
    back = place.project.migrate("shop", "0001")
    assert (back.code, len(place.project.sent)) == (0, 3), back.said


def mark_not_ran(place: Place) -> None:
    """The row goes, and Django runs the migration again."""
    place.whole()
    _done(place, Verb.MARK_RAN, State.APPLIED)
    place.run("DROP TABLE shop_note", "ALTER TABLE shop_customer DROP COLUMN nick")
    drop = "INDEX" if place.kind != "postgresql" else "CONSTRAINT"
    place.run(f"ALTER TABLE shop_customer DROP {drop} shop_customer_email")
    assert _done(place, Verb.MARK_NOT_RAN, State.PENDING).startswith("mark not ran")
    again = place.project.migrate()
    assert (again.code, len(place.project.sent)) == (0, 3), again.said
