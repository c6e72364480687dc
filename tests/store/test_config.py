"""The configuration file: read as it stands, or refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.core.faults import UsageFault
from console.store.config import Config, load


def test_without_a_file_nothing_is_configured() -> None:
    assert load(None, {}) == Config()


def test_what_the_file_says_is_read_and_paths_mean_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "halfway.toml"
    path.write_text('url = "postgresql://h/db"\nproject = "shop"\nmigrations = "/srv/sql"\nschema = "Größe"\n')
    found = load(str(path), {})
    assert found.url == "postgresql://h/db"
    assert found.project == str(tmp_path / "shop")
    assert found.migrations == "/srv/sql"
    assert found.schema == "Größe"
    assert found.path == str(path)


def test_the_environment_names_the_file_and_the_option_wins(tmp_path: Path) -> None:
    one, two = tmp_path / "one.toml", tmp_path / "two.toml"
    one.write_text('schema = "one"')
    two.write_text('schema = "two"\nmigrations = "-"')
    assert load(None, {"HALFWAY_CONFIG": str(one)}).schema == "one"
    found = load(str(two), {"HALFWAY_CONFIG": str(one)})
    assert (found.schema, found.migrations) == ("two", "-")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b'url = "x', "is not valid TOML"),
        (b"\xff\xfe", "is not valid TOML"),
        (
            b'urll = "x"',
            "unknown key `urll`. Known are admin_port, backups, cache, contacts, expect, framework, hints, ignore, ",
        ),
        (b'path = "x"', "unknown key `path`"),
        (b"url = 5", "`url` must be a text in quotes"),
        (b"[url]\nx = 1", "`url` must be a text in quotes"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path, text: bytes, said: str) -> None:
    path = tmp_path / "halfway.toml"
    path.write_bytes(text)
    with pytest.raises(UsageFault) as caught:
        load(str(path), {})
    assert said in str(caught.value)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(("name", "said"), [("nope.toml", "No such file"), ("", "Is a directory")])
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(UsageFault, match=said):
        load(str(tmp_path / name), {})


def test_whom_to_call_and_what_shows_that_it_works(tmp_path: Path) -> None:
    path = tmp_path / "halfway.toml"
    path.write_text('smoke = ["curl", "-f", "x"]\n[[contacts]]\nname = "Ann"\nreach = "+49 1"\nwhen = "at night"\n')
    found = load(str(path), {})
    assert (found.smoke, [contact.told for contact in found.contacts]) == (
        ("curl", "-f", "x"),
        ["Ann, +49 1, at night"],
    )
    path.write_text('[contacts]\nname = "Ann"\n')
    assert [contact.name for contact in load(str(path), {}).contacts] == ["Ann"]


def test_no_value_of_a_row_is_shown_where_the_configuration_says_so(tmp_path: Path) -> None:
    path = tmp_path / "halfway.toml"
    path.write_text("redact = true\n")
    assert (load(str(path), {}).redact, load(None, {}).redact) == (True, False)
    path.write_text('redact = "no"\n')
    with pytest.raises(UsageFault, match="`redact` must be true or false"):
        load(str(path), {})


@pytest.mark.parametrize("text", ['[[contacts]]\nreach = "x"\n', "[[contacts]]\nname = 5\n", 'contacts = ["Ann"]\n',
                                  '[[contacts]]\nname = "Ann"\nfax = "x"\n', 'smoke = "true"\n'])  # fmt: skip
def test_a_contact_or_a_command_that_cannot_be_meant(text: str, tmp_path: Path) -> None:
    path = tmp_path / "halfway.toml"
    path.write_text(text)
    with pytest.raises(UsageFault):
        load(str(path), {})
