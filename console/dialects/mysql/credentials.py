"""Where a password comes from when the URL holds none: the environment, or the option file of the MySQL clients."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

_VARIABLE = "MYSQL_PWD"
_FILE = ".my.cnf"
_GROUPS = frozenset({"client", "client-mariadb"})


def password_for(user: str | None, environ: Mapping[str, str], home: Path) -> str | None:
    """The password, None when there is none. One in the file counts for the user it names, or for everybody."""
    if environ.get(_VARIABLE):
        return environ[_VARIABLE]
    options = client_options(home / _FILE)
    if options.get("password") and options.get("user", user) in (user, ""):
        return options["password"]
    return None


def client_options(path: Path) -> dict[str, str]:
    """The `[client]` options of a file; what it includes from elsewhere is not read."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    found: dict[str, str] = {}
    group = ""
    for line in map(str.strip, lines):
        if line.startswith("[") and line.endswith("]"):
            group = line[1:-1].strip().lower()
        elif group in _GROUPS and not line.startswith(("#", ";", "!")):
            name, equals, value = line.partition("=")
            if equals:
                found[name.strip().lower().replace("_", "-")] = _bare(value.strip())
    return found


def _bare(value: str) -> str:
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1] if quoted else value
