"""A target with the URL that leads to it: the only value of a fleet that may hold a password; it is never printed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from console.core.fleet.row import Target
from console.wiring import located, parse_url, shown

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

_PORTS = {"postgresql": "5432", "mysql": "3306", "mariadb": "3306"}
_LOCAL = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True)
class Reach:
    """One target and the way to it."""

    target: Target
    url: URL

    def __repr__(self) -> str:
        return f"Reach({self.target.name!r})"


def reach(text: str | URL, name: str = "", schema: str | None = None, group: str = "") -> Reach:
    """The target behind a URL. UsageFault when it is none."""
    url = located(parse_url(text) if isinstance(text, str) else text, Path.cwd())
    file = (url.database or "").rpartition("/")[2] if url.get_backend_name() == "sqlite" else url.database
    usual = "/".join(part for part in (file or url.host or "?", schema) if part)
    return Reach(Target(name or usual, shown(url), server_of(url), schema, group), url)


def named_apart(reaches: tuple[Reach, ...]) -> tuple[Reach, ...]:
    """With a name of its own for each: of several of one name the place stands behind it."""
    names = [r.target.name for r in reaches]
    twice = {name for name in names if names.count(name) > 1} if len(set(names)) < len(names) else set()
    return tuple(_renamed(r) if r.target.name in twice else r for r in reaches)


def _renamed(found: Reach) -> Reach:
    target = found.target
    where = target.place + (f" {target.schema}" if target.schema else "")
    return replace(found, target=replace(target, name=f"{target.name} ({where})"))


def server_of(url: URL) -> str:
    """What targets of one server have in common, however their URLs are written."""
    backend = url.get_backend_name()
    if backend == "sqlite":
        return f"sqlite {url.database or ''}"
    family = "mysql" if backend == "mariadb" else backend
    host = str(url.host or url.query.get("host") or url.query.get("unix_socket") or "localhost").lower()
    port = url.port or url.query.get("port") or _PORTS.get(backend, "")
    return f"{family} {'localhost' if host in _LOCAL else host}:{port}"
