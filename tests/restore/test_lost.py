"""What migrations may have lost: only of that do values and rows of a backup come back."""

from __future__ import annotations

import pytest

from console.core.assessment import JudgedMigration
from console.core.landed import Judgement, Verdict
from console.core.migration import Belief, Migration, State, Tracked
from console.core.restore.rows import _lost_by
from console.core.statements.script import read_script


def lost(sql: str, dialect: str, belief: Belief = Belief.FAILED, verdict: Verdict = Verdict.UNKNOWABLE) -> set[str]:
    statements = read_script(sql, dialect)
    found = tuple(Judgement(statement, verdict, "") for statement in statements)
    tracked = Tracked("2", belief, Migration("2", "test", "V2.sql", statements), None)
    return {one.column for one in _lost_by(JudgedMigration(tracked, State.HALF_APPLIED, found), dialect)}


@pytest.mark.parametrize(
    ("sql", "dialect", "columns"),
    [
        ("UPDATE orders SET note = NULL WHERE price > 1 AND name = 'paid'", "postgres", {"note"}),
        ('UPDATE orders SET a = b, (c, "D") = (e, f), g[1] = 2, h.i = 3 FROM x, y WHERE x.j = y.k', "postgres",
         {"a", "c", "D", "g", "h"}),
        ("UPDATE orders SET a = b IS DISTINCT FROM c, d = coalesce(e, f) RETURNING g", "postgres", {"a", "d"}),
        ("UPDATE `orders` SET `Note` = \"price = NULL, `at` = 1\", orders.a = 'it\\'s' WHERE b = 1", "mysql",
         {"note", "a"}),
        ("UPDATE orders, x JOIN y ON y.c = x.d SET a = 1 ORDER BY b LIMIT 1", "mysql", {"a"}),
        ("DELETE FROM orders WHERE price = 0", "postgres", {""}),
        ("ALTER TABLE orders ALTER COLUMN note SET DEFAULT 'x', ALTER COLUMN a SET NOT NULL", "postgres", set()),
        ("ALTER TABLE orders ALTER COLUMN note TYPE int USING NULL, DROP COLUMN a", "postgres", {"note", "a"}),
    ],
)  # fmt: skip
def test_only_what_a_statement_writes_over_counts_as_lost(sql: str, dialect: str, columns: set[str]) -> None:
    assert lost(sql, dialect) == columns


def test_what_was_never_run_has_lost_no_rows() -> None:
    sql = "UPDATE orders SET note = NULL"
    assert lost(sql, "postgres", Belief.PENDING, Verdict.NOT_LANDED) == set()
    assert lost(sql, "postgres", Belief.RECORDED, Verdict.NOT_LANDED) == set()
    assert lost(sql, "postgres", Belief.PENDING, Verdict.UNKNOWABLE) == {"note"}
    dropped = "ALTER TABLE orders DROP COLUMN note"
    assert lost(dropped, "postgres", Belief.PENDING, Verdict.NOT_LANDED) == {"note"}, "dropped, and rolled back"
