"""`python -m tests.readers.php.measure`: ask the real Laravels again about cases.txt; review the difference."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.tools.laravel import LARAVEL_8, LARAVEL_10, LARAVEL_13, Php, php

HERE = Path(__file__).parent
ASKED = HERE / "golden_sqlite"
DRIVERS = {"golden_sqlite": ("sqlite",), "golden_mysql": ("mysql", "mariadb")}


def _has_meaning(case: str, driver: str, major: str) -> bool:
    """Only Laravel 10 can be told to change natively; only from 11 on, and not on SQLite, is the server asked."""
    if "[native=" in case:
        return major == "10"
    return "[version=" not in case or (driver != "sqlite" and major not in ("8", "10"))


def _lines(laravel: Php, driver: str) -> Iterator[str]:
    if driver == "mariadb" and laravel.laravel.split(".")[0] in ("8", "10"):
        return
    command = laravel.command(ASKED / "measure.php", driver)
    with (ASKED / "cases.txt").open(encoding="utf-8") as given:
        done = subprocess.run(command, stdin=given, capture_output=True, text=True, check=True)
    for line in done.stdout.splitlines():
        if _has_meaning(line.partition(": ")[0], driver, laravel.laravel.split(".")[0]):
            yield line


def main() -> None:
    """All versions, all servers."""
    for laravel in map(php, (LARAVEL_8, LARAVEL_10, LARAVEL_13)):
        for folder, drivers in DRIVERS.items():
            head = f"# measured: what Laravel {laravel.laravel} of Debian says to golden_sqlite/cases.txt"
            found = [line for driver in drivers for line in _lines(laravel, driver)]
            path = HERE / folder / f"v{laravel.laravel}.txt"
            path.write_text("\n".join([head, *found]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
