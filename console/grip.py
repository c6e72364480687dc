"""Holds the hand: opened once, kept warm, opened anew where it was lost, used by one thread at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from console.core.faults import LinkLostFault
from console.core.ports_acting import Hand

A = TypeVar("A")


class Grip:
    """One hand, as long as it lives."""

    def __init__(self, open_hand: Callable[[], Hand]) -> None:
        """Nothing is opened yet."""
        self._open_hand = open_hand
        self._hand: Hand | None = None
        self._talking = threading.RLock()
        """Held by the thread that uses it: it is opened in the background while somebody may already propose."""

    def hand(self) -> Hand:
        """The hand, opened if there is none."""
        with self._talking:
            if self._hand is None:
                self._hand = self._open_hand()
            return self._hand

    def asked(self, question: Callable[[Hand], A]) -> A:
        """Read something over it; where it broke while nobody used it, over a new one. Never for anything that acts."""
        with self._talking:
            try:
                return question(self.hand())
            except LinkLostFault:
                self.close()
                return question(self.hand())

    def close(self) -> None:
        """Let it go; what it runs is not cancelled."""
        hand, self._hand = self._hand, None
        if hand is not None:
            hand.close()
