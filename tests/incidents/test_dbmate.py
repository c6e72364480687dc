"""The real dbmate stops half way: what is told, and what dbmate itself says after each way out."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.intent import Verb
from console.drill.binaries import installations
from tests import servers
from tests.frameworks.making import write
from tests.incidents.sqlfile_cases import DBMATE, MENDED, ROWS
from tests.incidents.test_sqlfiles import done, environ
from tests.incidents.told import assessed, judged_of, letters, states
from tests.mysql_servers import MyServer, run
from tests.servers import Connect, ServerUnderTest
from tests.tools.dbmate import dbmate

BASE, MORE = "20260101", "20260102"


def named(url: URL) -> str:
    """As dbmate reads it."""
    kind = "mysql" if url.get_backend_name() in ("mysql", "mariadb") else "postgres"
    return url.set(drivername=kind, query={}).render_as_string(hide_password=False)


def applied(folder: Path, url: URL) -> list[str]:
    """What `dbmate status` calls applied."""
    said = dbmate(folder, named(url), "status").said.splitlines()
    return [line.split()[1].partition("_")[0] for line in said if line.startswith("[X]")]


@pytest.mark.parametrize("my_server", ["mariadb"], indirect=True)
def test_the_real_one_agrees_with_each_way_out(tmp_path: Path, my_server: MyServer, my_database: URL) -> None:
    base, more = DBMATE.files
    write(tmp_path, {base: DBMATE.files[base]})
    assert dbmate(tmp_path, named(my_database), "up").code == 0
    run(my_database, *ROWS)
    write(tmp_path, {more: DBMATE.files[more]})
    assert "Duplicate entry" in dbmate(tmp_path, named(my_database), "up").said
    found = assessed(tmp_path, environ(DBMATE, my_database))
    assert (letters(judged_of(found, MORE)), states(found)) == ("LLNN", {BASE: "applied", MORE: "half_applied"})
    done(DBMATE, tmp_path, my_database, Verb.ROLL_BACK)
    assert applied(tmp_path, my_database) == [BASE]
    assert dbmate(tmp_path, named(my_database), "up").code != 0
    run(my_database, MENDED)
    done(DBMATE, tmp_path, my_database, Verb.FINISH)
    assert applied(tmp_path, my_database) == [BASE, MORE]
    found = assessed(tmp_path, environ(DBMATE, my_database))
    (own,) = (t.value.rollback for t in found.observation.tracking if t.value is not None)
    assert (own.argv, own.takes) == (("dbmate", "--migrations-dir", "db/migrations", "rollback"), (MORE,))
    assert dbmate(tmp_path, named(my_database), *own.argv[1:]).code == 0
    assert states(assessed(tmp_path, environ(DBMATE, my_database))) == {BASE: "applied", MORE: "pending"}


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
def test_who_holds_the_lock_that_the_real_one_waits_for_is_known(
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
