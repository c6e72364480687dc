"""What the link tells of a SQLite file: which one it is, what is in it, when that changed, what is in the way."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from console.core.causes import Answer, Doubt, Question
from console.core.describe import definition, noun
from console.core.faults import NotSupportedFault, ReadFault
from console.core.observation import Health, Reading
from console.core.schema import Other, Table
from console.dialects.sqlite import catalog
from console.dialects.sqlite.catalog import MEMBERS
from console.lanes.reading import failed
from tests.dialects.sqlite_files import made, opened

WORLD = """
CREATE TABLE "Users" ("id" integer primary key autoincrement not null, [e mail] varchar (255) NOT NULL default 'x',
  age int check(age>=-1), constraint once unique("e mail"), foreign key(age) references others(id)
  on delete set null deferrable initially deferred);
CREATE TABLE pairs (a int, b text COLLATE nocase DEFAULT (upper('x')), c int AS (a + 1) STORED, PRIMARY KEY (a, b))
  STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX "By Mail" ON users (lower("e mail") DESC, age COLLATE nocase) WHERE age != 3;
CREATE VIEW grown (Mail) AS SELECT [e mail] FROM users WHERE age > 17;
CREATE TRIGGER older AFTER UPDATE OF age ON users WHEN new.age == 1 BEGIN SELECT 1; END;
CREATE VIRTUAL TABLE search USING fts5(title, body);
CREATE TABLE search_log (id integer PRIMARY KEY);
ALTER TABLE users RENAME COLUMN age TO "Age in Years";
ANALYZE;
"""
TOLD = """
column Users.id | integer, not null, auto_increment
column Users.e mail | varchar(255), not null, default 'x'
column Users.Age in Years | int, null
column pairs.a | int, not null
constraint Users.once | unique (e mail)
index By Mail | unique btree (lower("e mail") desc, "age in years" collate nocase) where "age in years" <> 3
table search | virtual, using fts5(title, body)
table search_data | holds what search is made of
table search_log |
trigger older | after update of "age in years" on users when new."age in years" = 1 begin select 1; end
view grown | view
"""
DDL = (
    "CREATE TABLE t (a int)",
    "ALTER TABLE t ADD COLUMN b int DEFAULT 1",
    "ALTER TABLE t RENAME COLUMN b TO c",
    "CREATE INDEX t_a ON t (a)",
    "DROP INDEX t_a",
    "CREATE INDEX t_a ON t (c)",
    "CREATE VIEW v AS SELECT 1",
    "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END",
    "DROP VIEW v",
    "ALTER TABLE t RENAME TO u",
    "DROP TABLE u",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return made(tmp_path / "shop.sqlite")


@pytest.fixture
def application(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


def test_the_server_is_the_file_and_the_library_that_wrote_it(path: Path) -> None:
    server = opened(path).server()
    assert (server.dialect, server.grammar, server.name, server.host, server.home) == (
        "sqlite", "sqlite", "shop.sqlite", "local", "main",
    )  # fmt: skip
    assert server.version == sqlite3.sqlite_version
    assert (server.read_only, server.replica, server.folds_tables, server.notes) == (False, False, True, ())
    assert server.identity == opened(path).server().identity
    assert [right.held for right in opened(path).rights()] == [True]


def test_everything_is_told_in_its_own_words(tmp_path: Path) -> None:
    schema = opened(made(tmp_path / "world.sqlite", sql=WORLD)).schema()
    assert schema.unread == ()
    told = {f"{noun(thing.ref, 'main')} | {definition(thing)}".rstrip() for thing in schema.things}
    tables = {t.ref.name: t.ref.written or t.ref.name for t in schema.things if isinstance(t, Table)}
    wanted = [line.replace("Users.", "users.") for line in TOLD.strip().splitlines()]
    assert [line for line in wanted if line.rstrip() not in told] == [], "\n".join(sorted(told))
    assert tables["users"] == "Users"
    assert not any("sqlite_" in line for line in told)


def test_what_a_table_says_of_itself(tmp_path: Path) -> None:
    schema = opened(made(tmp_path / "world.sqlite", sql=WORLD)).schema()
    told = {noun(t.ref, "main"): definition(t) for t in schema.things}
    assert told['constraint users.foreign key ("age in years")'] == (
        "foreign key (age in years) references main.others (id) on delete set null deferrable initially deferred"
    )
    assert told['constraint users.check ("age in years" >= -1)'] == 'check ("age in years" >= -1)'
    assert told["constraint pairs.primary key"] == "primary key (a, b)"
    assert told["column pairs.b"] == "text, not null, collate nocase, default upper('x')"
    assert told["column pairs.c"].endswith("generated always as (a + 1) stored")
    table = next(t for t in schema.of_kind(Table) if t.ref.name == "pairs")
    assert table.options == ("strict", "without rowid")
    assert {t.ref.name for t in schema.of_kind(Other)} == {
        "search", "search_config", "search_content", "search_data", "search_docsize", "search_idx",
    }  # fmt: skip


def test_a_table_whose_text_and_columns_disagree_is_not_known() -> None:
    text = "CREATE TABLE t (a int, b int)"
    known = (("a", "int", False, False), ("b", "int", False, False))
    assert len(catalog._table("T", text, known, {})) == 3
    for told in (known[:1], (known[0], ("b", "text", False, False)), (known[0], ("b", "int", True, False))):
        [table] = catalog._table("t", text, told, {})
        assert MEMBERS in table.unread
    for unreadable in ("CREATE TABLE t (a int WHAT IS THIS)", "CREATE TABLE other (a int, b int)", ""):
        [table] = catalog._table("t", unreadable, known, {})
        assert MEMBERS in table.unread


@pytest.mark.parametrize("kind", ["index", "view", "trigger"])
def test_what_is_not_understood_is_there_and_says_so(kind: str) -> None:
    [thing] = catalog._other(kind, "X", "t", f"CREATE {kind} what is this")
    assert (thing.ref.name, thing.ref.written, bool(thing.unread)) == ("x", "X", True)


def test_the_fingerprint_changes_with_every_kind_of_change_and_with_nothing_else(
    path: Path, application: sqlite3.Connection
) -> None:
    link = opened(path)
    seen = [link.fingerprint()]
    for sql in DDL:
        application.execute(sql)
        seen.append(link.fingerprint())
        application.execute("INSERT INTO customers (name) VALUES ('new')")
        assert link.fingerprint() == opened(path).fingerprint() == seen[-1]
    assert len(set(seen)) == len(seen)


def test_the_schema_is_equal_over_two_links(path: Path, application: sqlite3.Connection) -> None:
    first = opened(path).schema()
    application.execute("DELETE FROM customers")
    assert opened(path).schema() == first


@pytest.mark.parametrize("ask", ["sessions", "locks", "progress"])
def test_what_sqlite_does_not_have_is_not_supported(path: Path, ask: str) -> None:
    with pytest.raises(NotSupportedFault) as caught:
        getattr(opened(path), ask)()
    reading: Reading[object] = failed(caught.value, Reading())
    assert (reading.health, reading.value, reading.complete) == (Health.NOT_SUPPORTED, None, False)


def test_rows_are_texts(path: Path, application: sqlite3.Connection) -> None:
    application.execute('CREATE TABLE "Odd ""Table" (a, "B")')
    application.execute("INSERT INTO \"Odd \"\"Table\" VALUES (1, 2.5), (NULL, x'ff41'), ('ü', 'x')")
    rows = opened(path).rows("main", 'odd "table')
    assert rows.columns == ("a", "B")
    assert rows.rows == (("1", "2.5"), (None, "\\xffA"), ("ü", "x"))
    assert rows.stamps == (None, None, None)
    with pytest.raises(ReadFault, match="There is no table nothing"):
        opened(path).rows("main", "nothing")
    assert opened(path).tables_named("nothing") == ()


def test_text_that_is_no_utf8_is_shown_all_the_same(path: Path, application: sqlite3.Connection) -> None:
    application.execute("INSERT INTO customers (name) VALUES (CAST(x'ff' AS text))")
    assert opened(path).rows("main", "customers").rows[-1][2] == "\ufffd"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (Question(1, Doubt.DUPLICATES, ("main", "customers"), ("email",)), Answer(1, ("a@x",))),
        (Question(1, Doubt.DUPLICATES, ("main", "customers"), ("email collate binary",), written=True), Answer(0)),
        (
            Question(1, Doubt.DUPLICATES, ("main", "customers"), ("length(name) desc",), written=True),
            Answer(1, ("3",)),
        ),
        (
            Question(1, Doubt.DUPLICATES, ("main", "orders"), ("customer_id",), written=True, condition="total > 9"),
            Answer(0),
        ),
        (Question(1, Doubt.NULLS, ("main", "orders"), ("customer_id",)), Answer(1)),
        (
            Question(
                1, Doubt.ORPHANS, ("main", "orders"), ("customer_id",), parent=("main", "customers"),
                parent_columns=("id",),
            ),
            Answer(1, ("99",)),
        ),
        (Question(1, Doubt.VIOLATIONS, ("main", "orders"), condition="orders.total < 7"), Answer(1)),
    ],
    ids=["duplicates", "under a collation", "of an expression", "of a part", "nulls", "orphans", "a check"],
)  # fmt: skip
def test_what_is_in_the_way_is_counted(path: Path, question: Question, answer: Answer) -> None:
    assert opened(path).ask(question, 5) == answer
