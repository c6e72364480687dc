"""What really reached the servers from one login, and what of it may be called a read."""

from __future__ import annotations

import csv
import io
import re

import psycopg
from sqlalchemy.engine import URL

from console.dialects.mysql.proof import ATTEMPT as MY_ATTEMPT
from console.dialects.postgres.proof import ATTEMPT as PG_ATTEMPT
from tests.mysql_servers import ask, open_connection
from tests.servers import conninfo

LOGGED = {"log_statement": "all", "logging_collector": "on", "log_destination": "csvlog", "log_filename": "said",
          "log_rotation_age": "0", "log_rotation_size": "0", "log_min_messages": "notice"}  # fmt: skip
_PG_READS = re.compile(r"\s*(SELECT|WITH|SHOW|SET|BEGIN READ ONLY|ROLLBACK)\b", re.IGNORECASE)
_MY_READS = re.compile(
    r"\s*(?:(?:SELECT|WITH|SHOW|XA RECOVER|SET NAMES|SET AUTOCOMMIT = 1|SET SESSION (?:TRANSACTION READ ONLY|\w+ = ))"
    r"|(?:START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY|ROLLBACK)$)",
    re.IGNORECASE,
)
_ACTS = re.compile(
    r"terminate_backend|cancel_backend|set_config|nextval|setval|lo_\w+\(|dblink|pg_notify|advisory_(?:xact_)?lock"
    r"|INTO\s+(?:OUTFILE|DUMPFILE)|FOR\s+(?:NO KEY )?(?:UPDATE|SHARE)|LOCK IN SHARE|GET_LOCK|SLEEP\(|READ WRITE"
    r"|read_only\s*=\s*(?:off|0|'off')|INSERT INTO|DELETE FROM|UPDATE \w+ SET",
    re.IGNORECASE,
)


_BLOCK = re.compile(
    r"BEGIN NOT ATOMIC\nDECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;\n(?P<inside>.*;)\nEND",
    re.DOTALL,
)
"""Several reads that MariaDB is sent as one: each of them is held to be one."""


def sent_to_postgres(url: URL, login: str) -> list[str]:
    """Everything that login sent, as the server logged it; the attempt of the proof was refused each time."""
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        said = connection.execute("SELECT pg_read_file('log/said.csv')").fetchone()
    rows = [row for row in csv.reader(io.StringIO(said[0] if said else "")) if row[1] == login]
    sent = [row[13].partition(": ")[2] for row in rows if row[13].startswith(("statement: ", "execute "))]
    refused = [row[19] for row in rows if row[12] == "25006"]
    assert refused.count(PG_ATTEMPT) == sent.count(PG_ATTEMPT) > 0
    return [sql for sql in sent if sql != PG_ATTEMPT]


def sent_to_mysql(url: URL, login: str) -> list[str]:
    """The same from the general log, which does not tell how a statement ended."""
    with open_connection(url, database=None) as connection:
        came = "SELECT thread_id FROM mysql.general_log WHERE command_type = 'Connect' AND argument LIKE '{}@%'"
        ours = {row[0] for row in ask(connection, came.format(login))}
        every = ask(connection, "SELECT thread_id, command_type, argument FROM mysql.general_log")
    rows = [
        (kind, text.decode() if isinstance(text, bytes) else text) for number, kind, text in every if number in ours
    ]
    assert {kind for kind, _ in rows} <= {"Connect", "Query", "Quit", "Init DB"}
    own = {f"KILL QUERY {number}" for number in ours}
    sent = [text for kind, text in rows if kind == "Query" and text not in own]
    assert sent.count(MY_ATTEMPT) > 0
    return [sql for sql in sent if sql != MY_ATTEMPT]


def not_reads(kind: str, sent: list[str]) -> list[str]:
    """Those that could change something."""
    reads = _PG_READS if kind == "postgresql" else _MY_READS
    each = [part for sql in sent for part in _parts(sql)]
    return [sql for sql in each if not reads.match(sql) or _ACTS.search(_bare(sql))]


def _parts(sql: str) -> list[str]:
    block = _BLOCK.fullmatch(sql)
    return [part.strip() for part in block["inside"].removesuffix(";").split(";\n")] if block else [sql]


def _bare(sql: str) -> str:
    """Without texts: a name that sounds like an act is none."""
    return re.sub(r"'(?:[^']|'')*'", "''", sql)


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
