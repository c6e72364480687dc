"""Finish, roll back and mark on MySQL and MariaDB, for Flyway: the end is asked by a second client."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pymysql
import pytest
from sqlalchemy.engine import URL

from console import dialects, frameworks
from console.core.assessment import Overall
from console.core.intent import Intent, Verb
from console.core.migration import State
from console.core.plan import Word
from console.drill.player import checksum
from console.incident import Incident
from console.wiring import Options, find, source
from tests.acting.responder import Responder, responder
from tests.dialects.my_fixtures import NewUser
from tests.mysql_servers import MyConnect, MyConnection, MyServer, ask, run

V1 = "CREATE TABLE orders (id bigint PRIMARY KEY AUTO_INCREMENT, total decimal(10,2) NOT NULL DEFAULT 0);\n"
V2 = """CREATE TABLE carriers (id bigint PRIMARY KEY, name varchar(40) NOT NULL UNIQUE);
ALTER TABLE orders ADD COLUMN carrier_id bigint NULL, ADD INDEX orders_total (total);
ALTER TABLE orders MODIFY total decimal(12,2) NOT NULL DEFAULT 1;
ALTER TABLE orders ADD CONSTRAINT orders_carrier FOREIGN KEY (carrier_id) REFERENCES carriers (id);
"""
STATEMENTS = [part for part in V2.split(";\n") if part]
LEDGER = """CREATE TABLE `flyway_schema_history` (
    `installed_rank` INT NOT NULL, `version` VARCHAR(50), `description` VARCHAR(200) NOT NULL,
    `type` VARCHAR(20) NOT NULL, `script` VARCHAR(1000) NOT NULL, `checksum` INT, `installed_by` VARCHAR(100) NOT NULL,
    `installed_on` TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, `execution_time` INT NOT NULL,
    `success` BOOL NOT NULL, CONSTRAINT `flyway_schema_history_pk` PRIMARY KEY (`installed_rank`)) ENGINE=InnoDB"""
ROW = ("INSERT INTO flyway_schema_history (installed_rank, version, description, type, script, checksum, installed_by,"
       " execution_time, success) VALUES ({rank}, '{version}', 'change {version}', 'SQL',"
       " 'V{version}__change_{version}.sql', {checksum}, 'root', 5, {success})")  # fmt: skip


def my_project(folder: Path, kind: str, url: URL) -> None:
    """A project whose first migration is applied."""
    (folder / "sql").mkdir()
    jdbc = f"jdbc:{kind}://{url.host}:{url.port}/{url.database}"
    (folder / "flyway.conf").write_text(f"flyway.url={jdbc}\nflyway.user=root\nflyway.locations=filesystem:sql\n")
    for version, text in (("1", V1), ("2", V2)):
        (folder / "sql" / f"V{version}__change_{version}.sql").write_text(text)
    row = ROW.format(rank=1, version="1", checksum=checksum(V1), success=1)
    run(url, V1.rstrip(";\n"), LEDGER, row)


@pytest.fixture
def watch(my_connect: MyConnect) -> MyConnection:
    return my_connect()


@pytest.fixture
def ann(my_server: MyServer, my_database: URL, tmp_path: Path) -> Iterator[Responder]:
    my_project(tmp_path, my_server.kind, my_database)
    incident = Incident(source(find(Options(url=my_database.render_as_string(hide_password=False),
                                            project=str(tmp_path)), {})))  # fmt: skip
    markers = {f.name: frameworks.marker(f.name, project) for f, project in incident.source.frameworks}
    kind = my_server.kind
    hand = dialects.open_hand
    with responder(incident, dialects.renderer(kind), lambda: hand(kind, my_database), markers) as person:
        yield person


def land(url: URL, count: int, *, failed: bool = False) -> None:
    run(url, *STATEMENTS[:count])
    if failed:
        run(url, ROW.format(rank=2, version="2", checksum=checksum(V2), success=0))


def state_of(ann: Responder) -> State:
    migrations = (m for f in ann.incident.fresh().frameworks for m in f.migrations)
    return next(m.state for m in migrations if m.id == "2")


def made(watch: MyConnection) -> list[tuple[str, ...]]:
    return [ask(watch, f"SHOW CREATE TABLE {name}")[0] for (name,) in ask(watch, "SHOW TABLES")]


@pytest.mark.parametrize("failed", [True, False], ids=["failed row", "no row"])
@pytest.mark.parametrize("landed", [1, 2, 3])
def test_flyway_finish_runs_and_records_what_has_not_landed(
    landed: int, failed: bool, ann: Responder, watch: MyConnection, my_database: URL
) -> None:
    land(my_database, landed, failed=failed)
    result = ann.do(Intent(Verb.FINISH, migration="2", framework="flyway"))
    assert [o.word for o in result.outcomes] == [Word.DONE] * (len(STATEMENTS) - landed + 1), result
    assert state_of(ann) is State.APPLIED
    assert ann.incident.fresh().overall is Overall.HEALTHY
    rows = ask(watch, "SELECT installed_rank, version, description, type, script, checksum, installed_by, success"
                      " FROM flyway_schema_history ORDER BY 1")  # fmt: skip
    assert rows[1:] == [(2, "2", "change 2", "SQL", "V2__change_2.sql", checksum(V2), "root", 1)]


@pytest.mark.parametrize("failed", [True, False], ids=["failed row", "no row"])
@pytest.mark.parametrize("landed", [1, 2, 3])
def test_exactly_what_landed_is_taken_back(
    landed: int, failed: bool, ann: Responder, watch: MyConnection, my_database: URL
) -> None:
    before = made(watch)
    land(my_database, landed, failed=failed)
    plan = ann.propose(Intent(Verb.ROLL_BACK, migration="2", framework="flyway"))
    assert plan.refused == ()
    result = ann.acting.carry_out(plan, plan.phrases)
    assert {o.word for o in result.outcomes} == {Word.DONE}, result
    assert made(watch) == before
    assert state_of(ann) is State.PENDING
    assert ask(watch, "SELECT version FROM flyway_schema_history") == [("1",)]


def test_all_that_landed_is_marked_by_proof(ann: Responder, my_database: URL) -> None:
    land(my_database, len(STATEMENTS), failed=True)
    plan = ann.propose(Intent(Verb.MARK_RAN, migration="2", framework="flyway"))
    assert plan.phrases == ("mark ran 2",), plan
    assert [o.word for o in ann.acting.carry_out(plan, plan.phrases).outcomes] == [Word.DONE]
    assert state_of(ann) is State.APPLIED


def test_for_whom_it_waited_is_named_and_ending_that_one_is_offered(
    ann: Responder, my_database: URL, my_connect: MyConnect, my_server: MyServer
) -> None:
    land(my_database, 1)
    reader = my_connect()
    ask(reader, "BEGIN")
    ask(reader, "SELECT count(*) FROM orders")
    number = str(vars(reader)["server_thread_id"][0])
    result = ann.do(Intent(Verb.FINISH, migration="2", framework="flyway"))
    outcome = result.outcomes[-1]
    assert (outcome.word, outcome.sent, outcome.behind) == (Word.REFUSED, True, (number,))
    likely = "likely " if my_server.is_mariadb else ""
    assert (
        f"1205 Lock wait timeout exceeded; try restarting transaction: it waited behind {likely}{number} "
        in outcome.detail
    )
    assert result.instead == (Intent(Verb.TERMINATE, (number,)),)
    assert [o.word for o in ann.do(result.instead[0]).outcomes] == [Word.GONE]
    assert {o.word for o in ann.do(Intent(Verb.FINISH, migration="2", framework="flyway")).outcomes} == {Word.DONE}


def test_what_the_application_may_not_use_of_a_new_table_is_said(
    ann: Responder, my_database: URL, my_connect: MyConnect, my_user: NewUser, tmp_path: Path
) -> None:
    change = "ALTER TABLE orders ADD COLUMN note varchar(40)"
    (tmp_path / "sql" / "V2__change_2.sql").write_text(f"{change};\nCREATE TABLE notes (id bigint PRIMARY KEY);\n")
    app = my_user()
    place, account = f"`{my_database.database}`", f"'{app.username}'@'%'"
    run(my_database, f"GRANT SELECT, INSERT ON {place}.orders TO {account}", change)
    result = ann.do(Intent(Verb.FINISH, migration="2", framework="flyway"))
    assert {o.word for o in result.outcomes} == {Word.DONE}, result
    grant = f"GRANT INSERT, SELECT ON {place}.`notes` TO {account}"
    assert result.next.startswith("It is not finished: ")
    assert grant in result.next
    with pytest.raises(pymysql.Error):
        ask(my_connect(app), f"INSERT INTO {place}.notes VALUES (1)")
    run(my_database, grant)
    ask(my_connect(app), f"INSERT INTO {place}.notes VALUES (1)")
    assert ask(my_connect(app), f"SELECT id FROM {place}.notes") == [(1,)]
