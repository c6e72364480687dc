"""Laravel migrations that really fail on a real PostgreSQL, for the reasons they fail in production."""

from __future__ import annotations

from dataclasses import dataclass, field

_FILE = """<?php

use Illuminate\\Database\\Migrations\\Migration;
use Illuminate\\Database\\Schema\\Blueprint;
use Illuminate\\Support\\Facades\\DB;
use Illuminate\\Support\\Facades\\Schema;

return new class extends Migration
{
    %s

    public function up()
    {
        %s
    }

    public function down()
    {
        %s
    }
};
"""

BASE = """
        Schema::create('customers', function (Blueprint $table) {
            $table->id();
            $table->string('email');
            $table->string('name')->nullable();
            $table->timestamps();
        });
        Schema::create('orders', function (Blueprint $table) {
            $table->id();
            $table->unsignedBigInteger('customer_id')->nullable();
            $table->string('code', 40);
            $table->decimal('total', 10, 2)->default(0);
            $table->timestamps();
        });
"""
ROWS = (
    "INSERT INTO customers (email, name) VALUES ('a@x', 'Ada'), ('a@x', NULL), ('c@x', 'Cy')",
    "INSERT INTO orders (customer_id, code, total) VALUES (1, 'short', 5), (99, 'much too long for ten', -1)",
)
NICK = "Schema::table('customers', fn (Blueprint $table) => $table->string('nick', 40)->nullable());"
UNIQUE = "Schema::table('customers', fn (Blueprint $table) => $table->unique('email'));"
NOTES = "Schema::create('notes', function (Blueprint $table) { $table->id(); $table->text('body'); });"


def php(up: str, *, loose: bool = True, down: str = "//") -> str:
    """A migration file; `loose` runs outside a transaction, so PostgreSQL can be left half way."""
    return _FILE % ("public $withinTransaction = false;" if loose else "", up.strip(), down.strip())


@dataclass(frozen=True, slots=True)
class Case:
    """One failure."""

    name: str
    up: str
    verdicts: str
    """One letter a statement: L(anded), N(ot landed), P(artial), U(nknowable); - not sent."""
    state: str
    by_hand: tuple[str, ...] = ()
    loose: bool = True
    dies_after: str = ""
    """The process is killed as soon as the server has carried out a statement with this text."""
    says: tuple[str, ...] = ()
    debris: tuple[str, ...] = ()
    exact: bool = field(default=True)
    """The statements that landed (or changed rows) are, character for character, those Laravel sent."""


CASES = (
    Case("duplicates_first", UNIQUE + NICK + NOTES, "NNN", "pending"),
    Case("duplicates_middle", NICK + UNIQUE + NOTES, "LNN", "half_applied"),
    Case("duplicates_last", NICK + NOTES + UNIQUE, "LLN", "half_applied", says=("finish statement 3",)),
    Case("duplicates_in_a_transaction", NICK + NOTES + UNIQUE, "NNN", "pending", loose=False),
    Case(
        "orphans_last",
        """
        Schema::table('orders', function (Blueprint $table) {
            $table->string('carrier')->nullable();
            $table->index('code');
            $table->foreign('customer_id')->references('id')->on('customers')->cascadeOnDelete();
        });
        """,
        "LLN",
        "half_applied",
        says=("finish statement 3",),
    ),
    Case(
        "orphans_of_a_constrained_column",
        """
        Schema::table('orders', function (Blueprint $table) {
            $table->foreignId('agent_id')->default(7)->constrained('customers');
            $table->boolean('paid')->default(false)->index();
        });
        """,
        "LNN",
        "half_applied",
    ),
    Case(
        "column_by_hand",
        """
        Schema::table('orders', fn (Blueprint $table) => $table->integer('a')->nullable());
        Schema::table('orders', fn (Blueprint $table) => $table->string('carrier', 40)->default('post'));
        Schema::table('orders', fn (Blueprint $table) => $table->integer('c')->nullable());
        """,
        "LPN",
        "half_applied",
        by_hand=("ALTER TABLE orders ADD COLUMN carrier varchar(255)",),
        says=("character varying(255)",),
        exact=False,
    ),
    Case(
        "one_of_three_columns_by_hand",
        """
        Schema::table('customers', fn (Blueprint $table) => $table->integer('score')->nullable());
        Schema::table('orders', function (Blueprint $table) {
            $table->integer('a')->nullable();
            $table->string('carrier', 40)->nullable();
            $table->integer('c')->nullable();
        });
        """,
        "LN",
        "half_applied",
        by_hand=("ALTER TABLE orders ADD COLUMN carrier varchar(255)",),
        says=("lands whole or not at all",),
    ),
    Case(
        "nulls",
        NICK + "DB::statement('ALTER TABLE customers ALTER COLUMN name SET NOT NULL');" + NOTES,
        "LNN",
        "half_applied",
        says=("null instead of not null",),
    ),
    Case(
        "nulls_under_a_change",
        NICK
        + "Schema::table('customers', fn (Blueprint $table) => $table->string('name')->nullable(false)->change());",
        "LN",
        "half_applied",
    ),
    Case(
        "too_long",
        NICK + "DB::statement('ALTER TABLE orders ALTER COLUMN code TYPE varchar(10)');" + NOTES,
        "LNN",
        "half_applied",
    ),
    Case(
        "check",
        NOTES + "DB::statement('ALTER TABLE orders ADD CONSTRAINT orders_positive CHECK (total >= 0)');",
        "LN",
        "half_applied",
    ),
    Case(
        "backfill_then_duplicates",
        """
        Schema::table('customers', fn (Blueprint $table) => $table->string('login')->nullable());
        DB::table('customers')->whereNull('login')->update(['login' => 'nobody']);
        Schema::table('customers', fn (Blueprint $table) => $table->unique('login'));
        """,
        "LUN",
        "half_applied",
    ),
    Case(
        "a_loop_that_fails",
        """
        Schema::table('orders', fn (Blueprint $table) => $table->string('label', 12)->nullable());
        DB::table('orders')->whereNull('label')->chunkById(1, function ($orders) {
            foreach ($orders as $order) {
                DB::table('orders')->where('id', $order->id)->update(['label' => $order->code]);
            }
        });
        Schema::table('orders', fn (Blueprint $table) => $table->index('label'));
        """,
        "LUN",
        "half_applied",
        exact=False,
    ),
    Case(
        "a_loop_that_fails_in_a_transaction",
        """
        Schema::table('orders', fn (Blueprint $table) => $table->string('label', 12)->nullable());
        DB::table('orders')->chunkById(1, function ($orders) {
            DB::table('orders')->where('id', $orders[0]->id)->update(['label' => $orders[0]->code]);
        });
        """,
        "NU",
        "pending",
        loose=False,
        exact=False,
    ),
    Case("killed_after_the_first", NICK + NOTES + UNIQUE, "LNN", "half_applied", dies_after="nick"),
    Case("killed_after_the_second", NICK + NOTES + UNIQUE, "LLN", "half_applied", dies_after="notes"),
    Case("killed_in_a_transaction", NICK + NOTES + UNIQUE, "NNN", "pending", loose=False, dies_after="notes"),
    Case("killed_before_its_row", NICK + NOTES, "LL", "unrecorded", dies_after="notes"),
    Case(
        "invalid_index",
        NICK + "DB::statement('CREATE UNIQUE INDEX CONCURRENTLY customers_once ON customers (email)');" + NOTES,
        "LPN",
        "half_applied",
        debris=("invalid_index",),
        says=("INVALID",),
        exact=False,
    ),
    Case(
        "behind_a_condition",
        """
        if (! Schema::hasColumn('orders', 'code')) {
            Schema::table('orders', fn (Blueprint $table) => $table->string('code', 40)->nullable());
        }
        if (! Schema::hasColumn('customers', 'nick')) {
        """
        + NICK
        + "}"
        + UNIQUE,
        "-LN",
        "half_applied",
    ),
)
