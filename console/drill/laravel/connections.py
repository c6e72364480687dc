"""What differs between a Laravel shop on one kind of server and on another: its configuration, its rows, the table
Laravel keeps, and how the server says no."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType

from sqlalchemy.engine import URL

from console.drill.shop import READER, mysql, postgres

_CONFIG = """\
<?php

return [
    'default' => env('DB_CONNECTION', '{name}'),

    'connections' => [
        '{name}' => [
            'driver' => '{name}',
            'url' => env('DB_URL'),
            'host' => env('DB_HOST', '127.0.0.1'),
            'port' => env('DB_PORT', '{port}'),
            'database' => env('DB_DATABASE', 'laravel'),
            'username' => env('DB_USERNAME', 'root'),
            'password' => env('DB_PASSWORD', ''),
{more}
        ],
    ],

    'migrations' => [
        'table' => 'migrations',
        'update_date_on_publish' => true,
    ],
];
"""
_POSTGRES_MORE = """\
            'charset' => 'utf8',
            'prefix' => '',
            'prefix_indexes' => true,
            'search_path' => 'public',"""
_STRICT = (
    "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO"
    ",NO_ENGINE_SUBSTITUTION"
)
_MYSQL_MORE = """\
            'unix_socket' => env('DB_SOCKET', ''),
            'charset' => env('DB_CHARSET', 'utf8mb4'),
            'collation' => env('DB_COLLATION', 'utf8mb4_unicode_ci'),
            'prefix' => '',
            'prefix_indexes' => true,
            'strict' => true,
            'engine' => null,"""


@dataclass(frozen=True, slots=True)
class Refusals:
    """The code with which the server refuses each of the migrations that go wrong."""

    column_is_there: str
    too_long: str
    duplicate: str
    orphan: str
    null: str


@dataclass(frozen=True, slots=True)
class LaravelConnection:
    """The shop's connection, and what Laravel sends over it."""

    name: str
    """Of the connection and of its driver."""
    config: str
    """config/database.php"""
    hello: tuple[str, ...]
    """What Laravel sends first."""
    quote: str
    ledger: str
    """The table of what ran."""
    rows: tuple[str, ...]
    orphans: str
    """Reviews of orders that are gone, among others."""
    refusals: Refusals

    def quoted(self, sql: str) -> str:
        """SQL with each " as the server quotes names."""
        return sql.replace('"', self.quote)


_ORDERED = """\
INSERT INTO orders (customer_id, status, total, placed_at)
SELECT 1 + n * 7 % 2000, (ARRAY['open', 'paid', 'shipped', 'cancelled'])[1 + n % 4], 5 + n % 300,
 now() - n * interval '1 hour'
FROM generate_series(1, 5000) AS n"""
_INVOICED = """\
INSERT INTO invoices (order_id, number, issued_on)
SELECT id, 'R-' || to_char(id, 'FM000000'), current_date FROM orders WHERE status IN ('paid', 'shipped')"""
_POSTGRES = LaravelConnection(
    name="pgsql",
    config=_CONFIG.format(name="pgsql", port=5432, more=_POSTGRES_MORE),
    hello=('set search_path to "public"',),
    quote='"',
    ledger=(
        'create table "migrations" ("id" serial not null primary key, "migration" varchar(255) not null,'
        ' "batch" integer not null)'
    ),
    rows=(
        postgres.CUSTOMERS,
        _ORDERED,
        _INVOICED,
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON customers, orders, invoices TO {READER}",
        "ANALYZE customers, orders, invoices",
    ),
    orphans=("INSERT INTO reviews (order_id, stars) SELECT n * 13, 1 + n % 5 FROM generate_series(1, 400) AS n"),
    refusals=Refusals("42701", "22001", "23505", "23503", "23502"),
)
_MYSQL = LaravelConnection(
    name="mysql",
    config=_CONFIG.format(name="mysql", port=3306, more=_MYSQL_MORE),
    hello=(f"SET NAMES 'utf8mb4' COLLATE 'utf8mb4_unicode_ci', SESSION sql_mode = '{_STRICT}'",),
    quote="`",
    ledger=(
        "create table `migrations` (`id` int unsigned not null auto_increment primary key,"
        " `migration` varchar(255) not null, `batch` int not null)"
        " default character set utf8mb4 collate 'utf8mb4_unicode_ci'"
    ),
    rows=(mysql.CUSTOMERS, mysql.ORDERS, mysql.INVOICES, mysql.ANALYZE),
    orphans=(
        f"INSERT INTO reviews (order_id, stars) {mysql.NUMBERS} SELECT n * 13, 1 + n % 5 FROM numbers WHERE n <= 400"
    ),
    refusals=Refusals("1060", "1406", "1062", "1452", "1138"),
)
_BY_SERVER = MappingProxyType(
    {
        "postgresql": _POSTGRES,
        "mysql": _MYSQL,
        "mariadb": replace(
            _MYSQL,
            name="mariadb",
            config=_CONFIG.format(name="mariadb", port=3306, more=_MYSQL_MORE),
            refusals=replace(_MYSQL.refusals, null="1265"),
        ),
    }
)


def connection_for(url: URL) -> LaravelConnection:
    """The connection of a shop on that server."""
    return _BY_SERVER[url.get_backend_name()]
