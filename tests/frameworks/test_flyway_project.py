"""Finding Flyway projects, their settings and their databases on disk."""

from pathlib import Path

import pytest

from console.core.faults import ProjectFault, UsageFault
from console.frameworks import load, names
from console.frameworks.flyway.options import options_of
from tests.frameworks.making import FLYWAY, write
from tests.frameworks.projects import CONF, PASSWORD, V1, found, shown


def test_the_registry_knows_flyway_and_refuses_strangers() -> None:
    assert "flyway" in names()
    assert load("flyway").name == "flyway"
    with pytest.raises(UsageFault, match="nope is not a framework this version knows"):
        load("nope")


def test_flyway_detection_by_a_conf_file_gives_the_database(tmp_path: Path) -> None:
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
