"""What failures leave on MySQL and MariaDB: tables of a broken ALTER, keys that were switched off and forgotten.

An ALTER that copies works in a table called `#sql-...`, whose name ends in the number of its connection. MySQL 8 and
newer takes such tables away by itself when it starts again; MariaDB can be left with one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from console.core.assessment import Debris
from console.core.debris_tools import quoted
from console.core.debris_watch import Watch
from console.core.describe import definition
from console.core.schema import Constraint, Index, Schema, Table, Thing
from console.core.state import Picture

UNFINISHED = "#sql"
"""How the server begins the name of every table it is making."""
DISABLED = "disabled"
"""Among the options of an index whose table has its keys switched off."""

_OLD_SPELLING = "#mysql50#"
_OWNER = re.compile(r"#sql-(?:[a-z]+-)?[0-9a-f]+[_-](?P<connection>[0-9a-f]+)")


def of_mysql(schema: Schema, intended: Picture, watch: Watch) -> Iterator[Debris]:
    """Everything the schema itself shows."""
    yield from _disabled(schema, watch)
    for thing in schema.things:
        yield from _of_thing(thing, schema, intended, watch)


def _of_thing(thing: Thing, schema: Schema, intended: Picture, watch: Watch) -> Iterator[Debris]:
    meant = intended.get(thing.ref) or {}
    label = thing.ref.label(schema.home)
    match thing:
        case Table() if is_unfinished(thing.ref.name) and not intended.get(thing.ref):
            yield from _unfinished(thing, schema, watch)
        case Index(visible=False) if meant.get("visible") is not False:
            yield Debris("invisible_index", label, f"{definition(thing)}; {_visible(thing, schema)}")
        case Constraint(enforced=False) if meant.get("enforced") is not False:
            name = thing.ref.written or thing.ref.name
            statement = f"ALTER TABLE {quoted(thing.ref.table)} ALTER CHECK {quoted(name)} ENFORCED"
            text = f"{definition(thing)}; rows may break it, so ask first, then (copies the table): {statement}"
            yield Debris("check_not_enforced", label, text)


def is_unfinished(name: str) -> bool:
    """A table the server made for itself."""
    return name.removeprefix(_OLD_SPELLING).startswith(UNFINISHED)


def spelled(name: str) -> str:
    """The name by which statements reach such a table."""
    return name if name.startswith(_OLD_SPELLING) else _OLD_SPELLING + name


def _visible(index: Index, schema: Schema) -> str:
    name = quoted(index.ref.written or index.ref.name)
    word = "NOT IGNORED" if schema.dialect == "mariadb" else "VISIBLE"
    again = f"ALTER TABLE {quoted(index.table)} ALTER INDEX {name} {word}"
    return f"no query uses it, every write pays for it; unless somebody is trying to do without it: {again}"


def _unfinished(table: Table, schema: Schema, watch: Watch) -> Iterator[Debris]:
    name = table.ref.name.removeprefix(_OLD_SPELLING)
    match = _OWNER.fullmatch(name)
    connection = str(int(match["connection"], 16)) if match else None
    if watch.is_busy(connection) if connection else watch.alters():
        return
    whose = f"of connection {connection} " if connection else ""
    what = f"an ALTER TABLE {whose}was broken off and left its copy"
    held = _kept(name, table, schema, watch)
    drop = f"nobody alters a table under that number; after a backup: DROP TABLE {quoted(spelled(name))}"
    yield Debris("unfinished_table", table.ref.label(schema.home), f"{what}; {held or drop}", table.ref, held)


def _kept(name: str, table: Table, schema: Schema, watch: Watch) -> str:
    """Why it is not to be dropped."""
    if not watch.complete:
        return "whether it still runs cannot be seen here: leave it"
    if "-backup-" in name:
        return "it may hold the only rows of a table that is missing: look for that before anything is dropped"
    if schema.dialect == "mysql" and not table.ref.name.startswith(_OLD_SPELLING):
        return "no statement takes it away, the server does when it starts again"
    return ""


def _disabled(schema: Schema, watch: Watch) -> Iterator[Debris]:
    """By table: keys are switched off for all of it at once."""
    tables: dict[str, list[Index]] = {}
    for index in schema.of_kind(Index):
        if DISABLED in index.options:
            tables.setdefault(index.table, []).append(index)
    for table, indexes in tables.items():
        if watch.mentions(table):
            continue
        names = ", ".join(index.ref.written or index.ref.name for index in indexes)
        what = f"DISABLE KEYS was never taken back, so {names} is neither used nor kept up to date"
        statement = f"ALTER TABLE {quoted(table)} ENABLE KEYS"
        how = f"nobody speaks of the table; it is locked while they are built: {statement}"
        unseen = "whether a load of data is under way cannot be seen here: leave it"
        yield Debris("disabled_keys", table, f"{what}; {how if watch.complete else unseen}")
