"""The real dbmate stops half way: what is told, and what dbmate itself says after each way out."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.drill.binaries import installations
from tests import servers
from tests.frameworks.making import write
from tests.incidents.told import assessed, judged_of, letters, states
from tests.servers import Connect, ServerUnderTest
from tests.tools.dbmate import dbmate


def named(url: URL) -> str:
    """As dbmate reads it."""
    kind = "mysql" if url.get_backend_name() in ("mysql", "mariadb") else "postgres"
    return url.set(drivername=kind, query={}).render_as_string(hide_password=False)


@pytest.mark.parametrize("postgres_server", [16], indirect=True)
def test_dbmate_statements_down_are_those_of_its_own_rollback(
    tmp_path: Path, postgres_server: ServerUnderTest, database: URL
) -> None:
    up, down = "CREATE TABLE a (b int);\n", "DROP TABLE a;\n"
    write(tmp_path, {f"db/migrations/{n}_x.sql": f"-- migrate:up\n{up if n == 2 else ''}-- migrate:down\n"
                     f"{down if n == 2 else ''}" for n in (1, 2)})  # fmt: skip
    url = f"{named(database)}?sslmode=disable"
    assert dbmate(tmp_path, url, "up").code == 0
    found = assessed(tmp_path, {"DATABASE_URL": named(database)})
    (own,) = (t.value.rollback for t in found.observation.tracking if t.value is not None)
    assert (own.argv, own.takes) == (("dbmate", "--migrations-dir", "db/migrations", "rollback"), ("2",))
    file = judged_of(found, "2").tracked.migration
    assert file is not None
    assert [s.sql for s in file.down] == ["DROP TABLE a"]
    assert dbmate(tmp_path, url, *own.argv[1:]).code == 0
    found = assessed(tmp_path, {"DATABASE_URL": named(database)})
    assert (letters(judged_of(found, "2")), states(found)) == ("N", {"1": "applied", "2": "pending"})


@pytest.mark.parametrize("postgres_server", [16], indirect=True)
def test_in_a_transaction_nothing_of_it_stays(tmp_path: Path, postgres_server: ServerUnderTest, database: URL) -> None:
    alone = "-- migrate:up transaction:false\nCREATE TABLE c (d int);\n"
    files = {
        "db/migrations/1_whole.sql": "-- migrate:up\nCREATE TABLE a (b int);\n-- migrate:down\nDROP TABLE a;\n",
        "db/migrations/2_at_once.sql": f"{alone}SELECT 1 / 0;\n-- migrate:down\n",
        "db/migrations/3_twice.sql": f"{alone}-- migrate:down\n-- migrate:up\nSELECT 1 / 0;\n-- migrate:down\n",
    }
    write(tmp_path, files)
    ended = dbmate(tmp_path, f"{named(database)}?sslmode=disable", "up")
    assert (ended.code != 0, "division by zero" in ended.said) == (True, True)
    found = assessed(tmp_path, {"DATABASE_URL": named(database)})
    assert states(found) == {"1": "applied", "2": "pending", "3": "pending"}
    write(tmp_path, {"db/migrations/2_at_once.sql": "-- migrate:up\n-- migrate:down\n"})
    assert dbmate(tmp_path, f"{named(database)}?sslmode=disable", "up").code != 0
    found = assessed(tmp_path, {"DATABASE_URL": named(database)})
    assert (letters(judged_of(found, "3")), states(found)["3"]) == ("LU", "half_applied")


@pytest.mark.parametrize("postgres_server", [16], indirect=True)
def test_dbmate_lock_that_the_real_one_waits_for_has_a_known_holder(
    tmp_path: Path, postgres_server: ServerUnderTest, database: URL, connect: Connect
) -> None:
    holder = connect()
    holder.execute("SELECT pg_advisory_lock(48372615)")
    write(tmp_path, {"db/migrations/1_x.sql": "-- migrate:up\n-- migrate:down\n"})
    ended = dbmate(tmp_path, f"{named(database)}?sslmode=disable", "--migration-lock", "--migration-lock-timeout", "1s",
                   "migrate")  # fmt: skip
    assert (ended.code != 0, "lock" in ended.said) == (True, True)
    (found,) = assessed(tmp_path, {"DATABASE_URL": named(database)}).blocked.migration
    assert (found.session.id, found.holds_tool_lock) == (str(holder.info.backend_pid), True)


@pytest.mark.parametrize("postgres_server", [16], indirect=True)
def test_the_schema_that_the_real_one_writes_is_expected(
    tmp_path: Path, postgres_server: ServerUnderTest, database: URL
) -> None:
    made = "-- migrate:up\nCREATE TABLE a (b int);\nCREATE VIEW c AS SELECT b FROM a;\n-- migrate:down\nDROP TABLE a;\n"
    write(tmp_path, {"db/migrations/1_whole.sql": made})
    url, programs = f"{named(database)}?sslmode=disable", str(installations()[postgres_server.major] / "bin")
    assert dbmate(tmp_path, url, "up").code == 0
    assert dbmate(tmp_path, url, "dump", PATH=programs).code == 0
    (tmp_path / "db/migrations/1_whole.sql").write_text(f"{made}-- squashed\n")
    found = assessed(tmp_path, {"DATABASE_URL": named(database)})
    assert (found.baseline, found.unexplained) == ("db/schema.sql", ())
    servers.run(database, "DROP VIEW c")
    found = assessed(tmp_path, {"DATABASE_URL": named(database)})
    assert [(str(d.change), d.object) for d in found.unexplained] == [("missing", "c")]
