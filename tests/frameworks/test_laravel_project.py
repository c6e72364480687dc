"""Finding a Laravel project, its version and the database it means."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console.core.faults import ProjectFault
from tests.frameworks.laravel_making import DATABASE, ENV, LARAVEL, app, lock, project
from tests.frameworks.making import write

SHOWN = "postgresql+psycopg://deploy:***@db1:5432/shop?sslmode=prefer"


def url(folder: Path, **environ: str) -> str:
    return str(project(folder, **environ).url)


def changed(old: str, new: str) -> dict[str, str]:
    """The usual config/database.php with one thing changed."""
    assert old in DATABASE
    return {"config/database.php": DATABASE.replace(old, new)}


def more(text: str) -> dict[str, str]:
    """The usual connection with more settings."""
    return changed("// more\n", f"{text}\n")


@pytest.mark.parametrize("start", ["", "app", "database/migrations"], ids=["root", "app", "migrations"])
def test_laravel_detection_finds_a_project_from_anywhere_inside(tmp_path: Path, start: str) -> None:
    app(tmp_path / "shop", {"app/Models/User.php": "<?php"})
    found = LARAVEL.detect(tmp_path / "shop" / start, {})
    assert found is not None
    assert (found.folder, str(found.url)) == (str(tmp_path / "shop"), SHOWN)
    assert (found.url_from, found.missing, found.others) == (".env", (), ())


def test_one_project_below_is_found_and_of_several_one_must_be_named(tmp_path: Path) -> None:
    app(tmp_path / "shop")
    assert project(tmp_path).folder == str(tmp_path / "shop")
    app(tmp_path / "billing")
    with pytest.raises(ProjectFault, match="several Laravel projects"):
        LARAVEL.detect(tmp_path, {})


@pytest.mark.parametrize(
    "files",
    [{}, {"artisan": "x"}, {"composer.json": '{"require": {"laravel/framework": "^10"}}'}],
    ids=["nothing", "artisan alone", "composer.json alone"],
)
def test_half_a_sign_is_no_project(tmp_path: Path, files: dict[str, str]) -> None:
    assert LARAVEL.detect(write(tmp_path, files), {}) is None


def test_the_release_that_is_linked_is_the_project_and_newer_ones_are_kept(tmp_path: Path) -> None:
    for name in ("20240101", "20240202", "20240303"):
        app(tmp_path / "releases" / name, {".env": ""})
    (tmp_path / "current").symlink_to("releases/20240202")
    write(tmp_path / "shared", {".env": ENV})
    found = project(tmp_path)
    assert (found.folder, found.current_release) == (str(tmp_path / "releases" / "20240202"), "20240202")
    assert found.releases == ("20240202", "20240303")
    assert str(found.url) == SHOWN
    assert found.url_from == str(tmp_path / "shared" / ".env")


def test_a_link_to_nowhere_is_said(tmp_path: Path) -> None:
    app(tmp_path / "releases" / "1")
    (tmp_path / "current").symlink_to("releases/2")
    assert "points to no release" in " ".join(project(tmp_path).missing)


def test_the_password_is_there_and_never_shown(tmp_path: Path) -> None:
    found = project(app(tmp_path))
    assert found.url is not None
    assert found.url.password == "hunter2"
    assert "hunter2" not in f"{found!r} {found.settings!r} {found.settings}"


@pytest.mark.parametrize(
    ("files", "version", "told"),
    [
        ({}, "10.48.2", False),
        ({"vendor/composer/installed.json": lock("v9.52.16")}, "9.52.16", False),
        (
            {"vendor/composer/installed.json": json.dumps([{"name": "laravel/framework", "version": "8.83"}])},
            "8.83.0",
            False,
        ),
        ({"composer.lock": lock("dev-master")}, "10.99.0", True),
        ({"composer.lock": "", "composer.json": "{}"}, "12.0.0", True),
        (
            {"composer.lock": "{broken", "composer.json": '{"require": {"laravel/framework": "8.*|^9.2"}}'},
            "9.99.0",
            True,
        ),
        (
            {
                "composer.lock": "",
                "vendor/laravel/framework/src/Illuminate/Foundation/Application.php": "const VERSION = '11.3.1';",
            },
            "11.3.1",
            False,
        ),
    ],
    ids=["lock", "installed", "old installed", "branch", "assumed", "required", "source"],
)
def test_the_version_is_what_is_installed_else_locked_else_assumed_and_said(
    tmp_path: Path, files: dict[str, str], version: str, told: bool
) -> None:
    found = project(app(tmp_path, files))
    assert found.settings["version"] == version
    assert any("version is not known" in text for text in found.missing) is told


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        (
            "DATABASE_URL=postgres://u:p%40w@h:6432/d?sslmode=require",
            "postgresql+psycopg://u:***@h:6432/d?sslmode=require",
        ),
        ("DATABASE_URL=postgres://h/d\nDB_USERNAME=keeps", "postgresql+psycopg://keeps@h:5432/d?sslmode=prefer"),
        ("DB_HOST=h\nDB_PORT=6000\nDB_PASSWORD=", "postgresql+psycopg://forge@h:6000/forge?sslmode=prefer"),
        ('BASE=base\nDB_HOST="${BASE}.example"', "postgresql+psycopg://forge@base.example:5432/forge?sslmode=prefer"),
        ("DB_HOST=/run/postgresql", "postgresql+psycopg://forge@/run/postgresql:5432/forge?sslmode=prefer"),
    ],
    ids=["url", "url in parts", "port", "nested", "socket"],
)
def test_the_database_is_the_one_of_env(tmp_path: Path, env: str, expected: str) -> None:
    found = project(app(tmp_path, {".env": env})).url
    assert found is not None
    assert str(found) == expected


def test_the_environment_counts_more_than_the_file(tmp_path: Path) -> None:
    app(tmp_path)
    found = project(tmp_path, DB_HOST="other", DB_PASSWORD="x")
    assert found.url is not None
    assert (found.url.host, found.url.password, found.url.database) == ("other", "x", "shop")
    assert found.url_from == "the environment (DB_...), .env"


def test_an_environment_has_a_file_of_its_own_when_it_is_named_outside(tmp_path: Path) -> None:
    app(tmp_path, {".env.staging": ENV.replace("db1", "staging1")})
    assert url(tmp_path) == SHOWN
    assert url(tmp_path, APP_ENV="staging") == SHOWN.replace("db1", "staging1")
    assert url(tmp_path, APP_ENV="other") == SHOWN


def test_without_any_env_nothing_is_guessed(tmp_path: Path) -> None:
    found = project(app(tmp_path, {".env": ""}))
    assert found.url is None
    assert found.missing[0] == "There is no .env, and no DB_ variable is set here."
    assert found.missing[-1] == (
        "config/database.php: it takes the connection from variables that are not known here "
        "(DB_CONNECTION, DATABASE_URL, DB_HOST, ...)."
    )


def test_an_encrypted_env_is_said(tmp_path: Path) -> None:
    found = project(app(tmp_path, {".env": "", ".env.production.encrypted": "eyJpdiI6"}))
    assert found.url is None
    assert "only .env.production.encrypted, which holds it encrypted" in found.missing[0]


def test_a_container_has_its_variables_from_outside(tmp_path: Path) -> None:
    app(tmp_path, {".env": ""})
    assert url(tmp_path, DB_HOST="db1", DB_DATABASE="shop", DB_USERNAME="deploy", DB_PASSWORD="x") == SHOWN


def test_an_env_that_cannot_be_read_is_said_and_costs_nothing_else(tmp_path: Path) -> None:
    app(tmp_path, {".env": "x" * (2 * 1024 * 1024 + 1)})
    found = project(tmp_path)
    assert found.url is None
    assert "too large" in found.missing[0]


def test_an_env_that_stops_laravel_is_said_without_its_values(tmp_path: Path) -> None:
    found = project(app(tmp_path, {".env": f"{ENV}APP_NAME=My Secret Shop\n"}))
    assert str(found.url) == SHOWN
    assert found.missing == (".env: line 6 holds a blank outside of quotes: Laravel does not start with it.",)


def test_the_cached_configuration_counts_more_than_env(tmp_path: Path) -> None:
    cache = """<?php return array (
      'database' => array (
        'default' => 'pgsql',
        'connections' => array (
          'pgsql' => array ('driver' => 'pgsql', 'url' => NULL, 'host' => 'cached', 'port' => '5433',
            'database' => 'd', 'username' => 'u', 'password' => 'it\\'s', 'prefix' => 'p_', 'search_path' => 'public'),
        ),
        'migrations' => array ('table' => 'ran', 'update_date_on_publish' => true),
      ),
    );"""
    found = project(app(tmp_path, {"bootstrap/cache/config.php": cache}))
    assert found.url is not None
    assert str(found.url) == "postgresql+psycopg://u:***@cached:5433/d"
    assert found.url.password == "it's"
    assert found.url_from == "bootstrap/cache/config.php"
    assert (found.settings["prefix"], found.settings["migrations"]) == ("p_", "ran")


def test_a_cached_configuration_needs_no_env(tmp_path: Path) -> None:
    cache = """<?php return array ('database' => array ('default' => 'pgsql', 'connections' => array (
        'pgsql' => array ('driver' => 'pgsql', 'host' => 'h', 'database' => 'd'))));"""
    found = project(app(tmp_path, {".env": "", "bootstrap/cache/config.php": cache}))
    assert (str(found.url), found.missing) == ("postgresql+psycopg://h/d", ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'read' => ['host' => ['r1', 'r2']], 'write' => ['host' => 'w1']", "deploy:***@w1:5432/shop?sslmode=prefer"),
        ("'read' => ['host' => 'r1'], 'write' => [['host' => 'w1', 'port' => 7000], ['host' => 'w2']]",
         "deploy:***@w1:7000/shop?sslmode=prefer"),
        ("'read' => ['host' => 'r1'], 'write' => ['host' => ['w1']]", "deploy:***@w1:5432/shop?sslmode=prefer"),
        ("'search_path' => 'app, public'",
         "deploy:***@db1:5432/shop?options=-csearch_path%3D%22app%22%2C%22public%22&sslmode=prefer"),
        ("'search_path' => ['app']", "deploy:***@db1:5432/shop?options=-csearch_path%3D%22app%22&sslmode=prefer"),
        ("'connect_via_port' => 6432, 'connect_via_database' => 'pool'", "deploy:***@db1:6432/pool?sslmode=prefer"),
        ("'sslmode' => 'verify-full', 'sslrootcert' => '/etc/ca.pem'",
         "deploy:***@db1:5432/shop?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem"),
        ("'host' => ['a', 'b']", "deploy:***@/shop?host=a&host=b&port=5432&port=5432&sslmode=prefer"),
    ],
    ids=["write host", "several writers", "write list", "search path", "path list", "pooler", "tls", "several hosts"],
)  # fmt: skip
def test_a_connection_is_used_as_laravel_uses_it(tmp_path: Path, text: str, expected: str) -> None:
    assert url(app(tmp_path, more(text))) == f"postgresql+psycopg://{expected}"


def test_a_search_path_of_old_is_called_schema(tmp_path: Path) -> None:
    files = changed("'search_path' => 'public'", "'schema' => 'app', 'search_path' => 'other'")
    assert project(app(tmp_path, files, "v8.83.1")).settings["search_path"] == "app"
    assert project(app(tmp_path, files, "v9.1.0")).settings["search_path"] == "other"


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ("DB_CONNECTION=mysql\nDB_HOST=m", "mysql+pymysql://root@m:3306/laravel"),
        ("DB_CONNECTION=mysql\nDB_SOCKET=/run/m.sock", "mysql+pymysql://root@/laravel?unix_socket=%2Frun%2Fm.sock"),
        ("DB_CONNECTION=mariadb\nDB_PASSWORD=x", "mariadb+pymysql://root:***@127.0.0.1:3306/laravel"),
        ("DB_CONNECTION=pgsql", "postgresql+psycopg://root@127.0.0.1:5432/laravel?sslmode=prefer"),
        ("DB_URL=pgsql://u@h/d\nDB_CONNECTION=pgsql", "postgresql+psycopg://u@h:5432/d?sslmode=prefer"),
        ("APP_ENV=local", "sqlite:///{folder}/database/database.sqlite"),
        ("DB_DATABASE=/srv/x.sqlite", "sqlite:////srv/x.sqlite"),
    ],
    ids=["mysql", "mysql socket", "mariadb", "pgsql", "url", "sqlite", "sqlite elsewhere"],
)
def test_without_a_configuration_file_laravel_11_has_its_own(tmp_path: Path, env: str, expected: str) -> None:
    app(tmp_path, {"config/database.php": "", ".env": env}, "v11.0.0")
    assert url(tmp_path) == expected.replace("{folder}", str(tmp_path))


def test_from_laravel_11_on_a_connection_that_is_left_out_is_the_frameworks(tmp_path: Path) -> None:
    files = {".env": "DB_CONNECTION=mysql\nDB_HOST=m\n"}
    assert url(app(tmp_path, files, "v11.2.0")) == "mysql+pymysql://root@m:3306/laravel"
    old = project(app(tmp_path, files, "v10.2.0"))
    assert old.url is None
    assert old.missing[-1] == "config/database.php: there is no connection mysql."


def test_a_server_that_is_not_read_is_said(tmp_path: Path) -> None:
    found = project(app(tmp_path, changed("'driver' => 'pgsql'", "'driver' => 'sqlsrv'")))
    assert found.url is None
    assert found.missing[-1] == "config/database.php: its driver is sqlsrv, which Halfway does not read."


def test_what_only_running_it_would_tell_is_said(tmp_path: Path) -> None:
    found = project(app(tmp_path, changed("env('DB_HOST', '127.0.0.1')", "Vault::secret('host')")))
    assert found.url is None
    assert found.missing[-1].startswith("config/database.php: ")


def test_other_connections_are_named_with_their_databases(tmp_path: Path) -> None:
    text = """
        'audit' => ['driver' => 'pgsql', 'host' => 'db2', 'database' => 'audit', 'username' => 'a', 'password' => 'p'],
        'admin' => ['driver' => 'pgsql', 'host' => env('DB_HOST'), 'database' => env('DB_DATABASE'), 'username' => 'o'],
        'apart' => ['driver' => 'pgsql', 'host' => env('DB_HOST'), 'database' => env('DB_DATABASE'), 'schema' => 'x'],
        'vault' => ['driver' => 'pgsql', 'host' => Vault::host(), 'database' => 'v'],
        'elastic' => ['driver' => 'elastic'],
    """
    others = {o.name: o for o in project(app(tmp_path, changed("// other connections", text))).others}
    assert list(others) == ["audit", "apart", "vault"]
    assert str(others["audit"].url) == "postgresql+psycopg://a:***@db2/audit"
    assert (others["vault"].url, bool(others["vault"].why)) == (None, True)


def test_the_project_is_looked_at_again_when_a_file_of_it_changes(tmp_path: Path) -> None:
    app(tmp_path)
    assert url(tmp_path) == SHOWN
    (tmp_path / ".env").write_text(ENV.replace("db1", "db-22"))
    assert url(tmp_path) == SHOWN.replace("db1", "db-22")


PROVIDER = """<?php namespace App\\Providers;
use Illuminate\\Support\\Facades\\Schema;
class AppServiceProvider { public function boot() { %s } }"""


def test_what_a_provider_sets_in_a_way_that_only_a_run_would_tell_is_said(tmp_path: Path) -> None:
    text = PROVIDER % "Schema::defaultStringLength(Tuning::length()); if (App::old()) Schema::morphUsingUuids();"
    found = project(app(tmp_path, {"app/Providers/AppServiceProvider.php": text}))
    assert found.missing == (
        "app/Providers/AppServiceProvider.php: Schema::defaultStringLength(Tuning::length()) is not known.",
        "app/Providers/AppServiceProvider.php: Schema::defaultMorphKeyType (under a condition) is not known.",
    )
