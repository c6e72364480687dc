"""A monitor for a while: what it costs its own machine and the server's, and what it writes, each for a minute."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Event
from typing import Self

from tests.bench import proc
from tests.bench.measure import RUNS
from tests.bench.pty import Child

SETTLED = 6.0
"""Seconds after the first picture in which what is done once is done."""


@dataclass(frozen=True, slots=True)
class Minute:
    """What one takes in a minute."""

    client: float
    """Seconds of a processor."""
    server: float
    """The same of the server with all its processes."""
    kilobytes: float
    """Written to the terminal."""

    @classmethod
    def median(cls, taken: Sequence[Minute]) -> Self:
        """Of each by itself."""
        return cls(
            statistics.median(each.client for each in taken),
            statistics.median(each.server for each in taken),
            statistics.median(each.kilobytes for each in taken),
        )


def minute(monitor: Child, server: int, seconds: float) -> Minute:
    """The median of a few windows of so many seconds; `server` is the process of the server."""
    return together({"": monitor}, server, seconds)[""]


def together(monitors: Mapping[str, Child], server: int, seconds: float) -> dict[str, Minute]:
    """The same of several at once; what the server takes is of all of them."""
    taken: dict[str, list[Minute]] = {name: [] for name in monitors}
    for _ in range(RUNS):
        before = {name: (monitor.cpu(), monitor.bytes) for name, monitor in monitors.items()}
        served = used(server, seconds)
        for name, monitor in monitors.items():
            cpu, written = before[name]
            each = 60 / seconds
            kilobytes = (monitor.bytes - written) / 1024
            taken[name].append(Minute((monitor.cpu() - cpu) * each, served * each, kilobytes * each))
            monitor.draw()
    return {name: Minute.median(each) for name, each in taken.items()}


def used(server: int, seconds: float) -> float:
    """Seconds of a processor that the server used while so much time went by."""
    before = proc.cpu(proc.tree(server))
    Event().wait(seconds)
    return proc.cpu(proc.tree(server)) - before


def counted(count: Callable[[], int], seconds: float) -> int:
    """By how much a counter grew while so much time went by."""
    before = count()
    Event().wait(seconds)
    return count() - before
