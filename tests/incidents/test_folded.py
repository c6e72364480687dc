"""Servers that fold the names of tables (lower_case_table_names=1): a file in any case is judged by what it means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.judge import assess
from console.core.landed import Verdict
from console.core.migration import Migration, Tracked
from console.core.observation import Elsewhere, Health, Reading
from console.core.schema import Schema
from console.core.statements import read_script
from console.core.verdicts import Bench
from console.dialects.mysql import make
from tests.builders import NOON, observation, pending, recorded, tracking
from tests.headless import Answer, halfway
from tests.incidents.mysql_flyway import MySite
from tests.laravel.project import write_app
from tests.mysql_servers import KINDS, MyServer, private, run

pytestmark = pytest.mark.slow

STEPS = (
    "CREATE TABLE Users (Id INT PRIMARY KEY, Name VARCHAR(20), KEY ByName (Name))",
    "CREATE TABLE `Orders` (Id INT PRIMARY KEY, UserId INT, CONSTRAINT Fk FOREIGN KEY (UserId) REFERENCES USERS (Id))",
    "ALTER TABLE USERS ADD COLUMN Age INT CHECK (Age > 0), ADD INDEX ByAge (Age)",
    "RENAME TABLE Orders TO Sales, `USERS` TO Persons",
    "ALTER TABLE SALES ADD COLUMN Total DECIMAL(8,2) NOT NULL DEFAULT 0, DROP FOREIGN KEY FK",
    "ALTER TABLE persons RENAME TO People",
    "CREATE TRIGGER Tr BEFORE INSERT ON PEOPLE FOR EACH ROW SET NEW.Age = 1",
    "CREATE VIEW Adults AS SELECT Id, AGE FROM People WHERE Age > 17",
    "CREATE TABLE Gone LIKE People",
    "ALTER TABLE {HOME}.PEOPLE COMMENT 'all'",
    "DROP TRIGGER {TRIGGER}",
    "DROP VIEW ADULTS",
    "DROP TABLE GONE",
)
GUARDED = """<?php
use Illuminate\\Database\\Migrations\\Migration;
use Illuminate\\Database\\Schema\\Blueprint;
use Illuminate\\Support\\Facades\\Schema;
return new class extends Migration {
    public function up()
    {
        if (! Schema::hasTable('Users')) {
            Schema::create('Users', function (Blueprint $table) { $table->id(); });
        }
        if (Schema::hasTable('ORDERS') && ! Schema::hasColumn('Orders', 'Note')) {
            Schema::table('Orders', function (Blueprint $table) { $table->string('Note')->nullable(); });
        }
        Schema::table('Orders', function (Blueprint $table) { $table->index('note'); });
    }
};
"""


@pytest.fixture(scope="module", params=KINDS)
def folding(request: pytest.FixtureRequest) -> Iterator[MyServer]:
    """A server to which Users and users are one table."""
    with private(request.param, {"lower-case-table-names": "1"}) as server:
        yield MyServer(request.param, server.url)


@pytest.fixture
def shop(folding: MyServer) -> Iterator[URL]:
    """A fresh database, named as people name it."""
    run(folding.url, "CREATE DATABASE Shop")
    yield folding.url.set(database="Shop")
    run(folding.url, "DROP DATABASE shop")


def steps(kind: str) -> list[str]:
    """Only MySQL's triggers have names without case."""
    return [step.format(HOME="SHOP", TRIGGER="TR" if kind == "mysql" else "Tr") for step in STEPS]


def read(url: URL) -> Schema:
    link = make().open(url, "schema")
    try:
        return link.schema()
    finally:
        link.close()


def files(base: int, kind: str, database: str = "") -> tuple[Tracked, Tracked]:
    """The steps as two migrations: one that was recorded and one that was not."""
    statements = read_script(";\n".join(steps(kind)), kind, "Shop")
    parts = (recorded("1", "SELECT 1"), statements[:base]), (pending("2", "SELECT 1"), statements[base:])
    first, second = (
        replace(tracked, migration=with_statements(tracked.migration, part, database)) for tracked, part in parts
    )
    return first, second


def with_statements(file: Migration | None, part: tuple[object, ...], database: str) -> Migration:
    assert file is not None
    numbered = tuple(replace(s, n=n, database=database) for n, s in enumerate(part, start=1))  # type: ignore[type-var]
    return replace(file, statements=numbered)  # type: ignore[arg-type]


@pytest.mark.parametrize("base", [0, 3, 7])
def test_every_prefix_is_judged_as_if_all_were_in_one_case(base: int, shop: URL, folding: MyServer) -> None:
    for ran in range(len(STEPS) + 1):
        if ran:
            run(shop, steps(folding.kind)[ran - 1])
        if ran >= base:
            schema = read(shop)
            found = assess(observation(schema, tracking(*files(base, folding.kind))))
            done, todo = (migration.statements for migration in found.frameworks[0].migrations)
            assert {j.verdict for j in done} <= {Verdict.LANDED, Verdict.UNKNOWABLE}, [j.evidence for j in done]
            landed = [judgement.verdict for judgement in todo]
            expected = [Verdict.LANDED] * (ran - base) + [Verdict.NOT_LANDED] * (len(STEPS) - ran)
            wrong = [
                (a, j.evidence)
                for a, b, j in zip(landed, expected, todo, strict=True)
                if a not in (b, Verdict.UNKNOWABLE)
            ]
            assert wrong == [], ran
            assert landed.count(Verdict.UNKNOWABLE) <= 0, [j.evidence for j in todo]


def test_statements_for_another_database_are_folded_as_its_own_server_does(shop: URL, folding: MyServer) -> None:
    run(shop, *STEPS[:4])
    schemas = {"": Reading(Schema(dialect="mysql", home="Here"), Health.OK, taken_at=NOON),
               "reports": Reading(read(shop), Health.OK, taken_at=NOON)}  # fmt: skip
    (_, judged) = Bench(tracking(*files(0, folding.kind, "reports")), schemas, {}).judged()
    words = [judgement.verdict for judgement in judged[1]]
    assert words[:4] == [Verdict.LANDED] * 4
    assert Verdict.LANDED not in words[4:]
    assert Elsewhere("reports", schemas["reports"]).schema.value.folded  # type: ignore[union-attr]


@pytest.mark.parametrize("ran", [0, 1, 2])
def test_a_flyway_project_is_assessed(ran: int, shop: URL, tmp_path: Path) -> None:
    site = MySite(tmp_path / "project", shop).make()
    site.applied("1", STEPS[0], STEPS[1])
    sent = ("ALTER TABLE ORDERS ADD COLUMN Note TEXT", "UPDATE Users SET Name = 'x' WHERE Name IS NULL",
             "CREATE INDEX ByTotal ON `Orders` (UserId)")  # fmt: skip
    site.file("2", ";\n".join(sent))
    run(shop, *sent[: (0, 1, 3)[ran]])
    answer = halfway("assess", "--json", cwd=site.folder)
    assert answer.states == {"1": "applied", "2": ("pending", "half_applied", "unrecorded")[ran]}
    if ran == 1:
        assert counted(site.folder) == 0


def counted(folder: Path) -> int | None:
    answer = halfway("assess", "--json", "--count-rows", cwd=folder)
    rows: int | None = answer.migration("2")["statements"][1]["remaining_rows"]
    return rows


@pytest.mark.parametrize("name", ["Shop", "SHOP", "shop"])
def test_laravels_conditions_ask_for_tables_in_any_case(name: str, shop: URL, tmp_path: Path) -> None:
    write_app(tmp_path, "10.48.22", shop.set(drivername="mysql", database=name), {})
    path = tmp_path / "database" / "migrations" / "2026_01_01_000000_guarded.php"
    path.write_text(GUARDED)
    run(shop, "CREATE TABLE Migrations (id INT AUTO_INCREMENT PRIMARY KEY, migration VARCHAR(255), batch INT)")
    run(shop, "CREATE TABLE USERS (Id BIGINT UNSIGNED PRIMARY KEY)", "CREATE TABLE orders (id INT)")
    told = statements(halfway("assess", "--json", cwd=tmp_path))
    assert told == [("landed", True), ("not_landed", False), ("not_landed", False)]
    run(shop, "ALTER TABLE Orders ADD NOTE VARCHAR(255)")
    told = statements(halfway("assess", "--json", cwd=tmp_path))
    assert told == [("landed", True), ("landed", False), ("not_landed", False)]


def statements(answer: Answer) -> list[tuple[str, bool]]:
    """Verdicts, and which statements were not sent."""
    found = answer.migration("2026_01_01_000000_guarded")["statements"]
    return [(statement["verdict"], "not sent" in statement["evidence"]) for statement in found]
