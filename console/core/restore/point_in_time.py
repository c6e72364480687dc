"""The commands that give a database back as it was at a moment. They are printed; nobody runs them from here.

Every one of them makes another database beside this one. What is not known stands there as a blank in <angle brackets>,
with the query that finds it.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from console.core.observation import Server
from console.core.plain import one_line
from console.core.restore.moment import Moment, stamp

_AURORA = re.compile(r"(?P<name>[\w-]+)\.cluster-(?:ro-)?\w+\.[\w-]+\.rds\.amazonaws\.com(?:\.cn)?\Z")
_RDS = re.compile(r"(?P<name>[\w-]+)\.\w+\.[\w-]+\.rds\.amazonaws\.com(?:\.cn)?\Z")
_NEON = re.compile(r"(?P<name>ep-[\w-]+?)(?:-pooler)?\.(?:[\w-]+\.)*neon\.tech\Z")
_MANAGED = "Where somebody else runs this server, it is theirs to do: they have commands of their own for it."
_TIME = "<time>"


@dataclass(frozen=True, slots=True)
class Recipe:
    """One way, by who runs the server."""

    title: str
    commands: tuple[str, ...]
    notes: tuple[str, ...] = ()


def recipes(server: Server, host: str, moment: Moment) -> tuple[Recipe, ...]:
    """The ways there are for this server, the one that its name tells first; a host that tells nothing may be any."""
    at = stamp(moment.target) if moment.target is not None else _TIME
    told = _named(host, at, server) if (host := host.lower()) else None
    return (told,) if told is not None else tuple(_own(server, at, moment))


def finding(server: Server, table: str, moment: Moment | None = None) -> str:
    """The query that finds when a table was changed, where no other source tells the time."""
    if moment is not None and moment.first is not None and server.grammar == "postgres":
        on = "WHERE current_setting('track_commit_timestamp') = 'on'"
        return f"SELECT pg_xact_commit_timestamp('{moment.first.xid % 2**32}'::xid) {on}"
    name = one_line(table, 120) or "<table>"
    if server.grammar == "postgres":
        quoted = ".".join('"' + part.replace('"', '""') + '"' for part in name.split("."))
        return (
            "SELECT pg_xact_commit_timestamp(xmin) FROM pg_class"
            f" WHERE oid = '{quoted}'::regclass AND current_setting('track_commit_timestamp') = 'on'"
        )
    where = name.replace("'", "''")
    return f"SELECT create_time, update_time FROM information_schema.tables WHERE table_name = '{where}'"


def _named(host: str, at: str, server: Server) -> Recipe | None:
    if found := _AURORA.match(host):
        return _aurora(found["name"], at, server)
    if found := _RDS.match(host):
        return _rds(found["name"], at)
    return _neon(at) if _NEON.match(host) else None


def _own(server: Server, at: str, moment: Moment) -> Iterator[Recipe]:
    if server.grammar == "postgres":
        yield _wal(at, moment)
    else:
        yield _binlog(at, server)


def _aurora(name: str, at: str, server: Server) -> Recipe:
    engine = "aurora-postgresql" if server.grammar == "postgres" else "aurora-mysql"
    copy = f"{name}-before"
    restore = ("aws", "rds", "restore-db-cluster-to-point-in-time", "--source-db-cluster-identifier", name,
               "--db-cluster-identifier", copy, "--restore-to-time", at)  # fmt: skip
    instance = ("aws", "rds", "create-db-instance", "--db-instance-identifier", f"{copy}-1", "--db-cluster-identifier",
                copy, "--engine", engine, "--db-instance-class")  # fmt: skip
    first, last = (_bounds(kind, name) for kind in ("Earliest", "Latest"))
    return Recipe("Amazon Aurora: a new cluster", (first, last, _line(restore), f"{_line(instance)} <class>"))


def _bounds(kind: str, name: str) -> str:
    word = {"Earliest": "EarliestRestorableTime", "Latest": "LatestRestorableTime"}[kind]
    return f"aws rds describe-db-clusters --db-cluster-identifier {shlex.quote(name)} --query 'DBClusters[0].{word}'"


def _rds(name: str, at: str) -> Recipe:
    asked = ("aws", "rds", "describe-db-instances", "--db-instance-identifier", name, "--query",
             "DBInstances[0].LatestRestorableTime")  # fmt: skip
    restore = ("aws", "rds", "restore-db-instance-to-point-in-time", "--source-db-instance-identifier", name,
               "--target-db-instance-identifier", f"{name}-before", "--restore-time", at)  # fmt: skip
    return Recipe("Amazon RDS: a new instance", (_line(asked), _line(restore)))


def _neon(at: str) -> Recipe:
    command = f"neonctl branches create --project-id <project> --name before-migration --parent <branch>@{at}"
    note = "Look at the new branch first; `neonctl branches restore` would replace the old one."
    return Recipe(
        "Neon: a new branch",
        ("neonctl projects list", "neonctl branches list --project-id <project>", command),
        (note,),
    )


def _wal(at: str, moment: Moment) -> Recipe:
    """Where no time is known, the transaction that was the first of it says exactly where to stop."""
    target = f"recovery_target_time = '{at.replace('T', ' ').replace('Z', '+00')}'"
    if moment.target is None and moment.first is not None:
        target = f"recovery_target_xid = '{moment.first.xid % 2**32}'"
    lines = (
        "restore_command = '<how archived WAL is fetched> %f %p'",
        target,
        "recovery_target_inclusive = off",
        "recovery_target_action = 'pause'",
    )
    notes = (
        "In postgresql.conf of a server of its own, made of a base backup from before then, beside a recovery.signal.",
        "It needs all WAL since that backup: SHOW archive_command and SELECT * FROM pg_stat_archiver tell where it is.",
        _MANAGED,
    )
    return Recipe("PostgreSQL: a base backup and archived WAL, on another server", lines, notes)


def _binlog(at: str, server: Server) -> Recipe:
    program = "mariadb-binlog" if server.dialect == "mariadb" else "mysqlbinlog"
    at = at.replace("T", " ").replace("Z", "")
    command = f"TZ=UTC {program} --stop-datetime='{at}' --start-position=<position in the backup> <first log> <others>"
    notes = (
        "For a server of its own, with the newest full backup from before then loaded: the position stands in it.",
        "Give what it prints to that server, never to this one.",
        _MANAGED,
    )
    return Recipe("A full backup and the binary logs, on another server", ("SHOW BINARY LOGS;", command), notes)


def _line(words: tuple[str, ...]) -> str:
    return " ".join(word if word.startswith("<") else shlex.quote(word) for word in words)
