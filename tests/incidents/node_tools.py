"""What the tests of Sequelize and TypeORM on real servers do alike: a project that ran, one that stopped, ways out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL

from console.core.intent import Intent, Verb
from tests.incidents.sqlfile_cases import MENDED, ROWS
from tests.incidents.test_sqlfiles import carried_out, responding
from tests.incidents.told import assessed, judged_of, letters, states
from tests.mysql_servers import MyServer, ask, open_connection, run

Command = Callable[[Path, str], tuple[int, str]]


@dataclass(frozen=True)
class NodeTool:
    """One tool with two migrations, whose second cannot run while two customers have one address."""

    name: str
    base: str
    more: str
    begun: Callable[[Path, URL, str], None]
    """The first one ran, by the real command."""
    add: Callable[[Path], None]
    """The second one is there."""
    cli: Command
    run: str
    undo: str
    nothing: str
    """What the command says when there is nothing to do."""
    shown: str
    """The rows of its ledger."""

    def rows(self, url: URL) -> list[tuple[object, ...]]:
        """What it believes."""
        with open_connection(url) as other:
            return ask(other, self.shown)

    def stopped(self, folder: Path, server: MyServer, url: URL) -> None:
        """The real command stopped at the third of four statements."""
        self.begun(folder, url, server.kind)
        run(url, *ROWS)
        self.add(folder)
        code, said = self.cli(folder, self.run)
        assert (code, "Duplicate entry" in said or "Validation error" in said) == (1, True), said
        found = assessed(folder, {})
        assert letters(judged_of(found, self.more)) == "LLNN"
        assert states(found) == {self.base: "applied", self.more: "half_applied"}

    def done(self, folder: Path, kind: str, verb: Verb, name: str = "") -> None:
        """One way out."""
        with responding(folder, {}, self.name, kind) as ann:
            carried_out(ann, Intent(verb, migration=name or self.more, framework=self.name, reason="a test"))

    def rolled_back(self, folder: Path, server: MyServer, url: URL) -> None:
        """Rolled back by Halfway the real one begins anew, and takes back what it then did."""
        self.stopped(folder, server, url)
        before = self.rows(url)
        self.done(folder, server.kind, Verb.ROLL_BACK)
        waits = {self.base: "applied", self.more: "pending"}
        assert (states(assessed(folder, {})), self.rows(url)) == (waits, before)
        run(url, MENDED)
        code, said = self.cli(folder, self.run)
        assert (code, len(self.rows(url))) == (0, 2), said
        code, said = self.cli(folder, self.undo)
        assert (code, self.rows(url)) == (0, before), said
        assert states(assessed(folder, {})) == waits

    def finished(self, folder: Path, server: MyServer, url: URL) -> list[tuple[object, ...]]:
        """Finished by Halfway the real one has nothing to do; its rows then."""
        self.stopped(folder, server, url)
        run(url, MENDED)
        self.done(folder, server.kind, Verb.FINISH)
        code, said = self.cli(folder, self.run)
        assert (code, self.nothing in said) == (0, True), said
        return self.rows(url)

    def marked(self, folder: Path, server: MyServer, url: URL) -> tuple[str, str]:
        """The rows that the real one wrote go and come back as they were; what it says of them each time."""
        self.begun(folder, url, server.kind)
        kept = self.rows(url)
        self.done(folder, server.kind, Verb.MARK_NOT_RAN, self.base)
        assert (self.rows(url), len(kept)) == ([], 1)
        status = {"sequelize": "db:migrate:status", "typeorm": "migration:show"}[self.name]
        gone = self.cli(folder, status)[1]
        self.done(folder, server.kind, Verb.MARK_RAN, self.base)
        assert self.rows(url) == kept
        return gone, self.cli(folder, status)[1]
