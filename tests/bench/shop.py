"""A small project whose last migration stopped halfway, on a server of either kind: what a console is opened on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.engine import URL

from tests import mysql_servers, servers
from tests.fleet.fleets import Project
from tests.headless import command, environment

USEFUL = "HALF APPLIED"
"""What the first page says of it, with the statements below: that is what a responder opened it for."""
NAME = "bench_shop"


@dataclass(frozen=True)
class Shop:
    """Where it is, and how a console is opened on it."""

    url: URL
    project: Project
    home: Path

    def line(self, *words: str) -> list[str]:
        """`halfway [WORDS] URL --project DIR`."""
        return command(*words, self.url.render_as_string(hide_password=False), "--project", str(self.project.folder))

    def environ(self, person: str = "") -> dict[str, str]:
        """With a home of its own: no journal, room or configuration of this machine's. Who opens several consoles at
        once opens them as different people: one person's share a room, and ask for names."""
        home = self.home / person
        home.mkdir(exist_ok=True)
        found = environment({"HOME": str(home)})
        return {name: value for name, value in found.items() if not name.startswith(("HALFWAY_", "XDG_"))}


@contextmanager
def shop(server: URL, tables: int = 20) -> Iterator[Shop]:
    """With so many migrations of a table each; the database goes with its server."""
    driver = servers if server.get_backend_name() == "postgresql" else mysql_servers
    driver.run(server, f"CREATE DATABASE {NAME}")
    url = server.set(database=NAME)
    with TemporaryDirectory() as name:
        home = Path(name, "home")
        home.mkdir()
        project = Project.at(Path(name, "project"), tables)
        driver.run(url, *project.kinds()["half"])
        yield Shop(url, project, home)
