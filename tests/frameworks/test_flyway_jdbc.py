"""JDBC URLs as SQLAlchemy URLs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.frameworks.flyway.jdbc import from_jdbc

HARD = "p@ss:w/o?r&d=#%25 ü'\""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("jdbc:postgresql://h/app", "postgresql://u:p@h/app"),
        ("jdbc:postgresql://h:5433/app", "postgresql://u:p@h:5433/app"),
        ("jdbc:postgresql:app", "postgresql://u:p@localhost/app"),
        ("jdbc:postgresql:///app", "postgresql://u:p@localhost/app"),
        ("jdbc:postgresql:/app", "postgresql://u:p@localhost/app"),
        ("jdbc:postgresql://h/", "postgresql://u:p@h/u"),
        ("jdbc:postgresql://h", "postgresql://u:p@h/u"),
        ("jdbc:postgresql://[::1]:5433/app", "postgresql://u:p@[::1]:5433/app"),
        ("jdbc:postgresql://[::1]/app", "postgresql://u:p@[::1]/app"),
        ("jdbc:postgresql://h/my%20app", "postgresql://u:p@h/my app"),
        ("jdbc:postgresql://h/app?sslmode=require", "postgresql://u:p@h/app?sslmode=require"),
        ("jdbc:postgresql://h/app?ssl=true", "postgresql://u:p@h/app?sslmode=verify-full"),
        (
            "jdbc:postgresql://h/app?ssl=true&sslfactory=org.postgresql.ssl.NonValidatingFactory",
            "postgresql://u:p@h/app?sslmode=require",
        ),
        ("jdbc:postgresql://h/app?ApplicationName=x&loggerLevel=OFF", "postgresql://u:p@h/app"),
        ("jdbc:postgresql://h/app?connectTimeout=5", "postgresql://u:p@h/app?connect_timeout=5"),
        ("jdbc:postgresql://h/app?sslkey=/k.pk8&sslcert=/c.crt", "postgresql://u:p@h/app?sslcert=%2Fc.crt"),
        ("jdbc:postgresql://h/app?currentSchema=shop", "postgresql://u:p@h/app?options=-csearch_path%3Dshop"),
        ("jdbc:aws-wrapper:postgresql://h/app", "postgresql://u:p@h/app"),
        ("jdbc:otel:postgresql://h/app", "postgresql://u:p@h/app"),
        ("JDBC:PostgreSQL://h/app", "postgresql://u:p@h/app"),
        ("  jdbc:postgresql://h/app  ", "postgresql://u:p@h/app"),
        ("jdbc:mysql://h:3307/app?useSSL=false", "mysql://u:p@h:3307/app"),
        ("jdbc:mariadb://h/app", "mariadb://u:p@h/app"),
        ("jdbc:sqlite:/var/app.db", "sqlite:////var/app.db"),
        ("jdbc:sqlite:app.db?cache=shared", "sqlite:///app.db"),
    ],
)
def test_a_jdbc_url_becomes_the_url_of_the_same_database(text: str, expected: str) -> None:
    converted = from_jdbc(text, "u", "p")
    assert converted.url is not None
    assert converted.url.render_as_string(hide_password=False) == expected


def test_several_hosts_stay_several() -> None:
    url = from_jdbc("jdbc:postgresql://a:5433,b,[::1]:5434/app?targetServerType=primary", "u", "p").url
    assert url is not None
    assert url.host is None
    assert dict(url.query) == {"host": ("a:5433", "b:5432", "::1:5434"), "target_session_attrs": "read-write"}


@pytest.mark.parametrize(
    ("text", "schemas"),
    [
        ("currentSchema=shop", ("shop",)),
        ("currentSchema=shop,public", ("shop", "public")),
        ('currentSchema="Shop%20A",x', ("Shop A", "x")),
        ("x=y", ()),
    ],
)
def test_the_current_schema_is_what_unqualified_names_mean(text: str, schemas: tuple[str, ...]) -> None:
    assert from_jdbc(f"jdbc:postgresql://h/app?{text}").schemas == schemas


def test_credentials_in_the_url_count_when_none_stand_beside_it() -> None:
    url = from_jdbc("jdbc:postgresql://h/app?user=a%40b&password=c%26d%2B").url
    assert url is not None
    assert (url.username, url.password) == ("a@b", "c&d+")
    url = from_jdbc("jdbc:postgresql://h/app?user=a&password=b", "x", "y").url
    assert url is not None
    assert (url.username, url.password) == ("x", "y")
    url = from_jdbc("jdbc:postgresql://a:b%3Ac@h/app").url
    assert url is not None
    assert (url.username, url.password, url.host) == ("a", "b:c", "h")


def test_any_password_survives_and_none_is_shown() -> None:
    converted = from_jdbc("jdbc:postgresql://h/app", "u", HARD)
    assert converted.url is not None
    assert converted.url.password == HARD
    assert HARD not in repr(converted)
    assert HARD not in str(converted.url)


@given(st.text(min_size=1))
def test_no_password_is_changed_or_shown(password: str) -> None:
    converted = from_jdbc("jdbc:postgresql://h/app", "u", "\x00secret" + password)
    assert converted.url is not None
    assert converted.url.password == "\x00secret" + password
    assert "secret" not in repr(converted)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("jdbc:h2:mem:test", "h2"),
        ("jdbc:oracle:thin:@h:1521:x", "oracle"),
        ("jdbc:sqlserver://h;password=geheim", "sqlserver"),
        ("jdbc:tc:postgresql:16:///app", "tc"),
        ("postgresql://u:geheim@h/app", "no JDBC URL"),
        ("", "no JDBC URL"),
        ("jdbc:postgresql://h:port/app?password=geheim", "no number"),
    ],
)
def test_a_url_that_cannot_be_used_says_why_without_showing_it(text: str, word: str) -> None:
    converted = from_jdbc(text)
    assert converted.url is None
    assert word in converted.why
    assert "geheim" not in converted.why


@given(st.text())
def test_no_text_breaks_the_conversion(text: str) -> None:
    converted = from_jdbc(f"jdbc:postgresql:{text}")
    assert (converted.url is None) == bool(converted.why)
