"""The real TypeORM stops half way for real reasons, and finds nothing to do after each way out."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.intent import Verb
from tests.frameworks.making import write
from tests.frameworks.sqlfiles import typeorm_file
from tests.incidents.node_tools import NodeTool
from tests.incidents.sqlfile_cases import BASE as CUSTOMERS
from tests.incidents.sqlfile_cases import DOWN_TEXT, ROWS, UP, UP_TEXT
from tests.incidents.told import assessed, judged_of, letters, states
from tests.mysql_servers import MyServer, run
from tests.servers import ServerUnderTest
from tests.servers import run as run_postgres
from tests.tools.typeorm import at_work, cli, configured
from tests.waiting import eventually

BASE, MORE = "Base1700000000001", "More1700000000002"
RUN = "migration:run"
NONE = "No migrations are pending"
WAITS = "SELECT 1`); await new Promise((done) => setTimeout(done, 60000)); await queryRunner.query(`SELECT 2"


def moved(folder: Path, name: str, up: str, down: str = "", more: str = "") -> None:
    """A file of one class."""
    write(folder, {f"migrations/{name[-13:]}-x.js": typeorm_file(name, up, down, typed=False, more=more)})


def begun(folder: Path, url: URL, kind: str, **options: object) -> None:
    """A project whose first migration ran by the real command."""
    configured(folder, url, kind, **options)
    moved(folder, BASE, CUSTOMERS, "DROP TABLE customers")
    code, said = cli(folder, RUN)
    assert code == 0, said


TOOL = NodeTool(
    "typeorm", BASE, MORE, begun, lambda folder: moved(folder, MORE, UP_TEXT, DOWN_TEXT), cli, RUN, "migration:revert",
    NONE, "SELECT timestamp, name FROM migrations ORDER BY id",
)  # fmt: skip


def test_typeorm_roll_back_lets_the_real_one_begin_anew(tmp_path: Path, my_server: MyServer, my_database: URL) -> None:
    TOOL.rolled_back(tmp_path, my_server, my_database)


def test_typeorm_finish_leaves_the_real_one_nothing_to_do(
    tmp_path: Path, my_server: MyServer, my_database: URL
) -> None:
    rows = TOOL.finished(tmp_path, my_server, my_database)
    assert rows == [(1700000000001, BASE), (1700000000002, MORE)]


@pytest.mark.parametrize("my_server", ["mariadb"], indirect=True)
def test_typeorm_mark_not_ran_and_ran_agree_with_the_rows_of_the_real_one(
    tmp_path: Path, my_server: MyServer, my_database: URL
) -> None:
    gone, back = TOOL.marked(tmp_path, my_server, my_database)
    assert (f"[ ] {BASE}" in gone, f"[ ] {BASE}" in back, BASE in back) == (True, False, True)


@pytest.mark.parametrize(
    ("up", "landed"), [((UP[2], UP[0]), "NN"), ((UP[0], UP[1], UP[2]), "LLN")], ids=["first", "last"]
)
@pytest.mark.parametrize("my_server", ["mariadb"], indirect=True)
def test_typeorm_failure_is_told_from_the_catalog(
    up: tuple[str, ...], landed: str, tmp_path: Path, my_server: MyServer, my_database: URL
) -> None:
    begun(tmp_path, my_database, my_server.kind)
    run(my_database, *ROWS)
    moved(tmp_path, MORE, ";\n".join(up))
    assert cli(tmp_path, RUN)[0] == 1
    assert letters(judged_of(assessed(tmp_path, {}), MORE)) == landed


@pytest.mark.parametrize("postgres_server", [16], indirect=True)
def test_typeorm_transactions_are_for_all_for_each_or_none(
    tmp_path: Path, postgres_server: ServerUnderTest, database: URL
) -> None:
    configured(tmp_path, database, "postgres")
    moved(tmp_path, BASE, CUSTOMERS)
    moved(tmp_path, MORE, "CREATE TABLE notes (id int);\nSELECT 1 / 0")
    assert cli(tmp_path, RUN)[0] == 1
    found = assessed(tmp_path, {})
    assert states(found) == {BASE: "pending", MORE: "pending"}
    assert "all 2 in one transaction" in found.frameworks[0].next_run
    configured(tmp_path, database, "postgres", migrationsTransactionMode="each")
    assert cli(tmp_path, RUN)[0] == 1
    assert states(assessed(tmp_path, {})) == {BASE: "applied", MORE: "pending"}
    run_postgres(database, *ROWS)
    moved(tmp_path, MORE, f"{UP[0]};\n{WAITS};\n{UP[1]}", more="  transaction = false;\n")
    with at_work(tmp_path, RUN):
        eventually(lambda: letters(judged_of(assessed(tmp_path, {}), MORE))[0] == "L")
    found = assessed(tmp_path, {})
    assert states(found) == {BASE: "applied", MORE: "half_applied"}
    moved(tmp_path, MORE, f"{UP[0]};\n{UP[1]}", more="  transaction = false;\n")
    TOOL.done(tmp_path, "postgresql", Verb.FINISH)
    assert NONE in cli(tmp_path, RUN)[1]


def test_typeorm_detection_and_order_on_sqlite_agree_with_the_real_one(tmp_path: Path) -> None:
    place = tmp_path / "app.db"
    url = URL.create("sqlite", database=str(place))
    begun(tmp_path, url, "sqljs", location=str(place), autoSave=True)
    moved(tmp_path, MORE, UP[0])
    assert states(assessed(tmp_path, {})) == {BASE: "applied", MORE: "pending"}
    assert cli(tmp_path, RUN)[0] == 0
    assert states(assessed(tmp_path, {})) == {BASE: "applied", MORE: "applied"}
