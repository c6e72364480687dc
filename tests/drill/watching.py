"""A drill while it is shown, asked on a second connection; and that nothing stays of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import URL

from console.drill.run import run_drill
from tests.drill.traces import Traces
from tests.waiting import eventually


@dataclass(frozen=True)
class Scene:
    """A drill while it is shown."""

    project: Path
    url: URL
    watch: psycopg.Connection

    def ask(self, question: str, *values: object) -> list[Any]:
        """The first column of every row."""
        return [row[0] for row in self.watch.execute(question, values)]

    def columns(self, table: str) -> set[str]:
        """Its columns now."""
        return set(self.ask("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0", table))

    def relation(self, name: str) -> bool:
        """Whether a table or index of that name is there."""
        return self.ask("SELECT to_regclass(%s) IS NOT NULL", name) == [True]

    def invalid_indexes(self) -> list[str]:
        """What failed CREATE INDEX CONCURRENTLY left."""
        return self.ask("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid")

    def history(self) -> dict[str, bool]:
        """Scripts in the history table with their success."""
        rows = self.watch.execute("SELECT script, success FROM flyway_schema_history ORDER BY installed_rank")
        return dict(rows.fetchall())


def in_drill(name: str, check: Callable[[Scene], None], major: int | None = None) -> None:
    """Run the drill and `check` it; afterwards nothing of it is there."""
    traces = Traces()

    def show(project: Path, url: URL) -> int:
        traces.remember()
        with connected(url) as watch:
            check(Scene(project, url, watch))
        return 1

    assert run_drill(name, show, major) == 0
    assert traces.processes
    assert traces.folders
    eventually(lambda: traces.left() == [])


@contextmanager
def connected(url: URL) -> Iterator[psycopg.Connection]:
    """A superuser's connection to the drill's database, and closed afterwards."""
    where = {"host": url.host, "port": url.port or 0, "dbname": url.database}
    with psycopg.connect(**where, user="postgres", autocommit=True) as watch:  # type: ignore[arg-type]
        yield watch
