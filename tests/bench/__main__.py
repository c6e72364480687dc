"""`python -m tests.bench [NAME...]`: everything in one run, or some of it; only ratios of one run compare.

The whole run writes `snapshots/bench.md`, anew after each figure, so that an interrupted one keeps what it has; of a
part the table is only printed. A section that cannot be measured says why in it, and the others go on.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

from tests.bench.machine import Machine
from tests.bench.table import (
    ASSESS,
    BLOCKING,
    BYTES,
    DIFF,
    FILES,
    LOAD,
    MEMORY,
    MYSQL_SCHEMA,
    PAINT,
    POSTGRES_SCHEMA,
    UNCHANGED,
    Row,
    written,
)
from tests.memory import use_memory

TABLE = Path(__file__).resolve().parents[2] / "snapshots" / "bench.md"
SECTIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "startup": (PAINT, ASSESS),
        "schema": (POSTGRES_SCHEMA, UNCHANGED),
        "mysql": (MYSQL_SCHEMA, UNCHANGED),
        "drift": (DIFF,),
        "files": (FILES,),
        "blocking": (BLOCKING,),
        "load": (LOAD,),
        "terminal": (BYTES,),
        "memory": (MEMORY,),
    }
)
"""What each measures, in the order of the issue. Each is a module with `rows`."""
ASIDE = ("laravel", "fleet")
"""What nothing is promised for, and takes long: measured when it is named. Each is a module with `measure`."""


def main() -> None:
    """Measure what was asked for."""
    names = sys.argv[1:]
    if unknown := sorted(set(names) - {*SECTIONS, *ASIDE}):
        sys.exit(f"no such section: {', '.join(unknown)}. There are: {', '.join((*SECTIONS, *ASIDE))}.")
    use_memory()
    for name in names:
        if name in ASIDE:
            import_module(f"tests.bench.{name}").measure()
    wanted = [name for name in SECTIONS if name in names or not names]
    page = ""
    machine, found = Machine(), []
    for row in _measured(wanted):
        found.append(row)
        sys.stderr.write(f"{row.line()}\n")
        sys.stderr.flush()
        page = written(found, machine.told())
        if not names:
            TABLE.write_text(page, encoding="utf-8")
    sys.stdout.write(page)


def _measured(names: Iterable[str]) -> Iterator[Row]:
    """What breaks is a line of the table, and the others go on."""
    for name in names:
        try:
            yield from import_module(f"tests.bench.{name}").rows()
        except Exception as problem:  # noqa: BLE001 - one section must not take the others with it
            sys.stderr.write(f"section {name}:\n{traceback.format_exc()}\n")
            said = (str(problem).splitlines() or [""])[0][:100]
            yield Row.missing(SECTIONS[name][-1], f"the rest of {name}", f"{type(problem).__name__}: {said}")


if __name__ == "__main__":
    main()
