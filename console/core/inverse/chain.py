"""Several migrations taken back, newest first: each from the schema that the one before it leaves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from console.core.assessment import JudgedFramework, JudgedMigration
from console.core.inverse.stage import Stage
from console.core.inverse.undoing import Undo, in_turn
from console.core.inverse.undone import Undone, undone
from console.core.landed import Verdict
from console.core.operations import Operation
from console.core.plan import CannotWriteError
from console.core.schema import Schema
from console.core.statements import Statement, read_script
from console.core.verdicts import good


@dataclass(frozen=True, slots=True)
class Link:
    """One of them, when its turn comes."""

    framework: JudgedFramework
    """Without those that are taken back before it."""
    migration: JudgedMigration
    schema: Schema
    """As it is then."""
    back: Undone


def statements_before(framework: JudgedFramework, migration: JudgedMigration) -> tuple[Statement, ...]:
    """What every other recorded migration sent to this database, in the order of the tool."""
    files = (m.tracked.migration for m in framework.migrations if good(m.tracked) and m.id != migration.id)
    return tuple(s for file in files if file is not None for s in file.statements if not s.database)


def chain(
    framework: JudgedFramework, newest_first: Sequence[JudgedMigration], schema: Schema, grammar: str
) -> Iterator[Link]:
    """One link after the other. CannotWriteError, with its name, at the first that cannot be taken back exactly."""
    for migration in newest_first:
        landed = [j for j in migration.statements if j.verdict is Verdict.LANDED and not j.skipped]
        try:
            back = undone(landed, statements_before(framework, migration), schema)
        except CannotWriteError as why:
            raise CannotWriteError(f"{migration.label} cannot be taken back exactly: {why}") from why
        yield Link(framework, migration, schema, back)
        schema = _after(schema, back.undos, grammar)
        left = tuple(m for m in framework.migrations if m.id != migration.id)
        framework = replace(framework, migrations=left)


def _after(schema: Schema, undos: tuple[Undo, ...], grammar: str) -> Schema:
    """What is left once they are taken back."""
    stage = Stage(schema)
    for undo in reversed(in_turn(undos, schema)):
        for operation in _operations(undo, schema, grammar):
            stage.play(operation)
    return stage.schema()


def _operations(undo: Undo, schema: Schema, grammar: str) -> Iterator[Operation]:
    for step in undo.steps:
        if isinstance(step, str):
            yield from (part for statement in read_script(step, grammar, schema.home) for part in statement.operations)
        else:
            yield step
