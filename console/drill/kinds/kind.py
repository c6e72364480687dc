"""What a drill needs to know of a kind of server, and how it talks to one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from sqlalchemy.engine import URL

from console.drill.history import History
from console.drill.private import PrivateServer
from console.drill.session import Session
from console.drill.shop import DATABASE, OWNER, Shop

_NOTHING: Mapping[str, str] = MappingProxyType({})


class Kind(ABC):
    """One kind of server; everything that differs between drills on different servers is asked of it."""

    name: ClassVar[str]
    """The first word of its URLs."""
    dialect: ClassVar[str]
    """What readers of migration files call it."""
    home: ClassVar[str]
    """The schema that names without one mean."""
    admin: ClassVar[str]
    """The account that may do everything."""
    password: ClassVar[str | None] = None
    """Of the one who deploys; nobody else has one."""
    setting_up: tuple[str, ...]
    """What the administrator does first: accounts, their rights, the database."""
    waiting: ClassVar[str]
    """How many sessions of an account wait for somebody's lock."""
    look_every: ClassVar[float]
    """Seconds between two of those looks."""
    connected: ClassVar[str]
    """How many other sessions an account has."""
    shop: ClassVar[Shop]
    history: ClassVar[History]

    @abstractmethod
    def private(self, major: int | None) -> PrivateServer:
        """A server of this kind, not started. UsageFault where there is none."""

    @abstractmethod
    def open(self, url: URL, client: Mapping[str, str] = _NOTHING) -> Session:
        """A connection; `client` is what it says of itself. Refused."""

    @abstractmethod
    def called(self, program: str) -> Mapping[str, str]:
        """How a client that is called so says that."""

    def url(self, server: URL, user: str = OWNER) -> URL:
        """The shop's database on that server."""
        password = self.password if user == OWNER else None
        return URL.create(self.name, user, password, server.host, server.port, DATABASE)
