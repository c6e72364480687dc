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


def test_no_secret_of_the_environment_is_shown() -> None:
    environ = {"RAILS_ENV": "production", "DATABASE_URL": "postgresql://a:b@c/d", "DB_PASSWORD": "x", "DB_HOST": "h"}
    assert list(heeded(environ, ("RAILS_ENV", "DATABASE_URL", "DB_PASSWORD", "DB_HOST", "DB_PORT"))) == [
        "RAILS_ENV=production", "DATABASE_URL is set (not shown)", "DB_PASSWORD is set (not shown)", "DB_HOST=h",
    ]  # fmt: skip
