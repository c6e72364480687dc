"""The files of a Laravel project: which count, in what order, and how each is read."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest

from console.core.ports import Files, Project
from console.frameworks.laravel.files import LaravelFiles
from tests.frameworks.laravel_making import (
    ADD,
    ADD_INDEX,
    CREATE,
    DATABASE,
    ENV,
    INDEX,
    LARAVEL,
    PHONE,
    USERS,
    app,
    lock,
    migrations,
    one,
    package,
    php,
    read,
    sql,
)
from tests.frameworks.making import write

MAKES_USERS = 'create table "users" ("id" bigserial not null primary key, "email" varchar(255) not null)'
ADDS_PHONE = 'alter table "users" add column "phone" varchar(20) null'
TWO_COLUMNS = php("Schema::table('users', function (Blueprint $table) { $table->string('a'); $table->string('b'); });")
STATES = "<?php namespace App\\Enums; enum State: string { case Open = 'open'; case Shut = 'shut'; }"
LOADS = "public function boot() { $this->loadMigrationsFrom(__DIR__.'/../database/migrations'); }"


def names(files: Files) -> list[str]:
    return [migration.id for migration in files.migrations]


def laravel_files(folder: Path) -> LaravelFiles:
    found = read(folder)
    assert isinstance(found, LaravelFiles)
    return found


def test_a_file_is_a_migration_by_its_name_in_the_order_of_names(tmp_path: Path) -> None:
    odd = {"2024.php": CREATE, "2024_x.txt": CREATE, ".2024_x.php": CREATE, "a_b.php": CREATE}
    app(tmp_path, migrations({INDEX: ADD_INDEX, PHONE: ADD}) | {f"database/migrations/{k}": v for k, v in odd.items()})
    found = read(tmp_path)
    assert names(found) == [USERS, PHONE, INDEX, "a_b"]
    assert found.unread == ""
    first, second = found.migrations[:2]
    assert (first.file, first.source, first.description) == (
        f"database/migrations/{USERS}.php",
        "static",
        "create users table",
    )
    assert (first.text, sql(first), sql(second)) == (CREATE, [MAKES_USERS], [ADDS_PHONE])
    assert [s.sql for s in first.down] == ['drop table if exists "x"']


def test_the_version_decides_what_is_sent(tmp_path: Path) -> None:
    together = 'alter table "users" add column "a" varchar(255) not null, add column "b" varchar(255) not null'
    assert sql(one(tmp_path / "10", TWO_COLUMNS)) == [together]
    assert len(sql(one(tmp_path / "12", TWO_COLUMNS, "v12.1.0"))) == 2


@pytest.mark.parametrize(
    ("head", "transactional"),
    [("", True), ("public $withinTransaction = false;", False), ("protected $connection = 'pgsql';", True)],
    ids=["as usual", "without", "named"],
)
def test_postgres_runs_a_file_in_one_transaction_unless_it_says_no(
    tmp_path: Path, head: str, transactional: bool
) -> None:
    text = php("Schema::drop('a'); Schema::drop('b');", head=head)
    found = one(tmp_path, text)
    assert found.transactional is transactional
    assert len({statement.group for statement in found.statements}) == (1 if transactional else 2)


def test_a_file_that_cannot_be_read_keeps_its_place_and_says_why(tmp_path: Path) -> None:
    app(tmp_path, migrations({PHONE: "<?php return 1;", INDEX: "<?php new class extends Migration { function up( }"}))
    first, second, third = read(tmp_path).migrations
    assert (first.unreadable, second.id, second.unreadable) == ("", PHONE, "the file holds no migration")
    assert third.unreadable


def test_a_class_of_another_name_stops_laravel(tmp_path: Path) -> None:
    app(tmp_path, migrations({PHONE: php("", name="AddPhone"), INDEX: php("", name="IndexPhoneOfUsers")}))
    _, wrong, right = read(tmp_path).migrations
    assert wrong.note == "Laravel looks for the class AddPhoneToUsers in it and finds AddPhone: it stops there"
    assert right.note == ""


def test_a_condition_under_which_it_runs_is_said(tmp_path: Path) -> None:
    head = "public function shouldRun(): bool { return Feature::active('x'); }"
    assert one(tmp_path, php("Schema::drop('a');", head=head)).note == "runs only if Feature::active('x')"


def test_what_a_file_asks_of_its_project_is_found(tmp_path: Path) -> None:
    text = php("""
        Schema::create(config('shop.table'), function (Blueprint $table) {
            $table->enum('state', array_column(\\App\\Enums\\State::cases(), 'value'));
            $table->string(env('SHOP_COLUMN', 'none'));
        });""")
    files = {
        "config/shop.php": "<?php return ['table' => 'shops'];",
        "app/Enums/State.php": STATES,
        "app/Providers/AppServiceProvider.php": """<?php namespace App\\Providers;
            use Illuminate\\Support\\Facades\\Schema;
            class AppServiceProvider { public function boot() { Schema::defaultStringLength(191); } }""",
        ".env": f"{ENV}SHOP_COLUMN=opened\n",
    }
    app(tmp_path, migrations({USERS: text}) | files)
    (found,) = read(tmp_path).migrations
    state = """"state" varchar(255) check ("state" in ('open', 'shut')) not null"""
    assert sql(found) == [f'create table "shops" ({state}, "opened" varchar(191) not null)']


@pytest.mark.parametrize(
    ("code", "length"),
    [
        ("Schema::defaultStringLength(100);", 100),
        ("if (DB::getDriverName() === 'mysql') { Schema::defaultStringLength(191); }", 255),
    ],
    ids=["always", "for an old MySQL"],
)
def test_the_default_length_is_the_one_that_is_set_for_this_server(tmp_path: Path, code: str, length: int) -> None:
    body = f"<?php use Illuminate\\Support\\Facades\\Schema; class P {{ function boot() {{ {code} }} }}"
    app(tmp_path, {"app/Providers/P.php": body})
    assert f'"email" varchar({length})' in sql(read(tmp_path).migrations[0])[0]


def test_a_changed_class_of_the_project_is_read_again(tmp_path: Path) -> None:
    text = php("Schema::drop(\\App\\Names::TABLE);")
    app(
        tmp_path,
        migrations({USERS: text}) | {"app/Names.php": "<?php namespace App; class Names { const TABLE = 'a'; }"},
    )
    assert sql(read(tmp_path).migrations[0]) == ['drop table "a"']
    write(tmp_path, {"app/Names.php": "<?php namespace App; class Names { const TABLE = 'other'; }"})
    assert sql(read(tmp_path).migrations[0]) == ['drop table "other"']


def test_the_configuration_of_a_package_fills_in_what_is_not_published(tmp_path: Path) -> None:
    provider = "public function register() { $this->mergeConfigFrom(__DIR__.'/../config/acme.php', 'acme'); }"
    parts = package("acme/kit", provider, {"config/acme.php": "<?php return ['table' => 'acme', 'other' => 'o'];"})
    text = php("Schema::drop(config('acme.table')); Schema::drop(config('acme.other'));")
    app(tmp_path, migrations({USERS: text}) | parts)
    assert sql(read(tmp_path).migrations[0]) == ['drop table "acme"', 'drop table "o"']
    write(tmp_path, {"config/acme.php": "<?php return ['table' => 'mine'];"})
    assert sql(read(tmp_path).migrations[0]) == ['drop table "mine"', 'drop table "o"']


def test_what_a_package_registers_comes_with_the_projects_own(tmp_path: Path) -> None:
    parts = package("acme/kit", LOADS, {"database/migrations/2020_01_01_000000_create_kits.php": CREATE})
    app(tmp_path, parts)
    found = laravel_files(tmp_path)
    assert names(found) == [USERS, "2020_01_01_000000_create_kits"]
    assert found.migrations[1].file == "vendor/acme/kit/database/migrations/2020_01_01_000000_create_kits.php"
    assert found.loose == ()


HIDDEN = {"require": {"laravel/framework": "*"}, "extra": {"laravel": {"dont-discover": ["acme/kit"]}}}


@pytest.mark.parametrize(
    ("provider", "more"),
    [
        (LOADS.replace("loadMigrationsFrom", "publishes"), {}),
        (LOADS.replace("$this", "if (Kit::$on) $this"), {"app/Providers/A.php": "<?php Kit::ignoreMigrations();"}),
        (LOADS, {"composer.json": json.dumps(HIDDEN)}),
    ],
    ids=["only published", "switched off", "not discovered"],
)
def test_what_a_package_does_not_register_is_kept_aside(tmp_path: Path, provider: str, more: dict[str, str]) -> None:
    parts = package("acme/kit", provider, {"database/migrations/2020_01_01_000000_create_kits.php": CREATE})
    app(tmp_path, parts | more)
    found = laravel_files(tmp_path)
    assert names(found) == [USERS]
    assert [migration.id for migration in found.loose] == ["2020_01_01_000000_create_kits"]


def test_providers_of_the_project_register_folders_too(tmp_path: Path) -> None:
    body = """<?php namespace App\\Providers;
    class AppServiceProvider { public function boot() {
        $this->loadMigrationsFrom([database_path('migrations/billing'), base_path('domain/Shop/migrations')]);
    } }"""
    files = {
        "app/Providers/AppServiceProvider.php": body,
        f"database/migrations/billing/{PHONE}.php": ADD,
        f"domain/Shop/migrations/{INDEX}.php": ADD_INDEX,
    }
    assert names(read(app(tmp_path, files))) == [USERS, PHONE, INDEX]


def test_of_two_files_of_one_name_the_projects_own_counts_and_that_is_said(tmp_path: Path) -> None:
    parts = package(
        "acme/kit", LOADS, {f"database/migrations/{USERS}.php": ADD, f"database/migrations/{PHONE}.php": ADD}
    )
    app(tmp_path, parts | migrations({PHONE: ADD}))
    users, phone = read(tmp_path).migrations
    assert users.note == (
        f"it counts instead of vendor/acme/kit/database/migrations/{USERS}.php, which has the same name"
    )
    assert (users.text, phone.note) == (CREATE, "")


def test_modules_that_are_switched_on_are_read(tmp_path: Path) -> None:
    files = {
        "modules_statuses.json": '{"Blog": true, "Old": false}',
        "Modules/Blog/module.json": "{}",
        f"Modules/Blog/Database/Migrations/{PHONE}.php": ADD,
        "Modules/Old/module.json": "{}",
        f"Modules/Old/database/migrations/{INDEX}.php": ADD_INDEX,
    }
    assert names(read(app(tmp_path, files))) == [USERS, PHONE]


def test_folders_inside_are_not_run(tmp_path: Path) -> None:
    files = {f"database/migrations/tenant/{PHONE}.php": ADD, f"database/migrations/archive/{INDEX}.php": ADD_INDEX}
    found = laravel_files(app(tmp_path, files))
    assert names(found) == [USERS]
    assert [migration.id for migration in found.tenant] == [PHONE]
    assert [migration.id for migration in found.below] == [INDEX]


def test_tenants_files_are_where_the_configuration_says(tmp_path: Path) -> None:
    files = {
        "config/tenancy.php": "<?php return ['migration_parameters' => ['--path' => [database_path('tenants')]]];",
        f"database/tenants/{PHONE}.php": ADD,
    }
    assert [migration.id for migration in laravel_files(app(tmp_path, files)).tenant] == [PHONE]


def test_statements_for_another_database_say_so_and_mean_its_first_schema(tmp_path: Path) -> None:
    other = "'audit' => ['driver' => 'pgsql', 'host' => 'h', 'database' => 'a', 'schema' => 'logs', 'prefix' => 'p_'],"
    text = php("Schema::drop('a'); Schema::connection('audit')->drop('b'); Schema::connection('pgsql')->drop('c');")
    app(tmp_path, migrations({USERS: text}) | {"config/database.php": DATABASE.replace("// other connections", other)})
    first, second, third = read(tmp_path).migrations[0].statements
    assert [s.database for s in (first, second, third)] == ["", "audit", ""]
    assert second.sql == 'drop table "p_b"'
    assert [s.operations[0].subject.schema for s in (first, second, third)] == ["public", "logs", "public"]  # type: ignore[union-attr]  # each drops a table
    assert [s.n for s in (first, second, third)] == [1, 2, 3]


def test_the_connection_that_is_looked_at_is_the_one_that_leads_to_such_a_server(tmp_path: Path) -> None:
    files = {".env": "", "config/database.php": DATABASE.replace("'prefix' => ''", "'prefix' => 'x_'")}
    app(
        tmp_path, files | migrations({USERS: php("if (config('database.default') === 'pgsql') { Schema::drop('a'); }")})
    )
    assert sql(read(tmp_path, DB_CONNECTION="mysql").migrations[0]) == ['drop table "x_a"']


def test_a_release_that_was_not_linked_is_read_with_its_own_classes(tmp_path: Path) -> None:
    app(tmp_path / "releases" / "1")
    text = php("Schema::drop(\\App\\Names::TABLE);")
    names_php = {"app/Names.php": "<?php namespace App; class Names { const TABLE = 'new'; }"}
    app(tmp_path / "releases" / "2", migrations({PHONE: text}) | names_php)
    (tmp_path / "current").symlink_to("releases/1")
    old, new = read(tmp_path).migrations
    assert (old.release, old.from_failed_deploy) == ("1", False)
    assert (new.release, new.from_failed_deploy, sql(new)) == ("2", True, ['drop table "new"'])


def test_a_project_without_its_folder_of_migrations_is_not_read_completely(tmp_path: Path) -> None:
    app(tmp_path, {f"database/migrations/{USERS}.php": ""})
    assert read(tmp_path).unread == "there is no folder database/migrations"


def bare(given: Path | str) -> Files:
    return LARAVEL.read(Project("laravel", str(given), bare=True), str(given), "postgres", "public")


def test_a_folder_that_was_named_is_read_without_a_project(tmp_path: Path) -> None:
    write(tmp_path, {f"{USERS}.php": TWO_COLUMNS, f"sub/{PHONE}.php": ADD, "helper.php": "<?php"})
    found = bare(tmp_path)
    assert names(found) == [USERS]
    assert len(found.migrations[0].statements) == 2
    assert isinstance(found, LaravelFiles)
    assert found.assumed == "12"


def test_a_folder_inside_a_project_is_read_as_that_project_would(tmp_path: Path) -> None:
    app(tmp_path, migrations({USERS: TWO_COLUMNS}))
    assert len(bare(tmp_path / "database" / "migrations").migrations[0].statements) == 1


def tar_of(folder: Path, target: Path) -> Path:
    with tarfile.open(target, "w") as archive:
        archive.add(folder, arcname="app")
    return target


def test_a_tar_of_a_whole_project_gives_its_own_folder_and_its_version(tmp_path: Path) -> None:
    files = {
        f"vendor/acme/kit/database/migrations/{PHONE}.php": ADD,
        f"database/migrations/tenant/{INDEX}.php": ADD_INDEX,
    }
    app(tmp_path / "app", migrations({USERS: TWO_COLUMNS}) | files | {"composer.lock": lock("v9.1.0")})
    found = bare(tar_of(tmp_path / "app", tmp_path / "image.tar"))
    assert names(found) == [USERS]
    assert len(found.migrations[0].statements) == 1
    assert found.unread == ""


def test_one_file_says_nothing_of_others(tmp_path: Path) -> None:
    write(tmp_path, {f"{USERS}.php": CREATE})
    found = bare(tmp_path / f"{USERS}.php")
    assert (names(found), found.unread) == (
        [USERS],
        "only one file was given, so nothing is said of the files of other migrations",
    )


class _Stdin:
    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


def test_php_on_stdin_is_one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    from console.readers.sources import archives

    archives._stdin.cache_clear()
    monkeypatch.setattr("sys.stdin", _Stdin(php("Schema::drop('a');", name="AddPhoneToUsers").encode()))
    found = bare("-")
    archives._stdin.cache_clear()
    assert [(m.id, m.description, sql(m)) for m in found.migrations] == [
        ("stdin", "AddPhoneToUsers", ['drop table "a"'])
    ]
    assert "only one file" in found.unread


def test_what_is_no_php_is_another_tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from console.readers.sources import archives

    write(tmp_path, {"V2__x.sql": "create table a (b int);"})
    assert bare(tmp_path / "V2__x.sql").migrations == ()
    archives._stdin.cache_clear()
    monkeypatch.setattr("sys.stdin", _Stdin(b"create table a (b int);"))
    assert bare("-").migrations == ()
    archives._stdin.cache_clear()
