"""What a way out that changes the schema says of others: who still writes, who is held off, how to make it quiet.

The command of a maintenance mode is printed to be typed by a person; nothing of a project is ever run for it.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from console.core.assessment import Assessment, JudgedFramework, JudgedMigration
from console.core.hold.hold import hold_of
from console.core.observation import Tracking
from console.core.recover.way import Route
from console.core.writes import told

Said = tuple[str, str]
"""A label and a sentence."""
_OURS = frozenset({Route.FINISH, Route.ROLL_BACK, Route.ROLL_BACK_TO, Route.CLEAN})
"""Gone by plans of our own, which hold the tool off."""
_QUIET = frozenset({*_OURS, Route.REPEAT, Route.TOOL_ROLL_BACK, Route.RESTORE, Route.POINT_IN_TIME})
"""Those that go better while nobody writes."""


def quiet(route: Route, framework: JudgedFramework, migration: JudgedMigration, now: Assessment) -> Iterator[Said]:
    """What is to be known of others before this way is gone."""
    if route not in _QUIET:
        return
    here = (j.statement for j in migration.statements if not j.statement.database)
    tables = dict.fromkeys(table for statement in here for table in statement.tables)
    yield from (("writes", text) for _, text in told(tables, now))
    readings = (reading.value for reading in now.observation.tracking)
    tracking = next((t for t in readings if t is not None and t.framework == framework.framework), None)
    server = now.observation.server.value
    if tracking is not None and server is not None:
        if route in _OURS:
            hold = hold_of(tracking, server)
            yield "others", f"held off by {hold.words}" if hold.locks else f"not held off: {hold.words}"
        yield from (("rest", text) for text in resting(tracking))


def resting(tracking: Tracking) -> Iterator[str]:
    """The exact command of the maintenance mode, what ends it, and what it does not reach; or that there is none."""
    habits = tracking.habits
    place = f"cd {shlex.quote(tracking.project)} && " if tracking.project else ""
    if habits.rest:
        yield f"{place}{shlex.join(habits.rest)}"
    if habits.wake:
        yield f"afterwards: {place}{shlex.join(habits.wake)}"
    tool = tracking.framework.capitalize()
    yield habits.about_rest or f"Whether {tool} has a maintenance mode is not known here."
