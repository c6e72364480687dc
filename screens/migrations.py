"""Every migration with its state, newest first and what needs attention on top; its statements when unfolded."""

from __future__ import annotations

from textwrap import dedent

from console.core.assessment import Assessment, JudgedFramework, JudgedMigration
from console.core.branches import Branches
from console.core.causes import questions
from console.core.dryrun import OFFERED
from console.core.landed import Judgement
from console.core.migration import LedgerRow, State
from console.core.schema import Schema
from console.core.statements import Nature, Statement
from screens import why
from screens.ages import stamp
from screens.commands import key_for
from screens.history import called, heading, histories
from screens.lines import BLANK, Line, fitted, line, paragraph
from screens.look import Look
from screens.text import fit, one_line, safe, safe_lines, width_of
from screens.tones import OF_STATE, Tone, tone_of
from screens.words import evidence_of, framework_of, migration_key, name_of, statement_key

Found = tuple[JudgedFramework, JudgedMigration]
ORDERS = ("attention first", "as the tool runs them")
_STATE, _RECORDED = 18, 13
_WIDE = 70
"""From so many cells on there is room for ranks."""


def page(assessment: Assessment, look: Look, width: int) -> list[Line]:
    """The list."""
    found = ordered(assessment, look)
    if not found:
        return _nothing(assessment, look, width)
    batches = [_batch(migration) for _, migration in found]
    batch = max(5, *map(len, batches)) if any(text != "-" for text in batches) and width >= _WIDE else 0
    counted = (
        "BATCH" if any(m.tracked.row is not None and m.tracked.row.batch is not None for _, m in found) else "RANK"
    )
    name = max(width - 2 - _STATE - (batch + 2 if batch else 0) - _RECORDED - 1, 12)
    head = f"  {'STATE':<{_STATE}}{fit('MIGRATION', name)}" + (f"{counted:>{batch}}  " if batch else "") + " RECORDED"
    made = histories(assessment, found)
    lines = [*heading(assessment, made, width), fitted(width, (head, Tone.DIM))]
    several = len(assessment.frameworks) > 1
    for framework, migration in found:
        key = migration_key(framework, migration)
        tool = f"{framework_of(framework.framework)} " if several else ""
        label = called(migration, made.get(framework.framework), tool, name - 1)
        lines.append(_row(migration, key, width, label, batch))
        if look.is_open(key):
            lines += _unfolded(migration, key, width)
    return lines


def _nothing(assessment: Assessment, look: Look, width: int) -> list[Line]:
    if look.words:
        return [BLANK, fitted(width, "  no migration has these words: ", (safe(look.words), Tone.STRONG))]
    reasons = [reading.reason for reading in assessment.observation.tracking if reading.reason]
    text = one_line(reasons[0]) if reasons else "No framework's ledger and no project were found."
    return [BLANK, *paragraph(text, width, 2)]


def ordered(assessment: Assessment, look: Look) -> list[Found]:
    """What the filter admits, in the order asked for."""
    troubled = list(assessment.troubled)
    found = [(f, m) for f in assessment.frameworks for m in f.migrations]
    if look.order % len(ORDERS) == 0:
        rest = [pair for pair in reversed(found) if pair not in troubled] if troubled else found[::-1]
        first = [pair for pair in rest if pair[1].state in (State.PENDING, State.UNREADABLE)]
        found = troubled + first + [pair for pair in rest if pair not in first]
    if not look.words:
        return found
    return [(f, m) for f, m in found if look.admits(m.state.word, m.id, name_of(m), f.framework)]


def _batch(migration: JudgedMigration) -> str:
    row = migration.tracked.row
    number = None if row is None else row.batch if row.batch is not None else row.rank
    return "-" if number is None else str(number)


def _row(migration: JudgedMigration, key: str, width: int, label: str, batch: int) -> Line:
    row = migration.tracked.row
    when = "-" if row is None else stamp(row.applied_at) if row.applied_at is not None else "yes"
    numbers = f"{_batch(migration):>{batch}}  " if batch else ""
    word = f"{migration.state.word:<{_STATE}}"
    return fitted(
        width, "  ", (word, OF_STATE[migration.state]), f"{label} ", f"{numbers} {when}", key=key,
    )  # fmt: skip


def _statement(judgement: Judgement, parent: str, width: int) -> Line:
    word = f"{judgement.word:<12}"
    return fitted(
        width, f"   {judgement.statement.n:>3}  ", (word, tone_of(judgement)),
        one_line(judgement.statement.sql), key=statement_key(parent, judgement),
    )  # fmt: skip


def _unfolded(migration: JudgedMigration, key: str, width: int) -> list[Line]:
    up = [_statement(judgement, key, width) for judgement in migration.statements]
    return (up or [line(" " * 6, ("no statements are known", Tone.DIM))]) + [
        fitted(width, f"  {f'D{down.n}':>4}  ", (f"{'DOWN':<12}", Tone.DIM), one_line(down.sql), key=f"{key}#D{down.n}")
        for down in downs(migration)
    ]


def downs(migration: JudgedMigration) -> tuple[Statement, ...]:
    """What the tool would run to undo it."""
    file = migration.tracked.migration
    return file.down if file is not None else ()


def find(assessment: Assessment, key: str) -> tuple[Found, Judgement | None] | None:
    """The migration, and the statement, that a line's key speaks of."""
    for framework in assessment.frameworks:
        for migration in framework.migrations:
            parent = migration_key(framework, migration)
            if key == parent:
                return (framework, migration), None
            if key.startswith(parent + "#D"):
                return (framework, migration), None
            if key.startswith(parent + "#"):
                for judgement in migration.statements:
                    if statement_key(parent, judgement) == key:
                        return (framework, migration), judgement
    return None


def details(assessment: Assessment, key: str, width: int) -> list[Line]:
    """What there is to say about the selected line."""
    found = find(assessment, key)
    if found is None:
        return []
    (framework, migration), judgement = found
    if judgement is not None:
        return _of_statement(migration, judgement, assessment.observation.schema.value, width)
    down = next((down for down in downs(migration) if key.endswith(f"#D{down.n}")), None)
    return _of_migration(assessment, framework, migration, width) if down is None else _of_down(down, width)


def _of_down(down: Statement, width: int) -> list[Line]:
    return paragraph(f"Down statement {down.n}: the tool runs it to undo this migration.", width) + _sql(down, width)


def _of_migration(
    assessment: Assessment, framework: JudgedFramework, migration: JudgedMigration, width: int
) -> list[Line]:
    tracked, file = migration.tracked, migration.tracked.migration
    lines = [fitted(width, " ", (name_of(migration), Tone.STRONG), f"  {framework_of(framework.framework)}")]
    if migration.headline:
        lines += paragraph(one_line(migration.headline), width)
    for note in migration.notes:
        lines += paragraph(one_line(note), width, tone=Tone.WARN)
    lines += why.answers(migration, width, 10) + why.besides(assessment, migration, width, 10)
    lines += _place(framework, migration, width) + _file_lines(framework, migration, width)
    if tracked.row is not None:
        lines += paragraph(_recorded(tracked.row), width, 10, _label("ledger"))
    else:
        lines += paragraph("no row", width, 10, _label("ledger"))
    offered = file is not None and file.source == "static" and framework.framework in OFFERED
    if offered and tracked.row is None:
        lines += paragraph(f"halfway assess --dry-run {safe(migration.id)}", width, 10, _label("try"))
    if file is not None and not file.transactional:
        lines += paragraph("runs outside a transaction: a part of it can land", width, 10, _label("mode"))
    if migration.state is State.PENDING:
        lines += paragraph("8 judges what it will do to this server", width, 10, _label("before"))
    return lines


def _recorded(row: LedgerRow) -> str:
    said = ["recorded as a success" if row.success else "recorded as a FAILURE"]
    said += [f"batch {row.batch}"] if row.batch is not None else []
    said += [stamp(row.applied_at, zone=True)] if row.applied_at is not None else ["the tool keeps no time"]
    return ", ".join(said)


def _place(framework: JudgedFramework, migration: JudgedMigration, width: int) -> list[Line]:
    """Where it stands in a history of several lines."""
    branches = Branches(other.tracked for other in framework.migrations)
    if not branches.branched or migration.id not in branches.after:
        return []
    return paragraph(safe(branches.sentence(migration.id)), width, 10, _label("order"))


def _file_lines(framework: JudgedFramework, migration: JudgedMigration, width: int) -> list[Line]:
    file = migration.tracked.migration
    if file is None and not framework.project:
        return paragraph("not known: no project was found for it", width, 10, _label("file"))
    if file is None:
        return paragraph("no file" if migration.tracked.file_expected else "needs none", width, 10, _label("file"))
    said = [safe(file.file)]
    if file.release:
        said.append(f"release {safe(file.release)}" + (", from the failed deploy" if file.from_failed_deploy else ""))
    if file.uncommitted:
        said.append("differs from the last commit")
    if migration.tracked.checksum_differs:
        said.append("its checksum differs from the ledger's")
    if file.unreadable:
        said.append(one_line(file.unreadable))
    return paragraph("; ".join(said), width, 10, _label("file"))


def _label(word: str) -> tuple[str, Tone]:
    return f"  {word}", Tone.DIM


def _of_statement(migration: JudgedMigration, judgement: Judgement, schema: Schema | None, width: int) -> list[Line]:
    lines = [
        fitted(width, f" {judgement.statement.n:>3}  ", (judgement.word, tone_of(judgement)),
               ("  inferred" if judgement.inferred else "")
               + (f"  waiting: session {safe(judgement.waiting)}" if judgement.waiting else ""))
    ]  # fmt: skip
    for label, text in (("wants", judgement.wants), ("has", judgement.has), ("why", evidence_of(judgement))):
        if text:
            lines += paragraph(one_line(text), width, 13, (f"      {label}", Tone.DIM))
    lines += _conditions(judgement.statement, width)
    lines += _asked(migration, judgement, schema, width) + _sql(judgement.statement, width)
    return lines


def _conditions(statement: Statement, width: int) -> list[Line]:
    """What has to hold for it to be sent, and where it is sent when that is another database."""
    lines: list[Line] = []
    for guard in statement.guards:
        lines += paragraph(one_line(guard.text), width, 13, ("      if", Tone.DIM))
    if statement.database:
        lines += paragraph(f"connection {one_line(statement.database)}", width, 13, ("      to", Tone.DIM))
    return lines


def _sql(statement: Statement, width: int) -> list[Line]:
    """The statement itself; where its SQL is not known, the file's own text, called so."""
    lines: list[Line] = []
    first, *rest = safe_lines(statement.sql)
    for text in (first, *dedent("\n".join(rest)).split("\n")) if rest else (first,):
        label = "      sql" if statement.readable else "      file"
        lines += paragraph(text, width, 13, None if lines else (label, Tone.DIM))
    return lines


def _asked(migration: JudgedMigration, judgement: Judgement, schema: Schema | None, width: int) -> list[Line]:
    """What a count found, or that there is one to ask for."""
    statement = judgement.statement
    label = ("      rows" if statement.nature is Nature.DATA else "      cause", Tone.DIM)
    causes = [cause for cause in migration.causes if cause.n == statement.n]
    if causes:
        return [line for cause in causes for line in why.answer(cause, width, 13, label)]
    if judgement.remaining_rows is not None:
        return []
    if question := asks(migration, statement.n, schema):
        verb = "see" if question == IN_DEFINITIONS else "count"
        return paragraph(f"press {key_for('count')} to {verb} {one_line(question)}", width, 13, label)
    return paragraph("no count could prove it", width, 13, label) if statement.nature is Nature.DATA else []


IN_DEFINITIONS = "what in the definitions stops it"
"""What a question comes to whose answer the schema has: nothing is counted for it."""


def asks(migration: JudgedMigration, n: int, schema: Schema | None) -> str:
    """What a count would ask about statement `n`; '' when there is nothing to ask."""
    if any(j.statement.n == n and j.statement.probe is not None for j in migration.statements):
        return "the rows left to do"
    found = [q for q in questions(migration.statements, schema) if q.n == n] if schema is not None else []
    words = [question.words(schema.home) for question in found if schema is not None and question.told is None]
    return ", ".join(words) or (IN_DEFINITIONS if found else "")


def is_answered(assessment: Assessment, migration: str, n: int) -> bool:
    """Whether the count of a statement has come back, with whatever it found."""
    seen = assessment.observation
    if not n:
        return seen.clues.asked
    counted = any(found[:2] == (migration, n) for found in seen.counts)
    return counted or any((answer.migration, answer.n) == (migration, n) for answer in seen.answers)


def file_text(assessment: Assessment, key: str) -> tuple[str, list[Line]] | None:
    """Title and lines of the file behind a line; None when there is no file."""
    found = find(assessment, key)
    file = found[0][1].tracked.migration if found else None
    if file is None or not file.text:
        return None
    numbered = safe_lines(file.text.removesuffix("\n"))
    digits = len(str(len(numbered)))
    lines = [line(f" {n:>{digits}} ", (text, Tone.PLAIN)) for n, text in enumerate(numbered, 1)]
    return safe(file.file), lines


def widest(lines: list[Line]) -> int:
    """Cells of the widest line."""
    return max((width_of(line.text) for line in lines), default=0)
