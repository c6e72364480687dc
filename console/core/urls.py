"""Database URLs as SQLAlchemy reads and writes them, without loading it: that takes longer than a whole first look.

Whoever is given one cannot tell the difference, and the types say SQLAlchemy's; only its engines want their own
(`console/store/remote_tables.py`). tests/core/test_urls.py holds the two side by side.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qsl, quote, quote_plus, unquote

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

__all__ = ["URL", "make_url"]

Query = Mapping[str, str | Sequence[str]]
_KIND = re.compile(r"[\w+]+")
_LINE = re.compile(".*")
_BARE = " +"
"""Written as they are in names and passwords."""


@dataclass(frozen=True, repr=False, eq=False)
class Address:
    """What SQLAlchemy's URL is, as far as anybody here asks."""

    drivername: str
    username: str | None = None
    password: str | None = None
    host: str | None = None
    port: int | None = None
    database: str | None = None
    query: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def create(
        cls,
        drivername: str,
        username: str | None = None,
        password: str | None = None,
        host: str | None = None,
        port: int | None = None,
        database: str | None = None,
        query: Query | None = None,
    ) -> Address:
        """A URL of these parts."""
        return cls(drivername, username, password, host, port, database, _settled(query or {}))

    def set(self, **parts: object) -> Address:
        """With other parts; None leaves one as it is."""
        given = {name: part for name, part in parts.items() if part is not None}
        if "query" in given:
            given["query"] = _settled(cast("Query", given["query"]))
        return replace(self, **given)  # type: ignore[arg-type]

    def update_query_dict(self, parts: Query) -> Address:
        """With these behind the question mark as well."""
        return replace(self, query={**self.query, **_settled(parts)})

    def get_backend_name(self) -> str:
        """Which kind of server, without the driver."""
        return self.drivername.partition("+")[0]

    def render_as_string(self, hide_password: bool = True) -> str:
        """As it is written; the password only where that is asked for."""
        who = ""
        if self.username is not None:
            hidden = "***" if hide_password else quote(self.password or "", safe=_BARE)
            who = quote(self.username, safe=_BARE) + (f":{hidden}" if self.password is not None else "") + "@"
        host = self.host or ""
        where = (f"[{host}]" if ":" in host else host) + (f":{self.port}" if self.port is not None else "")
        database = f"/{quote(self.database, safe=f'{_BARE}/')}" if self.database is not None else ""
        pairs = ((name, value) for name in sorted(self.query) for value in _listed(self.query[name]))
        options = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs)
        return f"{self.drivername}://{who}{where}{database}" + (f"?{options}" if options else "")

    def __repr__(self) -> str:
        return self.render_as_string()

    def __eq__(self, other: object) -> bool:
        if not hasattr(other, "render_as_string"):
            return NotImplemented
        return bool(self.render_as_string(hide_password=False) == other.render_as_string(hide_password=False))

    def __hash__(self) -> int:
        return hash(self.render_as_string(hide_password=False))


if not TYPE_CHECKING:
    URL = Address


def make_url(text: str) -> URL:
    """A URL as it is written. ValueError for what is none."""
    kind, separator, rest = text.partition("://")
    if not separator or not _KIND.fullmatch(kind):
        raise ValueError("not a database URL")
    user, password, rest = _person(rest)
    host, rest = _host(rest)
    port, rest = _part(rest, ":", "/?")
    database, rest = _part(rest, "/", "?")
    query: dict[str, list[str]] = {}
    if rest.startswith("?"):
        for name, value in parse_qsl(_LINE.match(rest)[0][1:]):  # type: ignore[index]
            query.setdefault(name, []).append(value)
    settled = {name: values[0] if len(values) == 1 else values for name, values in query.items()}
    number = None if port is None else int(port)
    return URL.create(kind, _plain(user), _plain(password), host or None, number, _plain(database), settled)


def _person(text: str) -> tuple[str | None, str | None, str]:
    """(name, password, what follows): a password ends at the first @, a name without one at the last."""
    name = _until(text, ":/")
    rest = text[len(name) :]
    if rest.startswith(":") and "@" in rest:
        password, _, rest = rest[1:].partition("@")
        return name, password, rest
    if "@" in name:
        name, _, host = name.rpartition("@")
        return name, None, host + rest
    return None, None, text


def _host(text: str) -> tuple[str, str]:
    whole = _until(text, "/?")
    end = whole.rfind("]")
    if whole.startswith("[") and end > 1:
        return whole[1:end], text[end + 1 :]
    host = _until(text, "/:?")
    return host, text[len(host) :]


def _part(text: str, sign: str, ends: str) -> tuple[str | None, str]:
    """(what stands behind the sign, what follows); None where the sign is not there."""
    if not text.startswith(sign):
        return None, text
    part = _until(text[1:], ends)
    return part, text[1 + len(part) :]


def _until(text: str, ends: str) -> str:
    return text[: min((at for at in map(text.find, ends) if at >= 0), default=len(text))]


def _plain(part: str | None) -> str | None:
    return None if part is None else unquote(part)


def _settled(query: Query) -> dict[str, str | tuple[str, ...]]:
    return {name: value if isinstance(value, str) else tuple(value) for name, value in query.items()}


def _listed(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value
