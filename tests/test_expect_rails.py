"""db/structure.sql as the real Rails has pg_dump write it: the database does not differ from it, a changed one does."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import URL

from console.drill.binaries import installations
from tests import servers
from tests.rails.project import make_project
from tests.servers import ServerUnderTest
from tests.test_expect_dumps import told, without_drift
from tests.test_snapshot_cli import halfway
from tests.test_snapshot_servers import plain

ORDERS = """class CreateOrders < ActiveRecord::Migration[6.1]
  def change
    enable_extension "plpgsql"
    create_table :customers, id: :uuid, default: -> { "md5('a')::uuid" } do |t|
      t.string :email, null: false, limit: 80
      t.jsonb :settings, default: {}
      t.index "lower(email)", name: "by_email", unique: true
      t.timestamps
    end
    create_table :orders do |t|
      t.references :customer, type: :uuid, foreign_key: { on_delete: :cascade }
      t.decimal :total, precision: 10, scale: 2, default: 0
      t.check_constraint "total >= 0", name: "positive"
    end
    execute "CREATE VIEW large AS SELECT id FROM orders WHERE total > 100"
  end
end
"""


def test_rails_own_structure_is_what_is_there(database: URL, postgres_server: ServerUnderTest, tmp_path: Path) -> None:
    project = make_project(tmp_path / "app", database)
    project.add("20240101000000_create_orders", ORDERS)
    programs = f"{installations()[postgres_server.major] / 'bin'}:/usr/bin:/bin"
    for command in ("migrate", "structure"):
        done = project.run(command, PATH=programs)
        assert done.code == 0, done.said
    file, url = project.folder / "db" / "structure.sql", plain(database)
    assert 'INSERT INTO "schema_migrations"' in file.read_text()
    without_drift(file, url)
    servers.run(database, "ALTER TABLE orders ADD note text", "DROP VIEW large")
    answer = halfway("assess", url, "--project", str(project.folder), "--expect", str(file), "--json")
    assert sorted(told(answer)) == [("missing", "view", "large"), ("unexpected", "column", "orders.note")]
