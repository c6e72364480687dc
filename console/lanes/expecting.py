"""Which of several sources says what the schema should be: the first counts until a person asks for the next."""

from __future__ import annotations

from console.core.expected_base import Baseline


class Expecting:
    """The sources of one incident; after those that were given come the project's own files."""

    def __init__(self, bases: tuple[Baseline, ...] = ()) -> None:
        """`bases` in the order in which they were named."""
        self._all: tuple[Baseline | None, ...] = (*bases, None)
        self._at = 0

    @property
    def base(self) -> Baseline | None:
        """The one that counts now; None: what the project's own files make."""
        return self._all[self._at]

    @property
    def several(self) -> bool:
        """There is another one to ask for."""
        return len(self._all) > 1

    def next(self) -> None:
        """The next one, round and round."""
        self._at = (self._at + 1) % len(self._all)
