"""The password that libpq would take from its password file, for a connection that goes through a tunnel.

libpq looks there for the port that it connects to. Through a tunnel that is one of this machine's, which nobody has
written down; so the file is read here, for the port that the database itself has.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

_FIELD = re.compile(r"((?:[^:\\]|\\.)*)(?::|\Z)")


def password_for(given: Mapping[str, object], environ: Mapping[str, str]) -> str | None:
    """The password of what libpq is given; None where it has none, or finds one by itself."""
    if given.get("password") is not None:
        return str(given["password"])
    if environ.get("PGPASSWORD"):
        return None
    user = given.get("user") or environ.get("PGUSER") or environ.get("USER")
    parts = (given.get("host"), given.get("port") or environ.get("PGPORT") or 5432, given.get("dbname") or user, user)
    named = given.get("passfile") or environ.get("PGPASSFILE") or Path.home() / ".pgpass"
    return _looked_up(_lines(Path(str(named))), tuple(str(part) for part in parts))


def _looked_up(lines: list[str], parts: tuple[str, ...]) -> str | None:
    for line in lines:
        fields = [re.sub(r"\\(.)", r"\1", field) if field != "*" else None for field in _FIELD.findall(line)]
        wanted = fields[: len(parts)]
        fits = all(field is None or field == part for field, part in zip(wanted, parts, strict=False))
        if len(fields) > len(parts) and not line.startswith("#") and fits:
            return fields[len(parts)]
    return None


def _lines(path: Path) -> list[str]:
    """What libpq would read: nothing of a file that others may read."""
    with suppress(OSError):
        if stat.S_IMODE(path.stat().st_mode) & 0o077 == 0:
            return path.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    return []
