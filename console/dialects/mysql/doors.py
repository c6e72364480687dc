"""The ways in that a full server keeps: MySQL's admin port, MariaDB's extra port.

A server that refuses us cannot be asked which port that is. So it is named by a person, known from an earlier
connection of this process, or, of a MySQL, the documented one.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

OPTION = "admin_port"
VARIABLE = "HALFWAY_ADMIN_PORT"
_DOCUMENTED = {"mysql": 33062}
"""MariaDB has none: its extra_port is off unless somebody names one."""
_ANYWHERE = ("", "*", "0.0.0.0", "::")  # noqa: S104 - compared with, not listened on
_LOCAL = "127.0.0.1"

_PORT = 3306

_SHUT = 30.0
"""Seconds for which a port nobody named is left alone after it let nobody in: a firewall may hold every try up."""

_shut: dict[tuple[str | None, int | None], float] = {}
_known: dict[tuple[str | None, int | None], tuple[str, int]] = {}


@dataclass(frozen=True, slots=True)
class Door:
    """One other way to the same server."""

    url: URL
    port: int = 0
    """The ordinary port that what answers there must have: nobody named the door, and another server may be behind
    it (a tunnel, a second server on one machine). 0: a person named it."""


def learn(url: URL, variables: Mapping[str, str]) -> None:
    """Remember where the server itself says that it listens besides its port."""
    extra, admin = variables.get("extra_port", "0"), variables.get("admin_port", "0")
    address = variables.get("admin_address", "")
    if extra.isdigit() and int(extra):
        _known[url.host, url.port] = "", int(extra)
    elif admin.isdigit() and int(admin) and address:
        _known[url.host, url.port] = "" if address in _ANYWHERE else address, int(admin)


def doors(url: URL, environ: Mapping[str, str]) -> Iterator[Door]:
    """The same server by its other ports, the surest first; a tunnel leads to one port only."""
    if "tunnel" in url.query:
        return
    given = url.query.get(OPTION) or environ.get(VARIABLE, "")
    named = given if isinstance(given, str) else given[-1]
    address, learned = _known.get((url.host, url.port), ("", 0))
    documented = _DOCUMENTED.get(url.get_backend_name(), 0)
    port = int(named) if named.isdigit() else learned or documented
    if port and port != url.port:
        found = _by(url, address if port == learned else "", port)
        if named.isdigit():
            yield Door(found)
        elif time.monotonic() - _shut.get((found.host, found.port), -_SHUT) >= _SHUT:
            yield Door(found, url.port or _PORT)


def shut(door: Door) -> None:
    """It let nobody in."""
    _shut[door.url.host, door.url.port] = time.monotonic()


def with_door(url: URL) -> URL:
    """The URL with what is known of its server, for another process."""
    _, learned = _known.get((url.host, url.port), ("", 0))
    return url if not learned or url.query.get(OPTION) else url.update_query_dict({OPTION: str(learned)})


def _by(url: URL, address: str, port: int) -> URL:
    query = {name: value for name, value in url.query.items() if name != "unix_socket"}
    return url.set(host=address or url.host or _LOCAL, port=port, query=query)
