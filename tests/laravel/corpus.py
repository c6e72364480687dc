"""Migrations as projects have them, and what each Laravel really sent for them: `truth/<version>-<driver>.json`.

The truth is made by `python -m tests.laravel` and compared by tests/frameworks/test_laravel_real.py with what the real
framework does now; the reader is compared with it without any PHP.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.laravel.project import LaravelProject
from tests.laravel.recording import Part
from tests.tools.debian import Wanted
from tests.tools.laravel import LARAVEL_8, LARAVEL_10, LARAVEL_13

_HERE = Path(__file__).parent
MIGRATIONS = {path.stem: path for path in sorted((_HERE / "migrations").glob("*.php"))}
NEW = {path.stem: path for path in sorted((_HERE / "migrations" / "new").glob("*.php"))}
"""What Laravel 8 and 10 cannot do."""

_POSTGRES_ONLY = ("2021_12_06_000000_partial_indexes",)
# SQLite takes no part of these: it cannot drop a foreign key or a check, nor two things in one go.
_NOT_SQLITE = (
    *_POSTGRES_ONLY,
    "2021_03_01_000000_rework_foreign_keys",
    "2021_06_01_000000_widen_enum_of_orders",
    "2022_05_09_000000_drop_soft_deletes",
)
# Debian's DBAL is too new for Laravel 10, which still asks it on SQLite.
_NOT_SQLITE_10 = (*_NOT_SQLITE, "2020_05_11_081500_make_columns_nullable", "2021_02_08_000000_rename_category_index")
_NOT_SQLITE_13 = (*_POSTGRES_ONLY, "2021_06_01_000000_widen_enum_of_orders")
# Their own SQL knows no prefix; nor does what Laravel writes for `from(500)`.
_NOT_PREFIXED = (
    *_POSTGRES_ONLY,
    "2020_09_01_000000_index_orders_concurrently",
    "2020_09_15_000000_create_touch_trigger",
    "2020_12_15_000100_add_batch_to_audit_log",
    "2021_05_17_000000_tidy_settings",
    "2021_06_01_000000_widen_enum_of_orders",
    "2021_09_06_000000_create_price_lists",
    "2022_01_10_000000_create_views",
    "2022_06_13_000000_import_legacy_orders",
)


@dataclass(frozen=True, slots=True)
class Variant:
    """One Laravel on one server."""

    name: str
    wanted: Wanted
    driver: str
    left_out: tuple[str, ...] = ()
    prefix: str = ""
    back: bool = True
    """Whether everything can be rolled back again there."""
    stands: bool = True
    """Its Debian suite no longer changes, so the real framework can be held against the record in every run."""
    env: dict[str, str] = field(default_factory=dict)

    @property
    def migrations(self) -> dict[str, Path]:
        """Its files, by name."""
        known = MIGRATIONS | NEW if self.wanted is LARAVEL_13 else MIGRATIONS
        return {name: path for name, path in known.items() if name not in self.left_out}


VARIANTS = (
    Variant("8-pgsql", LARAVEL_8, "pgsql"),
    Variant("8-pgsql-prefix", LARAVEL_8, "pgsql", _NOT_PREFIXED, prefix="shop_", env={"DB_PREFIX": "shop_"}),
    Variant("8-mysql", LARAVEL_8, "mysql", _POSTGRES_ONLY),
    Variant("8-sqlite", LARAVEL_8, "sqlite", _NOT_SQLITE, back=False, env={"DB_FOREIGN_KEYS": "false"}),
    Variant("10-pgsql", LARAVEL_10, "pgsql"),
    Variant("10-mysql", LARAVEL_10, "mysql", _POSTGRES_ONLY),
    Variant("10-sqlite", LARAVEL_10, "sqlite", _NOT_SQLITE_10, back=False, env={"DB_FOREIGN_KEYS": "false"}),
    Variant("13-pgsql", LARAVEL_13, "pgsql", stands=False),
    Variant("13-mysql", LARAVEL_13, "mysql", _POSTGRES_ONLY, stands=False),
    Variant("13-sqlite", LARAVEL_13, "sqlite", _NOT_SQLITE_13, back=False, stands=False),
)


@dataclass(frozen=True, slots=True)
class Truth:
    """What one Laravel sent for one migration in one direction."""

    migration: str
    method: str
    sent: tuple[str, ...]


@cache
def truth(name: str) -> tuple[str, tuple[Truth, ...]]:
    """Laravel's version and what it sent, of one variant."""
    found = json.loads((_HERE / "truth" / f"{name}.json").read_text())
    return found["laravel"], tuple(Truth(one["migration"], one["method"], tuple(one["sent"])) for one in found["parts"])


def run_all(project: LaravelProject, variant: Variant) -> tuple[Part, ...]:
    """All of a variant's migrations, up and down again, by the real framework."""
    for name, path in variant.migrations.items():
        project.add(name, path.read_text())
    done = project.migrate()
    assert done.code == 0, done.said
    if variant.back:
        undone = project.artisan("migrate:rollback", "--force")
        assert undone.code == 0, undone.said
    return project.recording.parts


def written(laravel: str, parts: Iterable[Part]) -> str:
    """The text of a truth file."""
    told = [{"migration": part.migration, "method": part.method, "sent": part.sent} for part in parts]
    return json.dumps({"laravel": laravel, "parts": told}, indent=1, ensure_ascii=False) + "\n"
