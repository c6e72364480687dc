"""Migrations that end well and break the release that still runs: a rename, and a drop in the same release."""

from __future__ import annotations

from console.drill.laravel.app import HEAD, OUTSIDE

BUYERS = "2026_01_31_093000_rename_customer_id_to_buyer_id_in_orders_table"
BUYERS_PHP = f"""{HEAD}{OUTSIDE}\
    public function up(): void
    {{
        Schema::table('orders', function (Blueprint $table) {{
            $table->renameColumn('customer_id', 'buyer_id');
        }});
    }}

    public function down(): void
    {{
        Schema::table('orders', function (Blueprint $table) {{
            $table->renameColumn('buyer_id', 'customer_id');
        }});
    }}
}};
"""
"""In one step: every instance of the old release asks for a column that is not there any more."""

DATES = "2026_01_31_093000_drop_issued_on_from_invoices_table"
DATES_PHP = f"""{HEAD}{OUTSIDE}\
    public function up(): void
    {{
        Schema::table('invoices', function (Blueprint $table) {{
            $table->dropColumn('issued_on');
        }});
    }}

    public function down(): void
    {{
        Schema::table('invoices', function (Blueprint $table) {{
            $table->date('issued_on')->nullable();
        }});
    }}
}};
"""
"""Its down() gives the column back and none of its values."""
