"""No file is written where what is left, or what the catalog would say of it, is not known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.core.landed import Judgement, Verdict
from console.core.plan import CannotWriteError
from console.core.schema import Column, Schema, Table, column_ref, table_ref
from console.core.state import Picture
from tests.forward.ordering import judgements, steps, steps_for

ADD = "ALTER TABLE orders ADD COLUMN a int;"
REFUSED = {
    "UPDATE orders SET total = total + 1": "changes data and nothing in its own WHERE keeps it from doing so twice",
    "DELETE FROM orders WHERE a IS NULL; ALTER TABLE orders ALTER COLUMN a SET NOT NULL":
        "it would delete rows that were written since",
    "INSERT INTO orders VALUES (1)": "changes data and nothing in its own WHERE",
    "DO $$ BEGIN PERFORM 1; END $$": "is code, and nothing in the catalog shows whether it ran",
    "CREATE OR REPLACE VIEW v AS SELECT 1": "takes the place of whatever is there already",
    "CREATE VIEW v AS SELECT 1": "a view cannot be compared",
    "CREATE TABLE a AS SELECT 1 AS b": "what columns it gets is not in its text",
    "CREATE SEQUENCE s": "a sequence cannot be compared",
    "CREATE TYPE pair AS (a int)": "definition of type pair is not known",
    "CREATE DOMAIN d AS int DEFAULT 1": "default of type d is not known",
    "CREATE DOMAIN d AS int CHECK (value > 0)": "checks of type d is not known",
    "CREATE TYPE mood AS ENUM ('a'); ALTER TYPE mood ADD VALUE 'b'": "what it changes about type mood",
    "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'": "a routine cannot be compared",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql STRICT AS 'SELECT 1'": "options of routine f() is not known",
    "CREATE TRIGGER t BEFORE UPDATE OF a ON orders FOR EACH ROW EXECUTE FUNCTION f()":
        "definition of trigger orders.t is not known",
    "DROP TABLE orders CASCADE": "by CASCADE is not known",
    "ALTER TABLE orders ADD COLUMN a timestamptz DEFAULT '2024-01-01'": "default of column orders.a is not known",
    "ALTER TABLE orders ADD COLUMN a int DEFAULT (1 + 1)": "default of column orders.a is not known",
    "ALTER TABLE orders ADD COLUMN a int GENERATED ALWAYS AS (id) STORED": "definition of column orders.a is not known",
    "CREATE INDEX a ON orders (lower(note || code))": "expression of index a is not known",
    "CREATE INDEX a ON orders (id) WHERE id > 1 OR id < 0": "condition of index a is not known",
    "ALTER TABLE orders ADD CONSTRAINT c CHECK (a > 0 OR b > 0)": "condition of constraint orders.c is not known",
    'ALTER TABLE orders ADD CONSTRAINT c CHECK ("A" > 0)': "condition of constraint orders.c is not known",
    "ALTER TABLE orders ADD CONSTRAINT c CHECK (a > now())": "condition of constraint orders.c is not known",
    "ALTER TABLE orders ADD CONSTRAINT c CHECK (a = 'x' AND b = 'X')": "condition of constraint orders.c is not known",
    "ALTER TABLE orders ADD CONSTRAINT c CHECK (a IN ('a b', 'ab'))": "condition of constraint orders.c is not known",
    "ALTER TABLE orders ADD CONSTRAINT c CHECK (a > '2024-01-01')": "condition of constraint orders.c is not known",
    "ALTER TABLE orders ALTER COLUMN a SET NOT NULL": "column orders.a is not known as it was before",
    f"{ADD} ALTER TABLE orders DROP COLUMN a": "a later statement drops column orders.a again",
    f"{ADD} ALTER TABLE orders RENAME COLUMN a TO b": "a later statement renames column orders.a again",
    f"{ADD} DROP TABLE orders": "a later statement drops table orders again",
    "DROP INDEX i; CREATE INDEX i ON orders (id)": "a later statement makes index i again",
    "CREATE INDEX i ON orders (a); ALTER TABLE orders DROP COLUMN a": "takes away or renames what index i is made of",
    "UPDATE orders SET a = 1 WHERE a IS NULL; ALTER TABLE orders RENAME COLUMN a TO b": "renames what it speaks of",
}  # fmt: skip


@pytest.mark.parametrize("sql", REFUSED)
def test_it_is_refused_in_words(sql: str) -> None:
    with pytest.raises(CannotWriteError, match=r"^Statement 1 ") as refused:
        steps(sql)
    assert REFUSED[sql] in str(refused.value)


def _judged(**changes: object) -> Judgement:
    return replace(judgements(ADD)[0], **changes)  # type: ignore[arg-type]


def _stated(**changes: object) -> Judgement:
    judgement = judgements(ADD)[0]
    return replace(judgement, statement=replace(judgement.statement, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("judgement", "why"),
    [
        (_judged(verdict=Verdict.PARTIAL, evidence="it differs"), "landed in part (it differs): mend that first"),
        (_judged(obstacle="a view uses it"), "would be refused: a view uses it"),
        (_stated(readable=False), "is not known as SQL: only the tool can send it"),
        (_stated(database="reports"), "goes to another database (reports)"),
        (_stated(sql="SELECT '\x1b'"), "has control characters in it"),
        (_stated(sql="SELECT '\ud800'"), "has half a character in it, which no file can hold"),
    ],
    ids=["partial", "obstacle", "unreadable", "elsewhere", "control", "half"],
)
def test_what_is_odd_about_a_statement_is_said(judgement: Judgement, why: str) -> None:
    with pytest.raises(CannotWriteError) as refused:
        steps_for((judgement,), Schema())
    assert str(refused.value) == f"Statement 1 {why}."


def test_what_landed_behind_what_did_not_is_left_to_a_person() -> None:
    first, second = judgements(f"{ADD} CREATE TABLE t (id int)")
    with pytest.raises(CannotWriteError, match="changed by hand"):
        steps_for((first, replace(second, verdict=Verdict.LANDED)), Schema())


def test_nothing_left_is_said() -> None:
    with pytest.raises(CannotWriteError, match="Nothing of it is left to do"):
        steps_for((_judged(verdict=Verdict.LANDED),), Schema())


def _shop(**changes: object) -> Schema:
    column = Column(ref=column_ref("public", "orders", "a"), type="text", **changes)  # type: ignore[arg-type]
    return Schema((column, Table(ref=table_ref("public", "orders"))))


CHANGE = "ALTER TABLE orders ALTER COLUMN a SET NOT NULL;"


def test_a_change_of_what_is_as_it_was_is_written_and_of_what_is_not_it_is_refused() -> None:
    judgement = replace(judgements(CHANGE)[0], verdict=Verdict.PARTIAL)
    former = Picture({column_ref("public", "orders", "a"): {"type": "text", "nullable": True}})
    assert len(steps_for((judgement,), _shop(), former)) == 1
    with pytest.raises(CannotWriteError, match="mend that first"):
        steps_for((judgement,), _shop(), Picture())


def test_what_is_changed_to_and_fro_is_refused() -> None:
    with pytest.raises(CannotWriteError, match="again what it was"):
        steps_for(judgements(f"{CHANGE} ALTER TABLE orders ALTER COLUMN a DROP NOT NULL"), _shop())


def test_a_question_knows_what_later_statements_make_of_it() -> None:
    sql = "ALTER TABLE orders ADD COLUMN b text; ALTER TABLE orders ALTER COLUMN b SET NOT NULL"
    first, second = steps_for(judgements(sql), _shop())
    assert " OR " in first.question
    assert "is neither as it was nor as it was meant to be" in second.question


def test_what_a_later_migration_takes_away_is_not_made_again() -> None:
    drop = judgements("ALTER TABLE orders DROP COLUMN a")[0].statement.operations
    assert len(steps_for(judgements(ADD), Schema())) == 1
    with pytest.raises(CannotWriteError, match="a later statement drops"):
        steps_for(judgements(ADD), Schema(), beyond=drop)


def test_what_was_so_before_is_not_asked_about() -> None:
    (step,) = steps_for(judgements("ALTER TABLE orders ADD CONSTRAINT k PRIMARY KEY (a)"), _shop(nullable=False))
    assert "attnotnull" not in step.question
    (step,) = steps_for(judgements("ALTER TABLE orders ADD CONSTRAINT k PRIMARY KEY (a)"), _shop())
    assert "attnotnull" in step.question


def test_a_statement_that_speaks_of_what_goes_runs_only_while_it_is_there() -> None:
    fill, _ = steps("UPDATE orders SET b = a WHERE b IS NULL; ALTER TABLE orders DROP COLUMN a")
    assert fill.question.startswith("SELECT CASE WHEN EXISTS")


BOUND = "UPDATE orders o SET b = 1 WHERE o.b IS NULL AND id > 7; ALTER TABLE orders ALTER COLUMN b SET NOT NULL"


def test_what_fills_a_column_runs_only_until_it_is_not_null() -> None:
    shop = Schema((Column(ref=column_ref("public", "orders", "b"), type="text"),))
    fill, _ = steps_for(judgements(BOUND), shop)
    assert "WHEN a.attnotnull THEN 'done'" in fill.question


NEVER_BOUND = (
    "UPDATE orders SET b = 1 WHERE b IS NULL",
    "UPDATE orders SET b = 1 WHERE b IS NULL; ALTER TABLE orders DROP COLUMN a",
    "UPDATE orders SET b = a WHERE b IS NULL; ALTER TABLE notes DROP COLUMN a",
    "UPDATE orders SET b = 1 WHERE b IS NULL; ALTER TABLE notes ALTER COLUMN b SET NOT NULL",
    "UPDATE orders SET b = 1 WHERE b = 2; ALTER TABLE orders ALTER COLUMN b SET NOT NULL",
    "UPDATE orders SET b = 1, a = 1 WHERE a IS NULL; ALTER TABLE orders ALTER COLUMN b SET NOT NULL",
)


@pytest.mark.parametrize("sql", NEVER_BOUND)
def test_where_nothing_shows_whether_it_ran_rows_written_since_are_not_changed(sql: str) -> None:
    with pytest.raises(CannotWriteError, match="no later NOT NULL or DROP COLUMN of the migration shows"):
        steps(sql)


def test_what_a_later_migration_takes_away_does_not_show_whether_it_ran() -> None:
    drop = judgements("ALTER TABLE orders DROP COLUMN a")[0].statement.operations
    with pytest.raises(CannotWriteError, match="rows that were written since"):
        steps_for(judgements("UPDATE orders SET b = a WHERE b IS NULL"), Schema(), beyond=drop)


def test_it_is_one_step_for_each_statement() -> None:
    found = steps("CREATE TABLE a (id int); CREATE INDEX CONCURRENTLY i ON a (id)")
    assert [(step.n, step.alone) for step in found] == [(1, False), (2, True)]
