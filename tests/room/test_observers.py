"""Who only looks is seen by what their sessions call themselves, on real servers too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.room.observers import MARK, Watcher, watchers
from console.core.session import Session
from tests.sites import Site, shop
from tests.test_incident import incident_on

AT = datetime(2026, 1, 31, 12, tzinfo=UTC)


def session(number: int, application: str, user: str = "eve", address: str = "10.0.0.7") -> Session:
    """One that began so many seconds after noon."""
    return Session(str(number), user, "shop", application, address, started_at=AT + timedelta(seconds=number))


def test_an_observers_sessions_are_one_line_since_the_first_of_them() -> None:
    seen = [session(3, "halfway locks observer"), session(1, "halfway sessions observer"), session(2, "halfway locks"),
            session(4, "web observer"), session(5, "halfway schema observer", "bob", "")]  # fmt: skip
    assert watchers(seen) == (
        Watcher("bob@local", AT + timedelta(seconds=5)),
        Watcher("eve@10.0.0.7", AT + timedelta(seconds=1)),
    )


def test_nobody_is_seen_where_nobody_looks() -> None:
    assert watchers([session(1, "halfway locks"), session(2, "")]) == ()


@pytest.fixture
def site(tmp_path: Path, database: URL) -> Site:
    """A shop on PostgreSQL."""
    return shop(tmp_path, database)


def test_the_sessions_of_an_observers_console_carry_the_mark_and_those_of_a_responder_do_not(site: Site) -> None:
    looking, acting = incident_on(site), incident_on(site)
    looking.prover.on = True
    try:
        looking.observe()
        acting.observe()  # the lanes are opened beside each other: the first look may miss its own
        found = acting.observe().observation.sessions.value or ()
    finally:
        looking.stop()
        acting.stop()
    names = {each.application for each in found if each.own}
    assert {name for name in names if name.endswith(f" {MARK}")} >= {f"halfway locks {MARK}", f"halfway schema {MARK}"}
    assert {"halfway locks", "halfway schema"} <= names
    assert [watcher.who.partition("@")[0] for watcher in watchers(found)] == ["postgres"]
