"""How a picture changes statement by statement, kept as changes: a long file costs what it changes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from console.core.schema import Ref
from console.core.state import Attrs, Canvas, Picture


class _Unknown:
    """Marks that nothing is known any more."""


UNKNOWN: Final = _Unknown()
Known = Attrs | None | _Unknown


@dataclass(frozen=True)
class Span:
    """One prediction: from prefix `first` to prefix `last`, `ref` is so (None: absent)."""

    ref: Ref
    attrs: Attrs | None
    first: int
    last: int


@dataclass(frozen=True)
class Timeline:
    """What is known of every address after each prefix, the empty one included."""

    length: int
    changes: Mapping[Ref, tuple[tuple[int, Known], ...]]
    unnamed: frozenset[Ref] = frozenset()

    def at(self, prefix: int) -> Moment:
        """What is known after `prefix` statements."""
        return Moment(self, prefix)

    def spans(self) -> Iterator[Span]:
        """Every prediction with the prefixes it holds for."""
        for ref, steps in self.changes.items():
            ends = (*(start for start, _ in steps[1:]), self.length + 1)
            for (start, known), end in zip(steps, ends, strict=True):
                if not isinstance(known, _Unknown):
                    yield Span(ref, known, start, end - 1)


@dataclass(frozen=True)
class Moment:
    """One prefix of a timeline, asked as a picture is."""

    timeline: Timeline
    prefix: int

    def knows(self, ref: Ref) -> bool:
        """Whether presence or absence of `ref` is known."""
        return not isinstance(self._known(ref), _Unknown)

    def get(self, ref: Ref) -> Attrs | None:
        """Known attributes, or None when absent or unknown (see `knows`)."""
        known = self._known(ref)
        return None if isinstance(known, _Unknown) else known

    def _known(self, ref: Ref) -> Known:
        steps = self.timeline.changes.get(ref, ())
        behind = bisect_right(steps, self.prefix, key=lambda step: step[0])
        return steps[behind - 1][1] if behind else UNKNOWN


@dataclass(frozen=True)
class Film(Canvas):
    """A canvas that keeps what it showed after each statement."""

    touched: set[Ref] = field(default_factory=set)
    taken: dict[Ref, list[tuple[int, Known]]] = field(default_factory=dict)

    def with_things(self, changes: Mapping[Ref, Attrs | None], unnamed: frozenset[Ref] = frozenset()) -> Picture:
        """Itself, changed."""
        self.touched.update(changes)
        return super().with_things(changes, unnamed)

    def near(self, ref: Ref) -> Iterable[Ref]:
        """Without what was forgotten."""
        return [other for other in super().near(ref) if other in self.things]

    def forget(self, refs: Iterable[Ref]) -> None:
        """From now on nothing is known of these."""
        for ref in list(refs):
            self.touched.add(ref)
            self.things.pop(ref, None)

    def take(self, prefix: int) -> None:
        """Keep what changed since the last picture as what holds after `prefix` statements."""
        for ref in self.touched:
            known = self.things.get(ref, UNKNOWN)
            steps = self.taken.setdefault(ref, [])
            if not steps or steps[-1][1] is not known:
                steps.append((prefix, known))
        self.touched.clear()

    def timeline(self, length: int) -> Timeline:
        """Everything that was taken."""
        return Timeline(length, {ref: tuple(steps) for ref, steps in self.taken.items()}, frozenset(self.names))
