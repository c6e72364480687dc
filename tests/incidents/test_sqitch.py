"""The real Sqitch stops half way: what is told of it, and that it goes on after a roll back."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.intent import Intent, Verb
from tests.frameworks.making import write
from tests.frameworks.sqlfiles import sqitch_plan
from tests.incidents.test_sqlfiles import carried_out, responding
from tests.incidents.told import assessed, judged_of, letters, states
from tests.servers import ServerUnderTest, run
from tests.tools.sqitch import sqitch

FILES = {
    "sqitch.plan": sqitch_plan("base", "@v1", "more [base]"),
    "deploy/base.sql": "BEGIN;\nCREATE TABLE customers (id int PRIMARY KEY, email text);\nCOMMIT;\n",
    "revert/base.sql": "BEGIN;\nDROP TABLE customers;\nCOMMIT;\n",
    "deploy/more.sql": "ALTER TABLE customers ADD nick text;\nCREATE TABLE notes (id int);\n"
                       "CREATE UNIQUE INDEX uq_email ON customers (email);\n",
    "revert/more.sql": "SELECT 1 / 0;\n",
}  # fmt: skip


@pytest.mark.parametrize("postgres_server", [16], indirect=True)
def test_sqitch_failure_of_the_real_one_is_told_and_it_goes_on_after_a_roll_back(
    tmp_path: Path, postgres_server: ServerUnderTest, database: URL
) -> None:
    uri = "db:pg:" + database.set(drivername="x", query={}).render_as_string(hide_password=False).removeprefix("x:")
    write(tmp_path, {**FILES, "sqitch.conf": f'[core]\n\tengine = pg\n[engine "pg"]\n\ttarget = {uri}\n'})
    assert sqitch(tmp_path, "deploy", "--to", "base").code == 0
    run(database, "INSERT INTO customers VALUES (1, 'a@x'), (2, 'a@x')")
    ended = sqitch(tmp_path, "deploy")
    assert (ended.code != 0, "could not create unique index" in ended.said) == (True, True), ended.said
    found = assessed(tmp_path, {})
    judged = judged_of(found, "more")
    assert (letters(judged), states(found)) == ("LLN", {"base": "applied", "more": "half_applied"})
    assert judged.tracked.note.startswith("its last event is a failure")
    with responding(tmp_path, {}, "sqitch", "postgresql") as ann:
        carried_out(ann, Intent(Verb.ROLL_BACK, migration="more", framework="sqitch", reason="a test"))
    assert letters(judged_of(assessed(tmp_path, {}), "more")) == "NNN"
    run(database, "UPDATE customers SET email = 'b@x' WHERE id = 2")
    assert sqitch(tmp_path, "deploy").code == 0
    after = assessed(tmp_path, {})
    assert states(after) == {"base": "applied", "more": "applied"}
    (own,) = (t.value.rollback for t in after.observation.tracking if t.value is not None)
    assert own.takes == ("more",)
    assert "division by zero" in sqitch(tmp_path, *own.argv[1:]).said
    assert [t.checksum_differs for f in after.frameworks for t in (m.tracked for m in f.migrations)] == [False, False]
