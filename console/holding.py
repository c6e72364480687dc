"""Holding other runs of the tools off: their own locks, over a session of its own that does nothing else.

The session is asked now and then, so that neither a server nor what stands between ends it for being silent, and so
that the loss of a lock is noticed. The locks end with the session: whatever becomes of us, nothing is left held.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol

from console.core.faults import Fault, RefusedFault, UnreachableFault
from console.core.tool_lock import Hold, ToolLock

PING = 10.0
"""Seconds between two looks; a server ends the session when it hears nothing for a while (see the hands)."""
_AGAIN = 1.0
"""Seconds between two looks whether what was lost sight of still runs."""
_WITHOUT = "Leave the lock out (Ctrl-O), if you know that nobody starts the tool"


class Line(Protocol):
    """A session of its own."""

    def whoami(self) -> str:
        """Its identity, for the account."""
        ...

    def identity(self) -> str:
        """Which server this is."""
        ...

    def stay(self) -> str:
        """Be ended neither too early nor too late; why this session cannot hold a lock, '' when it can."""
        ...

    def ask(self, sql: str) -> object:
        """The one value that a SELECT gives."""
        ...

    def close(self) -> None:
        """End it."""
        ...


class Holder:
    """Takes locks, keeps them, gives them back."""

    def __init__(self, open_line: Callable[[], Line], every: float = PING) -> None:
        """Nothing is opened yet."""
        self._open_line = open_line
        self._every = every
        self._line: Line | None = None
        self._locks: tuple[ToolLock, ...] = ()
        self._lost = ""
        self._asking = threading.Lock()
        self._ended = threading.Event()

    def hold(self, holds: Sequence[Hold], server: str) -> str:
        """Take all of them or none, on the server of that identity; which session has them. RefusedFault where
        somebody else has one: its session is the `code`. RefusedFault, too, where a session cannot keep one."""
        self.let_go()
        try:
            line = self._line = self._opened()
            if why := line.stay() or ("" if line.identity() == server else "it would be on another server"):
                raise RefusedFault("Nobody can be held off", why, _WITHOUT)
            for hold in holds:
                self._take(hold, line)
            told = line.whoami()
        except Fault:
            self.let_go()
            raise
        self._locks = tuple(lock for hold in holds for lock in hold.locks)
        self._ended = threading.Event()
        threading.Thread(target=self._watch, args=(self._ended,), name="halfway-hold", daemon=True).start()
        return told

    def lost(self) -> str:
        """Why nobody is held off any more; '' while all locks are held, asked just now."""
        with self._asking:
            if self._line is None:
                return "nobody is held off"
            if not self._lost:
                self._lost = self._missing(self._line)
            return self._lost

    def outlast(self, running: str) -> None:
        """Returns once `running`, a SELECT of how many sessions do what was sent, gives 0, or once a lock is lost."""
        while not self.lost() and self._told(running):
            self._ended.wait(_AGAIN)

    def let_go(self) -> None:
        """Give back what is held, and end the session."""
        self._ended.set()
        with self._asking:
            line, locks = self._line, self._locks
            self._line, self._locks, self._lost = None, (), ""
            if line is not None:
                with suppress(Fault):
                    for lock in locks:
                        line.ask(lock.release)
                line.close()

    def _opened(self) -> Line:
        """Another connection: a server that is full has none left for that."""
        try:
            return self._open_line()
        except UnreachableFault as fault:
            raise RefusedFault("Nobody can be held off", fault.why or fault.what, _WITHOUT) from fault

    def _take(self, hold: Hold, line: Line) -> None:
        for lock in hold.locks:
            if line.ask(lock.take):
                continue
            holder = line.ask(lock.holder)
            whom = f"session {holder}" if holder is not None else "another session"
            why = f"{whom} has {hold.tool}'s own {hold.kind} {lock.key}: a run of it is at work, or hangs"
            raise RefusedFault("Nobody can be held off", why, code=str(holder) if holder is not None else "")

    def _watch(self, ended: threading.Event) -> None:
        while not ended.wait(self._every) and not self.lost():
            pass

    def _told(self, sql: str) -> bool:
        with self._asking, suppress(Fault):
            return self._line is not None and bool(self._line.ask(sql))
        return False

    def _missing(self, line: Line) -> str:
        try:
            gone = next((lock.key for lock in self._locks if not line.ask(lock.check)), "")
        except Fault as fault:
            return f"the session that held others off is lost: {fault.why or fault.what}"
        return f"the session that held others off does not have the lock {gone} any more" if gone else ""


class HoldsOff(ABC):
    """A hand that can hold others off: what of that is the same on every server."""

    _holder: Holder

    @abstractmethod
    def identity(self) -> str:
        """Which server this is."""

    def hold(self, holds: Sequence[Hold]) -> str:
        """Hold other runs of these tools off, over a session of its own."""
        return self._holder.hold(holds, self.identity())

    def lost_hold(self) -> str:
        """Why nobody is held off any more."""
        return self._holder.lost()

    def let_go(self) -> None:
        """Hold nobody off any more."""
        self._holder.let_go()
