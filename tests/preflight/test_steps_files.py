"""The safe sequence as files: named as the tool names them, and read back by its own reader as the same statements."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from console import frameworks
from console.core.ports import Project
from console.core.preflight.ground import Case, cases
from console.core.preflight.judging import judged
from console.core.preflight.steps_sequence import sequence, steps_of
from console.core.preflight.steps_values import short
from tests.builders import SERVER, schema_after
from tests.preflight.grounds import ground, sized, unit

TABLES = """CREATE TABLE orders (id bigint PRIMARY KEY, "buyer's" bigint NOT NULL DEFAULT 0, note text);
CREATE INDEX orders_note ON orders (note)"""
RENAME = "ALTER TABLE orders RENAME note TO remark"
FILES = {
    "laravel": ("database/migrations/2026_01_31_110000_x.php", "2026_01_31_110000_x", r"2026_01_31_120\d00_\w+\.php"),
    "rails": ("db/migrate/20260131110000_x.rb", "20260131110000", r"20260131120\d00_\w+\.rb"),
    "django": ("shop/migrations/0004_x.py", "shop.0004_x", r"000[4-9]_\w+\.py"),
    "alembic": ("versions/ab_x.py", "ab", r"\w+_12\d\d\.py"),
    "flyway": ("sql/V7__x.sql", "7", r"V7(_\d)?__\w+\.sql"),
    "dbmate": ("db/migrations/20260131110000_x.sql", "20260131110000", r"20260131120\d00_\w+\.sql"),
    "goose": ("migrations/20260131110000_x.sql", "20260131110000", r"20260131120\d00_\w+\.sql"),
    "golang-migrate": ("migrations/1_x.up.sql", "1", r"20260131120\d00_\w+\.up\.sql"),
    "prisma": ("prisma/migrations/20260131110000_x/migration.sql", "20260131110000_x", r"migration\.sql"),
}


def _case(framework: str, sql: str = RENAME) -> Case:
    file, name, _ = FILES[framework]
    text = "class X < ActiveRecord::Migration[7.1]\n"
    made = replace(unit(sql, name, framework=framework), file=file, text=text)
    return next(iter(cases(ground(TABLES, made))))


def _files(case: Case) -> list[tuple[str, str]]:
    """(file, text) of each step that is one."""
    found = []
    for step in steps_of(case.statement.operations[0], case):
        head, _, text = step.partition("\n")
        said = re.match(r"Deploy \d+, ([^:]+):", head)
        assert said is not None, head
        if "/" in said[1]:
            found.append((said[1], text))
    return found


@pytest.mark.parametrize("framework", FILES)
def test_the_files_are_read_back_as_what_is_to_be_sent(framework: str, tmp_path: Path) -> None:
    case = _case(framework)
    files = _files(case)
    for file, text in files:
        assert re.fullmatch(FILES[framework][2], file.rpartition("/")[2]), file
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    top = tmp_path / files[0][0].partition("/")[0]
    folder = {"prisma": tmp_path / "prisma/migrations"}.get(framework, (tmp_path / files[0][0]).parent)
    project = Project(framework=framework, folder=str(top.parent), url=None, url_from="")
    read = frameworks.load(framework).read(project, str(folder), "postgres", "public")
    order = [file.rpartition("/")[2] if framework != "prisma" else file for file, _ in files]
    found = sorted(read.migrations, key=lambda m: next(n for n, name in enumerate(order) if _name(m.file) in name))
    got = [statement.sql for migration in found for statement in migration.statements]
    wanted = [step.sql for step in sequence(case.statement.operations[0], case) if step.sql and not step.batches]
    assert [_plain(sql) for sql in got] == [_plain(sql) for each in wanted for sql in each]
    outside = [migration for migration in read.migrations if not migration.transactional]
    assert len(outside) == 1, outside


def _name(file: str) -> str:
    return file.removesuffix("/migration.sql").rpartition("/")[2]


def _plain(sql: str) -> str:
    return " ".join(sql.split())


def test_each_file_of_django_and_alembic_stands_on_the_one_before() -> None:
    for framework in ("django", "alembic"):
        files = _files(_case(framework))
        own = [file.rpartition("/")[2].removesuffix(".py") for file, _ in files]
        for (_, text), before in zip(files[1:], own, strict=False):
            assert f"'{before}'" in text, before
            compile(text, framework, "exec")


@pytest.mark.parametrize(
    ("sql", "word"),
    [
        ("ALTER TABLE orders ALTER id TYPE text", ""),
        ('ALTER TABLE orders RENAME "buyer\'s" TO buyer', "ALTER COLUMN"),
        ("ALTER TABLE orders ALTER note TYPE integer USING length(note)", '(length(NEW."note"))'),
        ("ALTER TABLE orders ALTER note TYPE integer USING 1", ""),
        ("ALTER TABLE orders ALTER note SET NOT NULL", "note_instead"),
    ],
    ids=["key", "odd name", "using", "using nothing", "no value"],
)  # fmt: skip
def test_a_sequence_is_only_written_where_it_is_known(sql: str, word: str) -> None:
    case = _case("flyway", sql)
    steps = "\n".join(steps_of(case.statement.operations[0], case))
    assert word in steps
    assert bool(word) is bool(steps)


def test_nothing_is_written_for_sqlite_nor_for_what_ran() -> None:
    schema = schema_after("CREATE TABLE orders (id integer PRIMARY KEY, note text)", dialect="sqlite", home="main")
    server = replace(SERVER, dialect="sqlite", home="main")
    lite = unit(RENAME, dialect="sqlite", home="main")
    for given in (ground(sized(schema), lite, server=server), ground(TABLES, replace(unit(RENAME), past=True))):
        drops = [finding for finding in judged(given) if finding.rule == "app-rename"]
        assert [finding.steps for finding in drops] == [()]


STOOD_ON = """
CREATE TABLE orders (id bigint PRIMARY KEY, note text, note_id bigint,
  up text GENERATED ALWAYS AS (upper(note)) STORED);
CREATE INDEX of_another ON orders (note_id); CREATE INDEX lowered ON orders (lower(note));
ALTER TABLE orders ADD CONSTRAINT filled CHECK (note <> ''); CREATE VIEW notes AS SELECT note FROM orders;
CREATE UNIQUE INDEX plain ON orders (note); CREATE TABLE parts (id bigint, note text) PARTITION BY RANGE (id);
CREATE INDEX of_parts ON parts (note);
CREATE TABLE tags (note text REFERENCES orders (note))
"""


def _told(sql: str) -> str:
    case = next(iter(cases(ground(STOOD_ON, unit(sql)))))
    return "\n".join(steps_of(case.statement.operations[0], case))


def test_what_else_stands_on_a_column_is_made_or_named() -> None:
    told = _told(RENAME)
    assert "CREATE UNIQUE INDEX CONCURRENTLY" in told
    assert "of_another" not in told
    by_hand = "column orders.up, constraint orders.filled, constraint tags.tags_note_fkey, index lowered, view notes"
    assert f"Deploy 2, by hand: Make on remark by hand what stands on note: {by_hand}." in told


def test_an_index_of_a_partitioned_table_is_no_single_statement() -> None:
    told = _told("ALTER TABLE parts RENAME note TO remark")
    assert "by hand what stands on note: index of_parts." in told
    assert "CONCURRENTLY" not in told
    assert "It is partitioned: fill each partition by itself" in told


def test_long_names_stay_different() -> None:
    names = {short(f"{'x' * 60}{n}", "y") for n in range(3)}
    assert len(names) == 3
    assert {len(name) for name in names} == {55}


def test_a_type_that_changes_with_its_default_ends_with_that_default() -> None:
    schema = schema_after("CREATE TABLE t (id int PRIMARY KEY, n int DEFAULT 1)", dialect="mysql", home="shop")
    change = unit("ALTER TABLE t MODIFY n varchar(9) DEFAULT 'x'", dialect="mysql", home="shop")
    server = replace(SERVER, dialect="mysql", home="shop")
    case = next(iter(cases(ground(sized(schema), change, server=server))))
    told = "\n".join(steps_of(case.statement.operations[0], case))
    assert "ALTER COLUMN `n` SET DEFAULT 'x'" in told
