"""The ways out where more was found out than a catalog tells: backups, sizes, releases, plans, the tool's own way."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.assessment import Assessment
from console.core.intent import Intent, Verb
from console.core.plan import Loss, Plan
from console.core.recover import Backup, Doubt, Given, Known, Route, Standing, ways
from console.core.recover.way import QUIET
from tests.builders import NOON, pending, recorded
from tests.core.recovering import (
    BROKEN,
    COPY,
    MENDED,
    NO,
    THREE,
    UNKNOWN,
    YES,
    facts,
    first,
    fourth,
    half,
    out_of,
    stopped,
)
from tests.screens import builders as seen

NOT_PROVEN = "No backup is both from before the migration and readable."
NOT_READ = "Whether a backup is from before the migration, and readable, is not known."


@pytest.mark.parametrize(
    ("backups", "why"),
    [
        (None, "Nobody has looked for a backup."),
        ((), "No backup was found."),
        ((replace(COPY, before=NO),), NOT_PROVEN),
        ((replace(COPY, readable=NO, before=UNKNOWN),), NOT_PROVEN),
        ((replace(COPY, readable=UNKNOWN),), NOT_READ),
        ((replace(COPY, before=NO), replace(COPY, before=UNKNOWN)), NOT_READ),
    ],
    ids=["not looked", "none", "after", "broken", "unread", "one unread"],
)
def test_a_backup_is_a_way_only_where_it_is_proven(backups: tuple[Backup, ...] | None, why: str) -> None:
    told = out_of(half(), Given(backups=backups))[Route.RESTORE]
    assert (told.standing, told.why) == (Standing.CLOSED, why)


def test_a_table_that_somebody_counted_is_large() -> None:
    sql = (THREE[0], "CREATE INDEX orders_note ON orders (note);")
    large, little = ({("public", "orders"): rows} for rows in (90_000_000, 500))
    now = stopped(*sql, after=1)
    assert [facts(now, replace(MENDED, rows=rows)).long for rows in ({}, large, little)] == [UNKNOWN, YES, NO]
    assert [first(now, replace(MENDED, rows=rows)) for rows in ({}, large, little)] == [
        Route.LEAVE,
        Route.LEAVE,
        Route.FINISH,
    ]


def test_what_may_break_the_running_release_is_not_finished_first() -> None:
    now = stopped(THREE[0], "CREATE UNIQUE INDEX orders_note ON orders (note);", after=1)
    small = replace(MENDED, rows={("public", "orders"): 500})
    assert first(now, small) is Route.LEAVE
    assert "The running release may not work with the finished schema." in out_of(now, small)[Route.FINISH].risks
    assert first(now, replace(small, fits_finished=YES)) is Route.FINISH


def test_where_no_release_fits_it_is_taken_back_if_that_loses_nothing() -> None:
    now = stopped(
        "CREATE UNIQUE INDEX orders_note ON orders (note);", "CREATE UNIQUE INDEX o2 ON orders (id);", after=1
    )
    assert first(now, BROKEN) is Route.ROLL_BACK
    assert out_of(now, BROKEN)[Route.LEAVE].why.startswith("Neither the release that runs")


def test_columns_that_may_hold_values_are_not_dropped_first() -> None:
    assert first(half(), BROKEN) is Route.FIND_OUT
    assert first(half(), replace(BROKEN, holds=NO)) is Route.ROLL_BACK
    assert out_of(half(), replace(BROKEN, holds=YES))[Route.ROLL_BACK].loss == "Taking it back destroys data."


def test_a_plan_has_the_last_word() -> None:
    refused = Plan(Intent(Verb.FINISH, migration="4"), "", "", "", NOON, refused=("You may not write to orders.",))
    losing = Plan(Intent(Verb.ROLL_BACK, migration="4"), "", "", "", NOON, losses=(Loss("orders", "5 rows"),))
    given = replace(MENDED, plans=(refused, losing), holds=NO)
    told = out_of(half(), given)
    assert told[Route.FINISH].why == "You may not write to orders."
    assert facts(half(), given).loses is YES
    assert next(iter(told)) is Route.LEAVE
    elsewhere = replace(given, plans=tuple(replace(p, intent=replace(p.intent, migration="9")) for p in given.plans))
    assert first(half(), elsewhere) is Route.FINISH
    assert facts(half(), elsewhere).loses is NO


APPLIED = recorded("4", THREE[2], rank=2, stamp=901)


def with_way_back() -> Assessment:
    """It landed and is recorded, and its file says a way back."""
    file = APPLIED.migration
    assert file is not None
    back = pending("4", "DROP TABLE carriers;").migration
    assert back is not None
    return stopped(THREE[2], after=1, tracked=replace(APPLIED, migration=replace(file, down=back.statements)))


def test_the_tools_own_way_back_needs_to_take_this_one_alone() -> None:
    now = with_way_back()
    given = Given(fits=NO, holds=NO)
    assert first(now, given) is Route.ROLL_BACK
    assert out_of(now, given)[Route.TOOL_ROLL_BACK].why == "Which migrations the tool would take back is not known."
    assert first(now, replace(given, tool_takes_it=YES)) is Route.TOOL_ROLL_BACK
    others = out_of(now, replace(given, tool_takes_it=NO))[Route.TOOL_ROLL_BACK]
    assert others.why == "The tool would take back other migrations with it."
    assert first(now, replace(given, holds=UNKNOWN)) is Route.FIND_OUT
    assert first(now, Given(fits=YES)) is Route.LEAVE


def test_further_back_is_a_way_once_somebody_says_how_far() -> None:
    now = with_way_back()
    assert out_of(now)[Route.ROLL_BACK_TO].why == "To which batch, version or date has not been said: Enter asks."
    told = out_of(now, Given(back_to="version 1"))[Route.ROLL_BACK_TO]
    assert told.open
    assert told.does == "Rolls back every migration since version 1, newest first, each by itself."
    assert out_of(half(), Given(back_to="version 1"))[Route.ROLL_BACK_TO].why.startswith("It did not end well")


def test_what_is_recorded_and_not_there_needs_a_file_of_its_own() -> None:
    now = stopped(*THREE, after=1, tracked=replace(APPLIED, migration=pending("4", "\n".join(THREE)).migration))
    told = out_of(now)
    assert next(iter(told)) is Route.FORWARD_FIX
    assert told[Route.FINISH].why == "Flyway has recorded it as done already."
    assert told[Route.FORWARD_FIX].does.startswith("Writes a new migration for the 2 statements left")


DROPS = "ALTER TABLE orders DROP COLUMN note;"
answers = st.sampled_from(Known)
WORST = {
    **dict.fromkeys(("fits", "fits_finished", "former_fits", "mended", "point_in_time", "tool_takes_it"), NO),
    **dict.fromkeys(("holds", "at_work"), YES),
}
said = st.builds(
    Given,
    backups=st.sampled_from([None, (), (COPY,), (replace(COPY, readable=UNKNOWN),)]),
    rows=st.sampled_from([{}, {("public", "orders"): 500}, {("public", "orders"): 90_000_000}]),
    back_to=st.sampled_from(["", "version 1"]),
    **dict.fromkeys(WORST, answers),
)
STOPS = (
    half(),
    with_way_back(),
    stopped(DROPS, *THREE, after=1),
    stopped(DROPS, *THREE),
    stopped(*THREE, after=3),
    stopped(THREE[0], "UPDATE orders SET note = upper(note);", THREE[2], after=1),
    stopped(THREE[0], "CREATE UNIQUE INDEX orders_note ON orders (note);", after=1),
    seen.answered(),
    seen.low_rights(),
    seen.partly(),
)
stops = st.sampled_from(range(len(STOPS)))


@given(n=stops, told=said)
def test_whatever_is_given_the_first_way_is_open_and_no_unknown_row_is_finished(n: int, told: Given) -> None:
    found = ways(STOPS[n], fourth(STOPS[n]), told)
    assert (found[0].place, found[0].open) == (1, True)
    assert found[0].route is not Route.FINISH or facts(STOPS[n], told).doubt is Doubt.NONE


@given(n=stops, told=said, name=st.sampled_from(["fits", "holds", "mended", "point_in_time", "tool_takes_it"]))
def test_whatever_is_not_given_could_be_the_worst(n: int, told: Given, name: str) -> None:
    """The other answers may stand in the catalog itself."""
    unknown = first(STOPS[n], replace(told, **{name: UNKNOWN}))  # type: ignore[arg-type]
    worst = first(STOPS[n], replace(told, **{name: WORST[name]}))  # type: ignore[arg-type]
    assert unknown in QUIET or unknown is worst
