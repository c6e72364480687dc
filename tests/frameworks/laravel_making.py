"""Laravel projects, files and ledgers made for tests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from console.core.migration import Ledger, Migration, Tracked
from console.core.observation import Server, Tracking
from console.core.ports import Files, Project, TableRows
from console.frameworks.laravel import Laravel
from tests.frameworks.making import write

LARAVEL = Laravel()
SERVER = Server("postgres", "16.4", 160004, "app", "db", "deploy")
COLUMNS = ("id", "migration", "batch")
Row = tuple[str | None, ...]

DATABASE = """<?php

use Illuminate\\Support\\Str;

return [
    'default' => env('DB_CONNECTION', 'pgsql'),
    'connections' => [
        'pgsql' => [
            'driver' => 'pgsql',
            'url' => env('DATABASE_URL'),
            'host' => env('DB_HOST', '127.0.0.1'),
            'port' => env('DB_PORT', '5432'),
            'database' => env('DB_DATABASE', 'forge'),
            'username' => env('DB_USERNAME', 'forge'),
            'password' => env('DB_PASSWORD', ''),
            'charset' => 'utf8',
            'prefix' => '',
            'prefix_indexes' => true,
            'search_path' => 'public',
            'sslmode' => 'prefer',
            // more
        ],
        // other connections
    ],
    'migrations' => 'migrations',
    'redis' => ['options' => ['prefix' => Str::slug(env('APP_NAME', 'laravel'), '_').'_database_']],
];
"""
ENV = "DB_CONNECTION=pgsql\nDB_HOST=db1\nDB_DATABASE=shop\nDB_USERNAME=deploy\nDB_PASSWORD=hunter2\n"

USERS = "2014_10_12_000000_create_users_table"
PHONE = "2024_01_31_093000_add_phone_to_users"
INDEX = "2024_02_01_100000_index_phone_of_users"


def php(up: str, *, head: str = "", name: str = "") -> str:
    """A migration file; `head` stands above `up` in its class, `name` is the class's own."""
    begins = f"class {name} extends Migration" if name else "return new class extends Migration"
    return f"""<?php

use Illuminate\\Database\\Migrations\\Migration;
use Illuminate\\Database\\Schema\\Blueprint;
use Illuminate\\Support\\Facades\\DB;
use Illuminate\\Support\\Facades\\Schema;

{begins} {{
    {head}
    public function up() {{ {up} }}
    public function down() {{ Schema::dropIfExists('x'); }}
}}{"" if name else ";"}
"""


CREATE = php("Schema::create('users', function (Blueprint $table) { $table->id(); $table->string('email'); });")
ADD = php("Schema::table('users', function (Blueprint $table) { $table->string('phone', 20)->nullable(); });")
ADD_INDEX = php("Schema::table('users', function (Blueprint $table) { $table->index('phone'); });")


def lock(version: str) -> str:
    """A composer.lock."""
    return json.dumps(
        {"packages": [{"name": "acme/x", "version": "1.0"}, {"name": "laravel/framework", "version": version}]}
    )


def app(folder: Path, files: Mapping[str, str] | None = None, version: str = "v10.48.2") -> Path:
    """A Laravel project with what every one has, and `files`; one whose text is empty is left out."""
    usual = {
        "artisan": "#!/usr/bin/env php\n",
        "bootstrap/app.php": "<?php return null;",
        "composer.json": json.dumps(
            {"require": {"laravel/framework": "^10.0"}, "autoload": {"psr-4": {"App\\": "app/"}}}
        ),
        "composer.lock": lock(version),
        "vendor/autoload.php": "<?php",
        "config/database.php": DATABASE,
        ".env": ENV,
        f"database/migrations/{USERS}.php": CREATE,
    }
    made = {**usual, **(files or {})}
    return write(folder, {name: text for name, text in made.items() if text})


def migrations(files: Mapping[str, str]) -> dict[str, str]:
    """Files by their names without folder and ending."""
    return {f"database/migrations/{name}.php": text for name, text in files.items()}


def package(name: str, provider: str, files: Mapping[str, str], **composer: object) -> dict[str, str]:
    """A package in vendor/ with a service provider, and installed.json's entry of it."""
    entry = {
        "name": name,
        "version": "1.0.0",
        "install-path": f"../{name}",
        "autoload": {"psr-4": {"Acme\\": "src/"}},
        "extra": {"laravel": {"providers": ["Acme\\AcmeServiceProvider"]}},
        **composer,
    }
    body = f"<?php\nnamespace Acme;\nclass AcmeServiceProvider extends ServiceProvider {{\n{provider}\n}}\n"
    framework = {"name": "laravel/framework", "version": "v10.48.2"}
    return {
        "vendor/composer/installed.json": json.dumps({"packages": [framework, entry]}),
        f"vendor/{name}/src/AcmeServiceProvider.php": body,
        **{f"vendor/{name}/{path}": text for path, text in files.items()},
    }


def project(folder: Path, **environ: str) -> Project:
    """The project as it is detected."""
    found = LARAVEL.detect(folder, environ)
    assert found is not None
    return found


def read(folder: Path, given: str | None = None, home: str = "public", **environ: str) -> Files:
    """The files of the project in a folder."""
    return LARAVEL.read(project(folder, **environ), given, "postgres", home)


def one(folder: Path, text: str, version: str = "v10.48.2") -> Migration:
    """One migration file of a project, read."""
    app(folder, migrations({USERS: text}), version)
    (found,) = read(folder).migrations
    return found


def sql(migration: Migration) -> list[str]:
    """What a migration sends."""
    return [statement.sql for statement in migration.statements]


def row(number: int, name: str, batch: int = 1) -> Row:
    """A row of the ledger."""
    return (str(number), name, str(batch))


def ledger(*rows: Row) -> Ledger:
    """A ledger with these rows."""
    parsed = LARAVEL.parse_ledger("public.migrations", TableRows(COLUMNS, rows, (None,) * len(rows)))
    assert parsed is not None
    return parsed


def track(folder: Path, *rows: Row, given: str | None = None) -> Tracking:
    """Files of the project in `folder` joined with these rows."""
    made = project(folder)
    return LARAVEL.track(made, LARAVEL.read(made, given, "postgres", "public"), ledger(*rows), SERVER)


def by_id(tracking: Tracking) -> dict[str, Tracked]:
    """Tracked by id; ids are unique."""
    found = {tracked.id: tracked for tracked in tracking.tracked}
    assert len(found) == len(tracking.tracked)
    return found
