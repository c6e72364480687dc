"""Finding a Rails project in a folder, and the databases it names."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.core.migration import Belief
from console.core.observation import Server, Tracking
from console.core.plan import CannotWriteError
from console.core.ports import Project
from console.frameworks.rails.ledger import lock_number
from console.frameworks.rails.marks import Marks
from console.frameworks.rails.several import NOT_TOLD
from console.frameworks.rails.yaml_erb import UNKNOWN, rendered
from tests.rails.making import RAILS, app, change, ledger, project, track, write

SEVERAL = """
production:
  primary:
    adapter: mysql2
    host: db1
    database: shop
    username: deploy
    password: hunter2
  replica:
    adapter: mysql2
    host: db2
    database: shop
    replica: true
  animals:
    adapter: mysql2
    host: db3
    database: animals
    migrations_paths: db/animals_migrate
"""


def shown(found: Project) -> str | None:
    return found.url.render_as_string(hide_password=False) if found.url is not None else None


def test_the_environment_decides_which_database(tmp_path: Path) -> None:
    app(tmp_path)
    assert shown(project(tmp_path, SHOP_DATABASE_PASSWORD="s3cret")) == "postgresql://deploy:s3cret@db1/shop"
    assert shown(project(tmp_path, DB_HOST="db9")) == "postgresql://deploy@db9/shop"
    quiet = RAILS.detect(tmp_path, {})
    assert quiet is not None
    assert shown(quiet) == "postgresql:///app_development"
    assert "RAILS_ENV is not set" in quiet.missing[0]


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("postgres:///x?host=/run/pg&pool=5", "postgresql:///x?host=%2Frun%2Fpg"),
        ("postgres:///x?service=live", "postgresql:///x?service=live"),
        ("mysql2:///x?socket=/run/my.sock", "mysql:///x?unix_socket=%2Frun%2Fmy.sock"),
    ],
)
def test_what_a_url_says_of_the_place_behind_its_question_mark_is_kept(given: str, read: str, tmp_path: Path) -> None:
    found = project(app(tmp_path), DATABASE_URL=given)
    assert found.url is not None
    assert found.url.render_as_string() == read


def test_a_url_in_the_environment_stands_above_the_file(tmp_path: Path) -> None:
    found = project(app(tmp_path), DATABASE_URL="postgres://u:p@elsewhere/x?pool=5")
    assert (shown(found), found.url_from) == ("postgresql://u:p@elsewhere/x", "DATABASE_URL")


def test_what_only_ruby_could_tell_gives_no_database(tmp_path: Path) -> None:
    yml = "production:\n  adapter: postgresql\n  host: <%= Rails.application.credentials.host %>\n  database: shop\n"
    found = project(app(tmp_path, files={"config/database.yml": yml}))
    assert found.url is None
    assert "config/database.yml: its host is worked out by code." in found.missing


def test_a_file_with_code_around_its_lines_gives_no_database(tmp_path: Path) -> None:
    yml = "production:\n<% if true %>\n  adapter: postgresql\n<% end %>\n"
    found = project(app(tmp_path, files={"config/database.yml": yml}))
    assert found.url is None
    assert [text for text in found.missing if "is not plain YAML (line 3)" in text]


def several(folder: Path, **environ: str) -> Project:
    """A shop with animals in another database."""
    files = {
        "config/database.yml": SEVERAL,
        "db/migrate/20240101000000_dogs.rb": change("create_table :dogs", name="Dogs"),
        "db/animals_migrate/20240202000000_cats.rb": change("create_table :cats", name="Cats"),
    }
    return project(app(folder, files=files), **environ)


def seen(found: Project, name: str, *versions: str) -> Tracking:
    """The project on a database of that name, with these rows."""
    files = RAILS.read(found, None, "mysql", name)
    return RAILS.track(found, files, ledger(*versions), Server("mysql", "9.7", 90700, name, "db", "deploy", home=name))


def test_several_databases_have_their_own_files(tmp_path: Path) -> None:
    found = several(tmp_path)
    assert shown(found) == "mysql://deploy:hunter2@db1/shop"
    assert [one.name for one in found.others] == ["animals"]
    assert [m.id for m in RAILS.read(found, None, "mysql", "shop").migrations] == ["20240101000000"]


DOGS, CATS = "20240101000000", "20240202000000"


@pytest.mark.parametrize(
    ("name", "versions", "pending", "ignored"),
    [
        ("shop", (), [DOGS], [CATS]),
        ("animals", (), [CATS], [DOGS]),
        ("animals", (DOGS,), [CATS], [DOGS]),
        ("copy", (CATS,), [], [DOGS]),
        ("copy", (DOGS,), [], [CATS]),
        ("copy", (), [], [DOGS, CATS]),
        ("copy", (DOGS, CATS), [], [DOGS, CATS]),
    ],
    ids=["shop", "animals", "named", "animals-by-rows", "shop-by-rows", "nobody-knows", "both-fit"],
)
def test_a_migration_is_judged_in_its_own_database_only(
    name: str, versions: tuple[str, ...], pending: list[str], ignored: list[str], tmp_path: Path
) -> None:
    tracking = seen(several(tmp_path), name, *versions)
    told = {belief: [t.id for t in tracking.tracked if t.belief is belief] for belief in Belief}
    assert (told[Belief.PENDING], told[Belief.IGNORED], told[Belief.RECORDED]) == (pending, ignored, list(versions))


def test_it_is_said_whose_file_it_is(tmp_path: Path) -> None:
    tracking = seen(several(tmp_path), "animals", DOGS)
    assert tracking.files.reason == "not judged here: 1 file for the database primary"
    row = next(t for t in tracking.tracked if t.belief is Belief.RECORDED)
    assert (row.file_expected, row.note) == (False, "its file is for the database primary of this project")
    assert tracking.next_run == "`bin/rails db:migrate` runs the statement of 20240202000000_cats."
    unknown = seen(several(tmp_path), "copy")
    assert (unknown.files.reason, unknown.next_run) == (NOT_TOLD, "")


def test_two_names_of_one_database_are_judged_together(tmp_path: Path) -> None:
    several(tmp_path)
    one = SEVERAL.replace("database: animals", "database: shop").replace("host: db3", "host: db1")
    write(tmp_path, {"config/database.yml": one})
    tracking = seen(project(tmp_path), "shop", DOGS)
    assert [(t.id, t.belief) for t in tracking.tracked] == [(DOGS, Belief.RECORDED), (CATS, Belief.PENDING)]


def test_rails_detection_finds_it_from_below_and_from_above(tmp_path: Path) -> None:
    place = app(tmp_path / "shop")
    for start in (place, place / "config", tmp_path):
        found = RAILS.detect(start, {"RAILS_ENV": "production"})
        assert found is not None
        assert found.folder == str(place)


def test_a_deployment_is_read_in_its_release(tmp_path: Path) -> None:
    for name in ("20240101000000", "20240201000000"):
        app(tmp_path / "releases" / name, (name,))
    (tmp_path / "current").symlink_to(tmp_path / "releases" / "20240101000000")
    found = project(tmp_path)
    assert (found.current_release, found.releases) == ("20240101000000", ("20240101000000", "20240201000000"))
    files = RAILS.read(found, None, "postgres", "public")
    assert [(m.id, m.from_failed_deploy) for m in files.migrations] == [
        ("20240101000000", False),
        ("20240201000000", True),
    ]


def test_names_of_tables_that_the_application_changes(tmp_path: Path) -> None:
    settings = (
        'config.active_record.table_name_prefix = "shop_"\nconfig.active_record.schema_migrations_table_name = "v"\n'
    )
    found = project(app(tmp_path, ("20240101000000",), {"config/application.rb": settings}))
    assert RAILS.ledger_tables(found)[0] == (None, "shop_v")
    (migration,) = RAILS.read(found, None, "postgres", "public").migrations
    assert migration.statements[0].sql.startswith('ALTER TABLE "shop_users" ADD')


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ('ENV["A"]', "one"),
        ('ENV["B"]', ""),
        ('ENV.fetch("A")', "one"),
        ('ENV.fetch("B")', UNKNOWN),
        ('ENV.fetch("B", "two")', "two"),
        ('ENV.fetch("B") { 5 }', "5"),
        ("ENV['B'] || 'three'", "three"),
        ('ENV["B"].presence || "four"', "four"),
        ('ENV.fetch("B") { ENV.fetch("A", "x") }', "one"),
        ("`whoami`", UNKNOWN),
        ('ENV["A"] + "x"', UNKNOWN),
    ],
    ids=str,
)
def test_only_tags_about_variables_are_read(code: str, value: str) -> None:
    assert rendered(f"<%= {code} %>", {"A": "one"}) == value


def test_the_lock_is_the_number_that_rails_takes() -> None:
    assert lock_number("app") == 6939591962871035475


def test_a_project_that_turned_locks_off_names_none(tmp_path: Path) -> None:
    assert [lock for (lock,) in track(app(tmp_path)).locks] == ["6939591962871035475"]
    yml = "production:\n  adapter: postgresql\n  database: shop\n  advisory_locks: false\n"
    assert track(write(tmp_path, {"config/database.yml": yml})).locks == ()


def test_a_version_is_a_number(tmp_path: Path) -> None:
    assert [row.id for row in ledger("20240101000000", "007").rows] == ["7", "20240101000000"]


def test_each_database_has_its_own_settings(tmp_path: Path) -> None:
    yml = SEVERAL.replace("mysql2", "postgresql").replace(
        "database: animals", "database: animals\n    advisory_locks: false"
    )
    found = project(app(tmp_path, files={"config/database.yml": f"{yml}    schema_search_path: zoo,public\n"}))
    shop, animals = (Server("postgresql", "18", 180000, name, "db", "deploy") for name in ("shop", "animals"))
    assert [Marks(found).session_settings(one) for one in (shop, animals)] == [
        {"timezone": "UTC"},
        {"search_path": "zoo,public", "timezone": "UTC"},
    ]
    files = RAILS.read(found, None, "postgres", "public")
    locks = [RAILS.track(found, files, ledger(), one).locks for one in (shop, animals)]
    assert [len(one) for one in locks] == [1, 0]


def test_a_migration_of_another_database_is_not_marked(tmp_path: Path) -> None:
    found = several(tmp_path)
    shop = Server("mysql", "9.7", 90700, "shop", "db", "deploy", home="shop")
    with pytest.raises(CannotWriteError):
        Marks(found).mark_ran(seen(found, "shop"), CATS, shop)
    assert Marks(found).mark_ran(seen(found, "shop"), DOGS, shop).sql


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("config.active_record.schema_format = :sql", "schema_format", "sql"),
        ("# config.active_record.schema_format = :sql", "schema_format", None),
        ("config.active_record.protected_environments = %w[production staging]", "protected", "production staging"),
        ("config.active_record.protected_environments = ['staging', \"live\"]", "protected", "staging live"),
        ("config.active_record.protected_environments = []", "protected", ""),
    ],
)
def test_what_the_application_says_of_schema_files_and_of_its_guard(
    line: str, name: str, value: str | None, tmp_path: Path
) -> None:
    found = project(app(tmp_path, files={"config/application.rb": f"{line}\n"}))
    assert found.settings.get(name) == value
