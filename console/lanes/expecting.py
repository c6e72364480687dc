"""Which of several sources says what the schema should be: the first counts until a person asks for the next.

What a person named comes first, then a snapshot that was kept of this very database, then the project's own files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from console.core.expected_base import Baseline
from console.core.observation import Server

Shelf = Callable[[str, str], Iterable[Baseline]]
"""(identity of the server, name of the database) -> what was kept of it, the newest first."""


class Expecting:
    """The sources of one incident."""

    def __init__(self, bases: tuple[Baseline, ...] = (), shelf: Shelf | None = None) -> None:
        """`bases` in the order in which they were named."""
        self._bases = bases
        self.shelf = shelf
        self._asked: tuple[str, str] | None = None
        self._kept: tuple[Baseline, ...] = ()
        self._at = 0

    def look(self, server: Server | None) -> None:
        """Take what was kept from the shelf, once it is known which database this is."""
        if server is None or self.shelf is None or self._asked == (server.identity, server.name):
            return
        self._asked = (server.identity, server.name)
        self._kept = tuple(self.shelf(*self._asked)) if server.identity else ()
        self._at = min(self._at, self._last)

    @property
    def _last(self) -> int:
        return len(self._bases) + bool(self._kept)

    @property
    def base(self) -> Baseline | None:
        """The one that counts now; None: one that was kept, or what the project's own files make."""
        return self._bases[self._at] if self._at < len(self._bases) else None

    @property
    def kept(self) -> tuple[Baseline, ...]:
        """The snapshots of which one counts now; () where another source does."""
        return self._kept if self._at == len(self._bases) else ()

    @property
    def several(self) -> bool:
        """There is another one to ask for."""
        return self._last > 0

    def next(self) -> None:
        """The next one, round and round."""
        self._at = (self._at + 1) % (self._last + 1)
