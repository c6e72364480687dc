"""A shop on the newest PostgreSQL, large enough to be waited for, and projects of several tools that change it."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.headless import Answer
from tests.servers import MAJORS, ServerUnderTest, conninfo, fresh_database, run
from tests.test_snapshot_cli import halfway

ON_NEWEST = pytest.mark.parametrize("postgres_server", [MAJORS[-1]], indirect=True)
TABLES = (
    "CREATE TABLE customers (id bigint PRIMARY KEY, email text)",
    "CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note text, state varchar(10))",
    "INSERT INTO orders SELECT i, i, 'x', 'new' FROM generate_series(1, 20000) i",
    "ANALYZE",
)


@pytest.fixture(scope="module")
def shop(postgres_server: ServerUnderTest) -> Iterator[URL]:
    """Its database; nothing of it is changed."""
    with fresh_database(postgres_server) as url:
        run(url, *TABLES)
        yield url


def asked(url: URL | str, *arguments: str, stdin: bytes = b"") -> Answer:
    """`halfway preflight` in this process."""
    address = url if isinstance(url, str) else conninfo(url)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
        return halfway("preflight", address, *arguments)


def judged(url: URL, folder: Path, sql: str, *arguments: str) -> Answer:
    """A script, named as a file."""
    (folder / "change.sql").write_text(sql)
    return asked(url, "--sql", str(folder / "change.sql"), *arguments)


FILES = {
    "laravel": ("2026_01_01_000000_a.php", """<?php
// halfway: allow pg-drop-column: on top
use Illuminate\\Database\\Migrations\\Migration;

return new class extends Migration {
    public function up(): void
    {
        // halfway: allow pg-create-index: above the call
        Schema::table('orders', function ($table) {
            $table->integer('x')->nullable();
            $table->index('x');
        });
        DB::statement('ALTER TABLE orders DROP COLUMN state');
        $text = "// halfway: allow pg-set-not-null: a text";
        DB::statement('ALTER TABLE orders ALTER COLUMN note SET NOT NULL');
    }
};
""", {13: True, 11: True, 15: False}),
    "rails": ("20260101000000_a.rb", """# frozen_string_literal: true
# halfway: allow pg-drop-column: on top
class A < ActiveRecord::Migration[7.1]
  def change
    execute "ALTER TABLE orders DROP COLUMN state"
    # halfway: allow pg-create-index: above
    add_index :orders, :note
    change_column_null :orders, :note, false # halfway: allow pg-create-index: another rule
  end
end
""", {5: True, 7: True, 8: False}),
    "alembic": ("a1_x.py", '''"""Some words."""
# halfway: allow pg-drop-column: on top
from alembic import op

revision = "a1"
down_revision = None


def upgrade():
    op.drop_column("orders", "state")
    # halfway: allow pg-create-index: above
    op.create_index(
        "i", "orders", ["note"])
    op.alter_column("orders", "note", nullable=False)
''', {10: True, 12: True, 14: False}),
    "knex": ("20260101000000_a.js", """// halfway: allow pg-drop-column: on top
exports.up = async function (knex) {
  // halfway: allow pg-create-index: above
  await knex.schema.alterTable('orders', (t) => {
    t.index(['note']);
  });
  await knex.raw('ALTER TABLE orders DROP COLUMN state');
  await knex.raw('ALTER TABLE orders ALTER COLUMN note SET NOT NULL'); /* halfway: allow pg-create-index: no */
};
""", {7: True, 4: True, 8: False}),
    "flyway": ("V1__a.sql", """-- halfway: allow pg-drop-column: on top

ALTER TABLE orders DROP COLUMN state;
-- halfway: allow pg-create-index: above
CREATE INDEX i
  ON orders (note);
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;
""", {3: True, 5: True, 7: False}),
}  # fmt: skip
"""Of a tool: the file, its text, and at which of its lines a finding is allowed and at which not."""
