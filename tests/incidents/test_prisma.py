"""The real engine of Prisma fails; what it kept is told, and `resolve` of the real one writes the rows of Halfway."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL

from console.core.intent import Intent, Verb
from tests import servers
from tests.frameworks.making import write
from tests.incidents.test_sqlfiles import carried_out, responding
from tests.incidents.told import assessed, judged_of, states
from tests.servers import ServerUnderTest, conninfo
from tests.tools import prisma

pytestmark = pytest.mark.parametrize("postgres_server", [16], indirect=True, scope="session")
FAILS = "SELECT 1 / 0;\n"
ROW = """SELECT logs, finished_at IS NULL, rolled_back_at IS NULL, finished_at = started_at, checksum,
applied_steps_count FROM _prisma_migrations WHERE migration_name = %s
ORDER BY logs = '', logs IS NULL, rolled_back_at"""
Rows = list[tuple[object, ...]]


@dataclass
class Shop:
    """A project and its database."""

    folder: Path
    url: URL

    def failing(self, name: str) -> str:
        """The real one stops at this migration, which has the text of all others; what it said."""
        lock = {"prisma/migrations/migration_lock.toml": 'provider = "postgresql"\n'}
        write(self.folder, {f"prisma/migrations/{name}/migration.sql": FAILS, **lock,
                            ".env": f"DATABASE_URL={conninfo(self.url)}\n"})  # fmt: skip
        ended = self.real("deploy")
        assert ended[0] == 1
        return ended[1]

    def real(self, *words: str) -> tuple[int, str]:
        """What it does."""
        ended = prisma.command(conninfo(self.url), self.folder / "prisma/migrations", *words).run()
        return ended.code, ended.said

    def ours(self, verb: Verb, name: str) -> None:
        """What Halfway does."""
        with responding(self.folder, {}, "prisma", "postgresql") as ann:
            carried_out(ann, Intent(verb, migration=name, framework="prisma", reason="a test"))

    def rows(self, name: str) -> Rows:
        """Its rows, but for when and by which key."""
        with psycopg.connect(conninfo(self.url)) as other:
            return list(other.execute(ROW, (name,)).fetchall())


@dataclass
class Told:
    """What became of it."""

    states: dict[str, str]
    note: str
    said: str
    rows: dict[str, Rows]
    ran_again: bool


@pytest.fixture(scope="module")
def told(postgres_server: ServerUnderTest, tmp_path_factory: pytest.TempPathFactory) -> Told:
    with servers.fresh_database(postgres_server) as url:
        shop = Shop(tmp_path_factory.mktemp("prisma"), url)
        shop.failing("1_ours")
        found = assessed(shop.folder, {})
        seen, note = states(found), judged_of(found, "1_ours").tracked.note
        shop.ours(Verb.MARK_RAN, "1_ours")
        shop.failing("2_theirs")
        assert shop.real("applied", "2_theirs") == (0, "")
        said = shop.failing("3_ours")
        shop.ours(Verb.MARK_NOT_RAN, "3_ours")
        write(shop.folder, {"prisma/migrations/3_ours/migration.sql": "SELECT 1;\n"})
        ran_again = shop.real("deploy")[0] == 0
        shop.failing("4_theirs")
        assert shop.real("rolled-back", "4_theirs") == (0, "")
        rows = {name: shop.rows(name) for name in ("1_ours", "2_theirs", "3_ours", "4_theirs")}
        return Told(seen, note, said, rows, ran_again)


def theirs(rows: Rows, name: str) -> Rows:
    """The logs name the migration, and nothing else differs."""
    return [(str(logs).replace(name, "it"), *rest) for logs, *rest in rows]


def test_prisma_failure_is_told_as_the_real_one_kept_it(told: Told) -> None:
    assert (told.states["1_ours"], told.note) == ("failed", "Prisma kept: division by zero")


def test_prisma_mark_ran_leaves_the_rows_of_the_real_resolve(told: Told) -> None:
    assert theirs(told.rows["1_ours"], "1_ours") == theirs(told.rows["2_theirs"], "2_theirs")
    assert "2_theirs" not in told.said


def test_prisma_mark_not_ran_leaves_the_rows_of_the_real_resolve(told: Told) -> None:
    assert theirs(told.rows["3_ours"][:1], "3_ours") == theirs(told.rows["4_theirs"], "4_theirs")
    assert (told.ran_again, len(told.rows["3_ours"])) == (True, 2)
