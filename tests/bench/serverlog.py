"""What a private PostgreSQL was asked: each statement of a program with the time it took, out of the server's log."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from console.drill.server import PrivatePostgres
from tests.servers import run

SETTINGS = {"log_line_prefix": "%a|"}
"""What the server has to be started with."""
_LINE = re.compile(r"^(?P<who>[^|\n]*)\|LOG:  duration: (?P<took>[\d.]+) ms(?:  (?P<what>\w+)[^:]*: )?(?P<sql>.*)$")
_SENT = ("statement", "execute")
_OURS = "halfway "
"""Behind it stands what the connection is for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of the log: a statement, or a step of one."""

    who: str
    what: str
    """`statement`, `parse`, `bind` or `execute`."""
    seconds: float
    sql: str

    @property
    def is_statement(self) -> bool:
        """Whether it counts as one."""
        return self.what in _SENT


class Heard:
    """What was asked between two points."""

    def __init__(self, log: Path) -> None:
        """From its end on."""
        self._log = log
        self._from = log.stat().st_size

    def ours(self) -> list[Asked]:
        """What Halfway asked since then."""
        return [asked for asked in self._all() if asked.who.startswith(_OURS)]

    def _all(self) -> Iterator[Asked]:
        with self._log.open("rb") as file:
            file.seek(self._from)
            for line in file.read().decode("utf-8", "replace").splitlines():
                if found := _LINE.match(line):
                    took = float(found["took"]) / 1000
                    yield Asked(found["who"], found["what"] or "", took, found["sql"])


@contextmanager
def heard(server: PrivatePostgres) -> Iterator[Heard]:
    """Every statement is logged while the block runs, and not before or after: writing a log costs the server."""
    assert server._folder
    run(server.url, "ALTER SYSTEM SET log_min_duration_statement = 0", "SELECT pg_reload_conf()")
    try:
        yield Heard(server._folder / "log")
    finally:
        run(server.url, "ALTER SYSTEM RESET log_min_duration_statement", "SELECT pg_reload_conf()")
