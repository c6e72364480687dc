"""What a wish means, found without a screen: which mark, which cleaning, which table's rows. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from console.core.assessment import Assessment, Debris, JudgedFramework, JudgedMigration
from console.core.debris import wish
from console.core.intent import Intent, Verb
from console.core.killing import suggested
from console.core.migration import State
from console.core.recover.again import again
from console.core.restore.rows import Lost, lost_in

_RECORDED = (State.APPLIED, State.HOLLOW, State.CHECKSUM_MISMATCH, State.FILE_MISSING)
NO_SCRATCH = "load a backup first (halfway restore --from FILE --scratch URL) and name `scratch` in the configuration"
NOTHING_LOST = "no migration that failed, waits or ran last loses rows or values"


def marking(
    assessment: Assessment, framework: JudgedFramework, migration: JudgedMigration, *, repeat: bool
) -> Verb | str:
    """Whatever the tool does not believe yet; with `repeat` that it did not run. Or why there is nothing to mark."""
    if repeat and migration.tracked.row is None:
        return f"no failed row is to be cleared: {next(again(framework, migration, assessment))}"
    return Verb.MARK_NOT_RAN if repeat or migration.state in _RECORDED else Verb.MARK_RAN


def cleaning(assessment: Assessment, item: Debris | None) -> Intent | None:
    """A lock of a tool whose client is gone ends with its session."""
    if item is None:
        return None
    return suggested(assessment, [item.object]) if item.kind == "stale_tool_lock" else wish(item)


def lost_tables(assessment: Assessment) -> tuple[tuple[str, str, str], ...]:
    """(table, what it lost, '') for each table that a backup could bring rows back to."""
    return tuple(_tables(lost_in(assessment), _home(assessment)))


def table_of(assessment: Assessment, name: str) -> tuple[str, str]:
    """(schema, table) of one of them."""
    lost, home = lost_in(assessment), _home(assessment)
    return next((one.schema, one.table) for one in lost if _name(one, home) == name)


def _home(assessment: Assessment) -> str:
    schema = assessment.observation.schema.value
    return schema.home if schema is not None else ""


def _name(one: Lost, home: str) -> str:
    return one.table if one.schema == home else f"{one.schema}.{one.table}"


def _tables(lost: tuple[Lost, ...], home: str) -> Iterator[tuple[str, str, str]]:
    for name in dict.fromkeys(_name(one, home) for one in lost):
        columns = [one.column for one in lost if _name(one, home) == name and one.column]
        rows = any(_name(one, home) == name and not one.column for one in lost)
        what = [*(["rows"] if rows else []), *([f"values of {', '.join(columns[:5])}"] if columns else [])]
        yield name, f"{name}: {' and '.join(what)}", ""
