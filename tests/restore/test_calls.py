"""What a loaded table may call: held against what real servers say of these functions."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import URL

from console.core.lexer import significant, tokens
from console.core.restore.calls import COMPUTING, TELLING, stranger
from tests.restore.test_loading import ON_NEWEST, rows

_CHANGING = """SELECT proname FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind = 'f'
AND proname = ANY (ARRAY[{names}]) AND provolatile <> 'i'"""
_THERE = "SELECT DISTINCT proname FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace"
_VOLATILE = {"clock_timestamp", "currval", "gen_random_uuid", "lastval", "nextval", "random", "timeofday", "uuidv4",
             "uuidv7"}  # fmt: skip
"""Of those that tell: none of them writes, but nextval, which moves a sequence of the scratch database on."""


@ON_NEWEST
def test_what_computes_is_immutable_in_every_form(database: URL) -> None:
    names = ", ".join(f"'{name}'" for name in sorted(COMPUTING))
    changing, there = rows(database, _CHANGING.format(names=names), _THERE)
    assert changing == []
    assert {name for (name,) in there} >= COMPUTING | TELLING
    told = _CHANGING.format(names=", ".join(f"'{name}'" for name in sorted(TELLING))).replace("<> 'i'", "= 'v'")
    assert {name for (name,) in rows(database, told)[0]} == _VOLATILE


@pytest.mark.parametrize(
    ("sql", "name"),
    [
        ("CREATE TABLE a (b text DEFAULT app.next_code('x'))", "next_code"),
        ("CREATE TABLE a (b text DEFAULT (now()).evil)", "evil"),
        ("CREATE TABLE IF NOT EXISTS public.evil (b text DEFAULT now())", ""),
        ("CREATE TABLE a (b int REFERENCES public.evil (b))", ""),
        ("CREATE TABLE a (b a\u017f (1))", "a\u017f"),
    ],
)
def test_a_stranger_is_named(sql: str, name: str) -> None:
    assert stranger(significant(tokens(sql))) == name
