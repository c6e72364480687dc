"""The hand in a process of its own: a statement that runs when the terminal dies is neither cancelled nor sent again.

The console talks to it over a socket that both inherit. When the console goes away while something runs, the keeper
waits for its end, writes what came of it into the journal, and ends; otherwise it ends at once. What it lost sight of
it outlasts, if it holds a tool off. The URL with its password travels over the socket, never in arguments or the
environment.
"""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, cast

from console import tunnel
from console.core.faults import Fault, LinkLostFault, NotPermittedFault, RefusedFault
from console.core.journal import Topic
from console.core.plan import Outcome, Owner, Settings, Step, Word
from console.core.ports_acting import Hand, Journal
from console.core.session import Session
from console.core.tool_lock import Hold

_GONE = (EOFError, OSError)
_ACTS = ("kill", "run")
_SILENT = 60.0
"""Seconds until a keeper that does not answer counts as gone. What acts may take as long as it takes."""


@dataclass(frozen=True)
class Charge:
    """What the keeper is given to begin with; travels to it as a pickle."""

    open_hand: Callable[[], Hand]
    """A function of a module, with its arguments (functools.partial)."""
    open_journal: Callable[[], Journal] | None = None
    rest: float = 20.0
    """Seconds of silence after which the hand tells its server that it is still there."""


class KeptHand:
    """What `Hand` promises, done by the keeper."""

    def __init__(self, charge: Charge, know: Callable[[str], None] = lambda _: None) -> None:
        """Starts the process and has it connect; the faults of connecting are raised here. `know` is told of each
        session that the process opens later."""
        self._know = know
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "console.keeper", str(theirs.fileno())],
                pass_fds=(theirs.fileno(), *tunnel.leashes()),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._wire = Connection(ours.detach())
        self._talking = threading.Lock()
        try:
            self._tell(charge)
        except BaseException:
            self.close()
            raise

    @property
    def pid(self) -> int:
        """The keeper's process."""
        return self._process.pid

    def identity(self) -> str:
        """Which server this is."""
        return cast("str", self._ask("identity"))

    def whoami(self) -> str:
        """The identity of its session on the server."""
        return cast("str", self._ask("whoami"))

    def look(self, session: str) -> Session | None:
        """The session as it is now."""
        return cast("Session | None", self._ask("look", session))

    def read(self, name: str, given: tuple[Any, ...] = ()) -> Any:  # noqa: ANN401 - what that method of a link gives
        """What a link would read."""
        return self._ask("read", name, given)

    def kill(self, step: Step, acting: int = 0) -> Outcome:
        """End a session, once."""
        return cast("Outcome", self._ask("kill", step, acting))

    def settle(self, settings: Settings) -> None:
        """Be like the tool's own session."""
        self._ask("settle", settings)

    def run(self, step: Step, acting: int = 0) -> None:
        """Send the step's statements, once."""
        self._ask("run", step, acting)

    def hold(self, holds: Sequence[Hold]) -> str:
        """Hold other runs of these tools off."""
        told = cast("str", self._ask("hold", holds))
        self._know(told)
        return told

    def lost_hold(self) -> str:
        """Why nobody is held off any more."""
        return cast("str", self._ask("lost_hold"))

    def let_go(self) -> None:
        """Hold nobody off any more."""
        self._ask("let_go")

    def outlast(self) -> None:
        """It does that by itself, before it ends."""

    def owner(self, tables: Sequence[tuple[str, str]]) -> Owner:
        """Who owns these tables."""
        return cast("Owner", self._ask("owner", tables))

    def count(self, sql: str, seconds: float) -> int | None:
        """The number a SELECT gives."""
        return cast("int | None", self._ask("count", sql, seconds))

    def rest(self) -> None:
        """Its process does that by itself."""

    def close(self) -> None:
        """Let it go: it ends by itself, after what it runs."""
        self._wire.close()
        try:
            self._process.wait(0.2)
        except subprocess.TimeoutExpired:
            threading.Thread(target=self._process.wait, name="halfway-keeper-end", daemon=True).start()

    def _ask(self, name: str, *given: object) -> object:
        return self._tell((name, given))

    def _tell(self, message: object) -> object:
        with self._talking:
            answer = self._told(message)
        if isinstance(answer, Fault):
            raise answer
        return answer

    def _told(self, message: object) -> object:
        try:
            self._wire.send(message)
            if not (isinstance(message, tuple) and message[0] in _ACTS) and not self._wire.poll(_SILENT):
                raise LinkLostFault("The process that acts does not answer", f"for {_SILENT:.0f} s")
            return self._wire.recv()
        except _GONE as error:
            raise LinkLostFault("The process that acts is gone", type(error).__name__) from error


def main(number: int) -> None:
    """Serve one console until it goes away."""
    for ignored in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGPIPE):
        signal.signal(ignored, signal.SIG_IGN)
    wire = Connection(number)
    charge: Charge = wire.recv()
    try:
        hand = charge.open_hand()
    except Fault as fault:
        wire.send(_plain(fault))
        return
    last: tuple[tuple[Any, ...], object] | None = None
    try:
        wire.send(None)
        while True:
            while not wire.poll(charge.rest):
                with suppress(Fault):
                    hand.rest()
            name, given = wire.recv()
            last = None
            answer = _answer(hand, name, given)
            last = (given, answer) if name in _ACTS else None
            wire.send(answer)
    except _GONE:
        if last is not None:
            _record(charge, *last)
    finally:
        hand.outlast()
        hand.close()


def _answer(hand: Hand, name: str, given: tuple[Any, ...]) -> object:
    try:
        return getattr(hand, name)(*given)
    except Fault as fault:
        return fault if name == "read" else _plain(fault)
    except Exception as problem:  # noqa: BLE001 - a mistake of ours must reach the console as words
        return LinkLostFault("The process that acts failed", f"{type(problem).__name__}: {problem}")


def _plain(fault: Fault) -> Fault:
    """The fault without what cannot travel."""
    fault.__cause__ = fault.__context__ = None
    fault.partial = None
    return fault


def _record(charge: Charge, given: tuple[Any, ...], answer: object) -> None:
    """Write down what came of an act whose console went away before it did."""
    step, acting = given
    if charge.open_journal is None:
        return
    word, detail = _word_of(answer)
    details = {"acting": str(acting), "outcome": word.value, "by": "the keeper: the console was gone"}
    with suppress(Fault):
        journal = charge.open_journal()
        if any(entry.n == acting for entry in journal.in_flight()):
            journal.append(Topic.OUTCOME, f"{step.title}: {word.value} {detail}".strip(), details)


def _word_of(answer: object) -> tuple[Word, str]:
    """What may be said without having looked at the schema again."""
    if isinstance(answer, Outcome):
        return answer.word, answer.detail
    if isinstance(answer, RefusedFault):
        return Word.REFUSED, answer.why
    if isinstance(answer, NotPermittedFault):
        return Word.REFUSED, answer.why
    if isinstance(answer, Fault):
        return Word.IN_FLIGHT, f"{answer} Whether it runs on, the next console looks"
    return Word.UNKNOWN, "the server took it; nobody has looked again yet"


if __name__ == "__main__":
    main(int(sys.argv[1]))
