"""A recovery migration for Rails: a class, statements by execute, questions by select_value."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from console.core.forward.quoting import remarks, ruby, words
from console.core.forward.values import Order, Step, Written
from console.core.plan import CannotWriteError

_CLASS = re.compile(r"ActiveRecord::Migration(\[\d+\.\d+\])?")
_STAMP = "%Y%m%d%H%M%S"
_FILE = """{head}
class {name} < ActiveRecord::Migration{version}
{loose}  def up
{steps}  end

  def down
    # Nothing: what this made belongs to the migration that it completes.
  end

  private

  def once(what, question, statement)
    state = question.empty? ? 'todo' : connection.select_value(question)
    return if state == 'done'
    raise "Halfway stops: #{{state}} (before #{{what}})." unless state == 'todo'
    execute(statement)
  end
end
"""


def written(order: Order) -> Written:
    """Its version is the first one behind the failed one's."""
    found = _CLASS.search(order.text)
    if found is None:
        raise CannotWriteError("Which version of ActiveRecord::Migration the project uses is not in its file.")
    version = _version(order)
    stem = "_".join(("recover", *words(order.label.partition("_")[2] or order.label)))
    stem = stem if all(label.partition("_")[2] != stem for label in order.labels) else f"{stem}_{version}"
    text = _FILE.format(
        head=remarks(order.head, "#"),
        name="".join(word.capitalize() for word in stem.split("_")),
        version=found[1] or "",
        loose="  disable_ddl_transaction!\n\n" if order.loose else "",
        steps="".join(_step(step) for step in order.steps),
    )
    return Written(f"{order.folder}{version}_{stem}.rb", text, f"bin/rails db:migrate:up VERSION={version}")


def _version(order: Order) -> str:
    if not order.failed.isdigit():
        raise CannotWriteError("Its version is no number: nothing comes directly behind it.")
    following = min((int(v) for v in order.known if v.isdigit() and int(v) > int(order.failed)), default=None)
    version = _next(order.failed)
    if following is not None and int(version) >= following:
        raise CannotWriteError(f"No version is free between {order.failed} and {following}.")
    return version


def _next(version: str) -> str:
    """A second later where it is a time, else one more."""
    try:
        return (datetime.strptime(f"{version}+0000", f"{_STAMP}%z") + timedelta(seconds=1)).strftime(_STAMP)
    except ValueError:
        return str(int(version) + 1).zfill(len(version))


def _step(step: Step) -> str:
    arguments = ",\n      ".join(ruby(value) for value in (step.title, step.question, step.sql))
    return f"    once(\n      {arguments}\n    )\n"
