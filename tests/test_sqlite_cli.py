"""Halfway on SQLite, as a stranger runs it: URLs, projects, verdicts, exit codes, and the console without sessions."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from console.core.faults import UsageFault
from console.drill.player import checksum
from console.incident import Incident
from console.wiring import Options, find, shown, source
from screens import incident, locks
from screens.look import Look
from tests.dialects.sqlite_files import contents, program, with_hot_journal
from tests.headless import halfway

pytestmark = pytest.mark.slow

HISTORY = """CREATE TABLE "flyway_schema_history" ("installed_rank" INT NOT NULL PRIMARY KEY, "version" VARCHAR(50),
  "description" VARCHAR(200) NOT NULL, "type" VARCHAR(20) NOT NULL, "script" VARCHAR(1000) NOT NULL, "checksum" INT,
  "installed_by" VARCHAR(100) NOT NULL, "installed_on" TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
  "execution_time" INT NOT NULL, "success" BOOLEAN NOT NULL);
CREATE INDEX "flyway_schema_history_s_idx" ON "flyway_schema_history" ("success")"""
ONE = "CREATE TABLE orders (id integer PRIMARY KEY, total numeric NOT NULL DEFAULT 0);\n"
TWO = "ALTER TABLE orders ADD COLUMN carrier varchar(40);\nALTER TABLE orders ADD COLUMN shipped_at datetime;\n"


def ran(path: Path, *statements: str) -> None:
    """What somebody does to the file."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.executescript(statement)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A Flyway project whose first migration is recorded, and whose second is pending."""
    (tmp_path / "sql").mkdir()
    (tmp_path / "sql" / "V1__orders.sql").write_text(ONE)
    (tmp_path / "sql" / "V2__carrier.sql").write_text(TWO)
    (tmp_path / "flyway.conf").write_text("flyway.url=jdbc:sqlite:data/app.db\nflyway.locations=filesystem:sql\n")
    (tmp_path / "data").mkdir()
    row = f"(1, '1', 'orders', 'SQL', 'V1__orders.sql', {checksum(ONE)}, '', '2026-01-31 11:00:00.000', 7, 1)"
    ran(tmp_path / "data" / "app.db", HISTORY, ONE, f"INSERT INTO flyway_schema_history VALUES {row}")
    return tmp_path


def test_a_pending_migration_is_healthy_and_nothing_is_left(site: Path) -> None:
    before = contents(site / "data")
    answer = halfway("assess", "--json", "--project", str(site), cwd=Path("/"))
    assert (answer.code, answer.verdict["state"], answer.gaps) == (0, "healthy", {})
    assert answer.states == {"1": "applied", "2": "pending"}
    database = {name: answer.document["database"][name] for name in ("dialect", "name", "server_read_only")}
    assert database == {"dialect": "sqlite", "name": "app.db", "server_read_only": False}
    coverage = {item["what"]: item for item in answer.document["coverage"]}
    assert coverage["sessions"]["reason"].startswith("SQLite has no sessions")
    assert contents(site / "data") == before


def test_a_half_applied_one_is_an_incident(site: Path) -> None:
    ran(site / "data" / "app.db", TWO.splitlines()[0])
    answer = halfway("assess", "--project", str(site), cwd=Path("/"))
    assert answer.code == 1
    assert "HALF APPLIED  2" in answer.out
    assert "LANDED  ALTER TABLE orders ADD COLUMN carrier varchar(40)" in answer.out
    assert "The tool runs this file in one transaction" in answer.out
    assert "finish statement 2" in answer.out


def test_a_migration_killed_in_its_transaction_is_judged_as_it_will_be_found(site: Path) -> None:
    (site / "data" / "app.db").unlink()
    path = with_hot_journal(site / "data").rename(site / "data" / "app.db")
    (site / "data" / "shop.sqlite-journal").rename(site / "data" / "app.db-journal")
    before = contents(site / "data")
    (site / "sql" / "V1__orders.sql").write_text("CREATE TABLE half (a);\nCREATE TABLE other (a);\n")
    answer = halfway("assess", "--json", "--project", str(site), cwd=Path("/"))
    assert answer.states["1"] == "pending"
    assert [s["verdict"] for s in answer.migration("1")["statements"]] == ["not_landed", "not_landed"]
    assert contents(path.parent) == before


def test_a_locked_file_cannot_be_told_about(site: Path) -> None:
    with program(site / "data" / "app.db") as application:
        application.does("BEGIN EXCLUSIVE")
        answer = halfway("assess", "--json", "--project", str(site), cwd=Path("/"))
    assert (answer.code, answer.verdict["state"]) == (1, "attention")
    assert answer.verdict["summary"].startswith("cannot tell: ")
    assert f"process {application.process.pid} is writing to it" in answer.gaps["schema"]["reason"]


@pytest.mark.parametrize(
    ("url", "code", "said"),
    [
        ("sqlite:///{folder}/none.db", 3, "there is no such file. Nothing was made in its place."),
        ("sqlite:///none.db", 3, "there is no such file"),
        ("sqlite:///{folder}", 3, "it is not a file"),
        ("sqlite:////{folder}/flyway.conf", 3, "is no SQLite database"),
        ("sqlite://", 2, "in memory"),
        ("sqlite:///:memory:", 2, "in memory"),
    ],
)
def test_what_is_no_file_is_one_sentence(site: Path, url: str, code: int, said: str) -> None:
    before = sorted(site.rglob("*"))
    answer = halfway("assess", url.format(folder=site), "--project", str(site))
    assert answer.code == code
    assert said in answer.err
    assert len(answer.err.strip().splitlines()) == 1
    assert sorted(site.rglob("*")) == before


@pytest.mark.parametrize(
    "url", ["sqlite:///{folder}/data/app.db", "sqlite:////{folder}/data/app.db", "sqlite:///data/app.db", None]
)
def test_every_way_to_name_it_leads_to_the_same_file(site: Path, url: str | None) -> None:
    found = find(Options(url=url.format(folder=str(site).lstrip("/")) if url else None, project=str(site)), {})
    assert shown(found.database) == f"sqlite:///{site}/data/app.db"
    assert Incident(source(found)).title == "app.db on local"


def test_what_is_there_counts_more_than_what_could_be_meant(site: Path) -> None:
    inner = site / str(site).lstrip("/") / "data"
    inner.mkdir(parents=True)
    ran(inner / "app.db", ONE)
    found = find(Options(url=f"sqlite:///{site}/data/app.db".replace("////", "///"), project=str(site)), {})
    assert found.database.database == str(inner / "app.db")


def test_flyways_database_in_memory_is_refused(site: Path) -> None:
    (site / "flyway.conf").write_text("flyway.url=jdbc:sqlite::memory:\nflyway.locations=filesystem:sql\n")
    with pytest.raises(UsageFault, match="in memory"):
        find(Options(project=str(site)), {})


def test_the_doctor_finds_everything_in_order(site: Path) -> None:
    answer = halfway("doctor", "--project", str(site))
    assert answer.code == 0, answer.out
    assert f"sqlite {sqlite3.sqlite_version}" in answer.out.lower()
    assert "main.flyway_schema_history: 1 row" in answer.out
    assert "write to the file: held" in answer.out


@pytest.mark.parametrize("width", [80, 60])
def test_the_console_says_that_locks_are_not_supported(site: Path, width: int) -> None:
    ran(site / "data" / "app.db", TWO.splitlines()[0])
    running = Incident(source(find(Options(project=str(site)), {})))
    try:
        found = running.observe()
    finally:
        running.stop()
    told = " ".join(line.text for line in locks.page(found, Look(), width))
    assert "not supported" in told
    assert "Nobody waits" not in told
    first = " ".join(line.text for line in incident.page(found, width, 24))
    assert "HALF APPLIED" in first
    assert "BLOCKED" not in first
