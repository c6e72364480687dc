"""Tenants as three packages keep them apart: recognised in the project's files, found in its database, judged alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import URL

from console.drill.server import PrivatePostgres
from tests.headless import halfway
from tests.servers import MAJORS, run
from tests.tools.tenants import shop_of_tenants

pytestmark = pytest.mark.server

_GEMS = "GEM\n  specs:\n    ros-apartment (3.1.0)\n    activerecord (7.1.3)\n    rails (7.1.3)\n"
_APARTMENT = """
Apartment.configure do |config|
  config.excluded_models = %w{ Account }
  config.tenant_names = lambda { Account.pluck :subdomain }
  config.persistent_schemas = %w{ shared_extensions }
  # config.use_schemas = false
end
"""
_ORDERS = """
class CreateOrders < ActiveRecord::Migration[7.1]
  def change
    create_table :orders do |t|
      t.string :status, default: "open", null: false
    end
  end
end
"""
_CARRIER = """
class AddCarrier < ActiveRecord::Migration[7.1]
  disable_ddl_transaction!
  def change
    add_column :orders, :carrier, :string
    add_index :orders, :carrier, algorithm: :concurrently
  end
end
"""
_TENANCY = """<?php
return ['database' => ['prefix' => 'tenant', 'suffix' => '', 'managers' => [
    'pgsql' => Stancl\\Tenancy\\TenantDatabaseManagers\\PostgreSQLDatabaseManager::class]],
    'migration_parameters' => ['--force' => true, '--path' => [database_path('migrations/tenant')]]];
"""
_PHP = """<?php
use Illuminate\\Database\\Migrations\\Migration;
use Illuminate\\Database\\Schema\\Blueprint;
use Illuminate\\Support\\Facades\\Schema;
return new class extends Migration {{
    public $withinTransaction = false;
    public function up(): void {{
        {body}
    }}
}};
"""
_CENTRAL = """Schema::create('tenants', function (Blueprint $table) {
            $table->string('id')->primary(); $table->json('data')->nullable(); });"""
_OF_TENANT = """Schema::create('orders', function (Blueprint $t) { $t->id(); $t->string('status', 20); });
        Schema::table('orders', function (Blueprint $t) { $t->string('carrier', 40)->nullable(); });"""


@pytest.fixture(scope="module")
def server() -> Iterator[URL]:
    with PrivatePostgres(max(MAJORS)) as postgres:
        yield postgres.url


def _project(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def _fleet(folder: Path, *more: str) -> dict[str, dict[str, Any]]:
    answer = halfway("fleet", "--seconds", "60", "--project", str(folder), "--json", *more)
    lines = [json.loads(line) for line in answer.out.splitlines()]
    assert lines, answer.err
    return {line["name"]: line for line in lines if line["kind"] == "database"}


def _states(folder: Path, *more: str) -> dict[str, str]:
    return {name: line["state"] for name, line in _fleet(folder, *more).items()}


def test_django_tenants(server: URL, tmp_path: Path) -> None:
    run(server, "CREATE DATABASE tenants")
    url = server.set(database="tenants")
    names = [f"tenant_{n}" for n in range(1, 6)]
    shop_of_tenants(tmp_path, url, names, names[:2])
    run(url, "ALTER TABLE tenant_3.shop_order ADD COLUMN carrier varchar(40)",
        "INSERT INTO customers_client (schema_name, name) VALUES ('ghost', 'g')",
        "CREATE SCHEMA stray",
        "CREATE TABLE stray.django_migrations (LIKE django_migrations INCLUDING ALL)")  # fmt: skip
    found = _fleet(tmp_path)
    assert {name: line["state"] for name, line in found.items()} == {
        "tenant_1": "applied", "tenant_2": "applied", "tenant_3": "half_applied", "tenant_4": "pending",
        "tenant_5": "pending", "ghost": "missing", "stray": "pending",
    }  # fmt: skip
    assert (found["tenant_3"]["migration"], found["tenant_3"]["statement"]) == ("shop.0002_carrier", 2)
    assert found["tenant_1"]["applied"] == 4, "those of the shared apps are recorded there, too, and make nothing"
    assert found["stray"]["group"] == "not registered"
    assert set(_states(tmp_path, url.render_as_string(), "--schemas", "*_1,public")) == {"tenant_1"}
    plan = halfway("fleet", "--seconds", "60", "--project", str(tmp_path), "--waves").out
    assert "python manage.py migrate_schemas --schema=tenant_4\n" in plan
    assert "migrate_schemas --schema=tenant_3" not in plan
    alone = halfway("assess", "--project", str(tmp_path), "--schema", "tenant_3", "--json")
    assert {state for state in alone.states.values() if state != "applied"} == {"half_applied"}


def test_apartment(server: URL, tmp_path: Path) -> None:
    run(server, "CREATE DATABASE rooms")
    url = server.set(database="rooms")
    _project(tmp_path, {
        "bin/rails": "", "Gemfile.lock": _GEMS, "config/initializers/apartment.rb": _APARTMENT,
        "config/database.yml": f"development:\n  url: {url.render_as_string()}\n",
        "db/migrate/20240101000000_create_orders.rb": _ORDERS, "db/migrate/20240201000000_add_carrier.rb": _CARRIER,
    })  # fmt: skip
    for name, steps in {"public": 3, "acme": 3, "Big-Corp": 3, "half.co": 2, "slow": 1, "fine": 3}.items():
        made = [
            f'CREATE SCHEMA IF NOT EXISTS "{name}"; SET search_path = "{name}"',
            "CREATE TABLE schema_migrations (version varchar NOT NULL PRIMARY KEY)",
            "CREATE TABLE orders (id bigserial PRIMARY KEY, status varchar DEFAULT 'open' NOT NULL)",
            "INSERT INTO schema_migrations VALUES ('20240101000000')",
        ]
        row = "INSERT INTO schema_migrations VALUES ('20240201000000')"
        index = "CREATE INDEX index_orders_on_carrier ON orders (carrier)"
        later = ["ALTER TABLE orders ADD carrier varchar", f"{index}; {row}"]
        run(url, "; ".join([*made, *later[: steps - 1]]))
    run(url, "ALTER TABLE fine.orders ADD surprise int", "CREATE SCHEMA shared_extensions",
        "CREATE TABLE shared_extensions.schema_migrations (version text)")  # fmt: skip
    found = _fleet(tmp_path)
    assert {name: line["state"] for name, line in found.items()} == {
        "acme": "applied", "Big-Corp": "applied", "half.co": "half_applied", "slow": "pending", "fine": "drifted",
    }  # fmt: skip
    assert (
        "DB=slow bin/rails apartment:migrate"
        in halfway("fleet", "--seconds", "60", "--project", str(tmp_path), "--waves").out
    )


def test_stancl_tenancy(server: URL, tmp_path: Path) -> None:
    names = {"a1": "tenanta1", "b2": "tenantb2", "c3": "tenantc3", "d4": "odd_name"}
    run(server, *(f"CREATE DATABASE {name}" for name in ("central", *names.values())))
    _project(tmp_path, {
        "artisan": "", "bootstrap/app.php": "", "config/tenancy.php": _TENANCY,
        "composer.json": '{"require": {"laravel/framework": "^11.0", "stancl/tenancy": "^3.8"}}',
        ".env": f"DB_CONNECTION=pgsql\nDB_HOST={server.host}\nDB_PORT={server.port}\nDB_DATABASE=central\n"
                f"DB_USERNAME={server.username}\nDB_PASSWORD=\n",
        "database/migrations/2019_09_15_000010_create_tenants_table.php": _PHP.format(body=_CENTRAL),
        "database/migrations/tenant/2024_01_01_000000_create_orders.php": _PHP.format(body=_OF_TENANT),
    })  # fmt: skip
    ledger = "CREATE TABLE migrations (id serial PRIMARY KEY, migration varchar(255) NOT NULL, batch int NOT NULL)"
    recorded = "INSERT INTO migrations (migration, batch) VALUES ('{}', 1)"
    run(server.set(database="central"), ledger, recorded.format("2019_09_15_000010_create_tenants_table"),
        "CREATE TABLE tenants (id varchar(255) NOT NULL PRIMARY KEY, data json)",
        *(f"INSERT INTO tenants VALUES ('{key}', '{json.dumps({'tenancy_db_name': name} if key == 'd4' else {})}')"
          for key, name in names.items()))  # fmt: skip
    orders = "CREATE TABLE orders (id bigserial PRIMARY KEY NOT NULL, status varchar(20) NOT NULL)"
    done = ("ALTER TABLE orders ADD carrier varchar(40)", recorded.format("2024_01_01_000000_create_orders"))
    run(server.set(database="tenanta1"), ledger, orders, *done)
    run(server.set(database="tenantb2"), ledger, orders)
    run(server.set(database="tenantc3"), ledger)
    run(server.set(database="odd_name"), ledger, orders, *done)
    wanted = {"a1": "applied", "b2": "half_applied", "c3": "pending", "d4": "applied"}
    assert _states(tmp_path) == wanted
    central = server.set(database="central").render_as_string()
    assert _states(tmp_path, central, "--databases", "central,tenant?2") == {
        "central": "applied", "tenantb2": "half_applied",
    }  # fmt: skip
    plan = halfway("fleet", "--seconds", "60", "--project", str(tmp_path), "--waves").out
    assert "php artisan tenants:migrate --force --tenants=c3\n" in plan
    assert f"--migrations {tmp_path}/database/migrations/tenant" in plan
