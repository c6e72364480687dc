"""What a broken ALTER leaves where information_schema.tables does not show it, in at most two reads that never wait.

InnoDB tells the names of all its tables and tablespaces to who may see processes. The tables of a running ALTER are
among them: whether one is left over is decided by who runs what (core/debris_mysql.py). Keys that are switched off are
told for tables of MyISAM and Aria only, so the second read is sent where there are such tables, for them by name:
MariaDB opens no others then.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from console.core.debris_mysql import DISABLED, UNFINISHED
from console.core.faults import NotPermittedFault
from console.core.schema import Index, Schema, Table, Thing, table_ref
from console.dialects.mysql.wire import Wire

_NAMES = {
    "mysql": """
SELECT name, %(home)s FROM information_schema.innodb_tablespaces WHERE name LIKE '%%/#sql%%'
""",
    "mariadb": """
SELECT name, CAST(CONVERT(%(home)s USING filename) AS BINARY) FROM information_schema.innodb_sys_tables
 WHERE name LIKE '%%/#sql%%'
""",
}
"""MySQL writes the name of a database as it is, MariaDB as its folder is called."""
_DISABLED = """
SELECT table_name, index_name FROM information_schema.statistics
 WHERE table_schema = %(home)s AND comment = 'disabled' AND table_name IN ({names})
"""
_HAVE_KEYS = ("myisam", "aria")
_SWAPPED = re.compile(r"#sql-backup-[0-9a-f]+-(?P<connection>[0-9a-f]+)")
_HIDDEN = frozenset({"charset", "collation", "options", "partition_key", "partitions", "comment", "persistence"})


def unfinished(wire: Wire, dialect: str) -> tuple[str, ...]:
    """Names of tables that the server made for itself, in the database in use; none where that may not be seen."""
    try:
        rows = wire.read(_NAMES[dialect], {"home": wire.home})
    except NotPermittedFault:
        return ()
    found = set()
    for name, folder in rows:
        place, _, table = name.rpartition("/")
        if place == _text(folder):
            found.add(table.partition("#p#")[0].partition("#P#")[0])
    return tuple(sorted(found))


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def swapping(names: Iterable[str]) -> Iterator[str]:
    """Sessions of MariaDB that are putting a new table in the place of an old one: for a moment there is neither."""
    for name in names:
        match = _SWAPPED.fullmatch(name)
        if match:
            yield str(int(match["connection"], 16))


def with_leftovers(schema: Schema, names: Iterable[str], wire: Wire) -> Schema:
    """The schema with tables that are left over, and with the keys marked that are switched off."""
    known = {thing.ref.name for thing in schema.things if isinstance(thing, Table)}
    left: list[Thing] = [
        Table(ref=table_ref(schema.home, name), engine="innodb", unread=_HIDDEN)
        for name in names
        if name.startswith(UNFINISHED) and name not in known
    ]
    disabled = _disabled(schema, wire)
    if not left and not disabled:
        return schema
    things = [_marked(thing, disabled) for thing in schema.things]
    things = sorted([*things, *left], key=lambda t: (t.ref.kind, t.ref.schema, t.ref.table, t.ref.name))
    return replace(schema, things=tuple(things))


def _disabled(schema: Schema, wire: Wire) -> frozenset[tuple[str, str]]:
    tables = [t.ref.name for t in schema.of_kind(Table) if t.engine in _HAVE_KEYS and not t.locked]
    if not tables:
        return frozenset()
    places = ", ".join(f"%(t{n})s" for n in range(len(tables)))
    given = {"home": wire.home, **{f"t{n}": name for n, name in enumerate(tables)}}
    return frozenset((table, name.lower()) for table, name in wire.read(_DISABLED.format(names=places), given))


def _marked(thing: Thing, disabled: frozenset[tuple[str, str]]) -> Thing:
    if isinstance(thing, Index) and (thing.table, thing.ref.name) in disabled:
        return replace(thing, options=(*thing.options, DISABLED))
    return thing
