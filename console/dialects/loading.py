"""What loads a backup into a scratch database, by the kind of its server; only who writes there asks for it."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from console.core.faults import UsageFault
from console.core.ports_acting import Hand

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

_MODULES = {
    "mariadb": "console.dialects.mariadb.hand_load",
    "mysql": "console.dialects.mysql.hand_load",
    "postgresql": "console.dialects.postgres.hand_load",
}


class Loader(Hand, Protocol):
    """A hand for a database that nobody else uses."""

    def ready(self) -> None:
        """Be alone in that database, and take rows as a dump has them."""
        ...

    def send(self, sql: str) -> None:
        """One statement and no more of them. RefusedFault, LinkLostFault."""
        ...

    def copy(self, sql: str, rows: Iterable[bytes]) -> None:
        """Rows as they stand in the dump. RefusedFault, LinkLostFault."""
        ...

    def data_folder(self) -> str:
        """Where the server keeps its data; '' where it does not tell."""
        ...


def open_loader(dialect: str, url: URL) -> Loader:
    """The connection that loads."""
    if dialect not in _MODULES:
        raise UsageFault(f"no backup is loaded into {dialect}", todo="Name PostgreSQL, MySQL or MariaDB")
    found: Loader = import_module(_MODULES[dialect]).make(url)
    return found
