"""What holds for every test: goldens go to snapshots/, and nothing of the developer's machine is seen.

Tests that need a server or a terminal are marked by the fixtures they ask for, so `make check` can leave them out
without anybody keeping a list.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from pytest_textual_snapshot import SVGImageExtension

from tests.memory import use_memory

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
_numbers = count(1)

settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("here"), derandomize=True)


def pytest_configure(config: pytest.Config) -> None:
    """An empty home and a bare environment, before any test or server starts."""
    config.addinivalue_line("markers", "first_of(kind): all on the newest PostgreSQL, on others the first")
    settings.load_profile("ci" if os.environ.get("CI") else "here")
    for name in [name for name in os.environ if name.startswith(_ENVIRONMENT) and name not in _KEPT]:
        del os.environ[name]
    use_memory()
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


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """No test finds the journal that another one left in its home."""
    os.environ["XDG_STATE_HOME"] = str(item.config.stash[_HOME] / "state" / str(next(_numbers)))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a server or a terminal; leave out what another version would only say again."""
    items[:] = _worth_it(items)
    for item in items:
        _beside_its_like(item)
        needs = _NEEDS_A_SERVER & set(getattr(item, "fixturenames", ()))
        if needs or item.path.stem.endswith(("pty", "terminal")) or item.path.parent.name == "drill":
            item.add_marker(pytest.mark.server)


def _worth_it(items: list[pytest.Item]) -> Iterator[pytest.Item]:
    """All but what is marked as hanging on no version: of its kind, one on each PostgreSQL and all on the newest."""
    seen: set[tuple[str, str]] = set()
    for item in items:
        marked, server = item.get_closest_marker("first_of"), _older(item)
        if marked is None or not server:
            yield item
        elif (kind := (marked.args[0], server)) not in seen:
            seen.add(kind)
            yield item


def _beside_its_like(item: pytest.Item) -> None:
    """Have pytest put together what asks for one server: it tells them apart by their place in the list of a test."""
    from tests.mysql_servers import KINDS
    from tests.servers import MAJORS

    spec = getattr(item, "callspec", None)
    for name, servers in (("postgres_server", list(MAJORS)), ("my_server", list(KINDS))):
        if spec and spec.params.get(name) in servers:
            spec.indices[name] = servers.index(spec.params[name])


def _older(item: pytest.Item) -> str:
    """The PostgreSQL it runs on, where that is not the newest and nobody wants just this one."""
    from tests.servers import MAJORS  # a plugin, which pytest wants to load itself

    if any(mark.args[0] == "postgres_server" for mark in item.iter_markers("parametrize")):
        return ""
    params = getattr(getattr(item, "callspec", None), "params", {})
    server = str(params.get("postgres_server", params.get("logging_server", ""))).removeprefix("pg")
    return server if server in map(str, MAJORS[:-1]) else ""


def _goldens(cls: type[SVGImageExtension], *, test_location: object) -> str:
    return str(_ROOT / "snapshots" / "screens")


SVGImageExtension.dirname = classmethod(_goldens)
