"""Every state of DESIGN 2 from end to end: real files, a real ledger, a real server, the command's own JSON."""

from __future__ import annotations

import io
import shutil
import tarfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL

from tests.headless import Answer, halfway
from tests.servers import Connect, conninfo, run
from tests.sites import V1, V2, Site, shop

FIRST, SECOND = (part for part in V2.split(";\n") if part)


def assess(site: Site, *arguments: str, stdin: bytes = b"") -> Answer:
    """What the command says in the project's folder."""
    return halfway("assess", "--json", *arguments, cwd=site.folder, stdin=stdin)


def half(site: Site) -> None:
    site.file("2", V2)
    site.run(FIRST)


def half_with_row(site: Site) -> None:
    half(site)
    site.row(site.folder / "sql" / "V2__change_2.sql", success=False)


def unrecorded(site: Site) -> None:
    half(site)
    site.run(SECOND)


def file_missing(site: Site) -> None:
    site.applied("2", V2).unlink()


def checksum_mismatch(site: Site) -> None:
    site.applied("2", V2).write_text(V2 + "-- later\n")


def hollow(site: Site) -> None:
    site.applied("2", V2)
    site.run("ALTER TABLE orders DROP COLUMN carrier")


@pytest.mark.parametrize(
    ("make", "state", "code", "overall"),
    [
        (lambda site: site.file("2", V2), "pending", 0, "healthy"),
        (lambda site: site.applied("2", V2), "applied", 0, "healthy"),
        (half, "half_applied", 1, "incident"),
        (half_with_row, "half_applied", 1, "incident"),
        (lambda site: site.row(site.file("2", V2), success=False), "failed", 1, "incident"),
        (unrecorded, "unrecorded", 1, "attention"),
        (hollow, "hollow", 1, "attention"),
        (file_missing, "file_missing", 1, "attention"),
        (checksum_mismatch, "checksum_mismatch", 1, "attention"),
        (lambda site: site.file("2", "DO $$ BEGIN PERFORM 1; END $$;\n"), "unreadable", 0, "healthy"),
    ],
    ids=lambda value: value if isinstance(value, str) else getattr(value, "__name__", None),
)
def test_a_state_is_told_with_its_exit_code(
    tmp_path: Path, database: URL, make: Callable[[Site], object], state: str, code: int, overall: str
) -> None:
    site = shop(tmp_path, database)
    make(site)
    answer = assess(site)
    assert answer.states == {"1": "applied", "2": state}
    assert (answer.code, answer.verdict["state"], answer.gaps) == (code, overall, {})


def test_a_ledger_that_does_not_exist_is_an_empty_one(tmp_path: Path, database: URL) -> None:
    site = Site(tmp_path, database).configured()
    site.file("1", V1)
    answer = assess(site)
    assert (answer.code, answer.states) == (0, {"1": "pending"})
    assert answer.document["frameworks"][0]["ledger_exists"] is False


def test_without_a_project_it_cannot_tell(tmp_path: Path, database: URL) -> None:
    site = shop(tmp_path / "shop", database)
    elsewhere = tmp_path / "elsewhere" / ".git"
    elsewhere.mkdir(parents=True)
    answer = halfway("assess", "--json", site.address, cwd=elsewhere.parent)
    assert answer.states == {"1": "applied"}
    assert answer.code == 1
    assert answer.verdict["summary"].startswith("cannot tell: flyway files")


def test_an_empty_database_without_a_project_says_that_no_tool_was_found(tmp_path: Path, database: URL) -> None:
    answer = halfway("assess", "--json", conninfo(database), cwd=tmp_path)
    assert (answer.code, list(answer.gaps)) == (1, ["migrations"])


def test_of_several_ledgers_the_one_in_the_home_schema_counts(tmp_path: Path, database: URL) -> None:
    site = shop(tmp_path, database)
    site.run("CREATE SCHEMA app", "CREATE SCHEMA other")
    Site(tmp_path, database, "app").ledger()
    answer = assess(site)
    assert (answer.code, answer.states) == (0, {"1": "applied"})
    assert assess(site, "--schema", "app").states == {"1": "pending"}
    Site(tmp_path, database, "other").ledger()
    site.run("DROP TABLE flyway_schema_history")
    doubtful = assess(site)
    assert doubtful.code == 1
    assert doubtful.verdict["summary"].startswith("cannot tell:")
    assert "--schema" in doubtful.verdict["summary"]


def test_a_ledger_that_may_not_be_read_elsewhere_hides_nothing(tmp_path: Path, database: URL, role: URL) -> None:
    site = shop(tmp_path, database)
    site.run("CREATE SCHEMA app")
    Site(tmp_path, database, "app").ledger()
    site.run("GRANT SELECT ON flyway_schema_history TO low")
    assert assess(site, conninfo(role)).states == {"1": "applied"}


def test_a_locked_ledger_is_said_in_time(tmp_path: Path, database: URL, connect: Connect) -> None:
    site = shop(tmp_path, database)
    other = connect()
    other.execute("BEGIN; LOCK TABLE flyway_schema_history IN ACCESS EXCLUSIVE MODE")
    answer = assess(site)
    assert answer.code == 1
    assert answer.verdict["summary"].startswith("cannot tell: ledger")
    assert "locked" in answer.verdict["summary"]
    assert "unrecorded" not in answer.out


def test_a_locked_table_is_marked_and_everything_else_is_there(tmp_path: Path, database: URL, connect: Connect) -> None:
    site = shop(tmp_path, database)
    site.applied("2", "CREATE TABLE customers (id int);\n")
    connect().execute("BEGIN; ALTER TABLE orders ADD COLUMN z int")
    answer = assess(site)
    assert (answer.code, answer.states) == (1, {"1": "applied", "2": "applied"})
    assert "orders is locked" in answer.gaps["schema"]["reason"]
    assert answer.document["sessions"]["blocked"] == 0


@pytest.fixture
def role(database: URL) -> Iterator[URL]:
    """The role `low`, which may do nothing but connect."""
    run(database, "DROP ROLE IF EXISTS low", "CREATE ROLE low LOGIN")
    yield database.set(username="low")
    run(database, "DROP OWNED BY low", "DROP ROLE low")


def test_what_a_low_role_does_not_see_is_said_and_each_grant_clears_it(
    tmp_path: Path, database: URL, role: URL
) -> None:
    site = shop(tmp_path, database)
    low = conninfo(role)
    before = assess(site, low)
    assert (before.code, before.states) == (1, {})
    assert {"sessions", "ledger flyway_schema_history"} <= set(before.gaps)
    assert before.verdict["summary"].startswith("cannot tell:")
    site.run(*(gap["grant"] for gap in before.gaps.values()))
    after = assess(site, low)
    assert (after.code, after.gaps, after.states) == (0, {}, {"1": "applied"})


def test_a_server_that_refuses_writes_is_read_all_the_same(tmp_path: Path, database: URL) -> None:
    site = shop(tmp_path, database)
    site.run(f"ALTER DATABASE {database.database} SET default_transaction_read_only = on")
    answer = assess(site)
    assert answer.code == 0
    assert answer.document["database"]["server_read_only"] is True


def test_what_failures_leave_behind_is_listed(tmp_path: Path, database: URL, connect: Connect) -> None:
    site = shop(tmp_path, database)
    other = connect()
    other.execute("INSERT INTO orders VALUES (1, 1), (2, 1)")
    with suppress(psycopg.errors.UniqueViolation):
        other.execute("CREATE UNIQUE INDEX CONCURRENTLY bad ON orders (total)")
    site.run(
        "ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID",
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE TRIGGER stamp BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION f()",
        "ALTER TABLE orders DISABLE TRIGGER stamp",
    )
    other.execute("BEGIN; INSERT INTO orders VALUES (3, 3); PREPARE TRANSACTION 'left alone'")
    answer = assess(site)
    assert answer.code == 1
    assert {(item["kind"], item["object"]) for item in answer.document["debris"]} == {
        ("invalid_index", "bad"),
        ("not_valid_constraint", "orders.positive"),
        ("disabled_trigger", "orders.stamp"),
        ("prepared_transaction", "left alone"),
    }


def test_a_failure_in_an_unlinked_release_is_from_the_failed_deploy(tmp_path: Path, database: URL) -> None:
    site = shop(tmp_path / "shop", database)
    releases = tmp_path / "app" / "releases"
    for name in ("1", "2"):
        shutil.copytree(site.folder, releases / name)
    (tmp_path / "app" / "current").symlink_to("releases/1")
    new = Site(releases / "2", database)
    new.file("2", V2)
    new.run(FIRST)
    here = Site(tmp_path / "app" / "current", database)
    answer = assess(here)
    found = answer.migration("2")
    assert answer.states == {"1": "applied", "2": "half_applied"}
    assert (found["release"], found["from_failed_deploy"]) == ("2", True)
    assert answer.document["frameworks"][0]["current_release"] == "1"
    assert "(release 2, from the failed deploy)" in halfway("assess", cwd=here.folder).out


def packed(folder: Path, mode: str) -> bytes:
    """The folder as a tar."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        archive.add(folder, "sql")
    return buffer.getvalue()


def test_migrations_may_come_from_anywhere(tmp_path: Path, database: URL) -> None:
    site = shop(tmp_path / "shop", database)
    half(site)
    sql, here = site.folder / "sql", Site(tmp_path / "elsewhere", database)
    here.folder.mkdir()
    for name, mode in (("sql.tar", "w"), ("sql.tar.gz", "w:gz")):
        (here.folder / name).write_bytes(packed(sql, mode))
    wanted = {"1": "applied", "2": "half_applied"}
    for given in (str(sql), "sql.tar", "sql.tar.gz"):
        assert assess(here, site.address, "--migrations", given).states == wanted
    for mode in ("w", "w:gz"):
        assert assess(here, site.address, "--migrations", "-", stdin=packed(sql, mode)).states == wanted
    assert assess(here, site.address, "--migrations", "-", stdin=V2.encode()).states["stdin"] == "half_applied"
    broken = assess(here, site.address, "--migrations", "-", stdin=b"\x1f\x8bnothing")
    assert (broken.code, "not a tar" in broken.gaps["flyway files"]["reason"]) == (1, True)


COUNTED = "ALTER TABLE orders ADD COLUMN a int;\nUPDATE orders SET a = 1 WHERE a IS NULL;\n"


def test_rows_are_counted_on_request_only(tmp_path: Path, database: URL) -> None:
    site = shop(tmp_path, database)
    site.file("2", COUNTED)
    site.run("INSERT INTO orders SELECT generate_series(1, 5)", "ALTER TABLE orders ADD COLUMN a int")
    assert assess(site).migration("2")["statements"][1]["remaining_rows"] is None
    assert assess(site, "--count-rows").migration("2")["statements"][1]["remaining_rows"] == 5


def test_rows_are_never_counted_while_ddl_holds_or_awaits_the_table(
    tmp_path: Path, database: URL, connect: Connect
) -> None:
    site = shop(tmp_path, database)
    site.file("2", COUNTED)
    site.run("INSERT INTO orders SELECT generate_series(1, 5)", "ALTER TABLE orders ADD COLUMN a int")
    connect().execute("BEGIN; ALTER TABLE orders ADD COLUMN z int")
    answer = assess(site, "--count-rows")
    assert answer.migration("2")["statements"][1]["remaining_rows"] is None
    assert "holds or awaits" in answer.err
