"""The migration a wish is about, with everything that planning for it needs from one assessment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from console.core.assessment import Assessment, JudgedFramework, JudgedMigration
from console.core.intent import Intent, short_key
from console.core.landed import Judgement, Verdict
from console.core.observation import Server, Tracking
from console.core.plan import CannotWriteError
from console.core.schema import Schema


@dataclass(frozen=True, slots=True)
class Subject:
    """One migration in its framework, on a server and a schema that were read."""

    assessment: Assessment
    framework: JudgedFramework
    migration: JudgedMigration
    tracking: Tracking
    server: Server
    schema: Schema

    @property
    def key(self) -> str:
        """The short key of the phrase."""
        return short_key(self.migration.id, (m.id for m in self.framework.migrations))

    @property
    def landed(self) -> tuple[Judgement, ...]:
        """The statements that landed, in their order; conditions that did not hold sent nothing."""
        return tuple(j for j in self.migration.statements if j.verdict is Verdict.LANDED and not j.skipped)


def subject_of(intent: Intent, assessment: Assessment) -> Subject:
    """The migration of `intent`. CannotWriteError when it, the server or the schema is not known."""
    server, schema = assessment.observation.server.value, assessment.observation.schema.value
    if server is None:
        raise CannotWriteError("Which server this is has not been read.")
    if schema is None:
        raise CannotWriteError("The schema has not been read.")
    for framework in assessment.frameworks:
        for migration in framework.migrations:
            if migration.id == intent.migration and intent.framework in ("", framework.framework):
                tracking = next(_trackings(assessment, framework.framework), None)
                if tracking is not None:
                    return Subject(assessment, framework, migration, tracking, server, schema)
    raise CannotWriteError(f"There is no migration {intent.migration} any more.")


def _trackings(assessment: Assessment, framework: str) -> Iterator[Tracking]:
    values = (reading.value for reading in assessment.observation.tracking)
    return (value for value in values if value is not None and value.framework == framework)
