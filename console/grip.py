"""Holds the hand: opened once, kept warm, opened anew where it was lost, used by one thread at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from console.core.faults import Fault, FullFault, LinkLostFault, RefusedFault
from console.core.ports_acting import Hand

A = TypeVar("A")

_READY = 8.0
"""Seconds that who only reads waits for the hand to be opened first."""
_CLOSING = 0.8
"""Seconds that closing waits for who talks over it: then it is closed under their hands."""
_LENT = 15.0
"""Seconds for which who read over the hand counts as still in need of it."""


class Grip:
    """One hand, as long as it lives."""

    def __init__(self, open_hand: Callable[[], Hand]) -> None:
        """Nothing is opened yet."""
        self._open_hand = open_hand
        self._hand: Hand | None = None
        self._talking = threading.RLock()
        """Held by the thread that uses it: it is opened in the background while somebody may already propose."""

        self._tried = threading.Event()
        self._failed = self._lent = -_LENT
        self._kept = self._given_up = False

    def hand(self) -> Hand:
        """The hand, opened if there is none."""
        with self._talking:
            try:
                if self._hand is None:
                    self._hand = self._kept_open(self._open_hand())
            except Fault:
                self._failed = time.monotonic()
                raise
            finally:
                self._tried.set()
            return self._hand

    def _kept_open(self, hand: Hand) -> Hand:
        if self._given_up:
            self._given_up = False
            hand.close()
            raise LinkLostFault("The connection that acts is not open", "it was closed while it was being opened")
        return hand

    def ready(self) -> None:
        """Returns once it was opened or could not be: where few connections are left, it comes first."""
        self._tried.wait(_READY)

    def lend(self, name: str, given: tuple[Any, ...]) -> Any:  # noqa: ANN401 - what that method of a link gives
        """Read over it, where there is no other connection. FullFault while a plan has it."""
        failed = self._hand is None and time.monotonic() - self._failed < _LENT
        if self._kept or failed:
            why = "the one that acts is at work" if self._kept else "nor one that could act"
            raise FullFault("The server has no connection left to look with", why)
        self._lent = time.monotonic()
        return self.asked(lambda hand: hand.read(name, given))

    def keep(self) -> None:
        """From now on until it is closed nobody reads over it: it is being made like the tool's own session."""
        if time.monotonic() - self._lent < _LENT:
            why = "the server has no connection left to look with meanwhile"
            raise RefusedFault("Nothing is run over this connection", why, "End a session first")
        with self._talking:
            self._kept = True

    def asked(self, question: Callable[[Hand], A]) -> A:
        """Read something over it; where it broke while nobody used it, over a new one. Never for anything that acts.
        RefusedFault while a plan has it."""
        with self._talking:
            if self._kept:
                raise RefusedFault("Nothing is asked over the connection that acts", "it carries a plan out")
            try:
                return question(self.hand())
            except LinkLostFault:
                self.close()
                return question(self.hand())

    def close(self) -> None:
        """Let it go, one that is just being opened too; what it runs is not cancelled."""
        waited = self._talking.acquire(timeout=_CLOSING)
        try:
            hand, self._hand = self._hand, None
            self._kept, self._given_up = False, hand is None and not waited
        finally:
            if waited:
                self._talking.release()
        if hand is not None:
            hand.close()
