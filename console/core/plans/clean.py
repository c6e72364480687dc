"""The plan to drop what a failure left behind, where the catalog proves that nothing uses it: an INVALID index."""

from __future__ import annotations

from console.core.assessment import Assessment, Debris
from console.core.debris import cleanable
from console.core.describe import definition
from console.core.intent import Intent, Verb
from console.core.plan import CannotWriteError, Plan, Step, StepKind
from console.core.ports_acting import Renderer
from console.core.schema import Index, Schema


def clean_plan(intent: Intent, assessment: Assessment, renderer: Renderer) -> Plan:
    """What will be sent to drop `intent.object` (`index customers_email_unique`)."""
    title = f"Drop {intent.object}"
    server, schema = assessment.observation.server.value, assessment.observation.schema.value
    phrase, taken = f"{Verb.DROP.value} {intent.object}", assessment.taken_at
    if server is None or schema is None:
        return Plan(intent, title, phrase, "", taken, refused=("The schema has not been read.",))
    try:
        item, index = _found(intent, assessment, schema)
        sql = renderer.drop_index(index)
    except CannotWriteError as why:
        return Plan(intent, title, phrase, "", taken, refused=(str(why),))
    step = Step(
        1,
        StepKind.SCHEMA,
        f"index {item.object}",
        sql,
        clears=item.object,
        expect=f"index {item.object} is gone",
        undo="none is needed: the server never used it",
    )
    return Plan(
        intent,
        title,
        phrase,
        server.identity,
        taken,
        steps=(step,),
        about=(f"{item.object} on {index.table}: {definition(index)}",),
        checked=("it is INVALID and nobody builds it: looked at again just before",),
        effect=("the index goes; writes to the table become cheaper",),
        careful=("A constraint or code that names it will not find it; the server never used it.",),
        undo="build it again with the statement that failed, once its cause is mended",
    )


def _found(intent: Intent, assessment: Assessment, schema: Schema) -> tuple[Debris, Index]:
    name = intent.object.removeprefix("index ")
    item = next((d for d in cleanable(assessment) if d.object == name), None)
    if item is None:
        raise CannotWriteError(f"{intent.object} is no debris that can be dropped from here (any more).")
    index = next((t for t in schema.of_kind(Index) if t.ref.label(schema.home) == name and not t.valid), None)
    if index is None:
        raise CannotWriteError(f"{intent.object} is not INVALID any more.")
    if index.constraint:
        raise CannotWriteError(f"{intent.object} belongs to a constraint: drop that by hand.")
    return item, index
