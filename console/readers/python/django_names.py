"""The names that Django derives: of indexes, constraints, tables and their columns, and how it quotes them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

LONGEST = {"postgres": 63, "mysql": 64, "mariadb": 64}
"""SQLite has no limit; there Django cuts only the names that it derives, at 200."""
_NAMESPACED = re.compile(r'"?(?P<schema>[^"]*)"?\."?(?P<name>[^"]*)"?\Z')


def digest(*words: str, length: int) -> str:
    """The first characters of the MD5 of all words together."""
    made = hashlib.md5(usedforsecurity=False)
    for word in words:
        made.update(word.encode())
    return made.hexdigest()[:length]


def split_name(name: str) -> tuple[str, str]:
    """`schema"."table` as schema and table."""
    found = _NAMESPACED.match(name) if '"."' in name else None
    return (found["schema"], found["name"]) if found else ("", name.strip('"'))


def truncated(name: str, dialect: str) -> str:
    """A table's name that is too long ends in four characters of its digest."""
    most = LONGEST.get(dialect)
    schema, plain = split_name(name)
    if most is None or len(plain) <= most:
        return name
    before = f'{schema}"."' if schema else ""
    return f"{before}{plain[: most - 4]}{digest(plain, length=4)}"


def quoted(name: str, dialect: str) -> str:
    """A name as Django quotes it: it never doubles a quote."""
    mark = "`" if dialect in ("mysql", "mariadb") else '"'
    return name if name.startswith(mark) and name.endswith(mark) else f"{mark}{name}{mark}"


def derived(table: str, columns: Sequence[str], suffix: str, dialect: str) -> str:
    """The name of an index or constraint on columns of a table."""
    _, table = split_name(table)
    end = digest(table, *columns, length=8) + suffix
    most = LONGEST.get(dialect, 200)
    joined = "_".join(columns)
    name = f"{table}_{joined}_{end}"
    if len(name) <= most:
        return name
    if len(end) > most / 3:
        end = end[: most // 3]
    room = (most - len(end)) // 2 - 1
    name = f"{table[:room]}_{joined[:room]}_{end}"
    return f"D{name[:-1]}" if name[0] == "_" or name[0].isdigit() else name


def server_names(table: str, column: str, ending: str, dialect: str) -> str:
    """The name a server gives what a column's own definition says: `t_c_key`, `t_c_check`; MySQL: `c`."""
    _, table = split_name(table)
    if dialect != "postgres":
        return column
    room = LONGEST[dialect] - len(ending) - 2
    while len(table) + len(column) > room:
        table, column = (table[:-1], column) if len(table) > len(column) else (table, column[:-1])
    return f"{table}_{column}_{ending}"
