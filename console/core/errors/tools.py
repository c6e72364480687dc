"""What migration tools write before they send anything: looked at only where no word of a server or driver is there.

Their words were read in the tools' sources and in the logs of real runs (facts/frameworks.md, docs/runbooks).
"""

from __future__ import annotations

from console.core.errors.rule import Rule, Sort

_FAILED = (
    r"\bP3009\b|migrate found failed migrations in the target database"
    r"|Dirty database version -?\d+"
    r"|Detected failed (?:repeatable )?migration to version [\w.]+"
    r"|Detected failed repeatable migration|Schema [^\n]{1,200} contains a failed (?:repeatable )?migration"
)
_ORDER = (
    r"InconsistentMigrationHistory|is applied before its dependency"
    r"|Can't locate revision identified by '[\w.-]{1,60}'"
    r"|Multiple head revisions are present|\bP3015\b|The migration directory is corrupt"
    r"|Detected (?:resolved|applied) migration not (?:applied|resolved)|Migration checksum mismatch"
)
_LOCKED = (
    r"ConcurrentMigrationError|another migration process is currently running"
    r"|Could not acquire change ?log lock|Waiting for changelog lock|Migration table is already locked"
    r"|Can't take lock to run migrations|MigrationLocked|The \[migrate\] command is already running"
    r"|can't acquire (?:database )?lock|Unable to acquire (?:PostgreSQL advisory|MySQL named) lock"
    r"|Timed out trying to acquire a postgres advisory lock|\bP1002\b"
    r"|Blocked by another instance of Sqitch|acquiring database lock"
)
TOOLS = (
    Rule(
        (),
        _FAILED,
        Sort.AFTERWARDS,
        "the tool refuses to go on: a run before this one failed and is recorded so",
        "See which of its statements landed; then finish it or take it back, which mends the record too.",
    ),
    Rule(
        (),
        _ORDER,
        Sort.AFTERWARDS,
        "the tool refuses to start: what it has recorded does not agree with its files",
        "Compare the record with the files of this release before either is changed.",
    ),
    Rule(
        (),
        _LOCKED,
        Sort.LOCK,
        "the tool did not get its own lock: another run has it, or died and left it",
        "See who holds it, and whether that still runs, before it is released.",
    ),
)
