"""Rows that are locks: which of them are taken, and when one counts as left behind."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console import dialects
from console.core.assessment import Assessment
from console.core.debris import cleanable, wish
from console.core.judge import assess
from console.core.lock_rows import LockRow, lock_tables, taken
from console.core.observation import Health, Reading
from console.core.plan import Owner, Word
from console.core.plans.after import ready
from console.core.plans.clean import clean_plan
from console.core.plans.lost import seen
from console.core.session import Session
from console.machine import tool_of
from tests.builders import NOON, observation, schema_after, session, tracking

LIQUIBASE = "CREATE TABLE databasechangeloglock (id int, locked boolean, lockgranted timestamp, lockedby text);"
KNEX = 'CREATE TABLE knex_migrations_lock ("index" int, is_locked int);'
SCHEMA = schema_after(LIQUIBASE + KNEX)
COLUMNS = {"databasechangeloglock": ("id", "locked", "lockgranted", "lockedby"),
           "knex_migrations_lock": ("index", "is_locked")}  # fmt: skip


def rows(table: str, *values: str | None) -> tuple[LockRow, ...]:
    found = next(t for t in lock_tables(SCHEMA) if t.ref.name == table)
    return tuple(taken(found, COLUMNS[table], [values]))


def by(holder: str | None) -> tuple[LockRow, ...]:
    return rows("databasechangeloglock", "1", "t", "2026-01-31 11:00:00", holder)


def seeing(locks: tuple[LockRow, ...], *sessions: Session) -> Assessment:
    read = Reading(locks, Health.OK, taken_at=NOON)
    return assess(replace(observation(SCHEMA, tracking(), sessions=sessions), lock_rows=read))


ELSEWHERE = session("1", "", state="idle", address="10.0.0.1")


@pytest.mark.parametrize("said", ["f", "false", "0", "\x00", None, ""])
def test_a_row_that_is_free_is_no_lock(said: str | None) -> None:
    assert rows("databasechangeloglock", "1", said, None, None) == ()
    assert rows("knex_migrations_lock", "1", said) == ()


@pytest.mark.parametrize("said", ["t", "true", "1", "\x01", "who knows"])
def test_whatever_does_not_say_that_it_is_free_is_taken(said: str) -> None:
    assert [row.flag for row in rows("databasechangeloglock", "1", said, None, None)] == ["locked"]
    assert [row.flag for row in rows("knex_migrations_lock", "1", said)] == ["is_locked"]


def test_a_table_of_that_name_with_other_columns_is_somebody_elses() -> None:
    assert list(lock_tables(schema_after("CREATE TABLE databasechangeloglock (id int, locked boolean)"))) == []


def test_where_a_holder_is() -> None:
    for holder, homes in (
        ("web1 (10.0.0.7)", ("web1", "10.0.0.7")),
        ("web1#ci (10.0.0.7)", ("web1", "10.0.0.7")),
        ("web1", ()),
        ("", ()),
    ):
        assert [row.homes for row in by(holder)] == [homes]


@pytest.mark.parametrize(
    "busy",
    [
        replace(ELSEWHERE, address="10.0.0.7"),
        replace(ELSEWHERE, address="WEB1"),
        replace(ELSEWHERE, application="Liquibase"),
        replace(ELSEWHERE, query="SELECT * FROM databasechangeloglock"),
        replace(ELSEWHERE, state="active", query="ALTER TABLE orders ADD COLUMN late int"),
    ],
    ids=["address", "name", "program", "table", "DDL"],
)
def test_a_lock_whose_holder_may_be_there_is_no_debris(busy: Session) -> None:
    locks = by("web1 (10.0.0.7)")
    assert seeing(locks, ELSEWHERE, busy).debris == ()
    left = seeing(locks, ELSEWHERE).debris
    assert [(item.kind, item.object) for item in left] == [("tool_lock_row", "databasechangeloglock")]


def test_what_is_not_seen_is_not_released() -> None:
    hidden = seeing(by("web1 (10.0.0.7)"), replace(ELSEWHERE, visible=False, address=None))
    assert [item.held for item in hidden.debris] == ["whether its holder is still connected cannot be seen here"]
    assert list(cleanable(hidden)) == []


def test_two_rows_are_left_to_hands() -> None:
    now = seeing((*by("web1 (10.0.0.7)"), *by("web2 (10.0.0.8)")), ELSEWHERE)
    intent = wish(now.debris[0])
    assert intent is not None
    plan = clean_plan(intent, now, dialects.renderer("postgresql"), Owner())
    assert plan.refused == ("2 rows of databasechangeloglock say that it is taken: release it by hand.",)


def test_what_became_of_it_is_said_by_the_row_alone() -> None:
    now = seeing(by("web1 (10.0.0.7)"), ELSEWHERE)
    intent = wish(now.debris[0])
    assert intent is not None
    plan = clean_plan(intent, now, dialects.renderer("postgresql"), Owner())
    (step,) = plan.steps
    assert step.undo.endswith("id = 1, locked = t, lockgranted = 2026-01-31 11:00:00, lockedby = web1 (10.0.0.7)")
    unread = Reading(now.observation.lock_rows.value, Health.LOCKED, reason="it is locked")
    blind = replace(now, observation=replace(now.observation, lock_rows=unread))
    assert ready(step, now) == ""
    assert ready(step, blind) == "the rows of tools' locks have not been read just now: it is locked"
    assert seen(plan, step, blind)[0] is Word.UNKNOWN
    assert seen(plan, step, now) == (Word.NOT_DONE, "databasechangeloglock is still there")
    assert seen(plan, step, seeing((), ELSEWHERE)) == (Word.DONE, "")


@pytest.mark.parametrize(
    ("command", "tool"),
    [
        ("/opt/liquibase/liquibase --changelog-file=a.xml update", "liquibase"),
        ("java -cp /opt/liquibase-core.jar liquibase.integration.commandline.Main update", "liquibase"),
        ("node /srv/node_modules/.bin/knex migrate:latest", "knex"),
        ("vi knex migrate:latest", None),
        ("java -jar shop.jar", None),
    ],
)
def test_such_a_tool_on_this_machine_is_alive(command: str, tool: str | None) -> None:
    assert tool_of(command) == tool
