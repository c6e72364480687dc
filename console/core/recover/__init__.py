"""The ways out of an incident: each with what it takes and whether it is open, the recommended one first."""

from __future__ import annotations

from dataclasses import replace

from console.core.assessment import Assessment, JudgedMigration
from console.core.recover.doors import Case, case_of, closed
from console.core.recover.facts import Doubt, Facts, Share, facts_of
from console.core.recover.given import Backup, Given, Known
from console.core.recover.table import as_markdown, recommend
from console.core.recover.way import Route, Standing, Way
from console.core.recover.words import words_of

__all__ = [
    "Backup",
    "Doubt",
    "Facts",
    "Given",
    "Known",
    "Route",
    "Share",
    "Standing",
    "Way",
    "as_markdown",
    "facts_of",
    "ways",
]


def ways(assessment: Assessment, migration: JudgedMigration, given: Given) -> tuple[Way, ...]:
    """Every way out of what became of `migration`: the recommended one, the second, the open ones, the closed ones."""
    case = case_of(assessment, migration, given)
    found = [_way(route, case) for route in Route]
    advised = recommend(case.facts, [way.route for way in found if way.open])
    places = {advised.second: 2, advised.first: 1}
    placed = [replace(way, place=places.get(way.route, 0)) for way in found]
    told = [replace(way, because=advised.why) if way.place == 1 else way for way in placed]
    return tuple(sorted(told, key=lambda way: (way.place or 3, not way.open)))


def _way(route: Route, case: Case) -> Way:
    why = closed(route, case)
    said = words_of(route, case)
    return Way(
        route,
        said.does,
        said.needs,
        said.risks,
        Standing.CLOSED if why else Standing.OPEN,
        why or _why_open(route, case),
        said.loss,
        said.undo,
    )


def _why_open(route: Route, case: Case) -> str:
    if route is Route.LEAVE and case.facts.fits is Known.YES:
        return "The running release works with the schema as it is."
    if route is Route.LEAVE and case.given.former_fits is Known.YES:
        return "The release from before works with the schema as it is."
    if route is Route.LEAVE and case.facts.landed is Share.NONE:
        return "Nothing of it landed: the release from before does not notice it."
    return _OPEN[route]


_OPEN = {
    Route.FIND_OUT: "Reading is always allowed.",
    Route.WAIT: "Something of it is at work, or may be.",
    Route.LEAVE: "What landed only adds: the release from before does not notice it.",
    Route.MARK_RAN: "All of it is there.",
    Route.REPEAT: "Nothing of it is there, so it can begin at its first statement.",
    Route.CLEAN: "What was left behind is seen, and nothing is at work on it.",
    Route.FINISH: "What is left can be sent as it stands.",
    Route.ROLL_BACK: "The way back of everything that landed is known exactly.",
    Route.FORWARD_FIX: "What is left is known.",
    Route.TOOL_ROLL_BACK: "All of it is there and recorded, and the tool takes nothing else.",
    Route.ROLL_BACK_TO: "This one can be taken back; each of the others is looked at in its turn.",
    Route.RESTORE: "A backup from before the migration was read to its end.",
    Route.POINT_IN_TIME: "The server can be had as it was at a given moment.",
}
"""Why a way is open, where nothing closes it."""
