"""An unchanged schema does not differ, on every server: saved and reloaded, dumped and restored, copied by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy.engine import URL

from console.core.drift import Drift, Rules, compare_schemas
from console.core.expected_base import Baseline
from console.core.observation import Server
from console.core.schema import Column, Schema
from console.dialects.mariadb import make as mariadb
from console.dialects.mysql import make as mysql
from console.dialects.postgres import make as postgres
from console.drill.player import checksum
from console.store.snapshots import as_text, from_text
from tests import mysql_servers, servers
from tests.builders import NOON
from tests.mysql_servers import MyServer
from tests.schemas import rich
from tests.schemas.dumps import dumped_mysql, dumped_postgres
from tests.schemas.elsewhere import Elsewhere
from tests.schemas.reading import read
from tests.servers import ServerUnderTest
from tests.test_snapshot_cli import halfway


def saved(schema: Schema, server: Server) -> Schema:
    """Through a file and back."""
    base = Baseline(schema, "", server.dialect, server.version, server.name, NOON)
    return from_text(as_text(base), "x").schema


def clean(found: Drift) -> None:
    """Nothing differs, and nothing was left out to get there."""
    assert [(d.change, d.ref, d.parts) for d in found.differences] == []
    assert [(d.ref, d.why) for d in found.doubts if "told by neither side" not in d.why] == []
    assert found.ignored == ()


def my_rich(url: URL, kind: str) -> None:
    script = rich.MARIADB if kind == "mariadb" else rich.MYSQL
    mysql_servers.run(url, *(sql for sql in script.split(";\n") if sql.strip()))


def test_postgres_saved_and_dumped(database: URL, postgres_server: ServerUnderTest, pg_elsewhere: Elsewhere) -> None:
    servers.run(database, rich.POSTGRES)
    schema, server = read(postgres(), database)
    assert sum(isinstance(thing, Column) for thing in schema.things) > 15
    again, _ = read(postgres(), database)
    clean(compare_schemas(saved(schema, server), again))
    copy = pg_elsewhere()
    dumped_postgres(database, copy, postgres_server.major)
    restored, _ = read(postgres(), copy)
    clean(compare_schemas(saved(schema, server), restored, Rules(owners=False)))
    clean(compare_schemas(restored, schema))


def test_mysql_saved_and_dumped(my_database: URL, my_server: MyServer, my_elsewhere: Elsewhere) -> None:
    my_rich(my_database, my_server.kind)
    dialect = mariadb() if my_server.is_mariadb else mysql()
    schema, server = read(dialect, my_database)
    again, _ = read(dialect, my_database)
    clean(compare_schemas(saved(schema, server), again))
    copy = my_elsewhere()
    dumped_mysql(my_database, copy, my_server.kind)
    restored, _ = read(dialect, copy)
    clean(compare_schemas(saved(schema, server), restored))
    clean(compare_schemas(restored, schema))


ONE = "CREATE TABLE orders (id bigint PRIMARY KEY, total int);\n"
TWO = (
    "ALTER TABLE orders ADD carrier varchar(40);\nALTER TABLE orders ADD shipped date;\nCREATE INDEX s ON orders (id);"
)
HISTORY = (
    "CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY, version varchar(50), description varchar(200),"
    " type varchar(20), script varchar(1000), checksum int, installed_by varchar(100), installed_on timestamp"
    " DEFAULT now(), execution_time int, success boolean)"
)
ROW = "INSERT INTO flyway_schema_history VALUES (1, '1', 'o', 'SQL', 'V1__o.sql', {}, 'me', now(), 7, true)"


def by_source(
    folder: Path, given: URL, staging: URL, run: Callable[..., None]
) -> tuple[list[str], list[list[tuple[object, ...]]]]:
    """The baseline, and the drift, of one incident as a snapshot, another database and the files show it."""
    (folder / "sql").mkdir()
    (folder / "sql" / "V1__o.sql").write_text(ONE)
    (folder / "flyway.conf").write_text("flyway.locations=filesystem:sql\n")
    for place in (given, staging):
        run(place, HISTORY, ONE, ROW.format(checksum(ONE)))
    url, project, file = plain(given), ("--project", str(folder)), str(folder / "before.json")
    assert halfway("snapshot", "save", url, *project, "--to", file).code == 0
    (folder / "sql" / "V2__shipping.sql").write_text(TWO)
    (folder / "sql" / "V2__shipping.sql.conf").write_text("executeInTransaction=false\n")
    run(given, "ALTER TABLE orders ADD carrier varchar(40)", "CREATE INDEX by_hand ON orders (total)")
    sources = (("--expect", file), ("--expect", plain(staging)), ())
    answers = [halfway("assess", url, *project, "--json", *source).document for source in sources]
    found: list[list[tuple[object, ...]]] = [
        [(d["change"], d["object"], d["statement"]) for d in answer["drift"]] for answer in answers
    ]
    return [answer["baseline"].partition(" ")[0] for answer in answers], found


def plain(url: URL) -> str:
    return url.set(drivername=url.get_backend_name()).render_as_string(hide_password=False)


def test_the_same_incident_shows_the_same_drift_whatever_is_expected(
    database: URL, pg_elsewhere: Elsewhere, tmp_path: Path
) -> None:
    baselines, found = by_source(tmp_path, database, pg_elsewhere(), servers.run)
    expected = [("missing", "orders.shipped", 2), ("unexpected", "by_hand", None), ("missing", "s", 3)]
    assert (baselines, found) == (["snapshot", "database", "replay"], [expected] * 3)


def test_on_mysql_it_does_so_too(my_database: URL, my_elsewhere: Elsewhere, tmp_path: Path) -> None:
    baselines, found = by_source(tmp_path, my_database, my_elsewhere(), mysql_servers.run)
    expected = [("missing", "orders.shipped", 2), ("unexpected", "orders.by_hand", None), ("missing", "orders.s", 3)]
    assert (baselines, found) == (["snapshot", "database", "replay"], [expected] * 3)
