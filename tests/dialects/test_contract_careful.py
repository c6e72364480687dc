"""What every link promises while others work: it never waits, nobody waits for it, and it sees who waits for whom."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread

import pytest

from console.core.blocking import edges
from console.core.faults import Fault, LinkLostFault, LockedFault, NotSupportedFault, ReadFault, TimedOutFault
from console.core.session import Edge, Session
from tests.dialects.contract import SERVED, Client, Site, answer, locks_of, own_of
from tests.dialects.contract_words import POSTGRES
from tests.dialects.panels import PANELS, probe
from tests.waiting import eventually

pytestmark = pytest.mark.parametrize("contract_server", SERVED, indirect=True)
SOON = 2.0
"""Seconds within which everything is answered, whatever is locked."""
HOLDS = sorted(POSTGRES.holds)
WAITS = sorted(POSTGRES.waits)


def seconds(ask: Callable[[], object]) -> float:
    began = time.monotonic()
    answer(ask)
    return time.monotonic() - began


@pytest.mark.parametrize("hold", HOLDS)
def test_no_panel_waits_and_nobody_waits_for_it(site: Site, hold: str) -> None:
    link = site.link()
    home = link.server().home
    cast = site.play(site.words.holds[hold])
    slow = {panel: took for panel, ask in PANELS.items() if (took := seconds(lambda ask=ask: ask(link, home))) > SOON}  # type: ignore[misc]
    assert slow == {}
    ours = {session.id for session in link.sessions() if session.own}
    waits = edges(locks_of(site.link("locks")))
    assert not [edge for edge in waits if edge.waiter in ours or edge.blocker in ours]
    assert {edge.waiter for edge in waits} <= {client.number for client in cast.values()}


@pytest.mark.parametrize("hold", HOLDS)
@pytest.mark.parametrize("panel", ["rows", "count", "ask"])
def test_what_would_read_a_locked_table_is_refused_or_answered(site: Site, hold: str, panel: str) -> None:
    link = site.link()
    home = link.server().home
    site.play(site.words.holds[hold])
    found = answer(lambda: PANELS[panel](link, home))
    if isinstance(found, Fault):
        assert isinstance(found, LockedFault) or "no table" in str(found), found


def test_a_count_gives_way_to_whoever_needs_the_table(site: Site) -> None:
    link = site.link()
    home = link.server().home
    found: list[object] = []
    counting = Thread(target=lambda: found.append(answer(lambda: link.count(probe(home, site.words.slow), 60.0))))
    counting.start()
    eventually(lambda: running(site, "schema"))
    began = time.monotonic()
    site.connect().ask("ALTER TABLE t ADD late INT")
    assert time.monotonic() - began < SOON
    counting.join(10)
    assert isinstance(found[0], LockedFault), found
    assert "gave way" in str(found[0])
    assert link.count(probe(home), 5.0) == 1


def running(site: Site, lane: str) -> list[Session]:
    """Our session of that lane, when it runs a statement that takes long."""
    watcher = site.link("watching")
    try:
        return [session for session in own_of(watcher, lane) if "sleep" in session.query and session.state == "active"]
    finally:
        watcher.close()


def test_limits_are_what_they_were_after_a_count_whatever_became_of_it(site: Site) -> None:
    link = site.link()
    home, wire = link.server().home, vars(link)["_wire"]
    before = wire.read(site.words.limits)
    assert link.count(probe(home), 30.0) == 1
    assert wire.read(site.words.limits) == before
    with pytest.raises(TimedOutFault):
        link.count(probe(home, site.words.slow), 0.3)
    assert wire.read(site.words.limits) == before
    with pytest.raises(ReadFault):
        link.count(probe(home, "no_such_column = 1"), 30.0)
    assert wire.read(site.words.limits) == before


def test_cancel_ends_a_running_read_within_a_second(site: Site) -> None:
    link = site.link()
    home = link.server().home
    found: list[object] = []
    reading = Thread(target=lambda: found.append(answer(lambda: link.count(probe(home, site.words.slow), 60.0))))
    reading.start()
    eventually(lambda: running(site, "schema"))
    began = time.monotonic()
    link.cancel()
    reading.join(5)
    assert time.monotonic() - began < 1.0
    assert [str(fault) for fault in found] == ["The read was cancelled."]
    assert link.server().name == site.url.database


def test_closing_leaves_no_session(site: Site) -> None:
    link, other = site.link("gone"), site.link("locks")
    home = link.server().home
    link.count(probe(home), 5.0)
    assert own_of(other, "gone")
    link.close()
    link.close()
    eventually(lambda: {each.application for each in other.sessions() if each.own} == {"halfway locks"})
    with pytest.raises(LinkLostFault):
        link.sessions()


def test_a_connection_that_was_killed_is_lost(site: Site) -> None:
    link, other = site.link("victim"), site.link("locks")
    (victim,) = own_of(other, "victim")
    site.admin.ask(site.words.kill.format(victim.id))
    with pytest.raises(LinkLostFault):
        eventually(lambda: link.sessions() is None)
    for panel in PANELS.values():
        assert isinstance(answer(lambda panel=panel: panel(link, "x")), LinkLostFault)  # type: ignore[misc]
    assert not own_of(other, "victim")


def test_sessions_tell_ours_from_others_and_what_each_does(site: Site) -> None:
    link, other = site.link(), site.link("locks")
    idle, resting = site.connect(), site.connect()
    idle.ask("BEGIN")
    idle.ask("UPDATE t SET note = 'mine' WHERE id = 1")
    resting.ask("SELECT * FROM t")
    ours = {"halfway schema", "halfway locks"}  # those of other tests may still be ending
    eventually(lambda: {each.application for each in link.sessions() if each.own} == ours)
    seen = {session.id: session for session in link.sessions()}
    assert not [each for each in (idle, resting) if seen[each.number].own]
    found, now = seen[idle.number], link.server().now
    assert (found.state, found.has_written, found.visible) == ("idle in transaction", True, True)
    assert found.query in ("UPDATE t SET note = 'mine' WHERE id = 1", "" if site.kind == "mariadb" else "told")
    assert found.transaction_at is not None
    assert now is not None
    assert timedelta(seconds=-1) < now - found.transaction_at < timedelta(seconds=30)
    assert (seen[resting.number].state, seen[resting.number].transaction_at) == ("idle", None)
    assert other.server().name == link.server().name


@pytest.mark.parametrize("name", WAITS)
def test_whoever_waits_has_an_edge_to_whoever_holds(site: Site, name: str) -> None:
    cast = site.play(site.words.waits[name])
    link = site.link("locks")
    waiter, holder = cast["waiter"].number, cast["holder"].number
    eventually(lambda: pairs(link) == {(waiter, holder)})
    seen = {session.id: session for session in link.sessions()}
    assert seen[waiter].waiting_for.startswith("Lock/")
    assert seen[holder].waiting_for == ""
    assert edge(link, waiter).object
    release(site, cast["holder"])
    cast["waiter"].join()
    assert not cast["waiter"].problems
    eventually(lambda: pairs(link) == set())


def pairs(link: object) -> set[tuple[str, str]]:
    """Waiter and holder of every edge. InnoDB tells anything new only after a tenth of a second without a question."""
    Event().wait(0.15)
    return {(each.waiter, each.blocker) for each in edges(locks_of(link))}  # type: ignore[arg-type]


def edge(link: object, waiter: str) -> Edge:
    """The edge of one who waits."""
    return next(each for each in edges(locks_of(link)) if each.waiter == waiter)  # type: ignore[arg-type]


def release(site: Site, holder: Client) -> None:
    """The holder goes, and with it all that it holds."""
    site.admin.ask(site.words.kill.format(holder.number))


def test_a_queue_is_a_chain_and_not_a_crowd(site: Site) -> None:
    cast = site.play(site.words.waits["alter"])
    late = site.play(("late& SELECT * FROM t",))["late"]
    link = site.link("locks")
    expected = {(cast["waiter"].number, cast["holder"].number), (late.number, cast["waiter"].number)}
    eventually(lambda: pairs(link) == expected)


def test_progress_is_told_or_said_to_be_unknown(site: Site) -> None:
    found = answer(site.link().progress)
    assert found == () or (isinstance(found, ReadFault) and not isinstance(found, NotSupportedFault)), found
