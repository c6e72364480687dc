"""How a figure is taken: the median of a few runs after one that does not count, always beside a base in one run."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

RUNS = 5


def seconds(work: Callable[[], object], runs: int = RUNS) -> float:
    """The median time of `work`; one run warms up when there are several."""
    times = []
    for _ in range(runs + (runs > 1)):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times[1:] or times)


def compare(title: str, base: tuple[str, float], *others: tuple[str, float]) -> None:
    """A small table: seconds, and how many times the base."""
    lines = [f"\n{title}", *(f"  {name:<44} {took:9.4f} s  {took / base[1]:7.2f}" for name, took in (base, *others))]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
