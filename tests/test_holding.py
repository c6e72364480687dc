"""A session that holds others off is asked again and again, and what it loses is noticed; no server is needed."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import pytest

from console import holding
from console.core.faults import FullFault, LinkLostFault, RefusedFault
from console.core.tool_lock import Hold, ToolLock
from console.holding import Holder
from tests.waiting import eventually

LOCK = ToolLock("5", "take", "check", "release", "holder")
HOLD = Hold("rails", (LOCK,), "advisory lock")


@dataclass
class Line:
    """A session that gives what it is told to."""

    answers: dict[str, object] = field(default_factory=lambda: {"take": True, "check": 1, "release": True})
    asked: list[str] = field(default_factory=list)
    closed: bool = False

    def whoami(self) -> str:
        return "7 since then"

    def identity(self) -> str:
        return "here"

    def stay(self) -> str:
        return ""

    def ask(self, sql: str) -> object:
        broken, answer = "break" in self.answers, self.answers[sql]
        self.asked.append(sql)
        if broken:
            raise LinkLostFault("The connection broke", "gone away")
        return answer

    def close(self) -> None:
        self.closed = True


def test_it_is_asked_again_and_again_until_it_is_let_go() -> None:
    line = Line()
    holder = Holder(lambda: line, every=0.005)
    assert holder.hold((HOLD,), "here") == "7 since then"
    eventually(lambda: line.asked.count("check") > 3)
    holder.let_go()
    assert (line.asked[0], line.asked[-1], line.closed) == ("take", "release", True)
    assert holder.lost() == "nobody is held off"


LOST: dict[str, tuple[dict[str, object], str]] = {
    "the_lock": ({"check": 0}, "the session that held others off does not have the lock 5 any more"),
    "the_session": ({"break": True}, "the session that held others off is lost: gone away"),
}


@pytest.mark.parametrize("name", LOST)
def test_what_is_lost_stays_lost(name: str) -> None:
    answers, why = LOST[name]
    line = Line()
    holder = Holder(lambda: line, every=0.005)
    holder.hold((HOLD,), "here")
    before = dict(line.answers)
    line.answers.update(answers)
    asked = len(line.asked)
    eventually(lambda: len(line.asked) > asked)
    line.answers = before
    assert holder.lost() == why


def test_a_server_without_a_free_connection_is_told_with_the_way_out() -> None:
    def full() -> Line:
        raise FullFault("The server cannot be reached", "too many clients")

    with pytest.raises(RefusedFault) as refused:
        Holder(full).hold((HOLD,), "here")
    assert (refused.value.why, "Ctrl-O" in refused.value.todo) == ("too many clients", True)


@pytest.mark.parametrize("end", [{"running": 0}, {"check": 0}, {"break": True}], ids=["ended", "lock", "session"])
def test_it_is_held_while_what_was_sent_runs_and_no_longer(
    end: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "_AGAIN", 0.005)
    line = Line()
    line.answers["running"] = 1
    holder = Holder(lambda: line)
    holder.hold((HOLD,), "here")
    thread = threading.Thread(target=holder.outlast, args=("running",), daemon=True)
    thread.start()
    eventually(lambda: line.asked.count("running") > 2)
    assert (thread.is_alive(), line.closed) == (True, False)
    line.answers.update(end)
    thread.join(10)
    assert not thread.is_alive()
    holder.let_go()
    holder.outlast("running")
