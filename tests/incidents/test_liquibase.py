"""The real Liquibase stops at the first, a middle and the last statement: what is told, every way out, and its lock."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.acting.cleaning import at_work, plan_for
from tests.frameworks.liquibase_corpus import HEAD
from tests.frameworks.making import write
from tests.incidents.liquibase_lived import PATH, Lived, Site, Ways, lived
from tests.incidents.told import assessed
from tests.mysql_servers import MyServer
from tests.mysql_servers import fresh_database as fresh_there
from tests.servers import ServerUnderTest
from tests.servers import fresh_database as fresh_here
from tests.tools.liquibase import command, environ, jdbc
from tests.waiting import eventually

_Folders = pytest.TempPathFactory


class TestOnMySQL(Ways):
    """Each change of the schema is committed by itself."""

    @pytest.fixture(scope="class")
    def lived(self, my_server: MyServer, tmp_path_factory: _Folders) -> Iterator[Lived]:
        with fresh_there(my_server) as url:
            yield lived(Site(tmp_path_factory.mktemp("liquibase"), url, my_server.kind), "duplicate entry")


@pytest.mark.parametrize("postgres_server", [16], indirect=True, ids=["pg16"], scope="session")
class TestOnPostgreSQL(Ways):
    """A changeset is one transaction, unless it says otherwise."""

    @pytest.fixture(scope="class")
    def lived(self, postgres_server: ServerUnderTest, tmp_path_factory: _Folders) -> Iterator[Lived]:
        with fresh_here(postgres_server) as url:
            site = Site(tmp_path_factory.mktemp("liquibase"), url, "postgresql")
            yield lived(site, "could not create unique index", ' runInTransaction="false"')

    def test_liquibase_order_of_what_was_edited(self, lived: Lived) -> None:
        """An edited changeset is told, as the tool tells it; a row without a sum is filled in by the next run."""
        site = lived.site
        site.tool("update")
        site.lay("first")
        assert site.told()[2] == "checksum_mismatch"
        site.tool("status", fails="validation failed")
        site.run("UPDATE databasechangelog SET md5sum = NULL WHERE id = '2'")
        site.tool("update")
        assert site.told()[2] == "applied"
        assert all(row[5] for row in site.rows())


@pytest.mark.parametrize("postgres_server", [16], indirect=True, ids=["pg16"])
def test_liquibase_lock_whose_holder_was_killed(tmp_path: Path, database: URL) -> None:
    site = Site(tmp_path, database, "postgresql")
    sleeps = '<changeSet id="1" author="ann"><sql>SELECT pg_sleep(600)</sql></changeSet></databaseChangeLog>'
    write(tmp_path, {PATH: HEAD + sleeps, "liquibase.properties": f"changeLogFile={PATH}\n"})
    line = command(jdbc(database), "update")
    with subprocess.Popen(line, cwd=tmp_path, env=environ(tmp_path), stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as running:  # fmt: skip
        asleep = "SELECT pid FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active'"
        ((session,),) = eventually(lambda: site.ask(asleep))
        running.kill()
    site.run(f"SELECT pg_terminate_backend({session})")
    eventually(lambda: not site.ask(asleep))
    about = next(f.about for f in assessed(tmp_path, site.variables).frameworks if f.framework == "liquibase")
    ((holder, since),) = site.ask("SELECT lockedby, lockgranted::text FROM databasechangeloglock WHERE locked")
    assert about.startswith(f"Liquibase's lock is held by {holder} since {since}")
    site.run("UPDATE databasechangeloglock SET lockedby = 'gone-7 (10.9.8.7)'")
    with at_work("postgresql", database, tmp_path) as ann:
        plan = plan_for(ann, "databasechangeloglock")
        assert plan.refused == ()
        ann.acting.carry_out(plan, plan.phrases)
    free = site.ask("SELECT * FROM databasechangeloglock")
    site.tool("release-locks")
    assert site.ask("SELECT * FROM databasechangeloglock") == free == [(1, False, None, None)]
