"""Which statement an error speaks of, and which question stands for it: as tools and drivers wrap the error."""

from __future__ import annotations

import pytest

from console.core.causes import Doubt, questions
from console.core.errors import Named, Sort, named, refusal_in
from console.core.landed import Ground, judge
from tests.builders import schema_after, statements

BASE = "create table users (id bigint primary key, email text, score int); create table orders (id bigint primary key);"
FILE = """alter table users add note text; create unique index users_email on users (email);
alter table users alter score set not null; create index late on orders (id)"""
LARAVEL = """[2026-01-31 12:00:00] production.ERROR: SQLSTATE[23505]: Unique violation: 7 ERROR:  could not \
create unique index "users_email"
DETAIL:  Key (email)=(a@x) is duplicated. (Connection: pgsql, \
SQL: create unique index "users_email" on "users" ("email"))
"""
RAILS = 'PG::NotNullViolation: ERROR:  column "score" of relation "users" contains null values'
DJANGO = "django.db.utils.OperationalError: canceling statement due to lock timeout"
FLYWAY = "SQL State  : 57014\nError Code : 0\nMessage    : ERROR: canceling statement due to statement timeout"
ALEMBIC = """sqlalchemy.exc.InternalError: (psycopg.errors.InFailedSqlTransaction) current transaction is aborted
(psycopg.errors.NotNullViolation) column "score" of relation "users" contains null values"""
CODE_ONLY = "ERREUR: n'a pas pu faire quelque chose SQLSTATE[23505]"


def found(text: str, dialect: str = "postgresql") -> Named:
    schema = schema_after(BASE + "alter table users add note text;")
    judgements = judge(statements(FILE), Ground(schema))
    refusal = refusal_in(text, dialect)
    assert refusal is not None
    return named(refusal, text, judgements, questions(judgements, schema))


@pytest.mark.parametrize(
    ("text", "sort", "n", "because"),
    [
        (LARAVEL, Sort.DATA, 2, "its SQL stands in the error"),
        (RAILS, Sort.DATA, 3, "the only one open that speaks of score, users"),
        (DJANGO, Sort.LOCK, 2, "the first that did not land"),
        (FLYWAY, Sort.TIME, 2, "the first that did not land"),
        (ALEMBIC, Sort.DATA, 3, "the only one open that speaks of score, users"),
        (CODE_ONLY, Sort.DATA, 2, "the first that did not land"),
    ],
    ids=["laravel", "rails", "django", "flyway", "alembic", "another language"],
)
def test_an_error_names_a_statement(text: str, sort: Sort, n: int, because: str) -> None:
    told = found(text)
    assert (told.refusal.rule.sort, told.n, told.because) == (sort, n, because)
    assert told.sentence.startswith(f"Statement {n} ({because}): ")


def test_the_question_of_the_statement_is_found() -> None:
    question = found(LARAVEL).question
    assert question is not None
    assert (question.n, question.doubt) == (2, Doubt.DUPLICATES)
    assert found(DJANGO).question is None


def test_what_nobody_knows_is_nothing() -> None:
    assert refusal_in("everything is fine", "postgresql") is None
    assert refusal_in(RAILS, "mysql") is None
    assert refusal_in(RAILS, "oracle") is None


def test_a_text_of_any_length_is_bounded_and_one_line() -> None:
    refusal = refusal_in("x" * 15_000 + "\nSQLSTATE[23505] \x1b[31m" + "y" * 90_000, "postgresql")
    assert refusal is not None
    assert len(refusal.said) <= 400
    assert "\x1b" not in refusal.said
    assert refusal.rule.doubt is Doubt.DUPLICATES
