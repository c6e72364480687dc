"""Bad links: what was seen stays with its age, no picture is late, and everything is read again once the link is good.

The faults go on at the same time, each on a link of its own, so that all of them cost the time of one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise

import pytest
from sqlalchemy.engine import URL

from console.core.observation import Health
from screens.ages import staleness
from tests.faults.stands import FEW, plain, site_on
from tests.faults.watching import HANG, Watched, parts, watched
from tests.faults.weather import Weather
from tests.waiting import eventually

pytestmark = pytest.mark.parametrize("contract_server", FEW[:2], indirect=True, scope="module")
WEATHER: dict[str, Callable[[Weather], None]] = {
    "half-open": Weather.freeze,
    "late": lambda link: link.turn(delay=5.0),
    "narrow": lambda link: link.turn(rate=1024.0),
}


@dataclass
class Fault:
    """One link, and what was seen over it."""

    link: Weather
    seen: Watched
    began: float = 0.0
    ended: float = 0.0

    def begin(self, act: Callable[[Weather], None]) -> None:
        """Everything was read once, then the weather turns."""
        self.seen.fresh()
        self.began = time.monotonic()
        act(self.link)

    def is_known(self) -> bool:
        """Every lane that reads all the time has failed."""
        now = parts(self.seen.last)
        return all(now[name].health is Health.STALE for name in ("server", "sessions", "locks"))

    def clear(self) -> None:
        """Good weather again."""
        self.link.thaw()
        self.link.turn()

    def outlive(self) -> None:
        """Everything is read again."""
        self.seen.fresh()
        self.ended = time.monotonic()


@pytest.fixture(scope="module")
def storm(contract_server: tuple[str, URL], tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Fault]]:
    """All of them at once, over."""
    with site_on(contract_server) as site, ExitStack() as ends:
        found = {}
        for name in WEATHER:
            link = ends.enter_context(Weather(site.url))
            url = plain(link.url.set(database=site.url.database))
            seen = ends.enter_context(watched(url, tmp_path_factory.mktemp("project")))
            found[name] = Fault(link, seen)
        for name, act in WEATHER.items():
            found[name].begin(act)
        eventually(lambda: found["half-open"].is_known() and found["late"].is_known())
        for fault in found.values():
            fault.clear()
        for fault in found.values():
            fault.outlive()
        yield found


def never_hung(fault: Fault) -> None:
    """Pictures went on coming."""
    during = [fault.began, *(at for at, _ in fault.seen.seen if fault.began < at < fault.ended), fault.ended]
    assert max(after - before for before, after in pairwise(during)) < HANG


def kept_with_its_age(fault: Fault) -> None:
    """Nothing that was seen is gone while nothing can be read, and its age stands there with the reason."""
    pictures = [a for at, a in fault.seen.seen if fault.began < at < fault.ended]
    assert all(reading.value is not None for a in pictures for reading in parts(a).values())
    lost = next(a for a in reversed(pictures) if parts(a)["sessions"].health is Health.STALE)
    is_stale, reason, age = staleness(lost, "locks", 0.5, 0.0)
    assert is_stale
    assert age.endswith(" s")
    assert reason.endswith(".")


def test_a_half_open_link_is_told_and_mended_by_itself(storm: dict[str, Fault]) -> None:
    never_hung(storm["half-open"])
    kept_with_its_age(storm["half-open"])
    reasons = {parts(a)["sessions"].reason for _, a in storm["half-open"].seen.seen}
    assert any("no answer" in reason or "does not answer" in reason for reason in reasons), reasons


def test_five_seconds_of_latency_are_told_and_waited_out(storm: dict[str, Fault]) -> None:
    never_hung(storm["late"])
    kept_with_its_age(storm["late"])


def test_a_kilobyte_a_second_is_slow_and_no_silence(storm: dict[str, Fault]) -> None:
    fault = storm["narrow"]
    never_hung(fault)
    pictures = [a for at, a in fault.seen.seen if fault.began < at < fault.ended]
    assert {parts(a)["sessions"].reason for a in pictures} <= {"", "no answer within 10 s"}
