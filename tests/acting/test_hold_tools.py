"""The real Rails meets the lock that Halfway holds, and refuses to migrate; of the other tools it is said that they
have none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console import frameworks
from console.core.hold import hold_of
from console.core.hold.hold import INSTEAD
from console.core.intent import Intent, Verb
from console.core.migration import Ledger
from console.core.plan import Outcome, Word
from console.core.ports import Files
from tests.builders import SERVER
from tests.incidents.rails_cases import BROKEN, FIRST, NICK, NOTES, UNIQUE
from tests.incidents.test_rails_acting import MENDED, Shop, _on_mysql, _on_postgres, hired
from tests.rails.project import make_project
from tests.servers import ServerUnderTest
from tests.tools.rails import RAILS_61, RAILS_72


def refused_meanwhile(shop: Shop) -> None:
    """Rails, whenever a step has ended and at the end."""
    shop.opened(NICK, UNIQUE, NOTES)
    shop.migrated(1)
    shop.ask(MENDED)
    said: list[tuple[int, bool]] = []

    def tell(outcome: Outcome) -> None:
        if outcome.n == 1:
            run = shop.project.run("migrate")
            said.append((run.code, "ConcurrentMigrationError" in run.said))

    with hired(shop) as ann:
        plan = ann.propose(Intent(Verb.FINISH, migration=BROKEN, framework="rails"))
        assert [len(hold.locks) for hold in plan.holds] == [1]
        result = ann.acting.carry_out(plan, plan.phrases, tell)
    assert [o.word for o in result.outcomes] == [Word.DONE] * 3, (result.refused, result.outcomes)
    assert said == [(1, True)]
    shop.migrated()
    assert (shop.versions(), shop.project.is_done()) == ([FIRST, BROKEN], True)


def test_rails_on_postgres_refuses_while_it_is_held_off(
    tmp_path: Path, database: URL, postgres_server: ServerUnderTest
) -> None:
    wanted = RAILS_72 if postgres_server.major > 16 else RAILS_61
    refused_meanwhile(Shop(make_project(tmp_path / "app", database, wanted), _on_postgres(database), "postgresql"))


def test_rails_on_mysql_refuses_while_it_is_held_off(tmp_path: Path, my_database: URL) -> None:
    project = make_project(tmp_path / "app", my_database)
    refused_meanwhile(Shop(project, _on_mysql(my_database), my_database.get_backend_name()))


TOLD = {
    "laravel": (
        "Laravel takes no lock of the database: with --isolated it locks in its cache, which no session can take."
    ),
    "django": "Django takes no lock while it migrates.",
    "alembic": "Alembic takes no lock; one that env.py takes by itself is not known here.",
}


@pytest.mark.parametrize("name", TOLD)
def test_of_a_tool_without_a_lock_it_is_said_plainly(name: str) -> None:
    tracking = frameworks.load(name).track(None, Files(), Ledger(f"public.{name}", exists=True), SERVER)
    assert hold_of(tracking, SERVER).words == f"{TOLD[name]} {INSTEAD}"


@pytest.mark.parametrize("name", ["rails", "flyway"])
def test_on_sqlite_no_tool_locks(name: str) -> None:
    server = replace(SERVER, dialect="sqlite")
    tracking = frameworks.load(name).track(None, Files(), Ledger("main.history", exists=True), server)
    assert hold_of(tracking, server).words == f"On SQLite {name.capitalize()} takes no lock. {INSTEAD}"
