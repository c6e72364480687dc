"""What a responder's console knows of where a tool's own settings lead."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import make_url

from console.core.ports import Project
from console.core.rollback import heeded
from console.responding import leads_elsewhere


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ("postgresql://app@localhost:5432/shop", ""),
        ("postgresql://app@127.0.0.1/shop", ""),
        ("postgresql://app@127.0.0.1/other", "127.0.0.1/5432/other"),
        ("postgresql://app@db2/shop", "db2/5432/shop"),
        ("mysql://app@127.0.0.1/shop", "127.0.0.1/3306/shop"),
    ],
)
def test_where_the_tools_own_settings_lead(own: str, told: str) -> None:
    here = make_url("postgresql://ann@127.0.0.1:5432/shop")
    found = leads_elsewhere(Project("laravel", "/srv", make_url(own), ".env"), here)
    assert found == (f"The tool's own settings (.env) lead to {told}, which is not this database." if told else "")
    assert leads_elsewhere(Project("laravel", "/srv"), here) is None


@pytest.mark.parametrize(
    ("own", "here", "told"),
    [
        ("postgresql:///shop?host=/run/a", "postgresql:///shop?host=/run/a", ""),
        ("postgresql:///shop?host=db1", "postgresql://db1/shop", ""),
        ("postgresql:///shop?host=db1&port=5433", "postgresql://db1/shop", "db1/5433/shop"),
        ("postgresql:///shop?host=/run/b", "postgresql:///shop?host=/run/a", "/run/b/5432/shop"),
        ("postgresql:///shop?host=/run/a", "postgresql://localhost/shop", None),
        ("postgresql:///shop", "postgresql://db1/shop", None),
        ("postgresql:///shop?service=b", "postgresql:///shop?service=a", None),
        ("postgresql://db1/shop?hostaddr=10.0.0.1", "postgresql://db1/shop", None),
        ("postgresql:///shop?host=a&host=b", "postgresql:///shop?host=a&host=b", None),
        ("postgresql://db1/shop?host=db2", "postgresql://db1/shop", None),
        ("mysql:///shop?unix_socket=/run/a", "mariadb:///shop?unix_socket=/run/a", ""),
        ("mysql:///shop?unix_socket=/run/b", "mysql:///shop?unix_socket=/run/a", "/run/b/shop"),
        ("mysql://localhost/shop?unix_socket=/run/b", "mysql://localhost/shop", None),
        ("mysql:///shop?host=db2", "mysql:///shop?host=db2", None),
        ("mysql:///shop?read_default_file=/a", "mysql:///shop?read_default_file=/a", None),
    ],
)
def test_what_stands_behind_the_question_mark_leads_too(own: str, here: str, told: str | None) -> None:
    found = leads_elsewhere(Project("laravel", "/srv", make_url(own), ".env"), make_url(here))
    lead = f"The tool's own settings (.env) lead to {told}, which is not this database."
    assert found == (lead if told else told)


def test_no_secret_of_the_environment_is_shown() -> None:
    environ = {"RAILS_ENV": "production", "DATABASE_URL": "postgresql://a:b@c/d", "DB_PASSWORD": "x", "DB_HOST": "h"}
    assert list(heeded(environ, ("RAILS_ENV", "DATABASE_URL", "DB_PASSWORD", "DB_HOST", "DB_PORT"))) == [
        "RAILS_ENV=production", "DATABASE_URL is set (not shown)", "DB_PASSWORD is set (not shown)", "DB_HOST=h",
    ]  # fmt: skip
