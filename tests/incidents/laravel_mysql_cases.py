"""Laravel migrations that really fail on MySQL and MariaDB, for the reasons they fail in production."""

from __future__ import annotations

from dataclasses import dataclass

from tests.incidents.laravel_cases import NICK, NOTES, UNIQUE

PAID = "Schema::table('orders', fn (Blueprint $table) => $table->boolean('paid')->default(false)->index());"
CARRIER = "Schema::table('orders', fn (Blueprint $table) => $table->string('carrier', 40)->default('post'));"


@dataclass(frozen=True, slots=True)
class MyCase:
    """One failure."""

    name: str
    up: str
    verdicts: str
    """One letter a statement: L(anded), N(ot landed), P(artial), U(nknowable)."""
    state: str = "half_applied"
    by_hand: tuple[str, ...] = ()
    dies_after: str = ""
    """The process is killed as soon as the server has carried out a statement with this text."""
    says: tuple[str, ...] = ()


def table(name: str, calls: str) -> str:
    """`Schema::table(...)` with a chain of calls."""
    return f"Schema::table('{name}', function (Blueprint $table) {{ {calls} }});"


CASES = (
    MyCase("duplicates_first", UNIQUE + NICK + NOTES, "NNN", "pending"),
    MyCase("duplicates_middle", NICK + UNIQUE + NOTES, "LNN"),
    MyCase("duplicates_last", NICK + NOTES + UNIQUE, "LLN", says=("finish statement 3",)),
    MyCase(
        "duplicates_by_case",
        "DB::table('customers')->where('id', 2)->update(['email' => 'A@X']);" + NICK + UNIQUE,
        "LLN",
    ),
    MyCase(
        "orphans_of_a_new_foreign_key",
        table("orders", "$table->index('code'); $table->foreign('customer_id')->references('id')->on('customers');"),
        "LN",
    ),
    MyCase(
        "orphans_of_a_constrained_column",
        table("orders", "$table->foreignId('agent_id')->default(7)->constrained('customers');") + PAID,
        "LNNN",
    ),
    MyCase(
        "type_of_a_foreign_key",
        "Schema::create('bills', function (Blueprint $table) { $table->id(); $table->integer('customer_id');"
        " $table->foreign('customer_id')->references('id')->on('customers'); });" + NOTES,
        "LNN",
    ),
    MyCase("nulls_under_a_statement",
           NICK + "DB::statement('ALTER TABLE customers MODIFY name varchar(255) NOT NULL');", "LN",
           says=("null instead of not null",)),
    MyCase("too_long", NICK + "DB::statement('ALTER TABLE orders MODIFY code varchar(10) NOT NULL');" + NOTES, "LNN"),
    MyCase("check", NOTES + "DB::statement('ALTER TABLE orders ADD CONSTRAINT positive CHECK (total >= 0)');", "LN"),
    MyCase("column_by_hand", PAID + CARRIER + NOTES, "LLPN",
           by_hand=("ALTER TABLE orders ADD COLUMN carrier varchar(200)",), says=("varchar(200)",)),
    MyCase("table_by_hand", NICK + NOTES, "LP", by_hand=("CREATE TABLE notes (id int PRIMARY KEY)",)),
    MyCase("one_of_three_columns_by_hand",
           NICK + table("orders", "$table->integer('a'); $table->integer('b'); $table->integer('c');"), "LN",
           by_hand=("ALTER TABLE orders ADD b text",), says=("lands whole or not at all",)),
    MyCase("index_too_long", NOTES + table("orders", "$table->string('x', 1000); $table->primary('x');"), "LLP"),
    MyCase("drops_that_stop",
           table("orders", "$table->dropColumn('total'); $table->dropUnique('orders_code_unique');") + NOTES, "LUN"),
    MyCase("backfill", table("customers", "$table->string('login')->nullable();")
           + "DB::table('customers')->whereNull('login')->update(['login' => 'nobody']);"
           + table("customers", "$table->unique('login');"), "LUN"),
    MyCase("a_transaction_that_is_none", "DB::transaction(function () {" + NICK
           + "DB::table('orders')->insert(['code' => 'x']);" + UNIQUE + "});", "LUN"),
    MyCase("killed_after_the_first", NICK + NOTES + UNIQUE, "LNN", dies_after="nick"),
    MyCase("killed_before_its_row", NICK + NOTES, "LL", "unrecorded", dies_after="notes"),
)  # fmt: skip
CHANGES = (
    MyCase("a_renamed_column", table("customers", "$table->renameColumn('name', 'title');") + NICK + UNIQUE, "LLN"),
    MyCase("nulls_under_a_change",
           NICK + table("customers", "$table->string('name')->nullable(false)->change();"), "LN"),
    MyCase("too_long_under_a_change", NICK + table("orders", "$table->string('code', 10)->change();") + NOTES, "LNN"),
)  # fmt: skip
