"""What a way out says of others: who writes, who is held off, and the exact command that makes an application rest."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console import frameworks
from console.core.hold.quiet import quiet, resting
from console.core.migration import Ledger
from console.core.observation import Health, Reading
from console.core.ports import Files, Project
from console.core.recover import Route
from console.core.write_rates import Rate
from tests.builders import SERVER
from tests.core.recovering import fourth, half

NO_APPLICATION = "knows no application, so it has no maintenance mode: stop what writes, or what sends it work."
ON_THIS_MACHINE = (
    "It turns requests away and lets queue workers rest, on this machine only unless the maintenance driver is the "
    "cache; commands of the scheduler marked evenInMaintenanceMode and whatever else writes go on."
)
RAILS = (
    "Rails has no maintenance mode of its own: stop the web and job processes, or use what your deployment has for it "
    "(Heroku: heroku maintenance:on)."
)
DJANGO = (
    "Django has no maintenance mode of its own: stop the web processes and workers (celery, cron), or answer 503 in "
    "front of them."
)
DOWN = "cd '/srv/my shop' && php artisan down --retry=60"
REST = {
    "laravel": [DOWN, "afterwards: cd '/srv/my shop' && php artisan up", ON_THIS_MACHINE],
    "rails": [RAILS],
    "django": [DJANGO],
    "flyway": [f"Flyway {NO_APPLICATION}"],
    "alembic": [f"Alembic {NO_APPLICATION}"],
}


@pytest.mark.parametrize("name", REST)
def test_the_command_of_each_framework_is_printed_or_that_it_has_none(name: str) -> None:
    project = Project(name, "/srv/my shop")
    tracking = frameworks.load(name).track(project, Files(), Ledger("public.x", exists=True), SERVER)
    assert list(resting(tracking)) == REST[name]
    assert not any("/srv" in text for text in resting(replace(tracking, project=None)))


def said(route: Route) -> list[tuple[str, str]]:
    now = half()
    seen = replace(now.observation, writes=Reading((Rate(("public", "orders"), 12.0, 9.0),), Health.OK))
    now = replace(now, observation=seen)
    (framework,) = (f for f in now.frameworks if fourth(now) in f.migrations)
    return list(quiet(route, framework, fourth(now), now))


def test_a_way_of_ours_says_who_writes_and_who_is_held_off() -> None:
    assert [label for label, _ in said(Route.FINISH)] == ["writes", "others", "rest"]
    writes, held, rest = (text for _, text in said(Route.FINISH))
    assert writes == "orders: 12 rows/s written, by nobody who is seen to do it now"
    assert rest == "Whether Flyway has a maintenance mode is not known here."
    assert held.startswith("not held off: How Flyway keeps two runs of itself apart is not known here.")


def test_a_way_of_the_tool_holds_nobody_off_and_looking_needs_no_quiet() -> None:
    assert [label for label, _ in said(Route.REPEAT)] == ["writes", "rest"]
    assert said(Route.FIND_OUT) == said(Route.MARK_RAN) == []
