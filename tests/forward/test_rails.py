"""Rails runs the recovery of a migration that stopped at each of its statements."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.forward import Recovery
from tests.forward.walking import Place, every_stop
from tests.incidents.rails_cases import BASE, BROKEN, FIRST
from tests.mysql_servers import MyServer
from tests.rails.making import change
from tests.rails.project import make_project

CHANGE = """
add_column :orders, :carrier, :string, limit: 20, default: "it's", null: false
add_index :orders, [:customer_id, :code], unique: true, name: "by_customer"
add_foreign_key :orders, :customers, on_delete: :nullify
create_table(:notes) do |t|
  t.text :body
  t.integer :stars, limit: 2, default: 3
  t.boolean :open, default: true, null: false
  t.datetime :seen_at, precision: 6
end
execute "UPDATE orders SET customer_id = total WHERE customer_id IS NULL"
remove_column :orders, :total
"""


def _place(folder: Path, url: URL, lines: str) -> Place:
    project = make_project(folder, url)
    project.add(f"{FIRST}_make_shop", BASE)
    made = project.run("migrate")
    assert made.code == 0, made.said
    project.add(f"{BROKEN}_change_shop", change(lines, name="ChangeShop", head="disable_ddl_transaction!"))

    def go(_: Recovery) -> None:
        go_all()

    def go_all() -> None:
        ended = project.run("migrate")
        assert ended.code == 0, ended.said

    return Place(
        project.folder,
        url,
        BROKEN,
        lambda name: (f"INSERT INTO schema_migrations (version) VALUES ('{name}')",),
        lambda name: (f"DELETE FROM schema_migrations WHERE version = '{name}'",),
        go,
        go_all,
        {"RAILS_ENV": "production"},
    )


@pytest.mark.parametrize("postgres_server", [18], indirect=True)
def test_rails_recovers_on_postgresql(tmp_path: Path, database: URL) -> None:
    every_stop(_place(tmp_path / "app", database, "\n".join(CHANGE.splitlines()[:2])))


@pytest.mark.parametrize("my_server", ["mysql"], indirect=True)
def test_rails_recovers_on_mysql(tmp_path: Path, my_server: MyServer, my_database: URL) -> None:
    every_stop(_place(tmp_path / "app", my_database, CHANGE))
