"""Flyway inside Spring, Maven and Gradle: where the database is said to be."""

from pathlib import Path

import pytest

from tests.frameworks.making import FLYWAY, write
from tests.frameworks.projects import APP, MIGRATION, RESOURCES, V1, YML, found, shown


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
