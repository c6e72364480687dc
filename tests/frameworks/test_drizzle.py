"""Drizzle's journal and its table that knows times only."""

from __future__ import annotations

from pathlib import Path

import pytest

from console import frameworks
from console.core.migration import Ledger
from console.core.plan import CannotWriteError
from console.core.ports import Project, TableRows
from console.frameworks.drizzle.tracking import PASSED
from tests.frameworks.making import write
from tests.frameworks.sqlfiles import PENDING, RECORDED, beliefs, by_id, journal, not_ran, project, ran
from tests.frameworks.sqlfiles import ledger as made
from tests.frameworks.sqlfiles import tracked as joined

NAME, TABLE, COLUMNS = "drizzle", "drizzle.__drizzle_migrations", ("id", "hash", "created_at")
NEVER = "It never runs 0000_a: what is older than the newest row counts as done."
CONFIG = """
import { defineConfig } from "drizzle-kit";
export default defineConfig({ dialect: "postgresql", schema: "./src/schema.ts", out: "./db/out",
  migrations: { table: "ran", schema: "ops" }, dbCredentials: { url: process.env.SHOP_URL! } });
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    times = (("0000_a", 1000), ("0001_b", 2000), ("0002_c", 3000))
    files = {f"drizzle/{name}.sql": f"CREATE TABLE {name[-1]} (x int);" for name, _ in times}
    return write(tmp_path, {**files, "drizzle/meta/_journal.json": journal(*times), "drizzle/loose.sql": "SELECT 1;"})


def rows(*times: int, total: str = "x") -> Ledger:
    return made(NAME, TABLE, COLUMNS, *((str(n), total, str(time)) for n, time in enumerate(times, 1)))


def test_what_the_journal_names_is_cut_at_its_breakpoints(folder: Path) -> None:
    write(folder, {"drizzle/0001_b.sql": "CREATE TABLE b (x int)--> statement-breakpoint\nSELECT '--> x';\n"})
    for dialect in ("postgres", "mysql"):
        found = frameworks.load(NAME).read(project(NAME, folder), None, dialect, "public").migrations
        assert [m.id for m in found] == ["0000_a", "0001_b", "0002_c"]
        assert [(s.sql, s.line) for s in found[1].statements] == [("CREATE TABLE b (x int)", 1), ("SELECT '--> x'", 2)]
        assert found[1].transactional == (dialect == "postgres")


def test_drizzle_detection_reads_settings_and_runs_nothing(folder: Path) -> None:
    times = journal(("0000_a", 1000))
    write(folder, {"drizzle.config.ts": CONFIG, "db/out/meta/_journal.json": times, "db/out/0000_a.sql": "SELECT 1;"})
    found = project(NAME, folder, SHOP_URL="postgresql://db/app")
    assert (str(found.url), found.url_from, found.settings["place"]) == ("postgresql://db/app", "SHOP_URL", "db/out")
    places = frameworks.load(NAME).ledger_tables(found)
    assert places == (("ops", "ran"), (None, "ran"), (None, "__drizzle_migrations"))


def test_drizzle_order_where_the_newest_row_decides(folder: Path) -> None:
    found = joined(NAME, folder, rows(2000))
    assert beliefs(found) == {"0000_a": RECORDED, "0001_b": RECORDED, "0002_c": PENDING}
    assert by_id(found)["0000_a"].note == PASSED
    assert by_id(found)["0001_b"].checksum_differs
    assert found.next_run == f"`drizzle-kit migrate` runs the statement of 0002_c, in a transaction. {NEVER}"
    none = joined(NAME, folder, rows())
    assert none.next_run == ("`drizzle-kit migrate` runs all 3 in one transaction: if one fails, none of them stays.")


def test_drizzle_counts_what_it_passed_over_as_done_where_the_catalog_can_contradict_it(folder: Path) -> None:
    write(folder, {"drizzle/0001_b.sql": "UPDATE t SET a = 1;"})
    found = joined(NAME, folder, rows(3000))
    assert beliefs(found) == {"0000_a": RECORDED, "0001_b": PENDING, "0002_c": RECORDED}
    assert found.next_run == ("It never runs 0000_a and 1 more: what is older than the newest row counts as done.")


def test_a_row_without_a_file_and_a_file_that_is_gone(folder: Path) -> None:
    assert beliefs(joined(NAME, folder, rows(500, 3000)))["500"] == RECORDED
    (folder / "drizzle/0002_c.sql").unlink()
    found = joined(NAME, folder, rows(2000))
    assert found.next_run == f"`drizzle-kit migrate` runs nothing: the file of 0002_c is not here. {NEVER}"
    with pytest.raises(CannotWriteError, match="hash is not known"):
        ran(found, "0002_c")


def test_its_row_is_the_hash_and_the_time(folder: Path) -> None:
    found = joined(NAME, folder, rows(1000))
    total = by_id(found)["0001_b"].migration
    assert total is not None
    assert ran(found, "0001_b").sql == (
        f"""INSERT INTO "drizzle"."__drizzle_migrations" ("hash", "created_at") VALUES ('{total.checksum}', 2000)""",
    )
    assert not_ran(found, "0000_a").sql == ('DELETE FROM "drizzle"."__drizzle_migrations" WHERE "created_at" = 1000',)
    with pytest.raises(CannotWriteError, match="0001_b comes first"):
        ran(found, "0002_c")
    with pytest.raises(CannotWriteError, match="0001_b is newer"):
        not_ran(joined(NAME, folder, rows(1000, 2000)), "0000_a")


def test_a_journal_that_is_none_is_said(folder: Path) -> None:
    write(folder, {"drizzle/meta/_journal.json": '{"entries": [{"tag": 1}]}'})
    found = frameworks.load(NAME).read(project(NAME, folder), None, "postgres", "public")
    assert found.unread == "meta/_journal.json is not one that Drizzle writes"
    bare = Project(NAME, str(folder / "src"), bare=True)
    assert frameworks.load(NAME).read(bare, str(folder / "drizzle" / "loose.sql"), "postgres", "public").unread == ""


def test_the_table_of_a_newer_one_is_not_read() -> None:
    found = frameworks.load(NAME).parse_ledger(TABLE, TableRows((*COLUMNS, "name"), (), ()))
    assert found is not None
    assert found.unread == "it is that of Drizzle 1.0, which Halfway does not read"


def test_drizzle_transactions_hold_a_whole_run_on_postgres(folder: Path) -> None:
    found = joined(NAME, folder, rows())
    assert found.next_run == "`drizzle-kit migrate` runs all 3 in one transaction: if one fails, none of them stays."
