"""The server is stopped, or the link freezes, while the acting statement is with it: longer than anybody waits."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from console.core.plan import Word
from console.dialects.mysql import hand as mysql_hand
from console.dialects.postgres import hand as postgres_hand
from tests.acting.faults import Console, Server, Stage, is_done, left_well, stage_on, waiting, wish, word_of
from tests.acting.test_faults import logging_server
from tests.acting.test_faults_server import begun, end_of
from tests.waiting import eventually

pytestmark = [pytest.mark.server, pytest.mark.first_of("a server that stands still")]
__all__ = ["logging_server"]

_numbers = count(1)
_SHORT = 2.0
"""Seconds for which the console believes in a silent server, where a test has to outlast that."""
_LONGER = 3.5
"""Seconds: more than a session that was told to end is followed, which counts only from when the server goes on."""


@pytest.fixture
def stage(logging_server: Server, tmp_path: Path) -> Iterator[Stage]:
    with stage_on(logging_server, f"stopped_{os.getpid()}_{next(_numbers)}", tmp_path) as found:
        try:
            yield found
        finally:
            tell(found.server, signal.SIGCONT)


def tell(server: Server, what: signal.Signals) -> None:
    """A signal for the server and, where it is many processes, for all of them."""
    assert server.pid is not None
    for pid in (server.pid, *children(server.pid)):
        with suppress(ProcessLookupError):
            os.kill(pid, what)


def children(parent: int) -> list[int]:
    found = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(file.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(file.parent.name))
    return found


def on_sending(monkeypatch: pytest.MonkeyPatch, word: str, act: Callable[[], None]) -> None:
    """`act` happens just before a hand sends a statement with this word."""

    def wrapped(owner: Any, name: str) -> None:
        before = getattr(owner, name)

        def send(self: Any, sql: str, *given: Any) -> Any:
            if word in sql:
                act()
            return before(self, sql, *given)

        monkeypatch.setattr(owner, name, send)

    wrapped(postgres_hand.PostgresHand, "_read")
    wrapped(mysql_hand._ActingWire, "send")


@contextmanager
def impatient(console: Console, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """It gives up soon."""
    monkeypatch.setattr(postgres_hand, "_TIMEOUT", _SHORT)
    monkeypatch.setattr(mysql_hand, "_SILENT", _SHORT)
    monkeypatch.setattr(console.acting, "observe", partial(console.incident.fresh, _SHORT))
    yield


def everybody_noticed(other: Console) -> None:
    """It lasts until a second console has given up reading."""
    eventually(lambda: not other.incident.observe(1.0).observation.sessions.complete, seconds=30)


def test_a_kill_that_meets_a_stopped_server_is_done_once_when_it_goes_on(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, bob = stage.console(stage.url, stage.url), stage.console(stage.url, stage.url)
    intent = wish(stage, "kill")
    plan = ann.acting.propose(intent, ann.incident.fresh())
    assert bob.incident.fresh().observation.sessions.complete
    stopped = threading.Event()

    def stop() -> None:
        tell(stage.server, signal.SIGSTOP)
        stopped.set()

    on_sending(monkeypatch, plan.steps[0].sql[0], stop)
    with begun(ann.acting, plan) as end:
        assert stopped.wait(20)
        everybody_noticed(bob)
        threading.Event().wait(_LONGER)
        tell(stage.server, signal.SIGCONT)
        result = end()
    assert [o.word for o in result.outcomes] == [Word.GONE], result.outcomes
    assert is_done(stage, "kill", intent)
    assert stage.times(plan.steps[0].sql[0]) == 1
    left_well(stage, ann, bob)


def test_a_kill_whose_server_stays_stopped_is_not_known_and_not_sent_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = stage.console(stage.url, stage.url)
    intent = wish(stage, "kill")
    plan = ann.acting.propose(intent, ann.incident.fresh())
    on_sending(monkeypatch, plan.steps[0].sql[0], lambda: tell(stage.server, signal.SIGSTOP))
    with impatient(ann, monkeypatch):
        result = ann.acting.carry_out(plan, plan.phrases)
    tell(stage.server, signal.SIGCONT)
    assert [o.word for o in result.outcomes] == [Word.UNKNOWN], result.outcomes
    assert "the link broke while it was sent" in result.outcomes[0].detail
    assert stage.times(plan.steps[0].sql[0]) <= 1
    left_well(stage, ann)


def test_a_finish_that_meets_a_stopped_server_says_what_stands_there_when_it_goes_on(stage: Stage) -> None:
    ann, bob = stage.console(stage.url, stage.url), stage.console(stage.url, stage.url)
    plan = ann.acting.propose(wish(stage, "finish"), ann.incident.fresh())
    assert bob.incident.fresh().observation.sessions.complete
    stage.blocker()
    with begun(ann.acting, plan) as end:
        eventually(lambda: waiting(stage))
        tell(stage.server, signal.SIGSTOP)
        everybody_noticed(bob)
        stage.end_blockers()
        tell(stage.server, signal.SIGCONT)
        result = end()
    # whether its lock's time-out or the blocker's end comes first is the server's affair
    word = Word.DONE if stage.has_carrier() else Word.REFUSED
    assert result.outcomes[0].word is word, result.outcomes
    assert stage.times(plan.steps[0].sql[0]) == 1
    left_well(stage, ann, bob)


def test_a_finish_whose_link_freezes_is_told_from_what_landed(stage: Stage) -> None:
    ann = stage.console(stage.url, stage.through)
    plan = ann.acting.propose(wish(stage, "finish"), ann.incident.fresh())
    blocker = stage.blocker()
    with begun(ann.acting, plan) as end:
        eventually(lambda: waiting(stage))
        stage.proxy.freeze()
        end_of(stage, blocker)
        eventually(stage.has_carrier)
        stage.proxy.cut()
        result = end()
    stage.proxy.thaw()
    assert result.outcomes[0].word is Word.DONE, result.outcomes
    assert "no answer came" in result.outcomes[0].detail
    assert stage.times(plan.steps[0].sql[0]) == 1
    left_well(stage, ann)


def test_a_kill_whose_link_freezes_is_not_known_and_not_sent_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = stage.console(stage.url, stage.through)
    intent = wish(stage, "kill")
    plan = ann.acting.propose(intent, ann.incident.fresh())
    on_sending(monkeypatch, word_of(stage, "kill"), stage.proxy.freeze)
    with impatient(ann, monkeypatch):
        result = ann.acting.carry_out(plan, plan.phrases)
    stage.proxy.cut()
    stage.proxy.thaw()
    assert [o.word for o in result.outcomes] == [Word.UNKNOWN], result.outcomes
    assert "whether it was told to end nobody knows" in result.outcomes[0].detail
    assert not is_done(stage, "kill", intent)
    assert stage.times(plan.steps[0].sql[0]) == 0
    left_well(stage, ann)
