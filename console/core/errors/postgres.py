"""PostgreSQL: SQLSTATEs, and the words of servers that speak English."""

from __future__ import annotations

from console.core.causes_values import Doubt
from console.core.errors.rule import Rule, Sort

_ASK = "Ask the data on page Migrations (c), mend those rows, then run it again."
_LOOK = "Compare what is there with what the statement wants before anything is run again."
_AGAIN = "Find out who held it (page Locks), then run it again with a short lock_timeout and retries."

POSTGRES = (
    Rule(
        ("23505",),
        r'could not create unique index "(?P<object>[^"]+)"'
        r'|duplicate key value violates unique constraint "(?P<object2>[^"]+)"',
        Sort.DATA,
        "rows are equal under a key that must be unique",
        _ASK,
        Doubt.DUPLICATES,
    ),
    Rule(
        ("23502",),
        r'column "(?P<column>[^"]+)" of relation "(?P<table>[^"]+)" contains null values'
        r'|null value in column "(?P<column2>[^"]+)"',
        Sort.DATA,
        "rows have NULL in a column that must not",
        _ASK,
        Doubt.NULLS,
    ),
    Rule(
        ("23503",),
        r'insert or update on table "(?P<table>[^"]+)" violates foreign key constraint "(?P<object>[^"]+)"'
        r'|update or delete on table "(?P<table2>[^"]+)" violates foreign key',
        Sort.DATA,
        "rows refer to rows that are not there",
        _ASK,
        Doubt.ORPHANS,
    ),
    Rule(
        ("23514",),
        r'check constraint "(?P<object>[^"]+)" of relation "(?P<table>[^"]+)" is violated by some row'
        r'|violates check constraint "(?P<object2>[^"]+)"',
        Sort.DATA,
        "rows break a check",
        _ASK,
        Doubt.VIOLATIONS,
    ),
    Rule(
        ("23514",),
        r'partition constraint (?:of|for).*?"(?P<table>[^"]+)".*violated by some row',
        Sort.DATA,
        "rows do not belong into that partition",
        _ASK,
        Doubt.OUTSIDE,
    ),
    Rule(
        ("23P01",),
        r'could not create exclusion constraint "(?P<object>[^"]+)"|violates exclusion constraint',
        Sort.DATA,
        "rows exclude each other",
        _ASK,
        Doubt.CONFLICTS,
    ),
    Rule(("22001",), r"value too long for type", Sort.DATA, "values are too long for the type", _ASK, Doubt.MISFITS),
    Rule(
        ("22003",),
        r"out of range|numeric field overflow",
        Sort.DATA,
        "values are too large for the type",
        _ASK,
        Doubt.MISFITS,
    ),
    Rule(
        ("22P02", "22007", "22008"),
        r"invalid input (?:syntax|value) for|date/time field value out of range",
        Sort.DATA,
        "values cannot be read as the type",
        _ASK,
        Doubt.MISFITS,
    ),
    Rule(
        ("42804",),
        r'column "(?P<column>[^"]+)" cannot be cast automatically|default for column "(?P<column2>[^"]+)" '
        r'cannot be cast automatically|foreign key constraint "(?P<object>[^"]+)" cannot be implemented',
        Sort.DEFINITION,
        "two types do not go together",
        "Write the USING or the matching type; no row is to blame.",
    ),
    Rule(
        ("42830",),
        r'no unique constraint matching given keys for referenced table "(?P<table>[^"]+)"',
        Sort.DEFINITION,
        "what a foreign key refers to has no unique key",
        "Add the unique key on the parent first.",
    ),
    Rule(
        ("42P07", "42701", "42710", "42P06", "42723"),
        r'"(?P<object>[^"]+)" (?:of relation "(?P<table>[^"]+)" )?'
        r'(?:for relation "(?P<table2>[^"]+)" )?already exists',
        Sort.DEFINITION,
        "something with that name is there already",
        _LOOK,
    ),
    Rule(
        ("42P16",),
        r'multiple primary keys for table "(?P<table>[^"]+)"',
        Sort.DEFINITION,
        "the table has a primary key already",
        _LOOK,
    ),
    Rule(
        ("42P01",),
        r'relation "(?P<table>[^"]+)" does not exist',
        Sort.DEFINITION,
        "a table is not there",
        "Look which migration should have made it, and whether that one ran.",
    ),
    Rule(
        ("42703",),
        r'column "(?P<column>[^"]+)".* does not exist',
        Sort.DEFINITION,
        "a column is not there",
        "Look which migration should have made it, and whether that one ran.",
    ),
    Rule(
        ("42704", "42883"),
        r"(?:type|index|constraint|function|extension|role|sequence|operator) .*does not exist",
        Sort.DEFINITION,
        "an object is not there",
        "Look which migration should have made it, and whether that one ran.",
    ),
    Rule(
        ("2BP01",),
        r"cannot drop .* because other objects depend on it",
        Sort.DEFINITION,
        "other objects use what is dropped",
        "Look which (c on page Migrations); CASCADE would take them along, without asking.",
        Doubt.DEPENDENTS,
    ),
    Rule(
        ("0A000",),
        r"cannot alter type of a column used (?:by|in)",
        Sort.DEFINITION,
        "a view, a rule or a generated column uses the column",
        "Drop and make again what uses it, in the same transaction.",
        Doubt.DEPENDENTS,
    ),
    Rule(
        ("55P04",),
        r'unsafe use of new value "(?P<object>[^"]+)" of enum type',
        Sort.WAY,
        "a new enum value was used in the transaction that added it",
        "Add the value in a migration of its own.",
    ),
    Rule(
        ("55006",),
        r"because it has pending trigger events|because it is being used by active queries",
        Sort.WAY,
        "rows were changed before in the same transaction",
        "Split data and schema into two migrations.",
    ),
    Rule(
        ("25001",),
        r"cannot (?:run inside|be executed (?:from|within)) a (?:transaction|pipeline)",
        Sort.WAY,
        "it cannot run inside a transaction",
        "Have the tool run this migration without one.",
    ),
    Rule(
        ("25P02",),
        r"current transaction is aborted",
        Sort.AFTERWARDS,
        "a statement before it failed in the same transaction",
        "Look for the first error above this one.",
    ),
    Rule(
        ("55P03",),
        r"canceling statement due to lock timeout|could not obtain lock on",
        Sort.LOCK,
        "it waited too long for a lock",
        _AGAIN,
    ),
    Rule(("40P01",), r"deadlock detected", Sort.LOCK, "it and another session waited for each other", _AGAIN),
    Rule(
        ("57014",),
        r"canceling statement due to statement timeout",
        Sort.TIME,
        "it ran longer than statement_timeout allows",
        "Give the migration's own session a longer one; an index that was built concurrently is INVALID now.",
    ),
    Rule(
        ("57014",),
        r"canceling statement due to user request",
        Sort.ENDED,
        "somebody, or the tool, cancelled it",
        "Ask who did (pg_cancel_backend, Ctrl-C, a deploy that timed out).",
    ),
    Rule(
        ("25P03", "25P04", "57P05"),
        r"terminating connection due to (?:idle|transaction)",
        Sort.TIME,
        "the session was ended because it was idle, or its transaction took too long",
        "Have the tool do nothing else within the transaction, or raise that time-out for it.",
    ),
    Rule(
        ("57P01",),
        r"terminating connection due to administrator command",
        Sort.ENDED,
        "somebody ended the session, or the server was shut down",
        "Look when the server was started, and who was at work.",
    ),
    Rule(
        ("57P02",),
        r"terminating connection because of crash of another server process",
        Sort.ENDED,
        "another process of the server was killed, often for memory",
        "Look into the server's log and the kernel's.",
    ),
    Rule(
        ("57P03",),
        r"the database system is (?:starting up|shutting down|in recovery mode)",
        Sort.ENDED,
        "the server was not up",
        "Look why it was restarted, then assess again.",
    ),
    Rule(
        ("08006", "08003", "08001", "08000"),
        r"server closed the connection unexpectedly|connection already closed"
        r"|could not receive data from server|SSL connection has been closed|consuming input failed",
        Sort.LOST,
        "the connection was lost: the statement may have landed all the same",
        "Assess again before anything is run.",
    ),
    Rule(
        ("53100",),
        r"No space left on device|could not extend file",
        Sort.SPACE,
        "the disk of the server is full",
        "Free space first; what was written is rolled back with its statement.",
    ),
    Rule(
        ("53200",),
        r"out of memory|out of shared memory",
        Sort.MEMORY,
        "the server had no memory for it",
        "Lower maintenance_work_mem, or raise max_locks_per_transaction where the hint says so.",
    ),
    Rule(
        ("53300",),
        r"too many clients already|remaining connection slots|too many connections for",
        Sort.LOST,
        "there was no connection left",
        "Find out who holds them (page Locks).",
    ),
    Rule(
        ("25006",),
        r"cannot execute .* in a read-only transaction",
        Sort.READ_ONLY,
        "the server, or the session, is read only",
        "Look whether this is the primary: after a failover the old one is not.",
    ),
    Rule(
        ("42501",),
        r"permission denied for|must be (?:owner|superuser)",
        Sort.RIGHTS,
        "the login may not do that",
        "Grant what is missing, or run it as the owner of the table.",
    ),
    Rule(
        ("42601",),
        r'syntax error at or near "(?P<object>[^"]*)"|syntax error at end of input',
        Sort.WRITING,
        "the SQL is wrong, or meant for another version",
        "Mend the migration's text.",
    ),
)
