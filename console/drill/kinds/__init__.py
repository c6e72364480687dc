"""The kinds of server a drill can be on, by the first word of a URL; a kind is imported when it is asked for."""

from __future__ import annotations

from importlib import import_module

from console.core.faults import UsageFault
from console.drill.kinds.kind import Kind

_MODULES = {
    "postgresql": "console.drill.kinds.postgres",
    "mysql": "console.drill.kinds.mysql",
    "mariadb": "console.drill.kinds.mariadb",
}
NAMES = tuple(_MODULES)


def kind_of(name: str) -> Kind:
    """The kind called `name`. UsageFault when there is none."""
    if name not in _MODULES:
        raise UsageFault(f"no drill is on a server called {name!r}", todo=f"There are {', '.join(NAMES)}")
    kind: Kind = import_module(_MODULES[name]).make()
    return kind
