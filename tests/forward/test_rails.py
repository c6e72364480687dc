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
add_reference :orders, :owner, foreign_key: { to_table: :customers, on_delete: :nullify }
create_table(:notes) do |t|
  t.text :body
  t.integer :stars, limit: 2, default: 3
  t.boolean :open, default: true, null: false
  t.datetime :seen_at, precision: 6
end
execute "UPDATE customers SET name = email WHERE name IS NULL"
change_column_null :customers, :name, false
remove_column :orders, :total
"""


def _place(folder: Path, url: URL, head: str = "disable_ddl_transaction!") -> Place:
    project = make_project(folder, url)
    project.add(f"{FIRST}_make_shop", BASE)
    made = project.run("migrate")
    assert made.code == 0, made.said
    project.add(f"{BROKEN}_change_shop", change(CHANGE, name="ChangeShop", head=head))

    def go(made: Recovery) -> None:
        ended = project.run("migrate")
        assert ended.code == 0, ended.said

    return Place(
        project.folder,
        url,
        BROKEN,
        lambda name: (f"INSERT INTO schema_migrations (version) VALUES ('{name}')",),
        lambda name: (f"DELETE FROM schema_migrations WHERE version = '{name}'",),
        go,
        {"RAILS_ENV": "production"},
    )


@pytest.mark.parametrize("postgres_server", [18], indirect=True)
def test_rails_recovers_on_postgresql(tmp_path: Path, database: URL) -> None:
    every_stop(_place(tmp_path / "app", database))


@pytest.mark.parametrize("my_server", ["mysql"], indirect=True)
def test_rails_recovers_on_mysql(tmp_path: Path, my_server: MyServer, my_database: URL) -> None:
    every_stop(_place(tmp_path / "app", my_database))
