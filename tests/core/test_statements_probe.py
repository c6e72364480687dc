"""The question behind a data statement: made only where answer 0 proves that nothing is left to do."""

from __future__ import annotations

import pytest

from console.core.statements import DataProbe, read_script


def probe(sql: str) -> DataProbe | None:
    """The probe of a statement."""
    (statement,) = read_script(sql)
    return statement.probe


MADE = [
    ("UPDATE t SET b = a WHERE b IS NULL", "t WHERE (b IS NULL) AND (a) IS NOT NULL"),
    ("UPDATE t SET b = coalesce(b, a) WHERE b IS NULL", "t WHERE (b IS NULL) AND (coalesce(b, a)) IS NOT NULL"),
    ("UPDATE t SET b = 0 WHERE b IS NULL", "t WHERE (b IS NULL)"),
    ("UPDATE t SET status = 'new' WHERE status = 'old'", "t WHERE (status = 'old')"),
    ("UPDATE t SET status = 'new' WHERE status = 'old' AND id > 5", "t WHERE (status = 'old' AND id > 5)"),
    ("UPDATE t SET a = 1 WHERE id BETWEEN 1 AND 9 AND a <> 1", "t WHERE (id BETWEEN 1 AND 9 AND a <> 1)"),
    ("UPDATE t SET x = 1 WHERE x IS DISTINCT FROM 1", "t WHERE (x IS DISTINCT FROM 1)"),
    ("UPDATE t SET x = 1 WHERE x != 1", "t WHERE (x != 1)"),
    ("UPDATE t SET x = 3 WHERE x < 3", "t WHERE (x < 3)"),
    ("UPDATE t SET x = NULL WHERE x IS NOT NULL", "t WHERE (x IS NOT NULL)"),
    ("UPDATE t SET x = NULL WHERE x = ''", "t WHERE (x = '')"),
    ("UPDATE t SET x = 'c' WHERE x IN ('a', 'b')", "t WHERE (x IN ('a', 'b'))"),
    ("UPDATE t SET x = 'c' WHERE x NOT IN ('c', 'd')", "t WHERE (x NOT IN ('c', 'd'))"),
    ("UPDATE t SET ok = true WHERE NOT ok", "t WHERE (NOT ok)"),
    ("UPDATE t SET ok = false WHERE ok", "t WHERE (ok)"),
    ("UPDATE t SET ok = true WHERE ok IS NOT TRUE", "t WHERE (ok IS NOT TRUE)"),
    ("UPDATE t SET ok = true WHERE ok = false", "t WHERE (ok = false)"),
    ("UPDATE t SET x = y WHERE x = 'old'", "t WHERE (x = 'old') AND (y) IS DISTINCT FROM 'old'"),
    ("UPDATE t SET x = 'n'::mood WHERE x = 'o'::mood", "t WHERE (x = 'o'::mood)"),
    ("UPDATE s.t AS o SET b = o.a WHERE o.b IS NULL", "s.t AS o WHERE (o.b IS NULL) AND (o.a) IS NOT NULL"),
    ('UPDATE ONLY "T" SET "B" = a WHERE "B" IS NULL', 'ONLY "T" WHERE ("B" IS NULL) AND (a) IS NOT NULL'),
    ("UPDATE t SET b = a, c = 1 WHERE (b IS NULL AND d > 2)", "t WHERE ((b IS NULL AND d > 2)) AND (a) IS NOT NULL"),
    ("DELETE FROM t WHERE a = 1 OR b = 2", "t WHERE (a = 1 OR b = 2)"),
    ("DELETE FROM s.t x WHERE lower(x.a) = 'b'", "s.t x WHERE (lower(x.a) = 'b')"),
]

NOT_MADE = [
    "UPDATE t SET b = a",
    "UPDATE t SET b = 1 WHERE id > 5",
    "UPDATE t SET b = NULL WHERE b IS NULL",
    "UPDATE t SET code = upper(code) WHERE id BETWEEN 1 AND 1000",
    "UPDATE t SET b = now() WHERE b IS NULL",
    "UPDATE t SET b = CURRENT_DATE WHERE b IS NULL",
    "UPDATE t SET b = 'now' WHERE b IS NULL",
    "UPDATE t SET b = gen_random_uuid() WHERE b IS NULL",
    "UPDATE t SET b = nextval('s') WHERE b IS NULL",
    "UPDATE t SET b = own_function(a) WHERE b IS NULL",
    "UPDATE t SET b = (SELECT 1) WHERE b IS NULL",
    "UPDATE t SET b = u.a FROM u WHERE t.b IS NULL",
    "UPDATE t SET b = a WHERE b IS NULL RETURNING b",
    "UPDATE t SET b = a WHERE b IS NULL OR c = 1",
    "UPDATE t SET b = a WHERE b IS NULL AND EXISTS (SELECT 1)",
    "UPDATE t SET b = a WHERE b IS NULL AND seen < now()",
    "UPDATE t SET b = a, a = c WHERE b IS NULL",
    "UPDATE t SET b = DEFAULT WHERE b IS NULL",
    "UPDATE t SET (b, c) = (1, 2) WHERE b IS NULL",
    "UPDATE t SET b[1] = 1 WHERE b IS NULL",
    "UPDATE t SET b = 1, b = 2 WHERE b IS NULL",
    "UPDATE t SET x = 1 WHERE x = 1",
    "UPDATE t SET x = 'A ' WHERE x = 'a'",
    "UPDATE t SET x = '1' WHERE x = 1",
    "UPDATE t SET x = 1.0 WHERE x = 1",
    "UPDATE t SET x = 0.15 WHERE x <> 0.15",
    "UPDATE t SET x = y WHERE x <> y",
    "UPDATE t SET x = 2 WHERE x < 3",
    "UPDATE t SET x = 'b' WHERE x IN ('a', 'b')",
    "UPDATE t SET x = 'b' WHERE other.x = 'a'",
    "UPDATE t SET ok = false WHERE ok IS NOT TRUE",
    "UPDATE t SET x = 1 WHERE CURRENT OF c",
    "WITH a AS (SELECT 1) UPDATE t SET b = 1 WHERE b IS NULL",
    "DELETE FROM t",
    "DELETE FROM t WHERE created < now() - interval '1 day'",
    "DELETE FROM t WHERE id IN (SELECT id FROM u)",
    "DELETE FROM t USING u WHERE t.a = u.a",
    "DELETE FROM t WHERE random() < 0.5",
    "DELETE FROM t WHERE a = 1 RETURNING *",
    "DELETE FROM t WHERE a = $1",
    "INSERT INTO t VALUES (1)",
    "TRUNCATE t",
]


@pytest.mark.parametrize(("sql", "rest"), MADE)
def test_a_question_is_made_of_the_statements_own_words(sql: str, rest: str) -> None:
    made = probe(sql)
    assert made is not None
    assert made.sql == f"SELECT count(*) FROM {rest}"


@pytest.mark.parametrize("sql", NOT_MADE)
def test_no_question_where_its_answer_would_prove_nothing(sql: str) -> None:
    assert probe(sql) is None


def test_a_question_knows_its_table() -> None:
    made = probe('UPDATE s."T" SET a = 1 WHERE a = 2')
    assert made is not None
    assert made.table == ("s", "T")


def test_a_temporary_table_is_not_asked() -> None:
    assert all(s.probe is None for s in read_script("CREATE TEMP TABLE t (a int); DELETE FROM t WHERE a = 1"))
