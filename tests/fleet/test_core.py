"""What is said of many databases together: pure, on rows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.core.fleet.groups import grouped, matching
from console.core.fleet.here import of_database, of_schema
from console.core.fleet.majority import held_against
from console.core.fleet.row import Standing, worst
from console.core.fleet.shape import Shape
from console.core.fleet.waves import planned
from console.core.session import Lock, Session
from tests.fleet.rows import dead, half, pending, row

OTHER = Shape("ledger", "other", (("orders", "o2"), ("extra", "e")))


def test_equal_incidents_are_one_group_and_numbers_sort_as_numbers() -> None:
    groups = grouped(
        [half("shop_10"), half("shop_9"), half("shop_2", n=3), row("a"), row("b", about="4 applied", applied=4)]
    )
    assert [(g.standing, g.about, g.names) for g in groups] == [
        (Standing.HALF_APPLIED, "V7__carrier, statement 2 of 3", ("shop_9", "shop_10")),
        (Standing.HALF_APPLIED, "V7__carrier, statement 3 of 3", ("shop_2",)),
        (Standing.APPLIED, "3 to 4 applied", ("a", "b")),
    ]


def test_what_is_only_a_database_s_own_name_makes_no_other_incident() -> None:
    groups = grouped(
        dead(f"shop_{n}", f'PostgreSQL cannot be reached: FATAL: database "shop_{n}" does not exist') for n in (1, 2)
    )
    assert [(len(g.rows), g.about) for g in groups] == [(2, 'FATAL: database ".." does not exist')]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        pytest.param((), 0, id="nobody"),
        pytest.param((row("a"), pending("b")), 0, id="pending is healthy"),
        pytest.param((row("a"), half("b")), 1, id="one needs attention"),
        pytest.param((half("b"), dead("c", "refused")), 3, id="unknown beats known"),
        pytest.param((row("a", Standing.UNKNOWN, "cannot tell"),), 1, id="not told is no health"),
    ],
)
def test_worst_wins(rows: tuple[object, ...], code: int) -> None:
    assert worst(rows) == code  # type: ignore[arg-type]


def test_pending_counts_where_it_is_asked_for() -> None:
    assert worst((pending("a"),), require_applied=True) == 1


def test_who_is_not_like_most_of_those_with_the_same_ledger_has_drifted() -> None:
    rows = held_against(
        [*(row(f"s{n}") for n in range(4)), row("odd", shape=OTHER), row("older", shape=replace(OTHER, ledgers="x"))]
    )
    states = {r.target.name: r.standing for r in rows}
    assert states == {
        **{f"s{n}": Standing.APPLIED for n in range(4)},
        "odd": Standing.DRIFTED,
        "older": Standing.APPLIED,
    }
    odd = next(r for r in rows if r.differs)
    assert odd.differs == ("extra is only there", "orders")
    assert odd.exit_code == 1
    assert "4 of the 5 databases" in odd.summary


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([row("a"), row("b", shape=OTHER)], id="of two nobody can say"),
        pytest.param([row("a"), row("b"), row("c", shape=OTHER), row("d", shape=OTHER)], id="no half is a majority"),
        pytest.param([row("a"), row("b"), row("c"), row("d", shape=Shape("ledger"))], id="not read is not different"),
        pytest.param([row("a"), row("b"), row("c"), row("d", shape=OTHER, version="15.2")], id="another release"),
        pytest.param([row("a"), row("b"), row("c"), row("d", shape=OTHER, files="f2")], id="other files"),
    ],
)
def test_without_a_majority_nobody_drifted(rows: list[object]) -> None:
    assert not any(r.differs for r in held_against(rows))  # type: ignore[arg-type]


def test_what_a_failure_left_is_no_sample_of_what_should_be() -> None:
    broken = [replace(half(f"h{n}"), shape=OTHER) for n in range(9)]
    rows = held_against([*broken, *(row(f"s{n}") for n in range(3))])
    assert [r.target.name for r in rows if r.differs] == []


def test_words_filter_and_a_dash_leaves_out() -> None:
    rows = [half("eu_1"), row("eu_2"), row("us_1")]
    assert [r.target.name for r in matching(rows, "EU")] == ["eu_1", "eu_2"]
    assert [r.target.name for r in matching(rows, "eu -half")] == ["eu_2"]
    assert [r.target.name for r in matching(rows, "half applied")] == ["eu_1"]


def test_one_goes_first_then_a_few_and_groups_are_never_mixed() -> None:
    rows = [*(pending(f"eu_{n}", "eu") for n in range(1, 16)), *(pending(f"us_{n}", "us") for n in range(1, 4)),
            half("bad"), row("done"), dead("gone", "refused")]  # fmt: skip
    plan = planned(rows, size=8)
    assert [[*[r.target.name for r in wave.rows][:2], len(wave.rows)] for wave in plan.waves] == [
        ["eu_1", 1], ["eu_2", "eu_3", 2], ["eu_4", "eu_5", 8], ["eu_12", "eu_13", 4], ["us_1", "us_2", 3],
    ]  # fmt: skip
    assert [r.target.name for r in plan.first] == ["bad"]
    assert [r.target.name for r in plan.unknown] == ["gone"]
    assert [r.target.name for r in plan.done] == ["done"]


def _lock(session: str, target: str, granted: bool, schema: str = "") -> Lock:
    relation = (schema, "t") if schema else None
    return Lock(session, ("relation", target), "relation", "AccessExclusiveLock", granted, relation=relation)


def test_who_waits_elsewhere_is_nobody_here() -> None:
    locks = (_lock("1", "a", granted=True), _lock("2", "a", granted=False), _lock("3", "b", granted=True),
             _lock("4", "b", granted=False))  # fmt: skip
    sessions = [Session("1", database="x"), Session("2", database="x"), Session("3", database="x"),
                Session("4", database="shop")]  # fmt: skip
    assert {lock.session for lock in of_database(sessions, locks, "shop", "public")} == {"3", "4"}


def test_of_a_tenant_only_those_on_its_tables_and_whom_they_wait_for() -> None:
    locks = (
        _lock("1", "a", granted=True, schema="acme"),
        _lock("2", "x", granted=False, schema="other"),
        _lock("1", "row", granted=False),
        _lock("5", "row", granted=True),
        _lock("2", "y", granted=True),
    )
    assert {lock.session for lock in of_schema(locks, "acme")} == {"1", "5"}
