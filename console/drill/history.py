"""Flyway's history table and lock on each kind of server, and what its driver says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from console.drill.shop import DATABASE

EXISTS = "SELECT count(*) FROM information_schema.tables WHERE table_name = 'flyway_schema_history'"
_COLUMNS = "installed_rank version description type script checksum installed_by execution_time success".split()
_LOCK_BASE = 77431708279161


@dataclass(frozen=True, slots=True)
class History:
    """How Flyway keeps its books on one kind of server."""

    table: str
    """Its quoted name: the lock depends on it."""
    quote: str
    create: tuple[str, ...]
    lock: str
    unlock: str
    key: int | str
    """What the lock is called."""
    client: Mapping[str, str]
    """What its JDBC driver tells the server."""
    alone: bool
    """One connection for everything; else one for lock and history and another for the statements."""
    transactional: bool
    """Whether changes of tables can be undone."""

    @property
    def insert(self) -> str:
        """One row."""
        names = ", ".join(f"{self.quote}{name}{self.quote}" for name in _COLUMNS)
        return f"INSERT INTO {self.table} ({names}) VALUES ({', '.join(['%s'] * len(_COLUMNS))})"


def java_hash(text: str) -> int:
    """Java's String.hashCode() of a text without surrogates."""
    value = 0
    for char in text:
        value = (31 * value + ord(char)) % 2**32
    return value - 2**32 if value >= 2**31 else value


def advisory_key(table: str) -> int:
    """The advisory lock Flyway takes for a history table: a fixed number plus Java's hash of the quoted name."""
    return _LOCK_BASE + java_hash(table)


def lock_name(table: str) -> str:
    """The same for GET_LOCK."""
    return f"Flyway-{java_hash(table)}"


_POSTGRES = '"public"."flyway_schema_history"'
POSTGRES = History(
    table=_POSTGRES,
    quote='"',
    create=(
        f"""CREATE TABLE {_POSTGRES} (
    "installed_rank" INT NOT NULL,
    "version" VARCHAR(50),
    "description" VARCHAR(200) NOT NULL,
    "type" VARCHAR(20) NOT NULL,
    "script" VARCHAR(1000) NOT NULL,
    "checksum" INTEGER,
    "installed_by" VARCHAR(100) NOT NULL,
    "installed_on" TIMESTAMP NOT NULL DEFAULT now(),
    "execution_time" INTEGER NOT NULL,
    "success" BOOLEAN NOT NULL,
    CONSTRAINT "flyway_schema_history_pk" PRIMARY KEY ("installed_rank")
)""",
        f'CREATE INDEX "flyway_schema_history_s_idx" ON {_POSTGRES} ("success")',
    ),
    lock="SELECT pg_try_advisory_lock(%s)",
    unlock="SELECT pg_advisory_unlock(%s)",
    key=advisory_key(_POSTGRES),
    client=MappingProxyType({"application_name": "PostgreSQL JDBC Driver"}),
    alone=False,
    transactional=True,
)

_MYSQL = f"`{DATABASE}`.`flyway_schema_history`"
_MYSQL_CREATE = (
    f"""CREATE TABLE {_MYSQL} (
    `installed_rank` INT NOT NULL,
    `version` VARCHAR(50),
    `description` VARCHAR(200) NOT NULL,
    `type` VARCHAR(20) NOT NULL,
    `script` VARCHAR(1000) NOT NULL,
    `checksum` INT,
    `installed_by` VARCHAR(100) NOT NULL,
    `installed_on` TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    `execution_time` INT NOT NULL,
    `success` BOOL NOT NULL,
    CONSTRAINT `flyway_schema_history_pk` PRIMARY KEY (`installed_rank`)
)""",
    f"CREATE INDEX `flyway_schema_history_s_idx` ON {_MYSQL} (`success`)",
)


def _mysql(client: str, version: str) -> History:
    return History(
        table=_MYSQL,
        quote="`",
        create=_MYSQL_CREATE,
        lock="SELECT GET_LOCK(%s, 10)",
        unlock="SELECT RELEASE_LOCK(%s)",
        key=lock_name(_MYSQL),
        client=MappingProxyType({"_client_name": client, "_client_version": version}),
        alone=True,
        transactional=False,
    )


MYSQL = _mysql("MySQL Connector/J", "9.4.0")
MARIADB = _mysql("MariaDB Connector/J", "3.5.5")
