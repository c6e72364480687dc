"""What loads a backup into a scratch MySQL or MariaDB, one statement at a time. No observer imports this."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from console.core.faults import Fault, RefusedFault
from console.core.plan import Settings
from console.dialects.mysql.hand import MySQLHand

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

_SETTINGS = (
    "SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION', SESSION time_zone = '+00:00'",
    "SET SESSION foreign_key_checks = 0, SESSION unique_checks = 0",
)


class MySQLLoader(MySQLHand):
    """A hand for a database that nobody else uses."""

    def ready(self) -> None:
        """Be alone in that database, and take rows as a dump has them."""
        self.settle(Settings(_SETTINGS))

    def send(self, sql: str) -> None:
        """One statement and no more of them. RefusedFault, LinkLostFault."""
        # the driver takes bytes as they are; what it makes of text has no place for what is no character
        self._send(cast("str", sql.encode("utf-8", "surrogateescape")))

    def copy(self, sql: str, rows: Iterable[bytes]) -> None:
        """There is no such statement here."""
        raise RefusedFault("This server knows no COPY")

    def data_folder(self) -> str:
        """Where the server keeps its data; '' where it does not tell."""
        try:
            return str(self._wire.read("SELECT @@datadir")[0][0])
        except Fault:
            return ""


def make(url: URL) -> MySQLLoader:
    """The connection that loads; UnreachableFault, NotPermittedFault or UsageFault when it cannot be made."""
    return MySQLLoader(url)
