"""What really reaches MySQL and MariaDB when they are read: as few statements for 300 tables as for 3, none that waits.

The server's own log is the witness. Which reads wait behind a metadata lock, or grow with the square of something, was
measured; they are named here so that nobody brings them back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from console.core.faults import Fault
from console.core.ports import Link
from tests.dialects.contract import answer
from tests.dialects.my_fixtures import OpenMyLink
from tests.dialects.panels import PANELS
from tests.mysql_servers import MyConnect, MyConnection, ask

MOST = {"sessions": 4, "locks": 4, "progress": 1, "fingerprint": 4, "rows": 3}
"""Statements of a turn where nobody waits: one, and three more where InnoDB showed an old picture
(dialects/mysql/innodb.py), three where something may have changed (the log is emptied before each), two where the hint
is older than a second."""
FRAME = re.compile(
    r"BEGIN NOT ATOMIC\s+DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;"
    r"(\s+START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY;)?"
)
"""Around several reads of MariaDB (dialects/mysql/together.py)."""
MARKED = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"
FORBIDDEN = {
    "SHOW CREATE": r"\bshow\s+create\b",
    "SHOW of a table's parts": r"\bshow\s+(full\s+)?(columns|fields|index|keys|table|open|triggers)",
    "DESCRIBE": r"^\s*(describe|desc|explain)\b",
    "the sys views": r"\bsys\.",
    "InnoDB's own list of tables": r"innodb_(sys_)?(tables|columns|indexes|tablestats|fields|foreign)\b",
    "the processlist of MySQL that stops whoever connects": r"information_schema\.processlist",
    "sizes and counters that are worked out anew": r"\b(data_length|index_length|data_free|avg_row_length|update_time"
    r"|check_time|table_rows|auto_increment|cardinality)\b",
    "checks joined with constraints": r"check_constraints.*\bjoin\b|\bjoin\b.*check_constraints",
    "the metadata locks joined with themselves": r"metadata_locks.*\bjoin\b",
    "a lock": r"\b(for update|for share|lock in share mode|lock tables|get_lock|flush)\b",
    "a transaction, but for the mark in InnoDB's list": r"\b(begin|commit|start transaction(?!"
    r" with consistent snapshot, read only$))\b",
    "MD5 and SHA1, which a server may not have": r"\b(md5|sha1)\s*\(",
}
ON_MARIADB = {"the processlist of MySQL that stops whoever connects", "InnoDB's own list of tables"}
"""What is another thing there: the only list of sessions, and one of tables that opens none of them."""


class Log:
    """The statements of one session, as the server noted them."""

    def __init__(self, connection: MyConnection) -> None:
        self._connection = connection

    def during(self, link: Link, work: Callable[[], object]) -> list[str]:
        """What the link sent while `work` ran."""
        number = vars(link)["_wire"].id
        ask(self._connection, "TRUNCATE mysql.general_log")
        ask(self._connection, "SET GLOBAL general_log = 1")
        try:
            work()
        except Fault:
            pass
        finally:
            ask(self._connection, "SET GLOBAL general_log = 0")
        sent = ask(self._connection, f"SELECT argument FROM mysql.general_log WHERE thread_id = {number}"
                   " AND command_type IN ('Query', 'Execute', 'Prepare', 'Field List', 'Init DB')")  # fmt: skip
        return [text.decode() if isinstance(text, bytes) else str(text) for (text,) in sent]


@pytest.fixture
def log(my_connect: MyConnect) -> Iterator[Log]:
    connection = my_connect()
    before = ask(connection, "SELECT @@log_output")[0][0]
    ask(connection, "SET GLOBAL log_output = 'TABLE'")
    yield Log(connection)
    ask(connection, f"SET GLOBAL log_output = '{before}'")


def table(number: int) -> str:
    parent = f", FOREIGN KEY (parent) REFERENCES t{number - 1} (id)" if number else ""
    return (
        f"CREATE TABLE t{number} (id INT PRIMARY KEY, parent INT, note VARCHAR(20) DEFAULT 'x', n INT CHECK (n > 0), "
        f"KEY (note){parent})"
    )


def more(connection: MyConnection, first: int, last: int) -> None:
    for number in range(first, last):
        ask(connection, table(number))
    ask(connection, f"CREATE VIEW v{last} AS SELECT id FROM t{first}")
    ask(connection, f"CREATE TRIGGER g{last} BEFORE INSERT ON t{first} FOR EACH ROW SET NEW.note = 'n'")
    ask(connection, f"CREATE PROCEDURE p{last}() SELECT 1")


def test_300_tables_take_as_many_statements_as_3(my_connect: MyConnect, open_my_link: OpenMyLink, log: Log) -> None:
    connection = my_connect()
    more(connection, 0, 3)
    link = open_my_link()
    link.schema()  # what the account may see is asked once
    few, few_marks = log.during(link, link.schema), log.during(link, link.fingerprint)
    more(connection, 3, 300)
    many, many_marks = log.during(link, link.schema), log.during(link, link.fingerprint)
    assert [re.sub(r"\s+", " ", sql) for sql in many] == [re.sub(r"\s+", " ", sql) for sql in few]
    assert 5 < len(few) <= 20
    assert len(many_marks) == len(few_marks) <= 8


@pytest.mark.parametrize("panel", PANELS)
def test_no_panel_asks_what_waits_or_grows_with_the_square(
    my_connect: MyConnect, open_my_link: OpenMyLink, log: Log, panel: str
) -> None:
    connection = my_connect()
    ask(connection, "CREATE TABLE t (id INT PRIMARY KEY, note VARCHAR(20))")
    link = open_my_link()
    server = link.server()
    home, allowed = server.home, ON_MARIADB if server.dialect == "mariadb" else set()
    sent = log.during(link, lambda: PANELS[panel](link, home))
    found = {
        why: sql
        for sql in (FRAME.sub("", sql) for sql in sent)
        for why, pattern in FORBIDDEN.items()
        if why not in allowed and re.search(pattern, sql, re.IGNORECASE | re.DOTALL)
    }
    assert sent
    assert found == {}


def test_what_is_forbidden_would_be_found() -> None:
    """Each pattern knows the read it is there for."""
    for sql in (
        "SHOW CREATE TABLE t", "SHOW FULL COLUMNS FROM t", "DESCRIBE t", "SELECT * FROM sys.innodb_lock_waits",
        "SELECT * FROM information_schema.innodb_tables", "SELECT * FROM information_schema.processlist",
        "SELECT table_rows FROM information_schema.tables",
        "SELECT * FROM information_schema.table_constraints JOIN information_schema.check_constraints USING (a)",
        "SELECT * FROM metadata_locks a JOIN metadata_locks b", "SELECT 1 FOR UPDATE", "BEGIN", "START TRANSACTION",
        "SELECT md5('a')",
    ):  # fmt: skip
        assert any(re.search(pattern, sql, re.IGNORECASE | re.DOTALL) for pattern in FORBIDDEN.values()), sql


def once(sent: list[str]) -> list[str]:
    """Without the further tries to see InnoDB as it is now, which the panel before made necessary."""
    tries = [number for number, sql in enumerate(sent) if sql == MARKED]
    return [sql for number, sql in enumerate(sent) if not any(again <= number < again + 3 for again in tries[1:])]


def test_a_steady_sweep_asks_little(my_connect: MyConnect, open_my_link: OpenMyLink, log: Log) -> None:
    ask(my_connect(), "CREATE TABLE t (id INT PRIMARY KEY, note VARCHAR(20))")
    link = open_my_link()
    reads = {panel: PANELS[panel] for panel in ("sessions", "locks", "progress", "fingerprint", "rows")}
    for read in reads.values():
        answer(lambda read=read: read(link, link.server().home))  # type: ignore[misc]  # what is learnt once
    home = link.server().home
    asked = {panel: len(once(log.during(link, lambda read=read: read(link, home)))) for panel, read in reads.items()}  # type: ignore[misc]
    assert {panel: count for panel, count in asked.items() if count > MOST[panel]} == {}
