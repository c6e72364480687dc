"""Which server this is, and what of its answers is not to be trusted.

Many things answer in MySQL's language: proxies in front of it, clusters of it, older versions, other databases. Each is
recognised by what it says of itself, and what follows from that is said in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC

from console.core.faults import NotPermittedFault, ReadFault
from console.core.observation import Server
from console.dialects.mysql import queries
from console.dialects.mysql.rights import Grants, account_sql, sessions_grant
from console.dialects.mysql.wire import Wire, version_number

_STRANGERS = {
    "tidb": "TiDB",
    "vitess": "Vitess",
    "planetscale": "Vitess (PlanetScale)",
    "oceanbase": "OceanBase",
    "singlestore": "SingleStore",
    "starrocks": "StarRocks",
    "doris": "Doris",
}
_MANAGED = {"rds": "Amazon RDS", "google": "Google Cloud SQL", "azure": "Azure Database"}
_OLDEST = {"mysql": 80000, "mariadb": 100600}
_NAMES = {"mysql": "MySQL", "mariadb": "MariaDB"}


@dataclass(frozen=True, slots=True)
class Nature:
    """What a server says of itself."""

    variables: Mapping[str, str]
    proxied: bool
    limited: bool
    replica: bool | None
    """None: not known, a right is missing."""
    lag: int | None = None
    """Seconds behind its primary, where it is a replica."""
    replica_grant: str = ""
    door: int = 0
    """The other port by which we came in, because no ordinary connection was left."""

    def get(self, name: str) -> str:
        """A variable in lower case, '' when the server does not know it."""
        return self.variables.get(name, "").lower()

    def is_on(self, name: str) -> bool:
        """Whether a variable is on."""
        return self.get(name) in ("on", "1", "yes")


def read_server(wire: Wire, grants: Grants, started: str, dialect: str) -> Server:
    """Everything known of the server at the other end."""
    nature = read_nature(wire)
    version = re.match(r"[0-9.]+", wire.version)
    plain = version[0].strip(".") if version else wire.version
    number = version_number(plain)
    user, _, _ = wire.account.rpartition("@")
    killer = "" if grants.signals else kill_procedure(wire)
    return Server(
        dialect=dialect,
        version=plain,
        version_number=number,
        name=wire.home,
        host=wire.host,
        user=user,
        read_only=bool(nature.replica) or any(map(nature.is_on, ("read_only", "super_read_only", "innodb_read_only"))),
        replica=bool(nature.replica),
        replica_lag=nature.lag,
        identity=f"{_identity(nature)} {started}".strip(),
        now=wire.read(queries.NOW)[0][0].replace(tzinfo=UTC),
        sees_all_sessions=grants.process or grants.performance_schema,
        may_signal=grants.signals or bool(killer),
        superuser=grants.superuser,
        home=wire.home,
        max_query_length=4096 if dialect == "mariadb" else 1024,
        folds_tables=nature.get("lower_case_table_names") not in ("", "0"),
        sessions_grant=sessions_grant(grants),
        kill_by=killer,
        replica_grant=nature.replica_grant,
        prepared_grant="" if grants.prepared else f"GRANT XA_RECOVER_ADMIN ON *.* TO {grants.account}",
        foreign=stranger(nature),
        direct=_direct(nature, dialect, user, wire.home),
        notes=tuple(notes(replace(nature, replica=bool(nature.replica)), dialect, number)),
        settings=tuple((name, nature.variables[name]) for name in queries.SETTINGS if name in nature.variables),
    )


def read_nature(wire: Wire) -> Nature:
    """Ask the server what it is."""
    variables = {str(name).lower(): str(value) for name, value in wire.read(queries.GLOBALS)}
    variables.setdefault("version", wire.version)
    wire.learn(variables)
    nature = Nature(variables, wire.proxied, wire.limited, None, door=wire.door)
    try:
        is_one, lag = _replication(wire)
        return replace(nature, replica=is_one, lag=lag)
    except NotPermittedFault as fault:
        right = "SLAVE MONITOR" if "SLAVE MONITOR" in fault.why else "REPLICATION CLIENT"
        return replace(nature, replica_grant=f"GRANT {right} ON *.* TO {account_sql(wire.account)}")


def kill_procedure(wire: Wire) -> str:
    """The procedure by which an account ends sessions of others that may not KILL them; '' where there is none."""
    try:
        found = {str(name) for (name,) in wire.read(queries.KILLERS)}
    except ReadFault:
        return ""
    return next((f"mysql.{name}" for name in ("rds_kill", "az_kill") if {name, f"{name}_query"} <= found), "")


def _replication(wire: Wire) -> tuple[bool, int | None]:
    """Whether it follows another server, and how many seconds behind."""
    channels = followed(wire)
    return bool(channels), _lag(channels)


def followed(wire: Wire) -> list[dict[str, str | None]]:
    """What the server says of each channel by which it follows another, by the columns' names. NotPermittedFault."""
    for sql in queries.REPLICAS if wire.is_mariadb else queries.REPLICA:
        try:
            names, rows = wire.texts(sql)
        except NotPermittedFault:
            raise
        except ReadFault:
            continue  # the other spelling
        return [dict(zip(names, row, strict=True)) for row in rows]
    return []


def _lag(channels: list[dict[str, str | None]]) -> int | None:
    """Of the channel that is furthest behind; None where one of them stands still."""
    told = [one.get("Seconds_Behind_Source", one.get("Seconds_Behind_Master")) for one in channels]
    return max((int(each) for each in told if each is not None), default=None) if None not in told else None


def _identity(nature: Nature) -> str:
    given = nature.variables
    own = given.get("server_uuid") or given.get("server_uid")
    return own or f"{given.get('hostname', '')}:{given.get('port', '')}"


def notes(nature: Nature, dialect: str, number: int) -> Iterator[str]:
    """What this server is besides its version, and what is not to be trusted for it; one sentence each."""
    yield from _strangers(nature, dialect, number)
    yield from _proxies(nature)
    yield from _clusters(nature)
    yield from _managed(nature)
    if nature.door:
        yield f"The server had no ordinary connection left: Halfway came in by its reserved port {nature.door}."
    if nature.replica is None:
        yield f"Whether it is a replica is not known ({nature.replica_grant})."


def stranger(nature: Nature) -> str:
    """What speaks MySQL's language and is none; '' for MySQL and MariaDB themselves."""
    said = f"{nature.get('version')} {nature.get('version_comment')}"
    known = next((name for sign, name in _STRANGERS.items() if sign in said), "")
    return known or ("TiDB" if nature.get("tidb_version") else "")


def _strangers(nature: Nature, dialect: str, number: int) -> Iterator[str]:
    if name := stranger(nature):
        yield (
            f"This is {name}, which speaks MySQL's language: its locks, its online DDL and its catalog are its "
            "own, and what is said about them here may be wrong."
        )
    elif number < _OLDEST[dialect]:
        yield (
            f"{_NAMES[dialect]} {nature.get('version')} is older than any that was tried: DDL is not atomic in it, and "
            "what is missing here may only not be told by it."
        )


def _between(nature: Nature) -> bool:
    """A proxy answers."""
    return nature.proxied or "proxysql" in nature.get("version_comment")


def _direct(nature: Nature, dialect: str, user: str, database: str) -> str:
    """The server itself, where a proxy stands between: as the server says who it is."""
    if not _between(nature):
        return ""
    from sqlalchemy.engine import URL

    port = nature.get("port")
    at = int(port) if port.isdecimal() else None
    return URL.create(dialect, user, None, nature.get("hostname") or None, at, database).render_as_string()


def _proxies(nature: Nature) -> Iterator[str]:
    if _between(nature):
        yield (
            "A proxy stands between Halfway and the server: two reads may meet two servers, and session numbers are "
            "the server's, not the proxy's."
        )
    if not nature.limited:
        yield "The time-outs of this connection were not accepted: a read may wait behind a lock."


def _clusters(nature: Nature) -> Iterator[str]:
    if nature.is_on("wsrep_on"):
        yield (
            "This is a node of a Galera cluster: a schema change stops every node while it runs, and sessions and "
            "locks are those of this node only."
        )
    if nature.get("group_replication_group_name"):
        yield "This is a member of a replication group: sessions and locks are those of this member only."


def _managed(nature: Nature) -> Iterator[str]:
    if nature.get("aurora_version"):
        yield "This is Amazon Aurora: readers share the writer's storage, and KILL needs CALL mysql.rds_kill(id)."
        return
    said = f"{nature.get('basedir')} {nature.get('version_comment')}"
    managed = next((name for sign, name in _MANAGED.items() if sign in said), "")
    if managed == _MANAGED["rds"]:
        yield f"This is {managed}: KILL of other accounts' sessions needs CALL mysql.rds_kill(id)."
    elif managed:
        yield f"This is {managed}: not every right can be granted there."
