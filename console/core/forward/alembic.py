"""A recovery revision for Alembic: statements and questions on the connection of the run."""

from __future__ import annotations

import hashlib

from console.core.forward.quoting import python, remarks, words
from console.core.forward.values import Order, Step, Written
from console.core.plan import CannotWriteError

_FILE = """{head}
from alembic import context, op

revision = {revision}
down_revision = {failed}
branch_labels = None
depends_on = None

STEPS = [
{steps}]


def upgrade():
    if context.is_offline_mode():
        raise RuntimeError("Halfway's recovery looks before each step: it cannot be written as SQL.")
    for what, question, statement, alone in STEPS:
        state = _asked(question) if question else "todo"
        if state == "done":
            continue
        if state != "todo":
            raise RuntimeError("Halfway stops: %s (before %s)." % (state, what))
        if alone:
            with op.get_context().autocommit_block():
                _sent(statement)
        else:
            _sent(statement)


def _sent(sql):
    return op.get_bind().exec_driver_sql(sql, execution_options={{"no_parameters": True}})


def _asked(sql):
    return _sent(sql).scalar()


def downgrade():
    pass  # Nothing: what this made belongs to the revision that it completes.
"""


def written(order: Order) -> Written:
    """It stands on the failed one; whatever else stands there has to stand on it instead."""
    done = [name for name in order.behind if name in order.recorded]
    if done:
        raise CannotWriteError(f"{done[0]} stands on it and has been recorded: nothing can come between the two.")
    revision = _revision(order)
    text = _FILE.format(
        head=remarks(order.head, "#"),
        revision=python(revision),
        failed=python(order.failed),
        steps="".join(_step(step) for step in order.steps),
    )
    careful = tuple(
        f"Change down_revision of {name} from {order.failed} to {revision}, or Alembic has two heads."
        for name in order.behind
    )
    stem = "_".join(("recover", *words(order.label)))[:60]
    return Written(f"{order.folder}{revision}_{stem}.py", text, f"alembic upgrade {revision}", careful)


def _revision(order: Order) -> str:
    """Twelve digits that are the same whenever they are made for the same."""
    for salt in range(10):
        told = hashlib.sha256(f"halfway {salt} {order.failed}".encode()).hexdigest()[:12]
        if told not in order.known:
            return told
    raise CannotWriteError("No revision is free for it.")


def _step(step: Step) -> str:
    values = ",\n        ".join(python(value, "        ") for value in (step.title, step.question, step.sql))
    return f"    (\n        {values},\n        {step.alone},\n    ),\n"
