"""The real tools recover on SQLite from every stop, and what is there but differs stops the file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.plan import CannotWriteError
from console.core.statements import read_script
from tests.alembic.project import NewAlembic, alembic
from tests.django.fixtures import NewDjango
from tests.django.shop import migration as django_file
from tests.forward import test_alembic, test_django, test_laravel, test_rails
from tests.forward.ordering import steps
from tests.forward.walking import every_stop
from tests.incidents import django_told
from tests.incidents.alembic_told import NICK
from tests.laravel.fixtures import NewProject

pytestmark = pytest.mark.slow

__all__ = ["alembic"]


@pytest.fixture
def url(tmp_path: Path) -> URL:
    """An empty file."""
    (tmp_path / "shop.sqlite").touch()
    return URL.create("sqlite", database=str(tmp_path / "shop.sqlite"))


def test_laravel_recovers_on_sqlite(laravel: NewProject, url: URL) -> None:
    change = """
    Schema::table('orders', fn (Blueprint $table) => $table->string('carrier', 40)->default('by post'));
    Schema::table('orders', fn (Blueprint $table) => $table->index('code'));
    Schema::create('notes', function (Blueprint $table) {
        $table->id();
        $table->boolean('done')->default(false);
        $table->foreignId('order_id')->constrained()->cascadeOnDelete();
        $table->enum('mood', ['good', 'so so']);
        $table->timestamp('seen_at')->useCurrent();
    });
    DB::statement("CREATE VIEW open_notes AS SELECT id FROM notes WHERE mood <> 'so so'");
    """
    every_stop(test_laravel._place(laravel(url), url, change))


def test_rails_recovers_on_sqlite(tmp_path: Path, url: URL) -> None:
    change = """
    add_column :orders, :carrier, :string, limit: 20, default: "it's", null: false
    add_index :orders, [:customer_id, :code], unique: true, name: "by_customer"
    add_index :orders, "lower(code)", name: "by_lower", where: "total > 0"
    create_table(:notes) do |t|
      t.text :body
      t.integer :stars, limit: 2, default: 3
      t.references :order, foreign_key: true
    end
    """
    every_stop(test_rails._place(tmp_path / "app", url, change))


def test_django_recovers_on_sqlite(django: NewDjango, url: URL) -> None:
    project = django(url, "5.2", {"0001_initial": django_file(django_told.BASE)})
    every_stop(test_django._place(project, url, test_django.NOTES))


def test_alembic_recovers_on_sqlite(alembic: NewAlembic, url: URL) -> None:
    every_stop(test_alembic._place(alembic(url), url, NICK + test_alembic.NOTES))


BASE = ("CREATE TABLE customers (id integer PRIMARY KEY)", "CREATE TABLE places (town text)",
        "CREATE TABLE orders (id integer PRIMARY KEY, customer_id bigint, note varchar(20))")  # fmt: skip
CHANGE = """
ALTER TABLE orders ADD COLUMN carrier varchar(40) DEFAULT 'by  post' NOT NULL;
ALTER TABLE orders ADD COLUMN owner_id bigint REFERENCES customers (id) ON DELETE CASCADE;
ALTER TABLE "orders" ADD COLUMN price numeric(6,2) DEFAULT 0.5 CHECK (price >= 0);
ALTER TABLE orders ADD COLUMN memo text DEFAULT NULL;
ALTER TABLE orders ADD taxed numeric AS (price * 2) VIRTUAL;
CREATE UNIQUE INDEX by_note ON orders (note DESC, id);
CREATE INDEX "by lower" ON orders (lower(note)) WHERE note <> 'a b';
CREATE TABLE notes (id integer PRIMARY KEY AUTOINCREMENT, mood text COLLATE nocase DEFAULT 'so so',
    stars smallint, -- one to five
    CONSTRAINT enough CHECK (stars > 0 AND mood <> ''), UNIQUE (mood, stars));
ALTER TABLE notes ADD COLUMN seen text;
CREATE VIEW seen AS SELECT id FROM notes WHERE seen IS NOT NULL;
CREATE TRIGGER filled AFTER INSERT ON notes BEGIN UPDATE notes SET mood = 'none' WHERE id = new.id; END;
ALTER TABLE places RENAME COLUMN town TO city;
DROP TABLE IF EXISTS old;
"""
NOTES = CHANGE[CHANGE.index("CREATE TABLE notes") : CHANGE.index(";\nALTER TABLE notes")]
BY_HAND = {
    "ALTER TABLE orders ADD carrier varchar(20) DEFAULT 'by  post' NOT NULL": "column orders.carrier",
    "ALTER TABLE orders ADD carrier varchar(40) DEFAULT 'by post' NOT NULL": "column orders.carrier",
    "ALTER TABLE orders ADD carrier varchar(40) DEFAULT 'by  post'": "column orders.carrier",
    "ALTER TABLE orders ADD owner_id bigint REFERENCES customers (id)": "column orders.owner_id",
    "ALTER TABLE orders ADD owner_id bigint": "column orders.owner_id",
    "ALTER TABLE orders ADD price numeric(6,2) DEFAULT 0.5 CHECK (price > 0)": "column orders.price",
    "ALTER TABLE orders ADD taxed numeric": "column orders.taxed",
    "ALTER TABLE orders ADD memo text COLLATE nocase": "column orders.memo",
    "ALTER TABLE orders ADD memo text CHECK (memo <> '')": "column orders.memo",
    "ALTER TABLE orders ADD memo text REFERENCES customers (id)": "column orders.memo",
    "CREATE UNIQUE INDEX by_note ON orders (note COLLATE nocase DESC, id)": "index by_note",
    "CREATE INDEX by_note ON orders (note DESC, id)": "index by_note",
    "CREATE UNIQUE INDEX by_note ON orders (note, id)": "index by_note",
    "CREATE UNIQUE INDEX by_note ON orders (note DESC)": "index by_note",
    "CREATE UNIQUE INDEX by_note ON orders (note DESC, id) WHERE id > 1": "index by_note",
    "CREATE UNIQUE INDEX by_note ON customers (id)": "index by_note",
    "CREATE INDEX \"by lower\" ON orders (lower(note)) WHERE note <> 'ab'": "index by lower",
    'CREATE INDEX "by lower" ON orders (lower(note))': "index by lower",
    NOTES.replace("COLLATE nocase", ""): "table notes",
    NOTES.replace("stars > 0", "stars > 1"): "table notes",
    NOTES.replace("so so", "soso"): "table notes",
    NOTES.replace("CONSTRAINT", "CHECK (id > 1), CONSTRAINT"): "table notes",
    NOTES.replace(" AUTOINCREMENT", ""): "table notes",
    NOTES.replace(", UNIQUE (mood, stars)", ""): "table notes",
    "CREATE TABLE notes (id integer, mood text, seen text); CREATE VIEW seen AS SELECT id FROM notes": "notes",
}  # fmt: skip


def _gone_through(path: str) -> str:
    """What a tool that runs the file ends with: every statement only where its question says so."""
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        for step in steps(CHANGE, "sqlite", "main"):
            said = str(file.execute(step.question).fetchone()[0])
            if said == "todo":
                file.execute(step.sql)
            elif said != "done":
                return said
    return ""


def test_it_stops_on_what_differs_and_ends_on_what_is_there(tmp_path: Path) -> None:
    for n, (by_hand, what) in enumerate(BY_HAND.items()):
        path = str(tmp_path / f"{n}.sqlite")
        with closing(sqlite3.connect(path)) as file:
            file.executescript(";".join((*BASE, by_hand)))
        said = _gone_through(path)
        assert (what in said, "what was meant" in said or "another is not" in said) == (True, True), (by_hand, said)
    for stop in range(len(read_script(CHANGE, "sqlite", "main")) + 1):
        path = str(tmp_path / f"from_{stop}.sqlite")
        with closing(sqlite3.connect(path)) as file:
            landed = [statement.sql for statement in read_script(CHANGE, "sqlite", "main")[:stop]]
            file.executescript(";".join((*BASE, *landed)))
        assert (_gone_through(path), _gone_through(path)) == ("", ""), stop


REFUSED = {
    "CREATE TABLE new__t (id int); INSERT INTO new__t SELECT id FROM t; DROP TABLE t; ALTER TABLE new__t RENAME TO t":
        "Table t is made anew (up to statement 4): no question tells how many rows are in the copy.",
    "CREATE VIEW v AS SELECT note FROM orders; ALTER TABLE orders RENAME COLUMN note TO text":
        "a later statement changes what SQLite says of view v",
    "CREATE TABLE n (id int, a int CHECK (a > 0)); ALTER TABLE n DROP COLUMN a":
        "a later statement changes what SQLite says of table n",
    "CREATE TABLE n AS SELECT 1 AS a": "what columns it gets is not in its text",
    "CREATE VIRTUAL TABLE n USING fts5(a)": "definition of table n is not known",
}  # fmt: skip


@pytest.mark.parametrize("sql", REFUSED)
def test_what_no_text_tells_is_refused(sql: str) -> None:
    with pytest.raises(CannotWriteError) as refused:
        steps(sql, "sqlite", "main")
    assert REFUSED[sql] in str(refused.value)
