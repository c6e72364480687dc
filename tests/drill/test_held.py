"""No signal comes between a process or a folder and the line that remembers it; what is left all the same goes too."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import FrameType

import pytest

from console.drill.held import SIGNALS, held
from console.drill.server import PrivatePostgres
from tests.drill.traces import commands
from tests.mysql_servers import private
from tests.waiting import eventually


@pytest.fixture
def raised() -> Iterator[list[int]]:
    """Which signals were answered, each with an exception."""
    answered: list[int] = []

    def answer(number: int, _: FrameType | None) -> None:
        answered.append(number)
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, answer) for number in SIGNALS}
    yield answered
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_signal_is_answered_when_the_moment_is_over(number: signal.Signals, raised: list[int]) -> None:
    done: list[list[int]] = []
    with pytest.raises(SystemExit):
        _disturbed(lambda: done.append(list(raised)), number)
    assert (done, raised) == ([[]], [number])
    with pytest.raises(SystemExit):
        os.kill(os.getpid(), number)
    assert raised == [number, number]


def _disturbed(then: Callable[[], None], *numbers: signal.Signals) -> None:
    with held():
        for number in numbers:
            os.kill(os.getpid(), number)
        then()


def test_of_two_signals_the_first_is_answered(raised: list[int]) -> None:
    with pytest.raises(SystemExit):
        _disturbed(lambda: None, signal.SIGTERM, signal.SIGINT)
    assert len(raised) == 1


def test_what_ends_a_process_or_is_ignored_stays_as_it_is() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN), signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        with held():
            assert [signal.getsignal(number) for number in SIGNALS[1:]] == [signal.SIG_DFL, signal.SIG_IGN]
    finally:
        signal.signal(signal.SIGHUP, before[0])
        signal.signal(signal.SIGTERM, before[1])


def test_another_thread_may_start_a_server_too() -> None:
    seen: list[object] = []

    def look() -> None:
        with held():
            seen.append(signal.getsignal(signal.SIGINT))

    other = threading.Thread(target=look)
    other.start()
    other.join()
    assert seen == [signal.getsignal(signal.SIGINT)]


def test_what_this_process_cannot_remove_goes_with_the_watcher(monkeypatch: pytest.MonkeyPatch) -> None:
    server = PrivatePostgres()
    folder = server._made_folder("halfway-pg-")
    (folder / "late").touch()
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", lambda *_, **__: None)
        server.stop()
    assert not folder.exists()


def test_the_process_that_makes_the_data_folder_is_ended_too(
    raised: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = private("mariadb")
    seen, end = list[int](), server.stop_now

    def ended() -> None:
        seen.append(server.pid or 0)
        end()

    def interrupt() -> None:
        with suppress(AssertionError):
            eventually(lambda: server.pid is not None and "--bootstrap" in commands(server.pid))
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(server, "stop_now", ended)
    other = threading.Thread(target=interrupt)
    other.start()
    with pytest.raises(SystemExit):
        server.start()
    other.join()
    assert raised == [signal.SIGTERM]
    assert seen[0]
    assert not commands(seen[0])
