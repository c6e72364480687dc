"""The real Sequelize stops half way for real reasons, and finds nothing to do after each way out."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.intent import Verb
from tests.frameworks.making import write
from tests.incidents.node_tools import NodeTool
from tests.incidents.sqlfile_cases import ROWS
from tests.incidents.told import assessed, judged_of, letters, states
from tests.mysql_servers import MyServer, run
from tests.servers import ServerUnderTest
from tests.servers import run as run_postgres
from tests.tools.sequelize import at_work, cli, configured
from tests.waiting import eventually

BASE, MORE = "1-base.js", "2-more.js"
RUN = "db:migrate"
NICK = "await queryInterface.addColumn('customers', 'nick', { type: S.STRING(40) }{t});"
NOTES = "await queryInterface.createTable('notes', { id: { type: S.INTEGER, primaryKey: true }, body: S.TEXT }{t});"
EMAIL = "await queryInterface.addIndex('customers', ['email'], { name: 'uq_email', unique: true{u} });"
BY_NICK = "await queryInterface.addIndex('customers', ['nick'], { name: 'ix_nick'{u} });"
AGE = "await queryInterface.addColumn('customers', 'age', { type: S.INTEGER, defaultValue: 0 }{t});"
UP = (NICK, BY_NICK, EMAIL, AGE)
DOWN = (
    "await queryInterface.removeColumn('customers', 'age');",
    "await queryInterface.removeIndex('customers', 'uq_email');",
    "await queryInterface.removeIndex('customers', 'ix_nick');",
    "await queryInterface.removeColumn('customers', 'nick');",
)
WAITS = "await new Promise((done) => setTimeout(done, 60000));"


def module(up: tuple[str, ...], down: tuple[str, ...] = (), *, inside: bool = False) -> str:
    """A migration; `inside` passes a transaction to each call."""
    given = {"{t}": ", { transaction: t }" if inside else "", "{u}": ", transaction: t" if inside else ""}
    body = "\n    ".join(up)
    for mark, text in given.items():
        body = body.replace(mark, text)
    if inside:
        body = f"await queryInterface.sequelize.transaction(async (t) => {{ {body} }});"
    ways = {"up": body, "down": "\n    ".join(down)}
    made = "".join(f"  async {name}(queryInterface, S) {{\n    {text}\n  }},\n" for name, text in ways.items())
    return f"module.exports = {{\n{made}}};\n"


_TABLE = "{ id: { type: S.INTEGER, primaryKey: true }, email: { type: S.STRING(80), allowNull: false } }"
CUSTOMERS = module((f"await queryInterface.createTable('customers', {_TABLE});",))


def moved(folder: Path, text: str) -> None:
    """The second migration."""
    write(folder, {f"migrations/{MORE}": text})


def begun(folder: Path, url: URL, dialect: str) -> None:
    """A project whose first migration ran by the real command."""
    configured(folder, url, dialect)
    write(folder, {f"migrations/{BASE}": CUSTOMERS})
    code, said = cli(folder, RUN)
    assert code == 0, said


TOOL = NodeTool(
    "sequelize", BASE, MORE, begun, lambda folder: moved(folder, module(UP, DOWN)), cli, RUN, f"{RUN}:undo",
    "No migrations were executed", "SELECT * FROM SequelizeMeta ORDER BY name",
)  # fmt: skip


def test_sequelize_roll_back_lets_the_real_one_begin_anew(
    tmp_path: Path, my_server: MyServer, my_database: URL
) -> None:
    TOOL.rolled_back(tmp_path, my_server, my_database)


def test_sequelize_finish_leaves_the_real_one_nothing_to_do(
    tmp_path: Path, my_server: MyServer, my_database: URL
) -> None:
    assert TOOL.finished(tmp_path, my_server, my_database) == [(BASE,), (MORE,)]


@pytest.mark.parametrize("my_server", ["mariadb"], indirect=True)
def test_sequelize_mark_not_ran_and_ran_agree_with_the_rows_of_the_real_one(
    tmp_path: Path, my_server: MyServer, my_database: URL
) -> None:
    gone, back = TOOL.marked(tmp_path, my_server, my_database)
    assert (f"down {BASE}" in gone, f"up {BASE}" in back) == (True, True)


@pytest.mark.parametrize(
    ("up", "landed"), [((EMAIL, NICK, NOTES), "NNN"), ((NICK, NOTES, EMAIL), "LLN")], ids=["first", "last"]
)
@pytest.mark.parametrize("my_server", ["mariadb"], indirect=True)
def test_sequelize_failure_is_told_from_the_catalog(
    up: tuple[str, ...], landed: str, tmp_path: Path, my_server: MyServer, my_database: URL
) -> None:
    begun(tmp_path, my_database, my_server.kind)
    run(my_database, *ROWS)
    moved(tmp_path, module(up))
    assert cli(tmp_path, RUN)[0] == 1
    assert letters(judged_of(assessed(tmp_path, {}), MORE)) == landed


@pytest.mark.parametrize("postgres_server", [16], indirect=True)
def test_sequelize_transactions_of_a_file_are_all_or_nothing_on_postgres(
    tmp_path: Path, postgres_server: ServerUnderTest, database: URL
) -> None:
    begun(tmp_path, database, "postgres")
    run_postgres(database, *ROWS)
    moved(tmp_path, module(UP, inside=True))
    assert cli(tmp_path, RUN)[0] == 1
    found = assessed(tmp_path, {})
    assert (letters(judged_of(found, MORE)), states(found)[MORE]) == ("NNNN", "pending")
    moved(tmp_path, module((NICK, WAITS, NOTES)))
    with at_work(tmp_path, RUN):
        eventually(lambda: letters(judged_of(assessed(tmp_path, {}), MORE)).startswith("L"))
    moved(tmp_path, module((NICK, NOTES)))
    found = assessed(tmp_path, {})
    assert (letters(judged_of(found, MORE)), states(found)[MORE]) == ("LN", "half_applied")
    TOOL.done(tmp_path, "postgresql", Verb.FINISH)
    assert "No migrations were executed" in cli(tmp_path, RUN)[1]
