"""Finding Flyway projects, their settings and their databases on disk."""

import zipfile
from pathlib import Path

import pytest

from console.core.faults import ProjectFault
from console.core.ports import Project
from console.frameworks import load, names
from console.frameworks.flyway.options import options_of
from tests.frameworks.making import FLYWAY, write

PASSWORD = "s3cr&t:/@?x"
CONF = f"flyway.url=jdbc:postgresql://db/app\nflyway.user=app\nflyway.password={PASSWORD}\n"
V1 = {"sql/V1__x.sql": "select 1"}


def found(folder: Path, **environ: str) -> Project:
    project = FLYWAY.detect(folder, environ)
    assert project is not None
    return project


def shown(project: Project) -> str | None:
    return project.url.render_as_string(hide_password=False) if project.url is not None else None


def test_the_registry_knows_flyway_and_refuses_strangers() -> None:
    assert "flyway" in names()
    assert load("flyway").name == "flyway"
    with pytest.raises(Exception, match="no framework is called 'nope'"):
        load("nope")


def test_a_conf_file_gives_the_database(tmp_path: Path) -> None:
    project = found(write(tmp_path, {"flyway.conf": CONF, **V1}))
    assert project.folder == str(tmp_path)
    assert project.url is not None
    assert (project.url.host, project.url.username, project.url.password) == ("db", "app", PASSWORD)
    assert project.url_from == "flyway.conf"
    assert project.missing == ()


def test_a_password_is_nowhere_in_the_project_but_in_its_url(tmp_path: Path) -> None:
    project = found(write(tmp_path, {"flyway.conf": CONF + "flyway.placeholders.app_password=hush\n", **V1}))
    for text in (repr(project), str(project), str(project.settings), repr(project.settings)):
        assert PASSWORD not in text
        assert "hush" not in text
    assert not any(PASSWORD in value for value in project.settings.values())


@pytest.mark.parametrize(
    "name", ["flyway.conf", "conf/flyway.conf", "flyway.toml", "conf/flyway.toml", "flyway.user.toml"]
)
def test_configuration_files_are_found_by_name(tmp_path: Path, name: str) -> None:
    text = '[flyway]\ntable = "h"\n' if name.endswith("toml") else "flyway.table=h\n"
    assert found(write(tmp_path, {name: text})).settings["flyway.table"] == "h"


def test_stronger_sources_win_in_flyways_order(tmp_path: Path) -> None:
    home = write(tmp_path / "home", {"flyway.conf": "flyway.table=home\nflyway.mixed=true\n"})
    folder = write(tmp_path / "p", {"flyway.conf": "", **V1})
    environ = {"HOME": str(home)}
    steps = [
        ("conf/flyway.conf", "flyway.table=conf-folder\n", "conf-folder"),
        ("flyway.conf", "flyway.table=conf\n", "conf"),
        ("flyway.toml", '[flyway]\ntable = "toml"\n', "toml"),
        ("my.user.toml", '[flyway]\ntable = "user"\n', "user"),
    ]
    assert found(folder, **environ).settings["flyway.table"] == "home"
    for name, text, expected in steps:
        write(folder, {name: text})
        assert found(folder, **environ).settings["flyway.table"] == expected
    assert found(folder, **environ, FLYWAY_TABLE="env").settings["flyway.table"] == "env"
    assert found(folder, **environ).settings["flyway.mixed"] == "true"


def test_the_home_folders_conf_alone_makes_no_project(tmp_path: Path) -> None:
    home = write(tmp_path / "home", {"flyway.conf": CONF})
    (tmp_path / "empty").mkdir()
    assert FLYWAY.detect(tmp_path / "empty", {"HOME": str(home)}) is None


def test_variables_in_a_conf_file_are_filled_in(tmp_path: Path) -> None:
    write(tmp_path, {"flyway.conf": "flyway.url=jdbc:postgresql://${H}/app\nflyway.user=u\nflyway.password=${P}\n"})
    assert shown(found(tmp_path, H="db", P="x")) == "postgresql://u:x@db/app"


def test_a_variable_that_is_not_set_is_named(tmp_path: Path) -> None:
    write(tmp_path, {"flyway.conf": "flyway.url=jdbc:postgresql://db/app\nflyway.password=${DB_PW}\n", **V1})
    project = found(tmp_path)
    assert project.url is not None
    assert project.url.password is None
    assert project.missing == ("flyway.conf takes flyway.password from DB_PW, which is not set here.",)


def test_an_env_file_fills_variables_and_the_environment_is_stronger(tmp_path: Path) -> None:
    write(tmp_path, {"flyway.conf": "flyway.url=jdbc:postgresql://${H}/app\n", ".env": "H=from-file\n", **V1})
    assert shown(found(tmp_path)) == "postgresql://from-file/app"
    assert shown(found(tmp_path, H="from-env")) == "postgresql://from-env/app"


def test_environment_variables_alone_make_a_project(tmp_path: Path) -> None:
    project = found(tmp_path, FLYWAY_URL="jdbc:postgresql://db/app", FLYWAY_USER="u", FLYWAY_PASSWORD="p")
    assert shown(project) == "postgresql://u:p@db/app"
    assert project.url_from == "the environment (FLYWAY_...)"
    assert project.missing == ("No folder with migrations was found.",)


def test_every_variable_finds_its_setting(tmp_path: Path) -> None:
    project = found(
        write(tmp_path, V1),
        FLYWAY_DEFAULT_SCHEMA="s",
        FLYWAY_SQL_MIGRATION_PREFIX="M",
        FLYWAY_PLACEHOLDERS_MY_NAME="v",
        FLYWAY_POSTGRESQL_TRANSACTIONAL_LOCK="false",
        FLYWAY_LOCATIONS="filesystem:sql",
    )
    assert dict(project.settings) == {
        "flyway.defaultSchema": "s",
        "flyway.sqlMigrationPrefix": "M",
        "flyway.placeholders.my_name": "v",
        "flyway.postgresql.transactional.lock": "false",
        "flyway.locations": "filesystem:sql",
    }


def test_an_url_from_the_environment_keeps_the_user_of_the_conf_file(tmp_path: Path) -> None:
    write(tmp_path, {"flyway.conf": CONF, **V1})
    project = found(tmp_path, FLYWAY_URL="jdbc:postgresql://other/app")
    assert project.url is not None
    assert (project.url.host, project.url.username) == ("other", "app")
    assert project.url_from == "the environment (FLYWAY_...), flyway.conf"


TOML = """
[flyway]
environment = "{chosen}"
locations = ["filesystem:sql"]
[flyway.placeholders]
tenant = "t1"
[environments.dev]
url = "jdbc:postgresql://dev/app"
user = "d"
[environments.prod]
url = "jdbc:postgresql://prod/app"
user = "p"
password = "${{env.PW}}"
schemas = ["shop", "audit"]
"""


@pytest.mark.parametrize(
    ("environ", "expected"),
    [({}, "postgresql://d@dev/app"), ({"FLYWAY_ENVIRONMENT": "prod", "PW": "x"}, "postgresql://p:x@prod/app")],
)
def test_toml_environments_are_chosen(tmp_path: Path, environ: dict[str, str], expected: str) -> None:
    write(tmp_path, {"flyway.toml": TOML.format(chosen="dev"), **V1})
    project = found(tmp_path, **environ)
    assert shown(project) == expected
    assert project.settings["flyway.placeholders.tenant"] == "t1"


def test_the_schemas_of_a_toml_environment_name_the_default_schema(tmp_path: Path) -> None:
    write(tmp_path, {"flyway.toml": TOML.format(chosen="prod"), **V1})
    assert options_of(found(tmp_path).settings).schema == "shop"


def test_a_toml_environment_that_is_not_there_is_named(tmp_path: Path) -> None:
    write(tmp_path, {"flyway.toml": TOML.format(chosen="test"), **V1})
    assert (
        "flyway.toml names the environments dev, prod and not test: set FLYWAY_ENVIRONMENT." in found(tmp_path).missing
    )


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("flyway.toml", "[flyway\npassword='geheim'", "flyway.toml is not valid TOML"),
        ("src/main/resources/application.yml", "a: [geheim", "application.yml is not valid YAML"),
        ("pom.xml", "<flyway>geheim", "pom.xml is not valid XML"),
        ("pom.xml", "<!DOCTYPE a [<!ENTITY b 'geheim'>]><flyway/>", "it declares entities"),
    ],
)
def test_a_broken_file_is_one_clear_sentence(tmp_path: Path, name: str, text: str, sentence: str) -> None:
    write(tmp_path, {name: text})
    with pytest.raises(ProjectFault) as caught:
        FLYWAY.detect(tmp_path, {})
    assert sentence in str(caught.value)
    assert "geheim" not in str(caught.value)
    assert caught.value.exit_code == 2


YML = """
spring:
  application: {name: shop}
  datasource:
    url: jdbc:postgresql://${DB_HOST:localhost}:${DB_PORT:5432}/shop
    username: ${DB_USER:shop}
    password: ${DB_PASSWORD:}
  flyway:
    default-schema: shop
    placeholders: {tenant: t1}
---
spring:
  config: {activate: {on-profile: prod}}
  datasource: {url: "jdbc:postgresql://prod/shop"}
"""
APP = "src/main/resources/application.yml"
RESOURCES = "src/main/resources/"
MIGRATION = {RESOURCES + "db/migration/V1__x.sql": "select 1"}


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, "postgresql://shop@localhost:5432/shop"),
        ({"DB_HOST": "db", "DB_PORT": "5433", "DB_PASSWORD": "x"}, "postgresql://shop:x@db:5433/shop"),
        ({"SPRING_PROFILES_ACTIVE": "prod"}, "postgresql://shop@prod/shop"),
        ({"SPRING_PROFILES_ACTIVE": "a, prod"}, "postgresql://shop@prod/shop"),
        ({"SPRING_DATASOURCE_URL": "jdbc:postgresql://env/shop"}, "postgresql://shop@env/shop"),
        (
            {
                "SPRING_FLYWAY_URL": "jdbc:postgresql://fly/shop",
                "SPRING_FLYWAY_USER": "f",
                "SPRING_DATASOURCE_URL": "x",
            },
            "postgresql://f@fly/shop",
        ),
    ],
)
def test_spring_says_where_the_database_is(tmp_path: Path, environ: dict[str, str], expected: str) -> None:
    project = found(write(tmp_path, {APP: YML, **MIGRATION}), **environ)
    assert shown(project) == expected
    assert project.settings["flyway.defaultSchema"] == "shop"
    assert project.settings["flyway.placeholders.tenant"] == "t1"


def test_flyways_own_spring_settings_beat_the_data_source(tmp_path: Path) -> None:
    text = (
        "spring.datasource.url=jdbc:postgresql://a/b\nspring.flyway.url=jdbc:postgresql://c/d\nspring.flyway.user=u\n"
    )
    project = found(write(tmp_path, {RESOURCES + "application.properties": text}))
    assert shown(project) == "postgresql://u@c/d"
    assert project.url_from == "src/main/resources/application.properties"


@pytest.mark.parametrize(
    "stronger",
    [
        "config/application.yml",
        "application.yml",
        RESOURCES + "application-prod.yml",
        RESOURCES + "application.properties",
    ],
)
def test_spring_files_beat_each_other_in_springs_order(tmp_path: Path, stronger: str) -> None:
    write(tmp_path, {APP: YML, **MIGRATION})
    url = "jdbc:postgresql://stronger/shop"
    write(tmp_path, {stronger: f"spring.datasource.url{'=' if 'properties' in stronger else ': '}{url}\n"})
    project = found(tmp_path, SPRING_PROFILES_ACTIVE="prod") if "prod" in stronger else found(tmp_path)
    assert project.url is not None
    assert project.url.host == "stronger"
    assert project.url_from.startswith(stronger)


@pytest.mark.parametrize(
    ("condition", "profiles", "holds"),
    [
        ("prod", "prod", True),
        ("prod", "dev", False),
        ("!prod", "dev", True),
        ("prod,dev", "dev", True),
        ("prod & eu", "prod,eu", True),
        ("prod & eu", "prod", False),
        ("(prod | dev) & !eu", "dev", True),
        ("(prod | dev) & !eu", "dev,eu", False),
        ("default", "", True),
    ],
)
def test_profile_expressions_hold_as_in_spring(tmp_path: Path, condition: str, profiles: str, holds: bool) -> None:
    text = f"spring.flyway.table: a\n---\nspring.config.activate.on-profile: '{condition}'\nspring.flyway.table: b\n"
    environ = {"SPRING_PROFILES_ACTIVE": profiles} if profiles else {}
    project = found(write(tmp_path, {APP: text, **MIGRATION}), **environ)
    assert project.settings["flyway.table"] == ("b" if holds else "a")


def test_documents_of_a_properties_file_have_profiles_too(tmp_path: Path) -> None:
    text = "spring.flyway.table=a\n#---\nspring.config.activate.on-profile=prod\nspring.flyway.table=b\n"
    folder = write(tmp_path, {RESOURCES + "application.properties": text})
    assert found(folder).settings["flyway.table"] == "a"
    assert found(folder, SPRING_PROFILES_ACTIVE="prod").settings["flyway.table"] == "b"


def test_profiles_that_may_be_active_are_named(tmp_path: Path) -> None:
    write(tmp_path, {APP: YML, RESOURCES + "application-prod.yml": "a: b", **MIGRATION})
    assert found(tmp_path).missing == (
        "No Spring profile is known to be active (SPRING_PROFILES_ACTIVE is not set): application-prod.yml not read.",
    )
    assert found(tmp_path, SPRING_PROFILES_ACTIVE="prod").missing == ()


def test_a_spring_variable_that_is_not_set_is_named(tmp_path: Path) -> None:
    text = "spring.datasource.url: jdbc:postgresql://h/d\nspring.datasource.password: ${DB_PW}\n"
    project = found(write(tmp_path, {APP: text, **MIGRATION}))
    assert project.missing == (f"{APP} takes spring.datasource.password from DB_PW, which is not set here.",)


def test_spring_without_flyway_is_no_project(tmp_path: Path) -> None:
    write(tmp_path, {APP: "spring.datasource.url: jdbc:postgresql://h/d\n"})
    assert FLYWAY.detect(tmp_path, {}) is None


def test_flyways_own_url_does_not_take_springs_password(tmp_path: Path) -> None:
    write(tmp_path, {APP: "spring.datasource: {url: 'jdbc:postgresql://a/b', username: u, password: p}\n", **MIGRATION})
    write(tmp_path, {"flyway.conf": "flyway.url=jdbc:postgresql://other/db\n"})
    assert shown(found(tmp_path)) == "postgresql://other/db"


POM = """<project xmlns="http://maven.apache.org/POM/4.0.0"><properties><db.url>jdbc:postgresql://pom/app</db.url>
<flyway.user>prop</flyway.user></properties><build><plugins><plugin><artifactId>flyway-maven-plugin</artifactId>
<configuration><url>${db.url}</url><password>${env.PW}</password><locations><location>filesystem:sql</location>
<location>classpath:db</location></locations><placeholders><tenant>t1</tenant></placeholders></configuration>
</plugin></plugins></build></project>"""


def test_mavens_plugin_says_where_the_database_is(tmp_path: Path) -> None:
    project = found(write(tmp_path, {"pom.xml": POM, **V1}), PW="x")
    assert shown(project) == "postgresql://prop:x@pom/app"
    assert project.settings["flyway.locations"] == "filesystem:sql,classpath:db"
    assert project.settings["flyway.placeholders.tenant"] == "t1"


GRADLE = """plugins { id 'org.flywaydb.flyway' version '10.0' }
flyway {
    url = 'jdbc:postgresql://gradle/app'
    user = "app"
    password = System.getenv('PW')
    locations = ['filesystem:sql', 'classpath:db']
}
"""


@pytest.mark.parametrize("name", ["build.gradle", "build.gradle.kts"])
def test_gradles_literal_settings_are_read_and_nothing_computed(tmp_path: Path, name: str) -> None:
    project = found(write(tmp_path, {name: GRADLE, **V1}))
    assert shown(project) == "postgresql://app@gradle/app"
    assert project.settings["flyway.locations"] == "filesystem:sql,classpath:db"


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
