"""Drills on MariaDB: only what differs from MySQL."""

from __future__ import annotations

from console.drill import history
from console.drill.kinds.kind import Kind
from console.drill.kinds.mysql import PATIENT, MySQLKind
from console.drill.shop import OWNER, mysql


class MariaDBKind(MySQLKind):
    """MariaDB as it is installed: performance_schema off, and nobody tells who holds metadata locks."""

    name = "mariadb"
    dialect = "mariadb"
    global_rights = (
        f"GRANT PROCESS, SLAVE MONITOR, CONNECTION ADMIN ON *.* TO {OWNER}",
        f"GRANT SELECT ON mysql.proc TO {OWNER}",
    )
    settings = PATIENT
    shop = mysql.MARIADB
    history = history.MARIADB


def make() -> Kind:
    """What the registry imports this for."""
    return MariaDBKind()
