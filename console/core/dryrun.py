"""What a tool's own dry run says, held against what was read from the file.

A dry run is not the truth either: it leaves out what depends on rows, and it answers conditions for the database as it
is now, not as it was when the migration ran. So it never replaces a statement that could be read; it gives the SQL of
one that could not, where its place between the others leaves no doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from console.core.migration import Migration
from console.core.plain import one_line
from console.core.statements import Nature, Sent, Statement, read_sent

OFFERED = frozenset({"laravel", "django", "alembic"})
"""The tools whose dry run Halfway knows how to start."""
CAUTION = "A dry run leaves out what depends on rows and answers conditions for the database as it is now."
_LONGEST = 120
_VALUE = r"(?>'(?:[^']|'')*+'|[^\s,()']++)"
"""A printed value; nothing is tried twice, however long a row of them is."""


@dataclass(frozen=True, slots=True)
class DryRun:
    """What the tool printed on request."""

    command: str
    """The command line, as it was shown before it was run."""
    sql: tuple[str, ...] = ()
    """The statements, in order; `?` stands for a value the tool did not print."""
    problem: str = ""
    """Why there is nothing to go by, one sentence."""


def rehearsed(migration: Migration, dry: DryRun, dialect: str, home: str) -> tuple[Migration, str]:
    """The migration with what only the dry run knew, and a sentence that says how the two compare."""
    if dry.problem:
        return migration, f"The dry run failed: {dry.problem}"
    if not migration.statements:
        return _as_printed(migration, dry, dialect, home)
    steps = list(_steps(migration.statements, dry.sql))
    sent: dict[int, Sent] = {}
    for theirs, ours in steps:
        # two of each are no proof of which is which, and a conditional one may not be among those printed
        if len(theirs) == len(ours) == 1 and _is_hidden(theirs[0]) and not theirs[0].guards:
            sent[theirs[0].n] = replace(_sent(theirs[0]), sql=ours[0])
    if sent:
        every = [sent.get(s.n) or _sent(s) for s in migration.statements]
        fresh = read_sent(every, dialect, home, transactional=migration.transactional)
        if len(fresh) == len(migration.statements):
            kept = tuple(f if s.n in sent else s for s, f in zip(migration.statements, fresh, strict=True))
            migration = replace(migration, statements=kept, source="dry-run")
        else:
            sent = {}
    return migration, f"{_compared(steps, len(migration.statements), set(sent))} {CAUTION}"


def _as_printed(migration: Migration, dry: DryRun, dialect: str, home: str) -> tuple[Migration, str]:
    """Nothing could be read from the file: what the dry run printed is all there is."""
    sent = [Sent(sql, source=sql) for sql in dry.sql]
    statements = read_sent(sent, dialect, home, transactional=migration.transactional)
    if not statements:
        return migration, f"The dry run shows no statements. {CAUTION}"
    told = replace(migration, statements=statements, source="dry-run", unreadable="")
    return told, f"Its statements are those of the dry run, for the file cannot be read. {CAUTION}"


Step = tuple[tuple[Statement, ...], tuple[str, ...]]
"""A stretch where the two differ: what the file has, what the dry run has."""


def _steps(statements: Sequence[Statement], printed: Sequence[str]) -> Iterator[Step]:
    """Where they differ, in order; a printed `?` matches any value."""
    from difflib import SequenceMatcher

    shapes = [_shape(sql) for sql in printed]
    names = [_alike(statement, shapes) for statement in statements]
    matcher = SequenceMatcher(None, names, shapes, autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag != "equal":
            yield tuple(statements[i:j]), tuple(printed[k:m])


def _alike(statement: Statement, shapes: list[str]) -> str:
    """The printed shape that this statement has, else its own text."""
    own = _squeezed(statement.sql) if statement.readable else f"\0{statement.n}"
    return next((shape for shape in shapes if statement.readable and _fits(shape, own)), own)


def _fits(shape: str, own: str) -> bool:
    if "?" not in shape:
        return shape == own
    pattern = _VALUE.join(re.escape(part) for part in shape.split("?"))
    return shape == own or re.fullmatch(pattern, own) is not None


def _shape(sql: str) -> str:
    return _squeezed(sql.rstrip(" ;"))


def _squeezed(sql: str) -> str:
    return " ".join(sql.split())


def _is_hidden(statement: Statement) -> bool:
    return not statement.readable and statement.nature is not Nature.DATA


def _sent(statement: Statement) -> Sent:
    sql = statement.sql if statement.readable else ""
    return Sent(sql, statement.sql, statement.line, statement.guards, database=statement.database)


def _compared(steps: list[Step], total: int, told: set[int]) -> str:
    open_steps = [(theirs, ours) for theirs, ours in steps if not any(s.n in told for s in theirs)]
    missing = [s.n for theirs, _ in open_steps for s in theirs]
    extra = [sql for _, ours in open_steps for sql in ours]
    words = []
    if told:
        words.append(f"{_numbers(sorted(told))} could not be read from the file and {_are(told)} as the dry run shows.")
    if not missing and not extra:
        words.append(f"The dry run shows the same {total} statements." if not told else "The others are the same.")
    if missing:
        words.append(f"The dry run does not show {_numbers(missing).lower()}.")
    if extra:
        more = f", and {len(extra) - 1} more" if len(extra) > 1 else ""
        words.append(f"It shows what the file as read does not send: {one_line(extra[0], _LONGEST)}{more}.")
    return " ".join(words)


def _numbers(numbers: Sequence[int]) -> str:
    listed = ", ".join(str(n) for n in numbers)
    return f"Statement {listed}" if len(numbers) == 1 else f"Statements {listed}"


def _are(numbers: set[int]) -> str:
    return "is" if len(numbers) == 1 else "are"
