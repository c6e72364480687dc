"""How a figure is taken: the median of a few runs after one that does not count, always beside a base in one run."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

RUNS = 5


def median_of(sample: Callable[[], float], runs: int = RUNS) -> float:
    """The median of what `sample` returns; one run warms up when there are several."""
    return alternately(sample, runs=runs)[0]


def alternately(*samples: Callable[[], float], runs: int = RUNS) -> tuple[float, ...]:
    """The median of each, taken in turn, so that whatever else the machine does meets all of them."""
    rounds = [tuple(sample() for sample in samples) for _ in range(runs + (runs > 1))]
    return tuple(statistics.median(taken) for taken in zip(*(rounds[1:] or rounds), strict=True))


def timed(work: Callable[[], object]) -> Callable[[], float]:
    """A sample that says how many seconds `work` took."""

    def sample() -> float:
        began = time.perf_counter()
        work()
        return time.perf_counter() - began

    return sample


def seconds(work: Callable[[], object], runs: int = RUNS) -> float:
    """The median time of `work`."""
    return median_of(timed(work), runs)


def compare(title: str, base: tuple[str, float], *others: tuple[str, float]) -> None:
    """A small table of what nothing is promised for: seconds, and how many times the base."""
    lines = [f"\n{title}", *(f"  {name:<44} {took:9.4f} s  {took / base[1]:7.2f}" for name, took in (base, *others))]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
