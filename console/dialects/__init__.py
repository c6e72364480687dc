"""The kinds of server, by the first word of a URL; a kind is imported when it is asked for.

A new dialect is one module (or package) here with a `make()` that gives its `Dialect`, and one line in `_MODULES`.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from console.core.faults import UsageFault

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

    from console.core.operations import Operation
    from console.core.ports import Dialect
    from console.core.ports_acting import Hand, Renderer
    from console.core.ports_fleet import Lister, Sweeper
    from console.core.schema import Schema

    Scripter = Callable[[Operation, Schema], tuple[str, ...]]

_MODULES = {
    "mariadb": "console.dialects.mariadb",
    "mysql": "console.dialects.mysql",
    "postgresql": "console.dialects.postgres",
    "sqlite": "console.dialects.sqlite",
}
_ACTING = frozenset({"mariadb", "mysql", "postgresql", "sqlite"})


def names() -> tuple[str, ...]:
    """The names a URL may begin with."""
    return tuple(sorted(_MODULES))


def open_dialect(name: str) -> Dialect:
    """The dialect of URLs that begin with `name`."""
    module = _MODULES.get(name.partition("+")[0])
    if module is None:
        raise UsageFault(f"Halfway does not know servers of the kind {name!r}", todo=f"It knows {', '.join(names())}")
    dialect: Dialect = import_module(module).make()
    return dialect


def renderer(dialect: str) -> Renderer:
    """What writes the SQL of plans, for a server whose `Server.dialect` this is. UsageFault where nothing can be done.

    Only what acts calls this and `open_hand`: they import what can write.
    """
    found: Renderer = _acting(dialect, "render").make()
    return found


def open_hand(dialect: str, url: URL) -> Hand:
    """The connection that acts."""
    found: Hand = _acting(dialect, "hand").make(url)
    return found


def scripter(dialect: str) -> Scripter:
    """What writes one schema change for a script that a person reads through first; nothing of it is sent.

    CannotWriteError where the texts that a schema holds do not say it whole.
    """
    write: Scripter = import_module(f"{_MODULES[dialect]}.render_script").script_sql
    return write


def open_lister(url: URL) -> Lister:
    """What lists the databases and schemas of a server. UsageFault where a database is a file."""
    name = url.get_backend_name()
    if name == "sqlite":
        raise UsageFault("SQLite has no server that could list its databases", todo="Name the files in a list")
    found: Lister = import_module(f"{_MODULES['mysql' if name == 'mariadb' else name]}.many").lister(url)
    return found


def open_sweeper(url: URL, lane: str) -> Sweeper:
    """A link that reads many schemas in one pass. UsageFault where a database has no schemas."""
    name = url.get_backend_name()
    if name != "postgresql":
        raise UsageFault(f"a database of {name} has no schemas", todo="There a tenant is a database: name those")
    found: Sweeper = import_module(f"{_MODULES[name]}.many").sweeper(url, lane)
    return found


def _acting(dialect: str, part: str) -> ModuleType:
    module = f"{_MODULES.get(dialect, '')}.{part}"
    if dialect not in _ACTING:
        raise UsageFault(f"Halfway cannot act on {dialect}", todo=f"It can on {', '.join(sorted(_ACTING))}")
    return import_module(module)
