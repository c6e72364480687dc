"""The kinds of server, by the first word of a URL; a kind is imported when it is asked for.

A new dialect is one module (or package) here with a `make()` that gives its `Dialect`, and one line in `_MODULES`.
"""

from __future__ import annotations

from importlib import import_module

from console.core.faults import UsageFault
from console.core.ports import Dialect

_MODULES = {
    "mariadb": "console.dialects.mariadb",
    "mysql": "console.dialects.mysql",
    "postgresql": "console.dialects.postgres",
    "sqlite": "console.dialects.sqlite",
}


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
