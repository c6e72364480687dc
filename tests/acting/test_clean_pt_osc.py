"""The real pt-online-schema-change, at work and then killed in the middle, as a responder finds both.

gh-ost is not to be had as a package: what it leaves is made by hand, as its source makes it, in test_clean_mysql.py.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.debris import cleanable
from console.core.intent import Intent, Verb
from console.core.plan import Word
from tests.acting.cleaning import at_work, plan_for
from tests.acting.responder import Responder
from tests.acting.test_clean_mysql import ORDERS, tables
from tests.mysql_servers import MyConnect, MyServer, ask, run
from tests.tools.percona import paused
from tests.waiting import eventually

DROP = Intent(Verb.DROP, object="table _orders_new")


@pytest.fixture
def ann(my_server: MyServer, my_database: URL, tmp_path: Path) -> Iterator[Responder]:
    run(my_database, *ORDERS)
    with at_work(my_server.kind, my_database, tmp_path) as person:
        yield person


@contextmanager
def seen_here(pid: int) -> Iterator[None]:
    """As a process of the machine that the console runs on."""
    shown = Path(os.environ["HALFWAY_PROC"], str(pid))
    shown.symlink_to(f"/proc/{pid}")
    try:
        yield
    finally:
        shown.unlink()


def test_it_is_left_alone_while_it_runs_and_cleaned_up_once_it_is_killed(
    my_server: MyServer, my_database: URL, my_connect: MyConnect, ann: Responder, tmp_path: Path
) -> None:
    application = my_connect()
    with paused(tmp_path, my_database, "orders", "ADD COLUMN note text") as tool:
        ask(application, "INSERT INTO orders VALUES (3, 3)")
        if my_server.is_mariadb:  # keeps no names of programs: any session may be the tool's
            eventually(lambda: "may be pt-online-schema-change's" in ann.propose(DROP).unproven)
        else:
            why = "table _orders_new is no debris that can be cleaned up from here (any more)."
            eventually(lambda: ann.propose(DROP).refused == (why,))
        with seen_here(tool.pid):
            alive = (
                f"A migration tool runs here: process {tool.pid} (pt-online-schema-change). Wait until it has ended."
            )
            assert alive in ann.propose(DROP).refused, ann.propose(DROP).refused
        assert {"orders", "_orders_new"} <= tables(my_database)
        tool.kill()
        tool.wait()
    eventually(lambda: len(list(cleanable(ann.incident.fresh()))) == 4)
    eventually(lambda: bool(plan_for(ann, "_orders_new").unproven) is my_server.is_mariadb)
    application.close()
    eventually(lambda: not plan_for(ann, "_orders_new").unproven)
    plan = plan_for(ann, "_orders_new")
    assert plan.refused == ()
    assert [sql.split("`")[0] for step in plan.steps for sql in step.sql] == ["DROP TRIGGER "] * 3 + ["DROP TABLE "]
    result = ann.acting.carry_out(plan, plan.phrases)
    assert [o.word for o in result.outcomes] == [Word.DONE] * 4, result
    assert tables(my_database) == {"orders"}
    with my_connect() as watch:
        ask(watch, "INSERT INTO orders VALUES (4, 4)")
        assert ask(watch, "SELECT id FROM orders ORDER BY id") == [(1,), (2,), (3,), (4,)]
    assert ann.incident.fresh().debris == ()
