"""What a responder really finds: several tools below one folder, a ledger without files, files without a ledger, and a
table of the same name that is another tool's, lies in another schema, or may not be read.
"""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL

from console import frameworks
from console.core.assessment import Assessment
from console.incident import Incident
from console.wiring import Options, find, source
from tests.frameworks.making import write
from tests.frameworks.sqlfiles import SQL_TOOLS, blocks
from tests.frameworks.test_contract_servers import TOOLS
from tests.servers import ServerUnderTest, conninfo, run

pytestmark = pytest.mark.parametrize("postgres_server", [16], indirect=True)
TABLES = {name: frameworks.load(name).ledger_tables(None)[0][1] for name in SQL_TOOLS}
RAILS = ("CREATE TABLE schema_migrations (version varchar PRIMARY KEY)",
         "CREATE TABLE ar_internal_metadata (key varchar PRIMARY KEY, value varchar)",
         "INSERT INTO schema_migrations VALUES ('20240101000000')")  # fmt: skip


def ledger(database: URL, *names: str, schema: str = "public") -> None:
    """The table of each tool, as it writes it there."""
    with psycopg.connect(conninfo(database), autocommit=True) as other:
        other.execute(f"SET search_path = {schema}".encode())
        for name in names:
            for sql in TOOLS[name].sql(TABLES[name], "pg"):
                other.execute(sql.encode())


def seen(folder: Path | None, database: URL, schema: str | None = None) -> Assessment:
    """What `halfway assess URL` says of that folder, or in the current one."""
    options = Options(url=conninfo(database), project=str(folder) if folder else None, schema=schema)
    incident = Incident(source(find(options, {})))
    try:
        return incident.observe()
    finally:
        incident.stop()


def told(found: Assessment) -> dict[str, tuple[str, str]]:
    """Each framework with its ledger and where its project lies."""
    return {f.framework: (f.ledger, (f.project or "").rpartition("/")[2]) for f in found.frameworks}


def about(found: Assessment) -> dict[str, str]:
    return {f.framework: f.about for f in found.frameworks}


def missing(found: Assessment) -> dict[str, str]:
    """What could not be read, and why."""
    return {item.what: item.reason for item in found.coverage if not item.complete}


def test_several_tools_below_one_folder_each_have_their_own(
    tmp_path: Path, postgres_server: ServerUnderTest, database: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("dbmate", "prisma", "goose"):
        write(tmp_path / "services" / name, SQL_TOOLS[name][4])
    ledger(database, "dbmate", "prisma", "goose")
    found = seen(tmp_path, database)
    assert told(found) == {
        "dbmate": ("public.schema_migrations", "dbmate"),
        "goose": ("public.goose_db_version", "goose"),
        "prisma": ("public._prisma_migrations", "prisma"),
    }
    assert "20260102_two is failed" in found.summary
    for name in "ab":
        write(tmp_path / "two" / name, SQL_TOOLS["goose"][4])
    monkeypatch.chdir(tmp_path / "two")
    several = missing(seen(None, database))["goose files"]
    assert several.startswith("there are several goose projects below")
    assert several.endswith("a, b. Name one with --project DIR.")
    inside = seen(tmp_path / "services" / "goose", database)
    assert told(inside)["goose"] == ("public.goose_db_version", "goose")
    assert [what for what in missing(inside) if what.endswith(" files")] == ["rails files", "prisma files"]


def test_ledgers_without_any_file_are_each_told_by_their_columns(
    tmp_path: Path, postgres_server: ServerUnderTest, database: URL
) -> None:
    names = [name for name in SQL_TOOLS if name != "dbmate"]
    ledger(database, *names)
    found = seen(tmp_path, database)
    assert {f.framework: f.rows for f in found.frameworks} == {name: len(SQL_TOOLS[name][2]) for name in names}
    assert all("No project was found for it" in said for said in about(found).values())
    assert set(missing(found)) >= {f"{name} files" for name in names}


def test_a_table_of_the_same_name_is_said_to_be_whose_it_is(
    tmp_path: Path, postgres_server: ServerUnderTest, database: URL
) -> None:
    write(tmp_path, SQL_TOOLS["dbmate"][4])
    there = "A table schema_migrations is there already, and by its columns it is that of {}: a run of this tool would "
    there += "meet it."
    ledger(database, "golang-migrate")
    found = seen(tmp_path, database)
    assert about(found)["dbmate"] == there.format("golang-migrate")
    assert about(found)["golang-migrate"].startswith("No project was found for it: its one row")
    run(database, "DROP TABLE schema_migrations", *RAILS)
    assert about(seen(tmp_path, database))["dbmate"] == there.format("Rails")
    run(database, "DROP TABLE schema_migrations", "CREATE TABLE schema_migrations (id int, app_version text)")
    (said,) = about(seen(tmp_path, database)).values()
    assert "by its columns it is not its own" in said
    run(database, "DROP TABLE schema_migrations")
    assert about(seen(tmp_path, database)) == {"dbmate": ""}


def test_a_ledger_in_another_schema_judges_nothing_by_this_one(
    tmp_path: Path, postgres_server: ServerUnderTest, database: URL
) -> None:
    write(tmp_path, SQL_TOOLS["dbmate"][4])
    run(database, "CREATE SCHEMA app", "CREATE TABLE app.a (b int)", "CREATE TABLE app.c (d int)")
    ledger(database, "dbmate", schema="app")
    found = seen(tmp_path, database)
    assert missing(found)["ledger app.schema_migrations"] == (
        "it is in app, and public is looked at: --schema says which of them holds its tables, app or public"
    )
    assert [m.id for f in found.frameworks for m in f.migrations] == []
    for schema, states in (("app", ["applied", "applied", "pending"]), ("public", ["hollow", "hollow", "pending"])):
        chosen = seen(tmp_path, database, schema)
        assert [m.state.value for f in chosen.frameworks for m in f.migrations] == states


def test_a_ledger_that_may_not_be_read_is_said_with_the_right_that_is_missing(
    tmp_path: Path, postgres_server: ServerUnderTest, database: URL
) -> None:
    role = f"{database.database}_low"
    ledger(database, "goose", "drizzle")
    run(database, f"CREATE ROLE {role} LOGIN")
    try:
        found = seen(tmp_path, database.set(username=role))
        grants = {item.what: item.grant for item in found.coverage}
        assert missing(found)["ledger goose_db_version"].startswith(
            "goose_db_version may not be read: permission denied"
        )
        assert grants["ledger goose_db_version"] == f'GRANT SELECT ON "public"."goose_db_version" TO "{role}"'
        assert about(found)["drizzle"] == "No project was found for it: what it records is not known."
        assert found.summary.startswith("cannot tell: ledger")
    finally:
        run(database, f"DROP OWNED BY {role}", f"DROP ROLE {role}")


def test_odd_names_are_names(tmp_path: Path, postgres_server: ServerUnderTest, database: URL) -> None:
    files = {f"db/migrations/2026010100000{n}_{name}.sql": blocks("create table a (b int)")
             for n, name in enumerate(("x" * 180, "ü" * 60 + "; drop", "[bold]a[ b"))}  # fmt: skip
    write(tmp_path, files)
    found = seen(tmp_path, database)
    assert [m.id for f in found.frameworks for m in f.migrations] == [f"2026010100000{n}" for n in range(3)]
    assert [m.label.partition("_")[2][:6] for f in found.frameworks for m in f.migrations] == [
        "xxxxxx",
        "üüüüüü",
        "[bold]",
    ]
