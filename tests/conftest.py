"""What holds for every test: goldens go to snapshots/, and nothing of the developer's machine is seen.

Tests that need a server or a terminal are marked by the fixtures they ask for, so `make check` can leave them out
without anybody keeping a list.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from pytest_textual_snapshot import SVGImageExtension

pytest_plugins = (
    "tests.servers", "tests.mysql_servers", "tests.dialects.my_fixtures", "tests.dialects.contract",
    "tests.laravel.fixtures", "tests.django.fixtures", "tests.schemas.elsewhere",
)  # fmt: skip

_ROOT = Path(__file__).resolve().parent.parent
_ENVIRONMENT = ("PG", "FLYWAY_", "SPRING_", "XDG_", "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "TEXTUAL", "HALFWAY")
_KEPT = frozenset({
    "HALFWAY_CACHE", "HALFWAY_TEST_POSTGRES_URL", "HALFWAY_TEST_MYSQL_URL", "HALFWAY_TEST_MARIADB_URL",
    "TEXTUAL_SNAPSHOT_TEMPDIR",
})  # fmt: skip
_NEEDS_A_SERVER = frozenset(
    {
        "postgres_server",
        "database",
        "connect",
        "drill",
        "pty",
        "laravel",
        "mariadb_server",
        "my_server",
        "contract_server",
    }
)
_HOME = pytest.StashKey[Path]()

settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("here"), derandomize=True)


def pytest_configure(config: pytest.Config) -> None:
    """An empty home and a bare environment, before any test or server starts."""
    settings.load_profile("ci" if os.environ.get("CI") else "here")
    for name in [name for name in os.environ if name.startswith(_ENVIRONMENT) and name not in _KEPT]:
        del os.environ[name]
    home = Path(tempfile.mkdtemp(prefix="halfway-home-"))
    config.stash[_HOME] = home
    os.environ |= {"HOME": str(home), "TZ": "UTC"} | {
        f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CONFIG", "DATA", "STATE", "CACHE")
    }
    (home / "proc").mkdir()
    (home / "proc" / "net").symlink_to("/proc/net")
    os.environ["HALFWAY_PROC"] = str(home / "proc")  # what other tests run beside this one is not its machine's


def pytest_unconfigure(config: pytest.Config) -> None:
    """Take the home away again."""
    if home := config.stash.get(_HOME, None):
        shutil.rmtree(home, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a server or a terminal."""
    for item in items:
        needs = _NEEDS_A_SERVER & set(getattr(item, "fixturenames", ()))
        if needs or item.path.stem.endswith(("pty", "terminal")) or item.path.parent.name == "drill":
            item.add_marker(pytest.mark.server)


def _goldens(cls: type[SVGImageExtension], *, test_location: object) -> str:
    return str(_ROOT / "snapshots" / "screens")


SVGImageExtension.dirname = classmethod(_goldens)
