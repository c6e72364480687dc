"""A changeset of Liquibase stopped half way on MariaDB: what is told, its lock, and the row that is never written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.intent import Intent, Verb
from tests.frameworks.making import write
from tests.frameworks.sqlfiles import changelog
from tests.incidents.sqlfile_cases import BASE, ROWS, UP, UP_TEXT, Case
from tests.incidents.test_sqlfiles import done, environ, hired, rows
from tests.incidents.told import assessed, judged_of, letters, states
from tests.mysql_servers import MyServer, run

PATH = "db/changelog/all.sql"
ONE, TWO = f"1::ann::{PATH}", f"2::ann::{PATH}"
CASE = Case(
    "liquibase",
    {"liquibase.properties": f"changeLogFile={PATH}\n",
     PATH: changelog(BASE.strip().rstrip(";"), UP_TEXT.strip().rstrip(";"))},
    TWO,
    (("CREATE TABLE DATABASECHANGELOG (ID varchar(255) NOT NULL, AUTHOR varchar(255) NOT NULL, FILENAME varchar(255)"
     " NOT NULL, DATEEXECUTED datetime NOT NULL, ORDEREXECUTED int NOT NULL, EXECTYPE varchar(10) NOT NULL, MD5SUM"
     " varchar(35), DESCRIPTION varchar(255), COMMENTS varchar(255), TAG varchar(255), LIQUIBASE varchar(20), CONTEXTS"
     " varchar(255), LABELS varchar(255), DEPLOYMENT_ID varchar(10))"),
     ("CREATE TABLE DATABASECHANGELOGLOCK (ID int PRIMARY KEY, LOCKED bit(1) NOT NULL, LOCKGRANTED datetime,"
     " LOCKEDBY varchar(255))"),
     ("INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, EXECTYPE) VALUES"
     f" ('1', 'ann', '{PATH}', NOW(), 1, 'EXECUTED')"),
     "INSERT INTO DATABASECHANGELOGLOCK VALUES (1, b'1', '2026-01-31 11:00:00', 'box (10.0.0.1)')"),
    (),
    "SELECT ID, EXECTYPE FROM DATABASECHANGELOG ORDER BY ORDEREXECUTED",
    [],
    [("1", "EXECUTED")],
    url="LIQUIBASE_COMMAND_URL",
)  # fmt: skip


@pytest.mark.parametrize("my_server", ["mariadb"], indirect=True)
def test_what_landed_and_who_holds_the_lock_is_told(tmp_path: Path, my_server: MyServer, my_database: URL) -> None:
    write(tmp_path, CASE.files)
    run(my_database, BASE.strip().rstrip(";"), *ROWS, *CASE.table, *UP[:2])
    found = assessed(tmp_path, environ(CASE, my_database))
    assert (letters(judged_of(found, TWO)), states(found)) == ("LLNN", {ONE: "applied", TWO: "half_applied"})
    (about,) = (f.about for f in found.frameworks if f.framework == "liquibase")
    assert about.startswith("Liquibase's lock is held by box (10.0.0.1) since 2026-01-31 11:00:00")
    run(my_database, "UPDATE DATABASECHANGELOGLOCK SET LOCKED = b'0', LOCKGRANTED = NULL, LOCKEDBY = NULL")
    with hired(CASE, tmp_path, my_database) as ann:
        plan = ann.propose(Intent(Verb.FINISH, migration=TWO, framework="liquibase"))
        assert "mark-next-changeset-ran" in " ".join(plan.refused)
    done(CASE, tmp_path, my_database, Verb.ROLL_BACK)
    assert rows(CASE, my_database) == CASE.back
    assert states(assessed(tmp_path, environ(CASE, my_database))) == {ONE: "applied", TWO: "pending"}
    run(my_database, "DROP TABLE customers")
    done(replace(CASE, broken=ONE), tmp_path, my_database, Verb.MARK_NOT_RAN)
    assert rows(CASE, my_database) == []
