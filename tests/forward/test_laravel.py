"""Laravel runs the recovery of a migration that stopped at each of its statements."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import URL

from console.core.forward import Recovery
from tests.forward.walking import Place, every_stop
from tests.incidents.laravel_cases import BASE, php
from tests.laravel.fixtures import NewProject
from tests.laravel.project import LaravelProject
from tests.mysql_servers import MyServer

FIRST, BROKEN = "2024_01_01_000000_make_shop", "2024_05_05_120000_change_shop"
CHANGE = """
Schema::table('orders', fn (Blueprint $table) => $table->string('carrier', 40)->default('by post'));
Schema::table('orders', fn (Blueprint $table) => $table->index('code'));
Schema::table('orders', fn (Blueprint $table) => $table->foreign('customer_id')->references('id')->on('customers'));
Schema::create('notes', function (Blueprint $table) {
    $table->id();
    $table->boolean('done')->default(false);
    $table->decimal('price', 8, 2)->default(1);
    $table->timestamp('seen_at')->useCurrent();
});
DB::statement('update orders set customer_id = total where customer_id is null');
Schema::table('orders', fn (Blueprint $table) => $table->dropColumn('total'));
"""
SMALL = """
Schema::table('orders', fn (Blueprint $table) => $table->string('carrier')->default('%s :x ?'));
"""


def _place(project: LaravelProject, url: URL, change: str) -> Place:
    project.add(FIRST, php(BASE, loose=False))
    made = project.migrate()
    assert made.code == 0, made.said
    project.add(BROKEN, php(change))

    def go(made: Recovery) -> None:
        go_all(f"--path={made.written.file}")

    def go_all(*only: str) -> None:
        ended = project.migrate(*only)
        assert ended.code == 0, ended.said

    return Place(
        project.folder,
        url,
        BROKEN,
        lambda name: (f"INSERT INTO migrations (migration, batch) VALUES ('{name}', 2)",),
        lambda name: (f"DELETE FROM migrations WHERE migration = '{name}'",),
        go,
        go_all,
        {},
    )


@pytest.mark.parametrize("postgres_server", [16], indirect=True)
def test_laravel_recovers_on_postgresql(laravel: NewProject, database: URL) -> None:
    every_stop(_place(laravel(database), database, SMALL))


@pytest.mark.parametrize("my_server", ["mariadb"], indirect=True)
def test_laravel_recovers_on_mariadb(laravel: NewProject, my_server: MyServer, my_database: URL) -> None:
    every_stop(_place(laravel(my_database), my_database, CHANGE))
