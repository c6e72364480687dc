"""How often the server is asked: little while all is calm, less while looking takes long, everything when asked to."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy.engine import URL

from console.core.assessment import Assessment
from console.core.observation import Health, Reading
from console.core.ports import Link
from console.core.session import Session
from console.dialects.mysql.wire import Wire as MyWire
from console.dialects.postgres.wire import Wire as PgWire
from console.lanes.cadence import Seldom, may_change, rest
from screens.heading import slowness
from tests.faults.stands import FEW, plain, site_on
from tests.faults.watching import watched
from tests.faults.weather import Weather
from tests.waiting import eventually

CALM = 4
"""Statements of a sweep, the hint included, on a server on which nothing happens."""
SENT: tuple[tuple[type[Any], str], ...] = ((PgWire, "cursor"), (MyWire, "noticed"), (MyWire, "several"))
"""The ways by which reads travel."""
LEDGER = """CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY, version varchar(50), description
varchar(200), type varchar(20), script varchar(1000), checksum int, installed_by varchar(100), installed_on timestamp,
execution_time int, success boolean)"""


@pytest.mark.parametrize(
    ("took", "wanted", "rests"),
    [(0.0, 2.0, 0.0), (0.4, 2.0, 0.0), (0.6, 2.0, 3.0), (0.6, 5.0, 0.0), (1.2, 1.0, 5.0), (2.4, 2.0, 10.0),
     (60.0, 2.0, 15.0), (0.3, 0.5, 0.0)],
)  # fmt: skip
def test_what_takes_long_to_read_rests_several_times_as_long_up_to_a_quarter_of_a_minute(
    took: float, wanted: float, rests: float
) -> None:
    assert rest(took, wanted) == rests


def test_what_moves_seldom_is_asked_over_a_new_link_after_a_while_and_when_somebody_wants_it() -> None:
    now = [100.0]
    seldom = Seldom(10.0, lambda: now[0])
    one, other = cast("Link", object()), cast("Link", object())
    assert [seldom.due(one), seldom.due(one), seldom.due(other), seldom.due(other)] == [True, False, True, False]
    now[0] += 10
    assert [seldom.due(other), seldom.due(other)] == [True, False]
    seldom.forget()
    assert seldom.due(other)


def test_progress_is_asked_for_while_a_schema_change_may_run() -> None:
    def seen(**given: Any) -> bool:
        return may_change(Reading((Session(id="1", **given),), Health.OK))

    assert seen(state="active", query="/* deploy 7 */ alter table orders add a int")
    assert seen(state="active", query="")
    assert seen(state="unknown", visible=False)
    assert not seen(state="active", query="UPDATE orders SET total = 1")
    assert not seen(state="idle", query="ALTER TABLE orders ADD a int")
    assert not seen(state="active", query="ALTER TABLE orders ADD a int", own=True)
    assert may_change(Reading(None, Health.TIMED_OUT))
    assert may_change(Reading((), Health.STALE))


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that the lanes send."""
    found: list[str] = []

    def noted(send: Callable[..., Any]) -> Callable[..., Any]:
        def send_noted(wire: Any, sql: str, *more: Any) -> Any:
            found.append(sql)
            return send(wire, sql, *more)

        return send_noted

    for wire, name in SENT:
        monkeypatch.setattr(wire, name, noted(getattr(wire, name)))
    return found


@pytest.mark.parametrize("contract_server", FEW, indirect=True)
def test_a_calm_sweep_sends_no_more_than_four_statements(
    contract_server: tuple[str, URL], tmp_path: Path, sent: list[str]
) -> None:
    with site_on(contract_server) as site:
        site.connect().ask(LEDGER)
        with watched(site.url, tmp_path) as seen:
            seen.fresh()
            sweeps: list[int] = []

            def calm() -> bool:
                """Between two pictures; now and then more is asked."""
                if len(seen.seen) == len(sweeps):
                    return False
                sweeps.extend([len(sent)] * (len(seen.seen) - len(sweeps)))
                return any(0 < after - before <= CALM for before, after in pairwise(sweeps))

            eventually(calm)
            assert seen.last.frameworks[0].framework == "flyway"


@pytest.mark.parametrize("contract_server", FEW[:2], indirect=True)
def test_a_slow_link_is_asked_less_often_and_the_page_says_so(contract_server: tuple[str, URL], tmp_path: Path) -> None:
    with (
        site_on(contract_server) as site,
        Weather(site.url) as link,
        watched(plain(link.url.set(database=site.url.database)), tmp_path) as seen,
    ):
        seen.fresh()
        link.turn(delay=0.4)
        eventually(lambda: slowness(seen.last).startswith("SLOW: every "))
        eventually(lambda: same_twice([a for _, a in seen.seen]))
        link.turn()
        seen.incident.refresh()
        eventually(lambda: slowness(seen.last) == "", 60)


def same_twice(pictures: list[Assessment]) -> bool:
    """A picture came, dated by now, for which the sessions were not read again."""
    readings = [(a.observation.sessions.taken_at, a.observation.sessions.health) for a in pictures if rests(a)]
    return any(one == other and one[1] is Health.OK for one, other in pairwise(readings))


def rests(assessment: Assessment) -> bool:
    """It is told that less is asked."""
    return assessment.observation.rest > 0
