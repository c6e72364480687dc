"""What a migration comes from: a class of Laravel's own name that is not Laravel's may set another connection."""

from __future__ import annotations

import pytest

from console.readers.php.draft import Connection
from console.readers.php.migration import PhpMigration, read_migration


def _read(base: str, use: str = "") -> PhpMigration:
    text = f"<?php\n{use}\nclass A extends {base} {{ function up() {{ Schema::drop('t'); }} }}\n"
    return read_migration(text, Connection())


OWN = {
    "imported": ("Migration", "use Illuminate\\Database\\Migrations\\Migration;"),
    "in-full": ("\\Illuminate\\Database\\Migrations\\Migration", ""),
    "without-an-import": ("Migration", ""),
    "under-another-name": ("Base", "use Illuminate\\Database\\Migrations\\Migration as Base;"),
    "october": ("Migration", "use October\\Rain\\Database\\Updates\\Migration;"),
    "settings": ("SettingsMigration", "use Spatie\\LaravelSettings\\Migrations\\SettingsMigration;"),
}


@pytest.mark.parametrize("case", OWN)
def test_what_sets_no_connection_is_known(case: str) -> None:
    found = _read(*OWN[case])
    assert found.notes == ()
    assert [(one.sql, one.database) for one in found.up] == [('drop table "t"', "")]


OTHERS = {
    "of-the-same-name": ("Migration", "use Acme\\Database\\Migration;", "Acme\\Database\\Migration"),
    "as-migration": ("Migration", "use Acme\\TenantBase as Migration;", "Acme\\TenantBase"),
    "of-the-project": ("\\App\\SettingsMigration", "", "App\\SettingsMigration"),
}


@pytest.mark.parametrize("case", OTHERS)
def test_what_is_not_read_may_set_one(case: str) -> None:
    base, use, name = OTHERS[case]
    found = _read(base, use)
    assert found.notes == (f"the class {name} is not read: it may set another connection",)
    assert [one.database for one in found.up] == [f"the connection of {name}"]
