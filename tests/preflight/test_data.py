"""Which questions about the rows there are before a run, and what may not be asked yet."""

from __future__ import annotations

from typing import Any

import pytest

from console.core.causes import Answer
from console.core.preflight.data import Foreseen, Place, Reply, data_findings, foreseen
from console.core.preflight.finding import About, Finding, Severity
from console.core.preflight.ground import cases
from tests.preflight.grounds import ground, unit

TABLES = """CREATE TABLE teams (id bigint PRIMARY KEY);
CREATE TABLE users (id bigint PRIMARY KEY, email text, name text, team_id bigint);"""
UNIQUE = "CREATE UNIQUE INDEX e ON users (email);"


def asked(*sql: str, **more: Any) -> tuple[Foreseen, ...]:
    """The questions of a run; each text is a migration."""
    units = (unit(text, str(n), **more) for n, text in enumerate(sql, start=1))
    return tuple(foreseen(cases(ground(TABLES, *units))))


def said(each: tuple[Foreseen, ...], rows: int | None, place: Place | None = None, why: str = "") -> list[Finding]:
    """What is said when all that can be asked gets one answer."""
    answer = Answer(rows, ("a@x", "b\n@x")) if not why else None
    replies = {n: Reply(answer, why, "SELECT 1") for n, one in enumerate(each) if one.askable}
    return list(data_findings(each, replies, place or Place(), redact=False))


@pytest.mark.parametrize(
    ("sql", "put_off", "before"),
    [
        ((UNIQUE,), "", ""),
        (("ALTER TABLE users ADD COLUMN code text;", "CREATE UNIQUE INDEX c ON users (code);"),
         "statement 1 of V1 makes users.code, or changes it, first", ""),
        (("ALTER TABLE users ALTER COLUMN email TYPE varchar(40);" + UNIQUE,),
         "statement 1 of V1 makes users.email, or changes it, first", ""),
        (("ALTER TABLE users ADD COLUMN code text;" + UNIQUE,), "", ""),
        (("ALTER TABLE users ALTER COLUMN email SET DEFAULT '';" + UNIQUE,), "", ""),
        (("ALTER TABLE users RENAME TO people;", UNIQUE.replace("users", "people")),
         "statement 1 of V1 makes people first", ""),
        (("ALTER TABLE users RENAME COLUMN email TO mail;" + UNIQUE.replace("email", "mail"),),
         "statement 1 of V1 makes users.mail, or changes it, first", ""),
        (("DELETE FROM users WHERE email IS NULL;" + UNIQUE,), "", "statement 1 of V1 changes rows of users first"),
    ],
    ids=["plain", "a new column", "a new type", "another column", "a default", "a new name", "a column's new name",
         "rows change before"],
)  # fmt: skip
def test_what_an_earlier_statement_makes_is_not_asked_about(sql: tuple[str, ...], put_off: str, before: str) -> None:
    found = asked(*sql)[-1]
    assert (found.put_off, found.before) == (put_off, before)


def test_the_tables_of_a_run_have_no_rows_yet() -> None:
    assert asked("CREATE TABLE new (id int, email text UNIQUE);") == ()
    one = asked("CREATE TABLE new (id int, email text);", "CREATE UNIQUE INDEX n ON new (email);")
    assert [f.rule for f in said(one, 3)] == ["data-not-yet"]


def test_what_was_run_long_ago_is_not_asked_about() -> None:
    assert asked(UNIQUE, past=True) == ()


@pytest.mark.parametrize(
    ("rows", "place", "why", "expected"),
    [
        (3, Place(), "", ("data-duplicates", Severity.BLOCK, About.DATA)),
        (0, Place(), "", None),
        (None, Place(), "", ("unknown-data", Severity.MED, About.UNKNOWN)),
        (None, Place(), "the read took too long", ("unknown-data", Severity.MED, About.UNKNOWN)),
        (3, Place("r1"), "", ("data-duplicates", Severity.BLOCK, About.DATA)),
        (3, Place("r1", "r1 is not proved to be a copy"), "", ("data-duplicates", Severity.HIGH, About.DATA)),
        (0, Place("r1", "r1 is not proved to be a copy"), "", ("unknown-data", Severity.MED, About.UNKNOWN)),
    ],
    ids=["some", "none", "unknown", "late", "a copy's", "a stranger's", "none of a stranger"],
)
def test_an_answer_is_worth_what_it_rests_on(
    rows: int | None, place: Place, why: str, expected: tuple[str, Severity, About] | None
) -> None:
    found = [(f.rule, f.severity, f.about) for f in said(asked(UNIQUE), rows, place, why)]
    assert found == ([expected] if expected else [])


def test_a_finding_tells_the_rows_the_query_and_where() -> None:
    (finding,) = said(asked(UNIQUE), 30, Place("r1", lag=", 10 s behind"))
    assert finding.why == (
        "Duplicate values of users (email): 30 (a@x, b @x, ..), in r1, 10 s behind. The statement is refused while "
        "that is so."
    )
    assert (finding.rows, finding.sample, finding.table) == (30, ("a@x", "b @x"), "users")
    assert (finding.migration, finding.n, finding.line) == ("1", 1, 1)


def test_where_rows_change_first_nothing_is_certain() -> None:
    (finding,) = said(asked("UPDATE users SET email = lower(email);" + UNIQUE), 3)
    assert (finding.severity, "statement 1 of V1 changes rows" in finding.why) == (Severity.MED, True)
