"""A tool's own dry run, held against the statements read from the file."""

from __future__ import annotations

import pytest

from console.core.dryrun import CAUTION, DryRun, rehearsed
from console.core.migration import Migration
from console.core.statements import Guard, Nature, Sent, read_sent

ADD = "alter table users add column phone text"
FILL = "update users set phone = 'it''s' where phone is null"
INDEX = "create index users_phone_index on users (phone)"
HIDDEN = Sent("", source="$table->enum('kind', Kind::cases())", unreadable="the cases of Kind are not known")
LOOP = Sent("", source="DB::table('users')->chunkById(...)", data=True)
KIND = "alter table users add column kind text not null"


def migration(*sent: Sent | str) -> Migration:
    every = [Sent(one) if isinstance(one, str) else one for one in sent]
    return Migration("1", "", "1.php", read_sent(every), source="static", transactional=False)


def told(file: Migration, *printed: str) -> tuple[list[str], str, str]:
    """The statements afterwards, their source, and what is said."""
    after, sentence = rehearsed(file, DryRun("php artisan migrate --pretend", printed), "postgres", "public")
    assert sentence.endswith(CAUTION)
    return [s.sql for s in after.statements], after.source, sentence.removesuffix(CAUTION).strip()


@pytest.mark.parametrize(
    "printed",
    [(ADD, FILL, INDEX), (f"{ADD};", FILL.replace("'it''s'", "?"), INDEX.replace(" (", "\n  ("))],
    ids=["same", "values-not-printed"],
)
def test_the_same_statements_are_said_to_be_the_same(printed: tuple[str, ...]) -> None:
    assert told(migration(ADD, FILL, INDEX), *printed) == (
        [ADD, FILL, INDEX],
        "static",
        "The dry run shows the same 3 statements.",
    )


def test_a_statement_that_could_not_be_read_is_the_one_printed_at_its_place() -> None:
    file = migration(ADD, HIDDEN, INDEX)
    sql, source, sentence = told(file, ADD, KIND, INDEX)
    assert (sql, source) == ([ADD, KIND, INDEX], "dry-run")
    assert sentence == (
        "Statement 2 could not be read from the file and is as the dry run shows. The others are the same."
    )
    after, _ = rehearsed(file, DryRun("", (ADD, KIND, INDEX)), "postgres", "public")
    assert [s.nature for s in after.statements] == [Nature.SCHEMA] * 3
    assert [s.readable for s in after.statements] == [True] * 3


def test_the_line_stays_with_a_statement_that_the_dry_run_told() -> None:
    hidden = Sent("", source="x()", line=7, unreadable="not known")
    after, _ = rehearsed(migration(ADD, hidden), DryRun("", (ADD, KIND)), "postgres", "public")
    assert after.statements[1].line == 7


@pytest.mark.parametrize("printed", [(ADD, KIND, KIND, INDEX), (ADD, INDEX), (KIND,)])
def test_where_its_place_is_in_doubt_nothing_is_replaced(printed: tuple[str, ...]) -> None:
    sql, source, _ = told(migration(ADD, HIDDEN, INDEX), *printed)
    assert (sql, source) == ([ADD, HIDDEN.source, INDEX], "static")


def test_a_loop_over_rows_is_missing_in_every_dry_run_and_stays() -> None:
    sql, source, sentence = told(migration(ADD, LOOP, INDEX), ADD, INDEX)
    assert (sql, source) == ([ADD, LOOP.source, INDEX], "static")
    assert sentence == "The dry run does not show statement 2."


def test_what_the_file_as_read_does_not_send_is_shown() -> None:
    _, _, sentence = told(migration(ADD), ADD, KIND, INDEX)
    assert sentence == f"It shows what the file as read does not send: {KIND}, and 1 more."


def test_a_file_that_cannot_be_read_has_the_statements_of_the_dry_run() -> None:
    file = Migration("1", "", "1.php", (), unreadable="no migration class is in it", source="static")
    sql, source, sentence = told(file, ADD, INDEX)
    assert (sql, source) == ([ADD, INDEX], "dry-run")
    assert "for the file cannot be read" in sentence
    assert told(file)[2] == "The dry run shows no statements."


def test_a_dry_run_that_failed_changes_nothing() -> None:
    file = migration(ADD)
    after, sentence = rehearsed(file, DryRun("php", problem="there is no php."), "postgres", "public")
    assert after is file
    assert sentence == "The dry run failed: there is no php."


def test_a_long_row_of_values_is_compared_at_once() -> None:
    values = ", ".join(["'O''Brien, ''Bob''s'"] * 300)
    shape = f"insert into t values ({', '.join(['?'] * 300)}) on conflict do nothing"
    _, _, sentence = told(migration(f"insert into t values ({values}) returning id"), shape)
    assert sentence.startswith("The dry run does not show statement 1.")


def test_a_conditional_statement_is_not_taken_for_what_was_printed() -> None:
    hidden = Sent("", source="x()", guards=(Guard("$x"),), unreadable="not known")
    sql, source, _ = told(migration(ADD, hidden), ADD, KIND)
    assert (sql, source) == ([ADD, "x()"], "static")
