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
    waiting = """
SELECT count(DISTINCT p.id) FROM information_schema.processlist p
  LEFT JOIN information_schema.innodb_trx t ON t.trx_mysql_thread_id = p.id AND t.trx_state = 'LOCK WAIT'
 WHERE p.user = %s AND (p.state LIKE 'Waiting for %% lock' OR t.trx_id IS NOT NULL)"""
    look_every = 0.12
    """Who asks InnoDB more than ten times a second is shown the same picture again."""
    shop = mysql.MARIADB
    history = history.MARIADB


def make() -> Kind:
    """What the registry imports this for."""
    return MariaDBKind()
