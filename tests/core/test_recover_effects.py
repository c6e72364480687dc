"""What a statement does to the release before it, to data, and to its way back: proven, or not known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.core.recover.effects import destroys, lost_with, only_adds, slow_to_undo
from console.core.recover.given import Known
from console.core.statements import read_script

YES, NO, UNKNOWN = Known.YES, Known.NO, Known.UNKNOWN

EFFECTS = {
    "CREATE TABLE t (id bigint PRIMARY KEY, n text NOT NULL)": (YES, NO, UNKNOWN, NO),
    "CREATE TABLE t (id bigint, o bigint REFERENCES orders (id))": (UNKNOWN, NO, UNKNOWN, NO),
    "ALTER TABLE t ADD COLUMN n text": (YES, NO, UNKNOWN, NO),
    "ALTER TABLE t ADD COLUMN n text NOT NULL DEFAULT ''": (YES, NO, UNKNOWN, NO),
    "ALTER TABLE t ADD COLUMN n text NOT NULL": (UNKNOWN, NO, UNKNOWN, NO),
    "ALTER TABLE t ADD COLUMN n bigint REFERENCES orders (id)": (UNKNOWN, NO, UNKNOWN, NO),
    "CREATE INDEX i ON t (n)": (YES, NO, NO, NO),
    "CREATE UNIQUE INDEX i ON t (n)": (UNKNOWN, NO, NO, NO),
    "ALTER TABLE t ADD CONSTRAINT c CHECK (n > 0)": (UNKNOWN, NO, NO, NO),
    "CREATE VIEW v AS SELECT 1 AS one": (YES, NO, NO, NO),
    "CREATE OR REPLACE VIEW v AS SELECT 1 AS one": (UNKNOWN, NO, NO, NO),
    "CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()": (UNKNOWN, NO, NO, NO),
    "ALTER TABLE t RENAME COLUMN n TO m": (UNKNOWN, NO, NO, NO),
    "ALTER TABLE t DROP COLUMN n": (UNKNOWN, YES, YES, UNKNOWN),
    "ALTER TABLE t DROP COLUMN IF EXISTS n": (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    "DROP TABLE t": (UNKNOWN, YES, YES, UNKNOWN),
    "DROP INDEX i": (UNKNOWN, NO, NO, UNKNOWN),
    "DROP VIEW v CASCADE": (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    "ALTER TABLE t ALTER COLUMN n TYPE varchar(10)": (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    "ALTER TABLE t ALTER COLUMN n SET NOT NULL": (UNKNOWN, NO, NO, UNKNOWN),
    "INSERT INTO t (id) VALUES (1)": (UNKNOWN, NO, UNKNOWN, UNKNOWN),
    "INSERT INTO t (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET id = 2": (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    "UPDATE t SET n = 'x' WHERE n IS NULL": (UNKNOWN, NO, UNKNOWN, UNKNOWN),
    "UPDATE t SET n = 'x' WHERE m IS NULL": (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    "UPDATE t SET n = 'x', m = 'y' WHERE n IS NULL": (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    "UPDATE t SET n = 'x' WHERE n IS NULL OR n = ''": (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    "UPDATE t SET n = 'x' WHERE a = 1 OR n IS NULL": (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    "UPDATE t SET n = (SELECT max(k) FROM u) WHERE m > 1 OR n IS NULL": (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    "UPDATE t SET n = 'x' WHERE m > 1 OR 'WHERE' < k AND n IS NULL": (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    "DELETE FROM t WHERE id > 5": (UNKNOWN, YES, UNKNOWN, UNKNOWN),
    "TRUNCATE t": (UNKNOWN, YES, UNKNOWN, UNKNOWN),
    "WITH gone AS (DELETE FROM t RETURNING id) SELECT count(*) FROM gone": (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    "DO $$ BEGIN DELETE FROM t; END $$": (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
}
"""Statement -> only adds, destroys data, is taken back at a loss, may take long to take back."""


@pytest.mark.parametrize("sql", EFFECTS)
def test_only_what_is_proven_is_said_of_a_statement(sql: str) -> None:
    found = read_script(sql)
    assert len(found) == 1
    assert (only_adds(found), destroys(found), lost_with(found, UNKNOWN), slow_to_undo(found)) == EFFECTS[sql]


@pytest.mark.parametrize("holds", Known)
def test_what_was_made_is_lost_if_it_holds_something(holds: Known) -> None:
    made = read_script("CREATE TABLE t (id bigint); CREATE INDEX i ON t (id);")
    assert lost_with(made, holds) is holds


def test_one_statement_that_destroys_is_enough_and_one_that_is_unknown_spoils_the_rest() -> None:
    adding, dropping, code = read_script("CREATE TABLE t (id bigint); DROP TABLE u; DO $$ BEGIN NULL; END $$;")
    assert destroys((adding, code, dropping)) is YES
    assert destroys((adding, code)) is UNKNOWN
    assert destroys((adding,)) is NO
    assert only_adds((adding, code)) is UNKNOWN
    assert only_adds(()) is YES


def test_of_what_went_to_another_database_nothing_is_known() -> None:
    found = tuple(replace(s, database="reports") for s in read_script("CREATE TABLE t (id bigint)"))
    told = (only_adds(found), destroys(found), lost_with(found, NO), slow_to_undo(found))
    assert told == (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)
