"""One reading connection to one MariaDB."""

from __future__ import annotations

from console.core.session import Progress
from console.dialects.mariadb import queries
from console.dialects.mariadb.locks import MariaDBLockReader
from console.dialects.mysql.link import MySQLLink
from console.dialects.mysql.lock_reader import LockReader


class MariaDBLink(MySQLLink):
    """What is asked and answered in another way than by MySQL."""

    dialect = "mariadb"
    processes = queries.PROCESSES
    started = queries.STARTED

    def _locks(self) -> LockReader:
        return MariaDBLockReader(self._wire, self.grants, self.processes)

    def progress(self) -> tuple[Progress, ...]:
        """Running DDL that reports how far it is: only those that copy the table do."""
        return tuple(
            Progress(str(number), f"{state} (stage {stage} of {stages})", min(int(percent), 99), 100)
            for number, state, stage, stages, percent in self._wire.read(queries.PROGRESS)
        )
