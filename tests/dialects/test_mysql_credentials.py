"""Where a password for MySQL comes from when the URL holds none."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.dialects.mysql.credentials import client_options, password_for

FILE = """
!includedir /etc/my.cnf.d
[mysqld]
password = not-this
[client]
# password = nor-this
user = app
password = "s3 cret#"
ssl_ca=/ca.pem
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder with an option file."""
    (tmp_path / ".my.cnf").write_text(FILE)
    return tmp_path


def test_the_environment_comes_first(home: Path) -> None:
    assert password_for("app", {"MYSQL_PWD": "given"}, home) == "given"


def test_the_option_file_speaks_for_the_user_it_names(home: Path) -> None:
    assert password_for("app", {}, home) == "s3 cret#"
    assert password_for("other", {}, home) is None


def test_without_a_user_it_speaks_for_everybody(tmp_path: Path) -> None:
    (tmp_path / ".my.cnf").write_text("[client]\npassword='x'\n")
    assert password_for("anybody", {}, tmp_path) == "x"


def test_without_a_file_there_is_none(tmp_path: Path) -> None:
    assert password_for("app", {}, tmp_path) is None
    assert client_options(tmp_path) == {}


def test_only_the_clients_group_counts(home: Path) -> None:
    assert client_options(home / ".my.cnf") == {"user": "app", "password": "s3 cret#", "ssl-ca": "/ca.pem"}
