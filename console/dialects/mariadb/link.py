"""One reading connection to one MariaDB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from console.core.moment import Moment
from console.core.observation import Runs
from console.core.ports import Right
from console.core.session import Progress, Session
from console.core.write_rates import TableName
from console.dialects.mariadb import queries
from console.dialects.mariadb.locks import MariaDBLockReader
from console.dialects.mysql.link import MySQLLink
from console.dialects.mysql.questions import quoted
from console.dialects.mysql.together import ahead

_GUESSED = "Who holds a metadata lock is not told: every session with an open transaction may be the one."

_UNSEEN = (
    "This MariaDB does not tell who holds metadata locks, so an idle session with FLUSH TABLES WITH READ LOCK is not "
    f"seen (to be told: {queries.INSTALL})."
)


class MariaDBLink(MySQLLink):
    """What is asked and answered in another way than by MySQL."""

    dialect = "mariadb"
    processes = queries.PROCESSES
    hosts = queries.HOSTS
    started = queries.STARTED

    def _locks(self) -> MariaDBLockReader:
        return MariaDBLockReader(self._wire, self.grants, self.processes)

    def sessions(self) -> tuple[Session, ...]:
        """All sessions and prepared transactions, with the number of what runs."""
        with ahead(self._wire, queries.RUNNING, *self._session_reads(), transactions=self.grants.process):
            running = {(str(number), words): str(query) for number, query, words in self._wire.read(queries.RUNNING)}
            found = super().sessions()
        return tuple(replace(s, query_id=running.get((s.id, s.query), "")) if s.state == "active" else s for s in found)

    def rights(self) -> tuple[Right, ...]:
        """What the account may see, and whether the server tells of metadata locks at all."""
        told = self._locks().tells_holders()
        return (*super().rights(), Right("see metadata locks", told, _GUESSED, queries.INSTALL))

    def runs(self, sql: str) -> Runs | None:
        """MariaDB has no function that tells a statement's digest."""
        return None

    def moment(self, tables: Sequence[TableName]) -> Moment:
        """The same, and which tables are locked by whoever it is, where that is not told."""
        found = super().moment(tables)
        if self._locks().tells_holders():
            return found
        rows = self._wire.read(queries.IN_USE.format(quoted(self._wire.home)))
        return replace(found, in_use=tuple((row[0], row[1]) for row in rows), unseen=_UNSEEN)

    def progress(self) -> tuple[Progress, ...]:
        """Running DDL that reports how far it is: only those that copy the table do."""
        return tuple(
            Progress(str(number), f"{state} (stage {stage} of {stages})", min(int(percent), 99), 100)
            for number, state, stage, stages, percent in self._wire.read(queries.PROGRESS)
        )
