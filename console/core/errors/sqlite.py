"""SQLite: it has few codes, so its messages tell."""

from __future__ import annotations

from console.core.causes_values import Doubt
from console.core.errors.rule import Rule, Sort

_ASK = "Ask the data on page Migrations (c), mend those rows, then run it again."
_LOOK = "Compare what is there with what the statement wants before anything is run again."
_MADE = "Look which migration should have made it, and whether that one ran."


def _rule(words: str, sort: Sort, means: str, todo: str, doubt: Doubt | None = None) -> Rule:
    return Rule((), words, sort, means, todo, doubt)


SQLITE = (
    _rule(
        r"UNIQUE constraint failed: (?P<column>[\w., ]+)|indexed columns are not unique",
        Sort.DATA,
        "rows are equal under a key that must be unique",
        _ASK,
        Doubt.DUPLICATES,
    ),
    _rule(
        r"NOT NULL constraint failed: (?P<column>[\w.]+)",
        Sort.DATA,
        "rows have NULL in a column that must not",
        _ASK,
        Doubt.NULLS,
    ),
    _rule(r"FOREIGN KEY constraint failed", Sort.DATA, "rows refer to rows that are not there", _ASK, Doubt.ORPHANS),
    _rule(r"CHECK constraint failed: (?P<object>.+)", Sort.DATA, "rows break a check", _ASK, Doubt.VIOLATIONS),
    _rule(
        r"Cannot add a NOT NULL column with default value NULL",
        Sort.DATA,
        "rows that are there would have no value for the new column",
        "Give it a default, or add it without NOT NULL.",
        Doubt.FILLED,
    ),
    _rule(
        r"Cannot add a (?:UNIQUE|PRIMARY KEY) column|Cannot add a REFERENCES column with non-NULL default value"
        r"|Cannot add a column with non-constant default",
        Sort.DEFINITION,
        "SQLite does not add such a column to a table that is there",
        "Make the table anew, with the column in it.",
    ),
    _rule(
        r"(?:table|index|view|trigger) (?P<object>\S+) already exists"
        r"|there is already (?:a table|an index) named (?P<object2>\S+)"
        r"|duplicate column name: (?P<column>\S+)",
        Sort.DEFINITION,
        "something with that name is there already",
        _LOOK,
    ),
    _rule(r"no such table: (?P<table>\S+)", Sort.DEFINITION, "a table is not there", _MADE),
    _rule(
        r"no such column: (?P<column>\S+)|has no column named (?P<column2>\S+)",
        Sort.DEFINITION,
        "a column is not there",
        _MADE,
    ),
    _rule(r"no such (?:index|view|trigger): (?P<object>\S+)", Sort.DEFINITION, "an object is not there", _MADE),
    _rule(
        r"error in (?:view|trigger|index|table) (?P<object>\S+)|cannot drop .*column",
        Sort.DEFINITION,
        "something else uses what is changed",
        "Drop and make again what uses it.",
        Doubt.DEPENDENTS,
    ),
    _rule(
        r"foreign key mismatch",
        Sort.DEFINITION,
        "what a foreign key refers to has no unique key",
        "Add the unique key on the parent first.",
    ),
    _rule(
        r"cannot VACUUM from within a transaction|cannot (?:change|set) .* (?:inside|within) a transaction",
        Sort.WAY,
        "it cannot run inside a transaction",
        "Have the tool run this migration without one.",
    ),
    _rule(
        r"database (?:table )?is locked",
        Sort.LOCK,
        "another program was writing to the file",
        "Find out which (a worker, a backup, a shell), then run it again.",
    ),
    _rule(r"^interrupted$|: interrupted", Sort.ENDED, "it was cancelled", "Ask who did."),
    _rule(r"database or disk is full", Sort.SPACE, "the disk is full, or the file at its limit", "Free space first."),
    _rule(
        r"attempt to write a readonly database",
        Sort.READ_ONLY,
        "the file, or its folder, may not be written",
        "Look at the rights of the file, its -wal and its folder.",
    ),
    _rule(r"unable to open database file", Sort.RIGHTS, "the file cannot be opened", "Look at its path and rights."),
    _rule(
        r"disk I/O error|database disk image is malformed|file is not a database",
        Sort.SPACE,
        "the file is damaged, or the disk is",
        "Copy it away before anything is tried.",
    ),
    _rule(
        r'near "(?P<object>[^"]*)": syntax error|incomplete input',
        Sort.WRITING,
        "the SQL is wrong",
        "Mend the migration's text.",
    ),
)
