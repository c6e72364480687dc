"""Where Flyway's files are looked for, and which folders are projects."""

import zipfile
from pathlib import Path

import pytest

from tests.frameworks.making import FLYWAY, write
from tests.frameworks.projects import APP, CONF, MIGRATION, V1, YML, found, shown


def test_a_database_halfway_does_not_speak_is_said(tmp_path: Path) -> None:
    project = found(write(tmp_path, {"flyway.conf": "flyway.url=jdbc:h2:mem:x\n", **V1}))
    assert project.url is None
    assert project.url_from == ""
    assert project.missing == ("flyway.conf: its URL is for h2, which Halfway does not speak.",)


@pytest.mark.parametrize("inside", ["db/migration", "sql", "migrations", "src/main/resources/db/migration"])
def test_a_folder_with_migrations_is_a_project(tmp_path: Path, inside: str) -> None:
    project = found(write(tmp_path, {f"{inside}/V1__x.sql": "select 1"}))
    assert project.missing == ("No database is named: no flyway.url, FLYWAY_URL or spring.datasource.url was found.",)
    assert [m.id for m in FLYWAY.read(project, None, "postgres", "public").migrations] == ["1"]


@pytest.mark.parametrize("files", [{}, {"migrations/001_add.sql": "x"}, {"sql/readme.md": "x"}, {"V": "x"}])
def test_other_folders_are_no_projects(tmp_path: Path, files: dict[str, str]) -> None:
    (tmp_path / ".git").mkdir()
    assert FLYWAY.detect(write(tmp_path, files), {}) is None


@pytest.mark.parametrize("start", [".", "src", "src/main/resources/db/migration", "deep/deeper"])
def test_a_project_is_found_from_inside(tmp_path: Path, start: str) -> None:
    write(tmp_path, {APP: YML, **MIGRATION})
    (tmp_path / "deep/deeper").mkdir(parents=True)
    assert found(tmp_path / start).folder == str(tmp_path)


def test_a_project_just_below_is_found(tmp_path: Path) -> None:
    write(tmp_path / "services" / "shop", {"flyway.conf": CONF, **V1})
    (tmp_path / ".git").mkdir()
    assert found(tmp_path).folder == str(tmp_path / "services" / "shop")


def test_the_search_upwards_ends_at_the_repository(tmp_path: Path) -> None:
    write(tmp_path, {"flyway.conf": CONF, **V1})
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    (tmp_path / "repo" / "x").mkdir()
    assert FLYWAY.detect(tmp_path / "repo" / "x", {}) is None


def test_a_broken_file_above_or_below_does_not_hide_a_project(tmp_path: Path) -> None:
    write(tmp_path, {"a/flyway.toml": "[broken", "b/flyway.conf": CONF, "b/sql/V1__x.sql": "select 1"})
    assert found(tmp_path).folder == str(tmp_path / "b")
    write(tmp_path, {"flyway.toml": "[broken"})
    assert found(tmp_path / "b").folder == str(tmp_path / "b")


def test_the_environment_names_the_database_of_a_deployment_too(tmp_path: Path) -> None:
    (tmp_path / "releases" / "1").mkdir(parents=True)
    (tmp_path / "current").symlink_to("releases/1")
    assert shown(found(tmp_path / "current", FLYWAY_URL="jdbc:postgresql://db/app")) == "postgresql://db/app"


def ids(folder: Path, **settings: str) -> list[str]:
    write(folder, {"flyway.conf": "".join(f"flyway.{name}={value}\n" for name, value in settings.items())})
    files = FLYWAY.read(found(folder), None, "postgres", "public")
    return [migration.id for migration in files.migrations]


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("filesystem:db/sql", "db/sql"),
        ("db/sql", "src/main/resources/db/sql"),
        ("classpath:db/sql", "src/main/resources/db/sql"),
        ("classpath:/db/sql", "target/classes/db/sql"),
        ("classpath:db/sql", "BOOT-INF/classes/db/sql"),
        ("classpath:db/sql", "app/src/main/resources/db/sql"),
        ("classpath:db/{vendor}", "src/main/resources/db/postgresql"),
        ("filesystem:db/{vendor}", "db/postgresql"),
        ("filesystem:db/*/sql", "db/one/sql"),
        ("filesystem:db/**/sql", "db/one/two/sql"),
        ("filesystem:db/v?", "db/v1"),
    ],
)
def test_locations_are_found(tmp_path: Path, location: str, path: str) -> None:
    write(tmp_path, {f"{path}/V7__x.sql": "select 1", "sql/V1__other.sql": "select 1"})
    assert ids(tmp_path, locations=location) == ["7"]


def test_absolute_and_several_locations_are_read_once_each(tmp_path: Path) -> None:
    write(tmp_path / "p", {"sql/V1__x.sql": "", "sql/more/V2__x.sql": ""})
    write(tmp_path / "far", {"V3__x.sql": ""})
    assert ids(tmp_path / "p", locations=f"filesystem:sql,filesystem:sql/more,filesystem:{tmp_path}/far") == [
        "1",
        "2",
        "3",
    ]


def test_sources_are_read_and_not_their_compiled_copies_too(tmp_path: Path) -> None:
    write(tmp_path, {**MIGRATION, "target/classes/db/migration/V1__x.sql": "select 1"})
    assert ids(tmp_path) == ["1"]


def test_a_location_that_is_not_there_is_said(tmp_path: Path) -> None:
    write(tmp_path, {"flyway.conf": "flyway.locations=filesystem:gone,s3:bucket/x\n"})
    project = found(tmp_path)
    assert "The location filesystem:gone is not there." in project.missing
    assert "Migrations in s3:bucket/x are not on this machine." in project.missing
    files = FLYWAY.read(project, None, "postgres", "public")
    assert files.migrations == ()
    assert (
        files.unread == "The location filesystem:gone is not there. Migrations in s3:bucket/x are not on this machine."
    )


def test_migrations_in_a_spring_boot_jar_are_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "shop.jar", "w") as jar:
        jar.writestr("BOOT-INF/classes/db/migration/V1__x.sql", "create table a (b int)")
    (migration,) = FLYWAY.read(
        found(tmp_path, FLYWAY_URL="jdbc:postgresql://h/d"), None, "postgres", "public"
    ).migrations
    assert (migration.id, migration.file) == ("1", "shop.jar!/BOOT-INF/classes/db/migration/V1__x.sql")


def test_a_deployment_is_found_from_its_link_and_from_its_root(tmp_path: Path) -> None:
    write(tmp_path / "releases" / "1", {"flyway.conf": CONF, **V1})
    write(tmp_path / "releases" / "2", {"flyway.conf": CONF, **V1, "sql/V2__y.sql": "select 2"})
    (tmp_path / "current").symlink_to("releases/1")
    for start in ("current", "releases/1", "releases/2", ".", "current/sql"):
        project = found(tmp_path / start)
        assert project.folder == str(tmp_path / "releases" / "1")
        assert (project.releases, project.current_release) == (("1", "2"), "1")
        files = FLYWAY.read(project, None, "postgres", "public")
        assert [(m.id, m.release, m.from_failed_deploy) for m in files.migrations] == [
            ("1", "1", False),
            ("2", "2", True),
        ]


def test_a_failed_deploy_that_brings_the_first_migrations_is_read(tmp_path: Path) -> None:
    (tmp_path / "releases" / "1").mkdir(parents=True)
    write(tmp_path / "releases" / "2", V1)
    (tmp_path / "current").symlink_to("releases/1")
    files = FLYWAY.read(found(tmp_path / "current"), None, "postgres", "public")
    assert [(m.id, m.from_failed_deploy) for m in files.migrations] == [("1", True)]


def test_a_link_to_nowhere_is_said(tmp_path: Path) -> None:
    write(tmp_path / "releases" / "1", V1)
    (tmp_path / "current").symlink_to("releases/9")
    project = found(tmp_path)
    assert project.current_release is None
    assert any("points to no release" in sentence for sentence in project.missing)
