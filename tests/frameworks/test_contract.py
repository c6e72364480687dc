"""Halfway's own frameworks are held to what every framework owes the rest (`console.frameworks.contract`)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from importlib import import_module
from pathlib import Path

import pytest

from console import frameworks
from console.core.dryrun import OFFERED
from console.core.ports import Framework
from console.core.ports_acting import Marker
from console.frameworks.contract import FrameworkContract, OnServer, Sample
from tests.frameworks.test_contract_servers import TOOLS, laid

NAMES = (
    "flyway",
    "laravel",
    "rails",
    "alembic",
    "django",
    "dbmate",
    "goose",
    "prisma",
    "drizzle",
    "atlas",
    "liquibase",
    "sqitch",
    "golang-migrate",
    "sequelize",
    "typeorm",
    "phinx",
    "knex",
    "doctrine",
    "efcore",
)


def test_every_framework_is_held_to_this() -> None:
    own = [name for name in frameworks.names() if name not in NAMES]
    assert frameworks.names() == (*NAMES, *own)
    assert [name for name in own if not has_tests(name)] == []
    assert [frameworks.load(name).name for name in NAMES] == list(NAMES)


def test_the_screens_offer_a_dry_run_only_where_there_is_one() -> None:
    assert {name for name in NAMES if frameworks.load(name).dry_run_about} == OFFERED


def has_tests(name: str) -> bool:
    """Whether a module of its own holds it to the contract, on the disk and on every server."""
    found = vars(import_module(f"tests.frameworks.test_{name}")).values()
    kinds = [each for each in found if isinstance(each, type) and each is not FrameworkContract]
    return any(issubclass(each, FrameworkContract) and issubclass(each, OnServer) for each in kinds)


def rows_of(name: str) -> tuple[tuple[str, ...], tuple[tuple[str | None, ...], ...]]:
    """Columns and rows of its ledger, as text."""
    with closing(sqlite3.connect(":memory:")) as memory:
        for sql in TOOLS[name].sql("ledger", "sq"):
            memory.execute(sql)
        cells = memory.execute("SELECT * FROM ledger")
        columns = tuple(column[0] for column in cells.description)
        return columns, tuple(tuple(None if cell is None else str(cell) for cell in row) for row in cells)


class TestContract(FrameworkContract):
    """Each of them."""

    @pytest.fixture(params=NAMES)
    def framework(self, request: pytest.FixtureRequest) -> Framework:
        return frameworks.load(request.param)

    @pytest.fixture
    def sample(self, framework: Framework, tmp_path: Path) -> Sample:
        laid(framework.name, tmp_path)
        return Sample(tmp_path, *rows_of(framework.name), TOOLS[framework.name].beliefs)

    @pytest.fixture
    def marks(self, framework: Framework) -> Marker:
        return frameworks.marker(framework.name, None)
