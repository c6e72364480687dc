"""What is the same for all databases of one server, asked once in a while: who is there, and who holds which lock.

MySQL answers these for the whole server, and InnoDB only a few times a second: asked by every look at every database,
eight looks at a time would wait for one another.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from console.core.faults import Fault, LinkLostFault, UnreachableFault

V = TypeVar("V")
FRESH = 3.0
"""Seconds for which an answer is used again."""


@dataclass
class _Answer:
    lock: threading.Lock = field(default_factory=threading.Lock)
    at: float = -FRESH
    value: Any = None


class Around:
    """Answers by server; any thread."""

    def __init__(self, fresh: float = FRESH) -> None:
        """Nothing is known yet."""
        self._fresh = fresh
        self._answers: dict[tuple[str, str], _Answer] = {}
        self._lock = threading.Lock()

    def ask(self, server: str, what: str, ask: Callable[[], V]) -> V:
        """An answer that is young enough, or a new one; who comes meanwhile waits for it. A fault is an answer, too,
        unless it is only about the one who asked."""
        with self._lock:
            answer = self._answers.setdefault((server, what), _Answer())
        with answer.lock:
            if time.monotonic() - answer.at >= self._fresh:
                try:
                    answer.value = ask()
                except (LinkLostFault, UnreachableFault):
                    raise
                except Fault as fault:
                    answer.value = fault
                answer.at = time.monotonic()
            found: Any = answer.value
        if isinstance(found, Fault):
            raise found
        return found  # type: ignore[no-any-return]
