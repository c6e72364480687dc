"""A recovery migration for Django: RunPython over a cursor; the models' state is the failed file's own."""

from __future__ import annotations

import re

from console.core.forward.quoting import python, remarks
from console.core.forward.values import Order, Step, Written
from console.core.plan import CannotWriteError

_NUMBER = re.compile(r"(\d+)_")
_FILE = """{head}
from django.db import migrations

STEPS = [
{steps}]


def recover(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for what, question, statement in STEPS:
            state = "todo"
            if question:
                cursor.execute(question)
                state = cursor.fetchone()[0]
            if state == "done":
                continue
            if state != "todo":
                raise RuntimeError("Halfway stops: %s (before %s)." % (state, what))
            cursor.execute(statement)


class Migration(migrations.Migration):
{loose}    dependencies = [({app}, {failed})]
{before}    operations = [
        # Nothing to take back: what this made belongs to the migration that it completes.
        migrations.RunPython(recover, migrations.RunPython.noop),
    ]
"""


def written(order: Order) -> Written:
    """It depends on the failed one, and what is pending behind that has to wait for it."""
    app, _, failed = order.failed.partition(".")
    done = [name for name in order.behind if name in order.recorded]
    if done:
        raise CannotWriteError(f"{done[0]} stands on it and has been recorded: nothing can come between the two.")
    name = _name(app, failed, order.known)
    text = _FILE.format(
        head=remarks(order.head, "#"),
        steps="".join(_step(step) for step in order.steps),
        loose="    atomic = False\n" if order.loose else "",
        app=python(app),
        failed=python(failed),
        before=_run_before(order.behind),
    )
    held = ("A database that has run any of run_before already refuses the file: there it is left out.",)
    return Written(
        f"{order.folder}{name}.py", text, f"python manage.py migrate {app} {name}", held if order.behind else ()
    )


def _name(app: str, failed: str, known: tuple[str, ...]) -> str:
    found = _NUMBER.match(failed)
    number = f"{int(found[1]) + 1:0{len(found[1])}d}_" if found else ""
    names = (f"{number}recover_{failed}{more}" for more in ("", *(f"_{n}" for n in range(2, 10))))
    name = next((name for name in names if f"{app}.{name}" not in known), "")
    if not name or len(name) > 100:
        raise CannotWriteError("No file name is free for it.")
    return name


def _run_before(behind: tuple[str, ...]) -> str:
    pairs = (name.partition(".") for name in behind)
    told = ", ".join(f"({python(app)}, {python(name)})" for app, _, name in pairs)
    return f"    run_before = [{told}]\n" if told else ""


def _step(step: Step) -> str:
    values = ",\n        ".join(python(value, "        ") for value in (step.title, step.question, step.sql))
    return f"    (\n        {values},\n    ),\n"
