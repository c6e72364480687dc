"""A responder in the project of a real Laravel that stopped half way, and a second database where nothing went wrong.

What Halfway leaves behind is held against what Laravel makes of the same files in that second database.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL

from console import dialects, frameworks, responding
from console.core.assessment import Assessment, JudgedMigration, Overall
from console.core.intent import Answer, Intent, Verb
from console.core.migration import State
from console.core.plan import Plan, Word
from console.incident import Incident
from console.wiring import Options, find, source
from tests.acting.responder import Responder, responder
from tests.incidents.laravel_cases import BASE, NICK, NOTES, ROWS, UNIQUE, php
from tests.laravel.project import LaravelProject

FIRST, BROKEN, LATER = ("2024_01_01_000000_make_shop", "2024_05_05_120000_change_shop",
                        "2024_06_06_000000_make_later")  # fmt: skip
LATER_PHP = php("Schema::create('later', fn (Blueprint $table) => $table->id());", down="Schema::drop('later');")
MENDED = "UPDATE customers SET email = 'b@x' WHERE id = 2"
Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Wrong:
    """A migration that stops, what a person does about its cause, and what is then left to say."""

    name: str
    up: str
    mend: tuple[str, ...] = (MENDED,)
    dies_after: str = ""
    answers: tuple[tuple[int, Answer], ...] = ()
    steps: int = 0
    """How many a finish has, the ledger's among them."""
    back: str = (
        "Schema::dropIfExists('notes');"
        " Schema::table('customers', function (Blueprint $table) { $table->dropUnique(['email']); });"
        " Schema::table('customers', function (Blueprint $table) { $table->dropColumn('nick'); });"
    )
    """Its down()."""


WRONG = (
    Wrong("stopped_at_the_second", NICK + UNIQUE + NOTES, steps=3),
    Wrong("stopped_at_the_last", NICK + NOTES + UNIQUE, steps=2),
    Wrong("killed_after_the_first", NICK + NOTES + UNIQUE, dies_after="nick", steps=3),
    Wrong(
        "stopped_inside_a_blueprint",
        """
        Schema::table('orders', function (Blueprint $table) {
            $table->string('carrier')->nullable();
            $table->index('code');
            $table->foreign('customer_id')->references('id')->on('customers')->cascadeOnDelete();
            $table->boolean('paid')->default(false)->index();
        });
        """,
        mend=("DELETE FROM orders WHERE customer_id = 99",),
        back="""
        Schema::table('orders', function (Blueprint $table) {
            $table->dropForeign(['customer_id']);
        });
        Schema::table('orders', function (Blueprint $table) {
            $table->dropIndex(['code']);
            $table->dropColumn(['carrier', 'paid']);
        });
        """,
    ),
    Wrong(
        "stopped_after_a_backfill",
        """
        Schema::table('customers', fn (Blueprint $table) => $table->string('login')->nullable());
        DB::table('customers')->whereNull('login')->update(['login' => 'nobody']);
        Schema::table('customers', fn (Blueprint $table) => $table->unique('login'));
        """,
        mend=("UPDATE customers SET login = id",),
        answers=((2, Answer.RAN),),
        steps=2,
        back="Schema::table('customers', fn (Blueprint $table) => $table->dropColumn('login'));",
    ),
)
CHANGED = Wrong(
    "stopped_at_a_change",
    NICK
    + "Schema::table('customers', fn (Blueprint $table) => $table->string('name', 99)->nullable(false)->change());",
    mend=("UPDATE customers SET name = 'nobody' WHERE name IS NULL",),
    back="Schema::table('customers', fn (Blueprint $table) => $table->dropColumn('nick'));",
)
"""On PostgreSQL it ends in a COMMENT that says what is so anyway."""
WHOLE = Wrong(
    "killed_before_its_row",
    NICK + NOTES,
    dies_after="notes",
    back="Schema::drop('notes'); Schema::table('customers', fn ($table) => $table->dropColumn('nick'));",
)


@dataclass(frozen=True)
class Shop:
    """`url` is the project's database, `twin` another, fresh one on the same server."""

    project: LaravelProject
    url: URL
    twin: URL
    kind: str
    rows: Callable[[URL, str], Rows]
    """Asked by a second client."""
    schema: Callable[[URL], Rows]
    """Everything in the catalog that a migration can change."""
    prefix: str = ""

    def ledger(self, url: URL) -> Rows:
        return self.rows(url, f"SELECT * FROM {self.prefix}migrations ORDER BY id")

    def named(self, url: URL) -> Rows:
        """Without the ids, which a sequence gives and never gives back."""
        return [row[1:] for row in self.ledger(url)]

    def run(self, *statements: str) -> None:
        for statement in statements:
            self.rows(self.url, statement)

    def opened(self) -> None:
        """The shop as it was before, with rows in it."""
        self.project.add(FIRST, php(BASE, loose=False, down="Schema::drop('orders'); Schema::drop('customers');"))
        assert self.project.migrate().code == 0
        self.run(*(row.replace("INTO ", f"INTO {self.prefix}") for row in ROWS))

    def deployed(self, wrong: Wrong) -> None:
        """What really goes wrong."""
        self.project.add(BROKEN, php(wrong.up, down=wrong.back))
        ended = self.project.migrate(**({"DIE_AFTER": wrong.dies_after} if wrong.dies_after else {}))
        assert ended.code == (-signal.SIGKILL if wrong.dies_after else 1), ended.said

    def by_laravel(self, *names: str) -> None:
        """The same files, each in a run of its own, in the twin, where no rows are in the way."""
        for name in names:
            ended = self.project.migrate(f"--path=database/migrations/{name}.php",
                                         DB_DATABASE=self.twin.database or "")  # fmt: skip
            assert ended.code == 0, ended.said

    def up_to_date(self) -> None:
        """Laravel itself sees nothing left to do."""
        status = self.project.artisan("migrate:status").said
        lines = [line for line in status.splitlines() if BROKEN in line]
        assert len(lines) == 1, status
        assert "Ran" in lines[0] or "Yes" in lines[0], status
        again = self.project.migrate()
        assert (again.code, "nothing to migrate" in again.said.lower()) == (0, True), again.said


@contextmanager
def hired(shop: Shop) -> Iterator[Responder]:
    """A responder in the project's folder."""
    found = find(Options(project=str(shop.project.folder)), {})
    incident = Incident(source(found))
    markers = {f.name: frameworks.marker(f.name, project) for f, project in incident.source.frameworks}
    name = found.database.get_backend_name()
    with responder(
        incident, dialects.renderer(shop.kind), lambda: dialects.open_hand(name, found.database), markers
    ) as ann:
        yield ann


def wish(verb: Verb, wrong: Wrong | None = None, *, migration: str = BROKEN, reason: str = "") -> Intent:
    answers = wrong.answers if wrong is not None else ()
    return Intent(verb, migration=migration, framework="laravel", answers=answers, reason=reason)


def judged(found: Assessment, name: str = BROKEN) -> JudgedMigration:
    return next(m for f in found.frameworks for m in f.migrations if m.id == name)


def done(ann: Responder, plan: Plan, phrases: Sequence[str] | None = None) -> None:
    """Carried out to its end, each step once."""
    assert plan.refused == ()
    assert plan.open_questions == ()
    assert plan.steps, plan
    result = ann.acting.carry_out(plan, plan.phrases if phrases is None else phrases)
    assert result.refused == ()
    assert [o.word for o in result.outcomes] == [Word.DONE] * len(plan.steps), result.outcomes


def healthy(ann: Responder, state: State = State.APPLIED) -> None:
    found = ann.incident.fresh()
    assert judged(found).state is state, judged(found).headline
    assert found.overall is Overall.HEALTHY, found.summary


def finish(shop: Shop, wrong: Wrong) -> None:
    """Finished by Halfway: schema and ledger are what Laravel makes of the same files."""
    shop.opened()
    shop.deployed(wrong)
    shop.run(*wrong.mend)
    with hired(shop) as ann:
        plan = ann.propose(wish(Verb.FINISH, wrong))
        if wrong.steps:
            assert len(plan.steps) == wrong.steps, [step.title for step in plan.steps]
        done(ann, plan)
        healthy(ann)
    shop.by_laravel(FIRST, BROKEN)
    assert shop.ledger(shop.url) == shop.ledger(shop.twin) == [(1, FIRST, 1), (2, BROKEN, 2)]
    assert shop.schema(shop.url) == shop.schema(shop.twin)
    shop.up_to_date()


def the_next_runs_go_on(shop: Shop) -> None:
    """After a finish the batches are Laravel's: its next run has the next number, and a rollback takes one of them."""
    shop.opened()
    shop.deployed(WRONG[0])
    shop.run(MENDED.replace("customers", f"{shop.prefix}customers"))
    shop.project.add(LATER, LATER_PHP)
    with hired(shop) as ann:
        done(ann, ann.propose(wish(Verb.FINISH)))
        healthy(ann)
    shop.by_laravel(FIRST, BROKEN)
    assert shop.ledger(shop.url) == shop.ledger(shop.twin)
    assert shop.project.migrate().code == 0
    shop.by_laravel(LATER)
    assert shop.ledger(shop.url) == shop.ledger(shop.twin)
    for left in ([(FIRST, 1), (BROKEN, 2)], [(FIRST, 1)]):
        ended = shop.project.artisan("migrate:rollback", "--force")
        assert ended.code == 0, ended.said
        assert shop.named(shop.url) == left


def take_back(shop: Shop, wrong: Wrong) -> None:
    """Rolled back by Halfway: the schema is the one before, and Laravel runs the file again without an error."""
    shop.opened()
    before, rows = shop.schema(shop.url), shop.ledger(shop.url)
    shop.deployed(wrong)
    assert shop.schema(shop.url) != before
    with hired(shop) as ann:
        done(ann, ann.propose(wish(Verb.ROLL_BACK)))
        healthy(ann, State.PENDING)
    assert (shop.schema(shop.url), shop.ledger(shop.url)) == (before, rows)
    shop.run("DELETE FROM orders", "DELETE FROM customers")
    again = shop.project.migrate()
    assert again.code == 0, again.said
    shop.by_laravel(FIRST, BROKEN)
    assert shop.ledger(shop.url) == shop.ledger(shop.twin)
    assert shop.schema(shop.url) == shop.schema(shop.twin)


def take_back_what_is_recorded(shop: Shop) -> None:
    """A migration that ran to its end, rolled back: what is left is what `artisan migrate:rollback` leaves."""
    shop.opened()
    shop.run(MENDED)
    shop.project.add(BROKEN, php(WRONG[0].up, down=WRONG[0].back))
    assert shop.project.migrate().code == 0
    with hired(shop) as ann:
        done(ann, ann.propose(wish(Verb.ROLL_BACK)))
        healthy(ann, State.PENDING)
    shop.by_laravel(FIRST, BROKEN)
    ended = shop.project.artisan("migrate:rollback", "--force", DB_DATABASE=shop.twin.database or "")
    assert ended.code == 0, ended.said
    assert shop.ledger(shop.url) == shop.ledger(shop.twin) == [(1, FIRST, 1)]
    assert shop.schema(shop.url) == shop.schema(shop.twin)


def mark_what_landed(shop: Shop) -> None:
    """All of it landed and the process died: one phrase, and the row is the one that Laravel writes."""
    shop.opened()
    shop.deployed(WHOLE)
    with hired(shop) as ann:
        assert judged(ann.incident.fresh()).state is State.UNRECORDED
        plan = ann.propose(wish(Verb.MARK_RAN))
        assert plan.phrases == ("mark ran 120000",)
        done(ann, plan)
        healthy(ann)
    shop.by_laravel(FIRST, BROKEN)
    assert shop.ledger(shop.url) == shop.ledger(shop.twin) == [(1, FIRST, 1), (2, BROKEN, 2)]
    shop.up_to_date()


def mark_what_is_recorded_meanwhile(shop: Shop) -> None:
    """Laravel's table takes two rows of one migration: who recorded it while the dialog was open was faster."""
    shop.opened()
    shop.deployed(WHOLE)
    with hired(shop) as ann:
        plan = ann.propose(wish(Verb.MARK_RAN))
        shop.run(f"INSERT INTO migrations (migration, batch) VALUES ('{BROKEN}', 9)")
        (outcome,) = ann.acting.carry_out(plan, plan.phrases).outcomes
        assert (outcome.word, outcome.sent) == (Word.REFUSED, False)
    assert shop.named(shop.url) == [(FIRST, 1), (BROKEN, 9)]


def mark_what_somebody_deleted(shop: Shop) -> None:
    """A row that went missing, of an older migration: it becomes the newest, as Laravel's next run would make it."""
    shop.opened()
    shop.run(MENDED)
    shop.project.add(BROKEN, php(WRONG[0].up, down=WRONG[0].back))
    shop.project.add(LATER, LATER_PHP)
    assert shop.project.migrate("--step").code == 0
    shop.run(f"DELETE FROM migrations WHERE migration = '{BROKEN}'")
    with hired(shop) as ann:
        plan = ann.propose(wish(Verb.MARK_RAN))
        assert plan.phrases == ("mark ran 120000",)
        done(ann, plan)
        healthy(ann)
    assert shop.named(shop.url) == [(FIRST, 1), (LATER, 3), (BROKEN, 4)]
    shop.up_to_date()


def mark_not_ran_what_is_gone(shop: Shop) -> None:
    """Recorded, and somebody took all of it away by hand: the row goes by proof, and Laravel runs it again."""
    shop.opened()
    shop.run(MENDED)
    shop.project.add(BROKEN, php(WHOLE.up, down=WHOLE.back))
    assert shop.project.migrate().code == 0
    shop.run("DROP TABLE notes", "ALTER TABLE customers DROP COLUMN nick")
    with hired(shop) as ann:
        plan = ann.propose(wish(Verb.MARK_NOT_RAN))
        assert plan.phrases == ("mark not ran 120000",), plan.unproven
        done(ann, plan)
        healthy(ann, State.PENDING)
    assert shop.ledger(shop.url) == [(1, FIRST, 1)]
    assert shop.project.migrate().code == 0
    shop.by_laravel(FIRST, BROKEN)
    assert shop.named(shop.url) == shop.named(shop.twin)
    assert shop.schema(shop.url) == shop.schema(shop.twin)


def undo_marks(shop: Shop, journal: Path) -> None:
    """With the journal on the disk, which hides what looks like a secret: a mark and its undo leave every letter."""
    name = "2024_05_05_120000_create_password_resets_table"
    shop.opened()
    shop.project.add(name, php("Schema::create('password_resets', fn (Blueprint $table) => $table->string('token'));"))
    assert shop.project.migrate().code == 0
    rows = shop.ledger(shop.url)
    found = find(Options(project=str(shop.project.folder)), {})
    incident = Incident(source(found))
    acting = responding.responder(found, incident, {}, str(journal))

    def do(verb: Verb) -> None:
        plan = acting.propose(wish(verb, migration=name, reason="a mistake"), incident.fresh())
        assert plan.refused == ()
        result = acting.carry_out(plan, plan.phrases)
        assert [o.word for o in result.outcomes] == [Word.DONE], result

    try:
        do(Verb.MARK_NOT_RAN)
        assert shop.ledger(shop.url) == rows[:1]
        do(Verb.UNDO)
        assert shop.ledger(shop.url) == rows
        shop.run(f"DELETE FROM migrations WHERE migration = '{name}'")
        do(Verb.MARK_RAN)
        assert shop.named(shop.url) == [row[1:] for row in rows]
        do(Verb.UNDO)
        assert shop.ledger(shop.url) == rows[:1]
    finally:
        acting.close()
        incident.stop()
