"""What the options, the environment and the disk mean together."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.core.faults import UsageFault
from console.wiring import Options, find, parse_url, shown, source, with_password
from tests.sites import V1

SECRET = "Tr0ub4dor"
CONF = "flyway.url=jdbc:postgresql://db1:6432/shop\nflyway.user=deploy\nflyway.locations=filesystem:sql\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "sql").mkdir()
    (tmp_path / "sql" / "V1__orders.sql").write_text(V1)
    (tmp_path / "flyway.conf").write_text(CONF)
    return tmp_path


def test_the_project_in_the_current_folder_names_the_database(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    found = find(Options(), {})
    assert shown(found.database) == "postgresql://deploy@db1:6432/shop"
    assert found.url_from == "flyway.conf"


@pytest.mark.parametrize(
    ("url", "environ", "said"),
    [
        ("postgresql://a/b", {"HALFWAY_URL": "postgresql://c/d"}, ("postgresql://a/b", "the command line")),
        (None, {"HALFWAY_URL": "postgresql://c/d"}, ("postgresql://c/d", "HALFWAY_URL")),
    ],
)
def test_a_url_overrides_the_project_and_says_where_it_came_from(
    project: Path, url: str | None, environ: dict[str, str], said: tuple[str, str]
) -> None:
    found = find(Options(url=url, project=str(project)), environ)
    assert (shown(found.database), found.url_from) == said
    assert found.projects[0][1] is not None


def test_the_configuration_comes_after_everything_else(project: Path) -> None:
    config = project / "halfway.toml"
    config.write_text('url = "postgresql://config/db"\nproject = "."\nschema = "app"\n')
    found = find(Options(config=str(config)), {})
    assert (found.url_from, found.options.schema) == (str(config), "app")
    assert find(Options(config=str(config), schema="other"), {}).options.schema == "other"


def test_without_any_database_the_sentence_says_what_to_do(tmp_path: Path, project: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / ".git").mkdir()
    with pytest.raises(UsageFault, match="no project was found") as caught:
        source(find(Options(project=str(empty)), {}))
    assert "postgresql://user@host/database" in str(caught.value)
    (project / "flyway.conf").write_text("flyway.locations=filesystem:sql\n")
    with pytest.raises(UsageFault, match="does not say which database") as caught:
        source(find(Options(project=str(project)), {}))
    assert ".." not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (Options(project="no/such/folder"), "No such file"),
        (Options(project="/etc/passwd"), "is not a folder"),
        (Options(project="x" * 5000), "File name too long"),
        (Options(migrations="no/such/file"), "No such file"),
        (Options(framework="nothing"), "not a framework this version knows. Known: "),
        (Options(url="oracle://u@h/db"), "oracle is not a server this version knows. Known are mariadb, mysql"),
        (Options(url="jdbc:postgresql://h/db"), "JDBC"),
        (Options(url="postgresql://h:abc/db"), "not a database URL"),
        (Options(url="://"), "not a database URL"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(options: Options, said: str) -> None:
    with pytest.raises(UsageFault) as caught:
        find(options, {})
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("url", [f"postgresql://u:a@{SECRET}@h/db", f"postgresql://u:{SECRET}@h/x@y/db"])
def test_a_password_that_cuts_the_url_in_two_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(UsageFault, match="%40") as caught:
        parse_url(url)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (f"postgres://u:{SECRET}@h:5/db", "postgresql://u:***@h:5/db"),
        (f"postgresql://u@h/db?password={SECRET}&sslmode=require", "postgresql://u@h/db?sslmode=require"),
        (f"postgresql+asyncpg://u@h/db?sslpassword={SECRET}", "postgresql://u@h/db"),
        ("postgresql:///db?host=/run/pg", "postgresql:///db?host=/run/pg"),
    ],
)
def test_a_url_is_shown_without_its_secrets(url: str, said: str) -> None:
    assert shown(parse_url(url)) == said


def test_a_typed_password_goes_into_the_url_as_it_is() -> None:
    found = with_password(find(Options(url="postgresql://u@h/db"), {}), "p@ss/ word")
    assert found.database.password == "p@ss/ word"
    assert "ss/" not in shown(found.database)


def test_a_current_folder_that_is_gone_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "release"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(UsageFault, match="does not exist any more"):
        find(Options(url="postgresql://h/db"), {})
