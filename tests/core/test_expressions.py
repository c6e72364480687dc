"""Comparison of expressions: the pairs were written by people and written back by real servers (15, 16 and 18)."""

from __future__ import annotations

import pytest
from hypothesis import given

from console.core.expressions import Match, compare
from tests.core.test_lexer import TEXTS

EQUAL = [
    ("'x'", "'x'::character varying"),
    ("'it''s'", "E'it\\'s'::text"),
    ("0", "'0'::numeric"),
    ("0", "'0'::bigint"),
    ("-1", "'-1'::integer"),
    ("1.50", "1.5"),
    ("true", "true"),
    ("'t'", "true"),
    ("'TRUE'", "true"),
    ("NULL", None),
    ("NULL::character varying", None),
    ("'ab'", "'ab'::bpchar"),
    ("'{\"a\":1}'::jsonb", "'{\"a\": 1}'::jsonb"),
    ("'2020-01-01'", "'2020-01-01'::date"),
    ("'2020-01-01'", "'2020-01-01 00:00:00'::timestamp without time zone"),
    ("interval '1 day'", "'1 day'::interval"),
    ("now()", "now()"),
    ("current_timestamp", "CURRENT_TIMESTAMP"),
    ("nextval('s')", "nextval('s'::regclass)"),
    ("ARRAY['a','b']", "ARRAY['a'::text, 'b'::text]"),
    ("ARRAY[]::int[]", "ARRAY[]::integer[]"),
    ("(1+2)*3", "((1 + 2) * 3)"),
    ("'a' || 'b'", "('a'::text || 'b'::text)"),
    ("amount >= 0", "(amount >= (0)::numeric)"),
    ("a in ('x','y')", "((a)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[]))"),
    ("a in ('x')", "(a = 'x'::text)"),
    ("a not in (1, 2)", "(a <> ALL (ARRAY[1, 2]))"),
    ("a between 1 and 5", "((a >= 1) AND (a <= 5))"),
    ("a not between 1 and 5", "((a < 1) OR (a > 5))"),
    ("code like 'a%'", "((code)::text ~~ 'a%'::text)"),
    ("code not like 'a%'", "((code)::text !~~ 'a%'::text)"),
    ("code ilike 'a%'", "((code)::text ~~* 'a%'::text)"),
    ("a != b", "(a <> b)"),
    ("a isnull", "(a IS NULL)"),
    ("a is not distinct from b", "(NOT (a IS DISTINCT FROM b))"),
    ("cast(a as int) > 1", "((a)::integer > 1)"),
    ("a = 1 and b = 2 and c = 3", "((a = 1) AND (b = 2) AND (c = 3))"),
    ("not (a is null and code ~* '^a')", "(NOT ((a IS NULL) AND ((code)::text ~* '^a'::text)))"),
    ('"order" > 0', '("order" > 0)'),
    ('"amount" > 0', "(amount > 0)"),
    ("lower(code)", "lower((code)::text)"),
    ("lower(code) text_pattern_ops DESC", "lower((code)::text) text_pattern_ops DESC"),
    ("(payload ->> 'name') gin_trgm_ops", "((payload ->> 'name'::text)) gin_trgm_ops"),
    ("coalesce(a, 'x')", "COALESCE(a, 'x'::character varying)"),
    ("extract(year from d)", "date_part('year'::text, d)"),
    ("extract(year from d) > 2000", "(EXTRACT(year FROM d) > (2000)::numeric)"),
    ("d at time zone 'utc'", "timezone('utc'::text, d)"),
    ("d at time zone 'utc'", "(d AT TIME ZONE 'utc'::text)"),
    ("position('a' in b) > 0", "(POSITION(('a'::text) IN (b)) > 0)"),
    ("trim(a)", "TRIM(BOTH FROM a)"),
    ("substring(a from 1 for 2)", "SUBSTRING(a FROM 1 FOR 2)"),
    ("substring(a, 1, 2)", '"substring"(a, 1, 2)'),
    ("case when a then 1 end", "CASE\n    WHEN a THEN 1\n    ELSE NULL::integer\nEND"),
    ("tenant_id = current_setting('app.t')::int", "(tenant_id = (current_setting('app.t'::text))::integer)"),
    ("a::int > 0", "(a > 0)"),
    ("t.a > 0", "(a > 0)"),
    ("new.code is not null", "(new.code IS NOT NULL)"),
    ('a collate "C" < b', '((a COLLATE "C") < b)'),
    ("a[1] = 2", "(a[1] = 2)"),
    ("a @> '{1}'", "(a @> '{1}'::integer[])"),
    ("a = any (array[1,2])", "(a = ANY (ARRAY[1, 2]))"),
    ("SELECT id, code FROM orders WHERE amount > 0",
     " SELECT orders.id,\n    orders.code\n   FROM orders\n  WHERE (orders.amount > (0)::numeric);"),
    ("SELECT o.a FROM o INNER JOIN c ON c.id = o.c LEFT OUTER JOIN d USING (x) WHERE a IN (1, 2)",
     "SELECT o.a\n FROM ((o JOIN c ON ((c.id = o.c))) LEFT JOIN d USING (x))\n WHERE (o.a = ANY (ARRAY[1, 2]))"),
    ("EXCLUDE USING gist (d WITH &&) WHERE (r > 0)", "EXCLUDE USING gist (d WITH &&) WHERE ((r > 0))"),
]  # fmt: skip

DIFFERENT = [
    ("'x'", "'y'::character varying"),
    ("0", "1"),
    ("-1", "1"),
    ("'a'", None),
    (None, "0"),
    ("true", "false"),
    ("a > 0", "(a >= 0)"),
    ("a > 0", "(b > 0)"),
    ("a > 0", "(a > 1)"),
    ("a > 0", "((a > 0) AND (b > 0))"),
    ("a is null", "(a IS NOT NULL)"),
    ("a in ('x','y')", "(a = ANY (ARRAY['x'::text, 'y'::text, 'z'::text]))"),
    ("lower(a)", "upper(a)"),
    ("lower(a)", "a"),
    ("now()", "clock_timestamp()"),
    ("nextval('a'::regclass)", "gen_random_uuid()"),
    ("code", "code DESC"),
    ("code text_pattern_ops", "code"),
    ("SELECT a FROM t WHERE b = 'x'", "SELECT a FROM t WHERE (b = 'y'::text)"),
    ("SELECT a FROM t", "SELECT t.a,\n    t.b\n   FROM t"),
    ("SELECT a, b FROM t", "SELECT t.a FROM t"),
]

UNSURE = [
    ("'2020-01-01'", "'2019-12-31 23:00:00+00'::timestamp with time zone"),
    ("'24 hours'", "'24:00:00'::interval"),
    ("a > 0 and b > 0", "((b > 0) AND (a > 0))"),
    ("'10.0.0.1/8'", "'10.0.0.0/8'::cidr"),
    ("SELECT * FROM t", "SELECT t.a, t.b FROM t"),
    ("SELECT a FROM t ORDER BY 1", "SELECT t.a FROM t ORDER BY t.a"),
]


@pytest.mark.parametrize(("wanted", "actual"), EQUAL)
def test_the_deparsers_hand_makes_no_difference(wanted: str, actual: str | None) -> None:
    assert compare(wanted, actual) is Match.EQUAL


@pytest.mark.parametrize(("wanted", "actual"), DIFFERENT)
def test_another_constant_name_or_comparison_is_a_difference(wanted: str | None, actual: str | None) -> None:
    assert compare(wanted, actual) is Match.DIFFERENT


@pytest.mark.parametrize(("wanted", "actual"), UNSURE)
def test_what_the_server_may_have_rewritten_is_unsure(wanted: str, actual: str) -> None:
    assert compare(wanted, actual) is Match.UNSURE


@given(TEXTS)
def test_any_text_equals_itself(text: str) -> None:
    assert compare(text, text) is Match.EQUAL


@given(TEXTS, TEXTS)
def test_any_two_texts_can_be_compared(left: str, right: str) -> None:
    assert compare(left, right) in Match
