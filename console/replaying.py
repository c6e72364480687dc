"""A past incident, moment by moment, in place of one that is watched: no database is asked, and nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from console.core.assessment import Assessment
from console.core.contacts import Contact
from console.core.journal import Entry, Topic
from console.core.plain import one_line
from console.core.room.people import people
from console.core.room.picture import SHORT, picture_of, why_none
from console.lanes.expecting import Expecting

if TYPE_CHECKING:
    from console.core.preflight.finding import Report

_KEPT = 8
"""Pictures that are held unpacked."""


class Past:
    """What the journal has of one incident: every entry is a moment, and what was on the screens then stands in the
    last one before it that tells what was seen."""

    interval = 2.0
    paused = False
    contacts: tuple[Contact, ...] = ()

    def __init__(self, title: str, entries: Sequence[Entry], broken: str = "") -> None:
        """`broken` says why the journal cannot be trusted."""
        self.title = title
        self.moments = tuple(entry for entry in entries if entry.incident == title)
        self.broken = broken
        self.expecting = Expecting()
        self._unpacked: dict[int, Assessment | None] = {}

    def seen(self, at: int) -> Entry | None:
        """The entry that tells what was seen last at that moment."""
        return next((entry for entry in reversed(self.moments[: at + 1]) if entry.topic is Topic.SEEN), None)

    def picture(self, at: int) -> Assessment | None:
        """What was on the screens; None where that is not known."""
        entry = self.seen(at)
        if entry is None:
            return None
        if entry.n not in self._unpacked:
            self._unpacked = dict(list(self._unpacked.items())[1 - _KEPT :])
            self._unpacked[entry.n] = picture_of(entry)
        return self._unpacked[entry.n]

    def about(self, at: int) -> str:
        """What is to be known of its picture: why there is none, or what it has not got all of; '' if nothing."""
        entry = self.seen(at)
        if entry is None:
            return "what was seen until then was not kept"
        if self.picture(at) is None:
            return why_none(entry)
        short = entry.details.get(SHORT, "")
        return f"the picture has {short}" if short and entry is self.moments[at] else ""

    def preflight(self, assessment: Assessment) -> Report:
        """What was pending then, on what was seen."""
        from console.core.preflight.reporting import ground_of, report_of

        return report_of(ground_of(assessment))

    def words(self, at: int) -> str:
        """One line about it: `3/12  2026-01-31 12:00:05Z  Ann  acting  session 4711`."""
        entry = self.moments[at]
        names = people(self.moments[: at + 1])
        name = names[entry.run].name if entry.run in names else ""
        trust = "  NOT TRUSTED" if self.broken else ""
        head = f"{at + 1}/{len(self.moments)}{trust}  {moment(entry)}  {one_line(name or str(entry.who), 40)}"
        return f"{head}  {entry.topic.value}  {one_line(entry.text, 400)}"

    def lines(self) -> list[str]:
        """Every moment in one line, and whether the screens can be drawn there."""
        drawn = (f"  [{about}]" if (about := self._gap(at)) else "" for at in range(len(self.moments)))
        return [self.words(at) + gap for at, gap in enumerate(drawn)]

    def _gap(self, at: int) -> str:
        return self.about(at) if self.moments[at].topic is Topic.SEEN else ""

    def start(self, deliver: Callable[[Assessment], None], interval: float = 2.0) -> None:
        """Nothing comes by itself."""

    def stop(self) -> None:
        """Nothing is open."""

    def refresh(self) -> None:
        """What was, stays."""

    def pause(self) -> None:
        """Nothing moves."""

    def resume(self) -> None:
        """Nothing moves."""

    def set_interval(self, seconds: float) -> None:
        """Nothing is swept."""

    def expect_next(self) -> None:
        """Nothing is compared anew."""

    def count(self, migration_id: str, n: int) -> None:
        """Nobody is asked."""


def moment(entry: Entry) -> str:
    """`2026-01-31 12:00:05Z`."""
    return f"{entry.at:%Y-%m-%d %H:%M:%S}Z"
