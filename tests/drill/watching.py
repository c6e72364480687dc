"""A drill while it is shown, asked on a second connection; and that nothing stays of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL

from console.drill.kinds import kind_of
from console.drill.run import run_drill
from console.drill.session import Session
from tests.drill.traces import Traces
from tests.mysql_servers import KINDS, fetched
from tests.waiting import eventually

_INDEXES = {"postgresql": "indexname FROM pg_indexes WHERE tablename"}


@dataclass(frozen=True)
class Scene:
    """A drill while it is shown."""

    project: Path
    url: URL
    watch: Session
    """The administrator's."""

    def ask(self, question: str, *values: object) -> list[Any]:
        """The first column of every row."""
        return [row[0] for row in self.watch.run(question, values)]

    def columns(self, table: str) -> set[str]:
        """Its columns now."""
        return set(self.ask("SELECT column_name FROM information_schema.columns WHERE table_name = %s", table))

    def indexes(self, table: str) -> set[str]:
        """Its indexes now."""
        where = _INDEXES.get(
            self.url.get_backend_name(), "index_name FROM information_schema.statistics WHERE table_name"
        )
        return set(self.ask(f"SELECT {where} = %s", table))

    def relation(self, name: str) -> bool:
        """Whether a table or index of that name is there. PostgreSQL only."""
        return self.ask("SELECT to_regclass(%s) IS NOT NULL", name) == [True]

    def invalid_indexes(self) -> list[str]:
        """What failed CREATE INDEX CONCURRENTLY left. PostgreSQL only."""
        return self.ask("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid")

    def history(self) -> dict[str, bool]:
        """Scripts in the history table with their success."""
        rows = self.watch.run("SELECT script, success FROM flyway_schema_history ORDER BY installed_rank")
        return {script: bool(success) for script, success in rows}


def in_drill(name: str, check: Callable[[Scene], None], major: int | None = None, server: str = "postgresql") -> None:
    """Run the drill and `check` it; afterwards nothing of it is there."""
    prepare(server)
    traces = Traces()

    def show(project: Path, url: URL) -> int:
        traces.remember()
        kind = kind_of(server)
        with kind.open(kind.url(url, kind.admin)) as watch:
            check(Scene(project, url, watch))
        return 1

    assert run_drill(name, show, server, major) == 0
    assert traces.processes
    assert traces.folders
    eventually(lambda: traces.left() == [])


def prepare(server: str) -> None:
    """Have the programs of that server: a drill itself fetches nothing."""
    if server in KINDS:
        fetched(server)
