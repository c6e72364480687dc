"""The shop's Laravel project as it lies on the production box: what Halfway reads, and no more."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

from sqlalchemy.engine import URL

from console.drill.laravel.connections import connection_for
from console.drill.shop import DATABASE, OWNER

MIGRATIONS = "database/migrations"

HEAD = """\
<?php

use Illuminate\\Database\\Migrations\\Migration;
use Illuminate\\Database\\Schema\\Blueprint;
use Illuminate\\Support\\Facades\\DB;
use Illuminate\\Support\\Facades\\Schema;

return new class extends Migration
{
"""
OUTSIDE = """\
    // Each statement by itself: the shop is open while this runs.
    public $withinTransaction = false;

"""

CUSTOMERS = "2024_01_10_090000_create_customers_table"
ORDERS = "2024_01_10_090100_create_orders_table"
INVOICES = "2024_03_02_110000_create_invoices_table"
DROP_FLAGS = "2026_02_02_080000_drop_legacy_flags_from_customers_table"

EARLIER = MappingProxyType(
    {
        CUSTOMERS: f"""{HEAD}\
    public function up(): void
    {{
        Schema::create('customers', function (Blueprint $table) {{
            $table->id();
            $table->string('email');
            $table->string('name', 100);
            $table->integer('legacy_flags')->default(0);
            $table->timestamps();
            $table->index('created_at');
        }});
    }}

    public function down(): void
    {{
        Schema::dropIfExists('customers');
    }}
}};
""",
        ORDERS: f"""{HEAD}\
    public function up(): void
    {{
        Schema::create('orders', function (Blueprint $table) {{
            $table->id();
            $table->foreignId('customer_id')->constrained();
            $table->enum('status', ['open', 'paid', 'shipped', 'cancelled'])->default('open');
            $table->decimal('total', 10, 2);
            $table->timestamp('placed_at')->useCurrent();
            $table->index(['status', 'placed_at']);
        }});
    }}

    public function down(): void
    {{
        Schema::dropIfExists('orders');
    }}
}};
""",
        INVOICES: f"""{HEAD}\
    public function up(): void
    {{
        Schema::create('invoices', function (Blueprint $table) {{
            $table->id();
            $table->foreignId('order_id')->unique()->constrained()->cascadeOnDelete();
            $table->string('number', 20)->unique();
            $table->date('issued_on');
        }});
    }}

    public function down(): void
    {{
        Schema::dropIfExists('invoices');
    }}
}};
""",
    }
)

PENDING = MappingProxyType(
    {
        DROP_FLAGS: f"""{HEAD}\
    public function up(): void
    {{
        Schema::table('customers', function (Blueprint $table) {{
            $table->dropColumn('legacy_flags');
        }});
    }}

    public function down(): void
    {{
        Schema::table('customers', function (Blueprint $table) {{
            $table->integer('legacy_flags')->default(0);
        }});
    }}
}};
"""
    }
)

SHIPPING = "2026_01_31_093000_add_shipping_to_orders_table"
SHIPPING_PHP = f"""{HEAD}{OUTSIDE}\
    public function up(): void
    {{
        Schema::table('orders', function (Blueprint $table) {{
            $table->string('carrier', 40)->nullable();
            $table->string('tracking_number', 64)->nullable();
            $table->timestamp('shipped_at')->nullable();
        }});
    }}

    public function down(): void
    {{
        Schema::table('orders', function (Blueprint $table) {{
            $table->dropColumn(['carrier', 'tracking_number', 'shipped_at']);
        }});
    }}
}};
"""
BY_HAND = "ALTER TABLE orders ADD COLUMN tracking_number text"
"""Somebody added the second column on the evening before, with another type."""

NAMES = "2026_01_31_093000_add_display_name_to_customers_table"
NAMES_PHP = f"""{HEAD}{OUTSIDE}\
    public function up(): void
    {{
        Schema::table('customers', function (Blueprint $table) {{
            $table->string('display_name', 60)->nullable();
        }});

        DB::table('customers')->whereNull('display_name')->chunkById(500, function ($customers) {{
            foreach ($customers as $customer) {{
                DB::table('customers')
                    ->where('id', $customer->id)
                    ->update(['display_name' => trim($customer->name)]);
            }}
        }});

        Schema::table('customers', function (Blueprint $table) {{
            $table->string('display_name', 60)->nullable(false)->change();
        }});
    }}

    public function down(): void
    {{
        Schema::table('customers', function (Blueprint $table) {{
            $table->dropColumn('display_name');
        }});
    }}
}};
"""
LONG_NAME = "UPDATE customers SET name = rpad(name, 80, ' and company') WHERE id = 1234"
"""The one name that does not fit: the third chunk meets it."""

PHONES = "2026_01_31_093000_add_phone_to_customers_table"
PHONES_PHP = f"""{HEAD}{OUTSIDE}\
    public function up(): void
    {{
        Schema::table('customers', function (Blueprint $table) {{
            $table->string('phone', 20)->nullable();
            $table->unique('email');
            $table->index('phone');
        }});
    }}

    public function down(): void
    {{
        Schema::table('customers', function (Blueprint $table) {{
            $table->dropIndex(['phone']);
            $table->dropUnique(['email']);
            $table->dropColumn('phone');
        }});
    }}
}};
"""

REVIEWS = "2024_05_20_140000_create_reviews_table"
REVIEWS_PHP = f"""{HEAD}\
    public function up(): void
    {{
        Schema::create('reviews', function (Blueprint $table) {{
            $table->id();
            $table->unsignedBigInteger('order_id');
            $table->unsignedTinyInteger('stars');
            $table->timestamps();
        }});
    }}

    public function down(): void
    {{
        Schema::dropIfExists('reviews');
    }}
}};
"""
"""An earlier one that only the shop with reviews has: nothing ever kept them from outliving their orders."""
TITLES = "2026_01_31_093000_tie_reviews_to_orders"
TITLES_PHP = f"""{HEAD}{OUTSIDE}\
    public function up(): void
    {{
        Schema::table('reviews', function (Blueprint $table) {{
            $table->string('title', 80)->nullable();
            $table->foreign('order_id')->references('id')->on('orders')->cascadeOnDelete();
            $table->index('stars');
        }});
    }}

    public function down(): void
    {{
        Schema::table('reviews', function (Blueprint $table) {{
            $table->dropIndex(['stars']);
            $table->dropForeign(['order_id']);
            $table->dropColumn('title');
        }});
    }}
}};
"""

SOURCES = "2026_01_31_093000_add_source_to_customers_table"
SOURCES_PHP = f"""{HEAD}{OUTSIDE}\
    public function up(): void
    {{
        Schema::table('customers', function (Blueprint $table) {{
            $table->string('source', 20)->nullable();
        }});

        Schema::table('customers', function (Blueprint $table) {{
            $table->string('source', 20)->nullable(false)->change();
        }});

        Schema::table('customers', function (Blueprint $table) {{
            $table->index('source');
        }});
    }}

    public function down(): void
    {{
        Schema::table('customers', function (Blueprint $table) {{
            $table->dropIndex(['source']);
            $table->dropColumn('source');
        }});
    }}
}};
"""
"""Nobody filled the column before it was to hold a value in every row."""

_COMPOSER = '{\n    "name": "acme/shop",\n    "require": {"php": "^8.2", "laravel/framework": "^12.0"}\n}\n'
_LOCK = '{\n    "packages": [{"name": "laravel/framework", "version": "v12.60.2"}]\n}\n'
_ARTISAN = "#!/usr/bin/env php\n<?php\n\nrequire __DIR__.'/vendor/autoload.php';\n"


def write_project(folder: Path, url: URL) -> None:
    """A Laravel project for that server. It holds a password only where the server wants one."""
    connection = connection_for(url)
    env = {
        "APP_NAME": "Shop",
        "APP_ENV": "production",
        "DB_CONNECTION": connection.name,
        "DB_HOST": url.host,
        "DB_PORT": url.port,
        "DB_DATABASE": DATABASE,
        "DB_USERNAME": OWNER,
        "DB_PASSWORD": url.password or "",
    }
    files = {
        "artisan": _ARTISAN,
        "composer.json": _COMPOSER,
        "composer.lock": _LOCK,
        ".env": "".join(f"{name}={value}\n" for name, value in env.items()),
        "bootstrap/app.php": "<?php\n\nreturn null;\n",
        "config/database.php": connection.config,
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (folder / MIGRATIONS).mkdir(parents=True)
    for name, text in EARLIER.items():
        add_migration(folder, name, text)


def add_migration(folder: Path, name: str, text: str) -> None:
    """One more file in the project."""
    (folder / MIGRATIONS / f"{name}.php").write_text(text)
