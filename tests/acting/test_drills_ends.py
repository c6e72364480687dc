"""Drills that end healthy, by a roll-back and by a mark: done as a responder does it, journal included."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from console.acting import Acting
from console.core.assessment import Assessment, Overall
from console.core.debris import cleanable
from console.core.intent import Answer, Intent, Verb
from console.core.journal import Topic, broken
from console.core.killing import suggested
from console.core.migration import State
from console.core.plan import Plan, Word
from console.drill import player
from console.drill.kinds import NAMES as SERVERS
from console.drill.kinds import kind_of
from console.drill.laravel import app
from console.drill.laravel import player as laravel_player
from console.incident import Incident
from console.responding import responder
from console.wiring import Options, find, source
from tests.drill.watching import Scene, in_drill
from tests.waiting import eventually

pytestmark = pytest.mark.slow

on_every_server = pytest.mark.parametrize("server", SERVERS)
HISTORY = "installed_rank, version, description, type, script, checksum, installed_by, success"
MADE_BY_SHIPPING = {"delivery_note", "carrier_id", "shipped_at", "note"}
"""`note` is a column of invoices on MariaDB; orders has one from the beginning."""


@dataclass(frozen=True)
class Shift:
    """A responder at work on a drill."""

    scene: Scene
    incident: Incident
    acting: Acting

    def now(self) -> Assessment:
        return self.incident.fresh()

    def plan(self, verb: Verb, migration: str, framework: str) -> Plan:
        return self.acting.propose(Intent(verb, migration=migration, framework=framework), self.now())

    def done(self, plan: Plan, word: Word = Word.DONE) -> None:
        """Carried out to its end."""
        assert plan.refused == ()
        assert plan.steps, plan
        result = self.acting.carry_out(plan, plan.phrases)
        assert result.refused == ()
        assert [o.word for o in result.outcomes] == [word] * len(plan.steps), result.outcomes

    def state(self, migration: str) -> State:
        return next(m.state for f in self.now().frameworks for m in f.migrations if m.id == migration)

    def healthy(self) -> None:
        found = self.now()
        assert found.overall is Overall.HEALTHY, found.summary


@contextmanager
def at_work(scene: Scene, folder: Path) -> Iterator[Shift]:
    """With the acting process and a journal on the disk, whose chain holds at the end."""
    found = find(Options(url=scene.url.render_as_string(hide_password=False), project=str(scene.project)), {})
    incident = Incident(source(found))
    acting = responder(found, incident, {}, str(folder / "journal.db"))
    try:
        yield Shift(scene, incident, acting)
        entries = acting.entries()
        assert broken(entries) == ""
        sent = [entry for entry in entries if entry.topic is Topic.ACTING]
        assert sent, "what was done is in the journal"
        assert acting.in_flight() == ()
    finally:
        acting.close()
        incident.stop()


def working(folder: Path, work: Callable[[Shift], None]) -> Callable[[Scene], None]:
    """`work` as the check of a drill."""

    def check(scene: Scene) -> None:
        with at_work(scene, folder) as shift:
            work(shift)

    return check


@on_every_server
def test_the_ghost_is_laid_and_rolled_back(server: str, tmp_path: Path) -> None:
    def work(shift: Shift) -> None:
        found = shift.now()
        (root,) = found.blocked.trees
        (orphan,) = (own.session.id for own in found.blocked.migration)
        intent = suggested(found, [orphan, root.session.id])
        assert intent is not None
        shift.done(shift.acting.propose(intent, found), Word.GONE)
        eventually(lambda: not shift.now().blocked.trees)
        for item in cleanable(shift.now()):
            drop = Intent(Verb.DROP, object=f"index {item.object}")
            shift.done(shift.acting.propose(drop, shift.now()))
        shift.done(shift.plan(Verb.ROLL_BACK, "4", "flyway"))
        shift.healthy()
        assert shift.state("4") is State.PENDING
        scene = shift.scene
        assert scene.columns("carriers") == set()
        there = scene.columns("customers") | scene.columns("orders") | scene.columns("invoices")
        assert there & MADE_BY_SHIPPING == (set() if server == "postgresql" else {"note"})
        assert "note" not in scene.columns("invoices")
        assert "V4__add_shipping.sql" not in scene.history()
        player.migrate(kind_of(server), scene.url, scene.project / "sql", "4")
        assert shift.state("4") is State.APPLIED

    in_drill("ghost", working(tmp_path, work), server=server)


@on_every_server
def test_the_columns_of_laravel_are_rolled_back(server: str, tmp_path: Path) -> None:
    def work(shift: Shift) -> None:
        scene = shift.scene
        refused = shift.plan(Verb.ROLL_BACK, app.SHIPPING, "laravel").refused
        assert any("Statement 2 is there but differs" in why for why in refused), refused
        scene.watch.run("ALTER TABLE orders DROP COLUMN tracking_number")
        shift.done(shift.plan(Verb.ROLL_BACK, app.SHIPPING, "laravel"))
        shift.healthy()
        assert shift.state(app.SHIPPING) is State.PENDING
        assert not {"carrier", "tracking_number", "shipped_at"} & scene.columns("orders")
        laravel_player.migrate(kind_of(server), scene.project, scene.url, app.SHIPPING)
        assert shift.state(app.SHIPPING) is State.APPLIED
        shift.healthy()

    in_drill("laravel-columns", working(tmp_path, work), server=server)


@on_every_server
def test_what_is_unrecorded_is_marked_with_the_row_of_the_tool(server: str, tmp_path: Path) -> None:
    rows: list[object] = []
    history = f"SELECT {HISTORY} FROM flyway_schema_history ORDER BY installed_rank"

    def work(shift: Shift) -> None:
        plan = shift.plan(Verb.MARK_RAN, "4", "flyway")
        assert plan.phrases == ("mark ran 4",)
        shift.done(plan)
        shift.healthy()
        assert shift.state("4") is State.APPLIED
        rows.extend(shift.scene.watch.run(history))

    def by_the_tool(scene: Scene) -> None:
        written = scene.watch.run(history)
        assert rows == [row for row in written if row[1] != "5"]

    in_drill("unrecorded", working(tmp_path, work), server=server)
    in_drill("healthy", by_the_tool, server=server)


@on_every_server
def test_the_loop_of_laravel_is_ended_by_hand_and_the_rest_is_finished(server: str, tmp_path: Path) -> None:
    def work(shift: Shift) -> None:
        wish = Intent(Verb.FINISH, migration=app.NAMES, framework="laravel")
        assert shift.acting.propose(wish, shift.now()).open_questions == (2,)
        run = replace(wish, answers=((2, Answer.RUN),))
        assert any("statement 2 is not known" in why for why in shift.acting.propose(run, shift.now()).refused)
        shift.scene.watch.run("UPDATE customers SET display_name = left(name, 60) WHERE display_name IS NULL")
        shift.done(shift.acting.propose(replace(wish, answers=((2, Answer.RAN),)), shift.now()))
        shift.healthy()
        assert shift.state(app.NAMES) is State.APPLIED
        assert shift.scene.ask("SELECT migration FROM migrations ORDER BY id")[-1] == app.NAMES
        nullable = "SELECT is_nullable FROM information_schema.columns WHERE column_name = 'display_name'"
        assert shift.scene.ask(nullable) == ["NO"]

    in_drill("laravel-backfill", working(tmp_path, work), server=server)
