"""Configuration files and service providers, read without running them."""

from __future__ import annotations

import pytest

from console.readers.php.configuration import read_config
from console.readers.php.providers import defaults_of
from console.readers.php.values import Listing, Unknown, Value

DATABASE = r"""<?php

use Illuminate\Support\Str;

return [
    'default' => env('DB_CONNECTION', 'sqlite'),
    'connections' => [
        'sqlite' => ['driver' => 'sqlite', 'url' => env('DB_URL'),
            'database' => env('DB_DATABASE', database_path('database.sqlite')),
            'foreign_key_constraints' => env('DB_FOREIGN_KEYS', true)],
        'mysql' => [
            'host' => env('DB_HOST', '127.0.0.1'), 'read' => ['host' => ['a', 'b']],
            'strict' => (bool) env('STRICT', false),
            'options' => extension_loaded('pdo_mysql') ? array_filter([
                PDO::MYSQL_ATTR_SSL_CA => env('MYSQL_ATTR_SSL_CA'),
            ]) : [],
            'odd' => App\Tools::name(),
        ],
    ],
    'migrations' => ['table' => 'migrations', 'update_date_on_publish' => true],
    'redis' => ['prefix' => env('REDIS_PREFIX', Str::slug(env('APP_NAME', 'My App'), '_').'_database_')],
];
"""


def at(value: Value, path: str) -> Value:
    """`a.b` of a list."""
    for name in path.split("."):
        assert isinstance(value, Listing)
        value = value.get(name)
    return value


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("default", "pgsql"),
        ("connections.sqlite.url", None),
        ("connections.sqlite.database", "{base}/database/database.sqlite"),
        ("connections.sqlite.foreign_key_constraints", False),
        ("connections.mysql.host", "db.internal"),
        ("connections.mysql.read.host", Listing(((0, "a"), (1, "b")))),
        ("connections.mysql.strict", False),
        ("migrations.table", "migrations"),
        ("migrations.update_date_on_publish", True),
        ("redis.prefix", "my_app_database_"),
    ],
)
def test_a_configuration_file_is_read_with_its_environment(path: str, expected: Value) -> None:
    env = {"DB_CONNECTION": "pgsql", "DB_HOST": "db.internal", "DB_FOREIGN_KEYS": "(false)"}
    assert at(read_config(DATABASE, env.get), path) == expected


@pytest.mark.parametrize("path", ["connections.mysql.options", "connections.mysql.odd"])
def test_what_is_not_known_in_it_is_unknown_by_itself(path: str) -> None:
    assert isinstance(at(read_config(DATABASE, lambda _: None), path), Unknown)


def test_an_environment_that_is_not_known_leaves_the_default() -> None:
    assert at(read_config(DATABASE, lambda key: Unknown(f"{key} is not known")), "default") == "sqlite"


def test_a_cached_configuration_is_a_list_too() -> None:
    text = "<?php return array (\n  'app' => \n"
    text += "  array (\n    'env' => 'production',\n    'n' => 5,\n    'x' => NULL,\n  ),\n);\n"
    found = read_config(text, lambda _: None)
    assert (at(found, "app.env"), at(found, "app.n"), at(found, "app.x")) == ("production", 5, None)


def test_statements_before_the_return_are_heard() -> None:
    text = "<?php $tables = ['roles' => 'acl_roles']; $tables['users'] = 'people'; return ['t' => $tables];"
    assert at(read_config(text, lambda _: None), "t.users") == "people"


@pytest.mark.parametrize("text", ["", "<?php", "<?php return foo(", "<?php echo 1;", "no php", "<?php throw new X;"])
def test_a_file_that_returns_nothing_is_unknown(text: str) -> None:
    assert isinstance(read_config(text, lambda _: None), Unknown)


def test_a_file_of_any_size_ends() -> None:
    assert isinstance(read_config("<?php return [" + "1," * 1_000_001, lambda _: None), Unknown)


PROVIDER = r"""<?php
namespace App\Providers;

use Illuminate\Database\Schema\Builder;
use Illuminate\Support\Facades\Schema;

class AppServiceProvider extends ServiceProvider
{
    public function boot(): void
    {
        %s
    }
}
"""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Schema::defaultStringLength(191);", {"string_length": 191}),
        ("Builder::defaultStringLength(100 + 25);", {"string_length": 125}),
        ("Builder::$defaultStringLength = 150;", {"string_length": 150}),
        ("Schema::morphUsingUuids();", {"morph_key": "uuid"}),
        ("Builder::morphUsingUlids();", {"morph_key": "ulid"}),
        ("Schema::defaultMorphKeyType('uuid');", {"morph_key": "uuid"}),
        ("Builder::$defaultTimePrecision = 6;", {"time_precision": 6}),
        ("Builder::defaultTimePrecision(null);", {"time_precision": None}),
        ("Schema::useNativeSchemaOperationsIfPossible();", {"native_changes": True}),
        ("Schema::defaultStringLength($length);", {"unknown": ("Schema::defaultStringLength($length)",)}),
        ("if (foo()) { Schema::defaultStringLength(9); }", {"string_length": 9, "conditional": ("string_length",)}),
        ("Other::defaultStringLength(191);", {}),
        ("$this->loadMigrationsFrom(__DIR__.'/../../database/more');", {"paths": ("database/more",)}),
        ("$this->loadMigrationsFrom(__DIR__.'/migrations');", {"paths": ("app/Providers/migrations",)}),
        ("$this->loadMigrationsFrom(database_path('migrations/x'));", {"paths": ("database/migrations/x",)}),
        ("$this->loadMigrationsFrom([base_path('a/b'), app_path('c')]);", {"paths": ("a/b", "app/c")}),
        ("$p = dirname(__DIR__, 2).'/x'; $this->loadMigrationsFrom($p);", {"paths": ("x",)}),
        ("$this->loadMigrationsFrom(glob(database_path('migrations/*')));", {"paths": ("database/migrations/*",)}),
        ("$this->app['migrator']->path(base_path('q'));", {"paths": ("q",)}),
        ("if ($this->app->runningInConsole()) { $this->loadMigrationsFrom(base_path('q')); }", {"paths": ("q",)}),
        ("if (foo()) { $this->loadMigrationsFrom(base_path('q')); }", {"paths": ("q",), "conditional": ("q",)}),
        ("$this->loadMigrationsFrom(foo());", {"unknown": ("$this->loadMigrationsFrom(foo())",)}),
        ("$this->loadMigrationsFrom('/srv/x');", {"unknown": ("$this->loadMigrationsFrom('/srv/x')",)}),
        (
            "$this->loadMigrationsFrom(base_path('../x'));",
            {"unknown": ("$this->loadMigrationsFrom(base_path('../x'))",)},
        ),
    ],
)
def test_what_a_provider_sets_and_registers_is_found(body: str, expected: dict[str, object]) -> None:
    assert defaults_of(PROVIDER % body) == expected


def test_a_package_has_its_own_folder() -> None:
    found = defaults_of(PROVIDER % "$this->loadMigrationsFrom(__DIR__.'/../database/migrations');", "vendor/a/b/src")
    assert found == {"paths": ("vendor/a/b/database/migrations",)}
