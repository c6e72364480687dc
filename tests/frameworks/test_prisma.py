"""Prisma's table keeps every try: which row counts, what its logs say, and what `resolve` would write."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from console import frameworks
from console.core.hold import hold_of
from console.core.migration import Belief
from console.core.observation import Tracking
from console.core.plan import CannotWriteError
from console.core.ports import TableRows
from console.frameworks.prisma.files import SINGLY
from tests.builders import SERVER
from tests.frameworks.making import write
from tests.frameworks.sqlfiles import FAILED, MYSQL, PENDING, RECORDED, beliefs, by_id, not_ran, project, ran
from tests.frameworks.sqlfiles import ledger as made
from tests.frameworks.sqlfiles import tracked as joined

NAME, TABLE = "prisma", "public._prisma_migrations"
COLUMNS = ("id", "checksum", "finished_at", "migration_name", "logs", "rolled_back_at", "started_at",
           "applied_steps_count")  # fmt: skip
ONE, TWO = "20260101000000_one", "20260102000000_two"
TEXTS = {ONE: "CREATE TABLE a (b int);\n", TWO: "ALTER TABLE a ADD c int;\nALTER TABLE a ADD d int;\n"}
SCHEMA = 'datasource db {\n  provider = "postgresql"\n  url = env("SHOP_URL")\n  directUrl = env("SHOP_DIRECT")\n}\n'
WHEN, THEN = "2026-01-31 12:00:00.123+00", "2026-01-31 12:00:01+00"
LOG = (
    "A migration failed to apply.\nMigration name: x\nDatabase error code: 1062\n"
    "Database error:\nDuplicate entry 'a' for key 'b'\nPlease check the query number 2 from the migration file.\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {f"prisma/migrations/{name}/migration.sql": text for name, text in TEXTS.items()}
    lock = {"prisma/migrations/migration_lock.toml": 'provider = "postgresql"\n'}
    return write(tmp_path, {**files, **lock, "prisma/schema.prisma": SCHEMA})


def total(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def row(
    key: str, name: str, ended: str | None, logs: str | None = None, gone: str | None = None, text: str | None = None
) -> tuple[str | None, ...]:
    return (key, total(TEXTS[name] if text is None else text), ended, name, logs, gone, WHEN, "1" if ended else "0")


def track(folder: Path, *rows: tuple[str | None, ...]) -> Tracking:
    return joined(NAME, folder, made(NAME, TABLE, COLUMNS, *rows))


@pytest.mark.parametrize(("said", "names", "unread"), [
    ("{ path: 'db/moved' }", ["20260103000000_three"], ""),
    ("{\n    // ours\n    seed: 'tsx seed.ts', path: `./db/moved`,\n  }", ["20260103000000_three"], ""),
    ("{ path: path.join('db', 'moved') }", [], "by code, which is not run"),
    ("{ seed: 'tsx seed.ts' }", [ONE, TWO], ""),
], ids=["moved", "lines", "code", "seed"])  # fmt: skip
def test_prisma_detection_goes_where_its_configuration_moved_the_files(
    said: str, names: list[str], unread: str, folder: Path
) -> None:
    write(folder, {
        "prisma.config.ts": f"export default defineConfig({{ schema: 'prisma', migrations: {said} }})\n",
        "db/moved/20260103000000_three/migration.sql": "SELECT 1;\n",
    })  # fmt: skip
    found = frameworks.load(NAME).read(project(NAME, folder), None, "postgres", "public")
    assert [m.id for m in found.migrations] == names
    assert found.unread.endswith(unread)
    assert bool(found.unread) == bool(unread)


def test_prisma_detection_reads_the_schema_file_and_evaluates_nothing(folder: Path) -> None:
    found = project(NAME, folder, SHOP_URL="postgresql://me@pool/app?schema=shop&pgbouncer=true")
    assert (str(found.url), found.url_from) == ("postgresql://me@pool/app", "SHOP_URL")
    assert frameworks.load(NAME).ledger_tables(found)[0] == ("shop", "_prisma_migrations")
    direct = project(NAME, folder, SHOP_URL="postgresql://me@pool/app", SHOP_DIRECT="postgresql://me@db/app")
    assert (str(direct.url), direct.folder) == ("postgresql://me@db/app", str(folder))
    inside = frameworks.load(NAME).detect(folder / "prisma" / "migrations", {})
    assert inside is not None
    assert inside.folder == str(folder)


def test_prisma_statements_up_are_one_message(folder: Path) -> None:
    found = frameworks.load(NAME).read(project(NAME, folder), None, "postgres", "public").migrations
    assert [(m.id, m.description, len(m.statements), m.transactional) for m in found] == [
        (ONE, "one", 1, False),
        (TWO, "two", 2, True),
    ]


@pytest.mark.parametrize(
    ("rows", "believed"),
    [
        ((row("1", TWO, None, LOG),), FAILED),
        ((row("1", TWO, None),), FAILED),
        ((row("1", TWO, None, LOG, WHEN),), PENDING),
        ((row("1", TWO, None, LOG, WHEN), row("2", TWO, THEN)), RECORDED),
        ((row("1", TWO, THEN), row("2", TWO, None, LOG)), RECORDED),
    ],
    ids=["failed", "open", "rolled-back", "resolved", "success-counts"],
)
def test_prisma_order_and_the_row_that_counts(
    folder: Path, rows: tuple[tuple[str | None, ...], ...], believed: Belief
) -> None:
    assert beliefs(track(folder, row("0", ONE, THEN), *rows)) == {ONE: RECORDED, TWO: believed}


def test_prisma_failure_is_shown_as_prisma_kept_it(folder: Path) -> None:
    found = track(folder, row("0", ONE, THEN), row("1", TWO, None, LOG))
    assert by_id(found)[TWO].note == ("its statement 2 was refused; Prisma kept: Duplicate entry 'a' for key 'b'")
    assert (by_id(found)[TWO].counted, by_id(track(folder, row("1", TWO, None)))[TWO].counted) == (1, None)
    assert found.next_run.startswith(f"`prisma migrate deploy` runs nothing: {TWO} is recorded as failed (P3009)")
    assert by_id(track(folder, row("1", TWO, None)))[TWO].note == (
        "begun and neither ended nor failed: it runs, or its process died"
    )


def test_a_changed_file_is_seen_and_other_line_ends_are_no_change(folder: Path) -> None:
    windows = TEXTS[ONE].replace("\n", "\r\n")
    assert not by_id(track(folder, row("0", ONE, THEN, text=windows)))[ONE].checksum_differs
    assert by_id(track(folder, row("0", ONE, THEN, text="x")))[ONE].checksum_differs
    (folder / f"prisma/migrations/{ONE}/migration.sql").write_bytes(windows.encode())
    assert not by_id(track(folder, row("0", ONE, THEN)))[ONE].checksum_differs


def test_its_lock_is_known(folder: Path) -> None:
    assert track(folder).locks == (("72707369",),)
    assert joined(NAME, folder, made(NAME, TABLE, COLUMNS), MYSQL).locks == (("prisma_migrate",),)


def test_its_lock_is_taken_and_surely_holds_off_nobody(folder: Path) -> None:
    hold = hold_of(track(folder), SERVER)
    assert (bool(hold.locks), hold.sure) == (True, False)


def test_prisma_mark_ran_rolls_the_open_try_back_and_writes_a_success(folder: Path) -> None:
    found = track(folder, row("0", ONE, THEN), row("1", TWO, None, LOG))
    edit = ran(found, TWO)
    key = dict(edit.after[0])["id"]
    assert key is not None
    assert (len(key), key[14]) == (36, "4")
    assert edit.sql == (
        (
            """UPDATE "public"."_prisma_migrations" SET "rolled_back_at" = now() WHERE "id" = '1' """
            """AND "rolled_back_at" IS NULL"""
        ),
        (
            'INSERT INTO "public"."_prisma_migrations" ("id", "checksum", "logs", "started_at", "finished_at", '
            f""""migration_name") VALUES ('{key}', '{total(TEXTS[TWO])}', '', now(), now(), '{TWO}')"""
        ),
    )
    assert ran(found, TWO) == edit
    assert "UTC_TIMESTAMP(3)" in ran(found, TWO, MYSQL).sql[0]


def test_prisma_mark_not_ran_rolls_the_open_try_back(folder: Path) -> None:
    edit = not_ran(track(folder, row("1", TWO, None, LOG)), TWO)
    assert (len(edit.sql), edit.removes, "SET" in edit.undo[0]) == (1, True, True)


@pytest.mark.parametrize(
    ("rows", "wish", "why"),
    [
        ((row("1", TWO, THEN),), "ran", "recorded it already"),
        ((row("1", TWO, THEN),), "not ran", "never takes that back"),
        ((row("1", TWO, None, LOG, WHEN),), "not ran", "rolled back already"),
        ((), "not ran", "no row"),
    ],
    ids=["again", "finished", "twice", "none"],
)
def test_what_resolve_refuses_is_refused(
    folder: Path, rows: tuple[tuple[str | None, ...], ...], wish: str, why: str
) -> None:
    with pytest.raises(CannotWriteError, match=why):
        (ran if wish == "ran" else not_ran)(track(folder, *rows), TWO)


def test_what_is_not_its_table_is_not_read() -> None:
    assert frameworks.load(NAME).parse_ledger(TABLE, TableRows(("id", "migration_name"), (), ())) is None


def test_prisma_transactions_are_those_of_one_message(folder: Path) -> None:
    own = f"BEGIN;\n{TEXTS[TWO]}COMMIT;\n"
    for text, dialect, whole in (
        (TEXTS[TWO], "postgres", True),
        (TEXTS[TWO], "mysql", False),
        (own, "postgres", False),
    ):
        write(folder, {f"prisma/migrations/{TWO}/migration.sql": text})
        found = frameworks.load(NAME).read(project(NAME, folder), None, dialect, "public").migrations
        assert found[1].transactional is whole
    adapter = "export default defineConfig({\n  engine: 'js',\n  async adapter() { return new PrismaPg({}) },\n})\n"
    write(folder, {"prisma.config.ts": adapter, f"prisma/migrations/{TWO}/migration.sql": TEXTS[TWO]})
    found = frameworks.load(NAME).read(project(NAME, folder), None, "postgres", "public").migrations
    assert (found[1].transactional, found[1].note) == (False, SINGLY)
