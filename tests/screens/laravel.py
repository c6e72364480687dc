"""The Laravel drills as a sweep sees them: the drill's own files, read by the real adapter."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.engine import make_url

from console import frameworks
from console.core.assessment import Assessment
from console.core.judge import assess
from console.core.observation import Tracking
from console.core.ports import TableRows
from console.drill.laravel import app
from tests.builders import SERVER, observation, schema_after
from tests.screens import shop

GUARDED = "2026_02_03_070000_tidy_customers_table"
GUARDED_PHP = """\
<?php

use Illuminate\\Database\\Migrations\\Migration;
use Illuminate\\Database\\Schema\\Blueprint;
use Illuminate\\Support\\Facades\\Schema;

return new class extends Migration
{
    public $withinTransaction = false;

    public function up()
    {
        if (Schema::hasTable('customers_old')) {
            Schema::table('customers_old', function (Blueprint $table) {
                $table->dropColumn('fax');
            });
        }

        Schema::table('customers', function (Blueprint $table) {
            $table->string('phone', 20)->nullable();
            $table->enum('kind', \\App\\Kind::values());
            $table->index('phone');
        });
    }
};
"""


def tracked(name: str, php: str) -> Tracking:
    """The project with the migration `name` in it, read and joined with its ledger; only the first three ran."""
    laravel = frameworks.load("laravel")
    with TemporaryDirectory() as folder:
        app.write_project(Path(folder), make_url("postgresql://deploy@db1/shop"))
        app.add_migration(Path(folder), name, php)
        for pending, text in app.PENDING.items():
            app.add_migration(Path(folder), pending, text)
        project = laravel.detect(Path(folder), {})
        assert project is not None
        files = laravel.read(project, None, "postgres", "public")
        rows = TableRows(
            ("id", "migration", "batch"),
            tuple((str(n), earlier, "1") for n, earlier in enumerate(app.EARLIER, 1)),
            (shop.NEWEST_ROW,) * len(app.EARLIER),
        )
        ledger = laravel.parse_ledger("public.migrations", rows)
        assert ledger is not None
        return replace(laravel.track(project, files, ledger, SERVER), project="/srv/shop")


def seen(name: str, php: str, *landed: str) -> Assessment:
    """The assessment when the statements `landed` have run after the shop's first migrations."""
    found = tracked(name, php)
    before = [s.sql for t in found.tracked if t.row is not None and t.migration for s in t.migration.statements]
    schema = schema_after(";\n".join((*before, *landed)))
    stamped = (replace(t, stamp=shop.OLD, unread=frozenset()) for t in schema.things)
    return assess(observation(replace(schema, things=tuple(stamped)), found, sessions=shop.calm(3)))


def laravel_columns() -> Assessment:
    """Three columns, the second there by hand."""
    carrier = 'alter table "orders" add column "carrier" varchar(40) null'
    return seen(app.SHIPPING, app.SHIPPING_PHP, carrier, app.BY_HAND)


def laravel_backfill() -> Assessment:
    """A loop over rows that the catalog cannot show."""
    return seen(app.NAMES, app.NAMES_PHP, 'alter table "customers" add column "display_name" varchar(60) null')


def laravel_guarded() -> Assessment:
    """A statement under a condition that does not hold, and one that cannot be read."""
    return seen(GUARDED, GUARDED_PHP, 'alter table "customers" add column "phone" varchar(20) null')
