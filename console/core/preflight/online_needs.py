"""What must hold for an online tool, checked against what was read of the schema and the server.

Facts of the tools' own documents (gh-ost: doc/requirements-and-limitations.md; percona-toolkit 3; pg_repack 1.5).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from console.core.preflight.ground import Case
from console.core.restore.found import sized
from console.core.schema import MEMBERS, Column, Constraint, Extension, Index, Kind, Table, Thing, Trigger

_RENAMES = re.compile(r"\brename\s+(column|to|as)\b|^\s*rename\s+(?!index\b|key\b)", re.IGNORECASE)
_CHANGE = re.compile(r"\bchange\s+(?:column\s+)?(`[^`]+`|\w+)\s+(`[^`]+`|\w+)", re.IGNORECASE)
_UNIQUE = re.compile(r"\badd\s+(constraint\s+\S+\s+)?unique\b", re.IGNORECASE)
_NEW_KEY = re.compile(r"\badd\s+(constraint\s+\S+\s+)?foreign\s+key\b|\breferences\b", re.IGNORECASE)
_DROPS_KEY = re.compile(r"\bdrop\s+primary\s+key\b", re.IGNORECASE)
_DROPS_FOREIGN = re.compile(r"\bdrop\s+foreign\s+key\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Need:
    """One precondition."""

    text: str
    """What is so, or what is not known; no full stop."""
    holds: bool | None = None


def pt_osc_needs(case: Case, table: Table, alter: str) -> list[Need]:
    """pt-online-schema-change copies through triggers of its own."""
    return [
        _key(case, table),
        *_spelled(case, table),
        *_common(case, table, alter),
        *_of_alter(alter, unique="pt-online-schema-change leaves out rows with the same value without a word"),
        *([Need("DROP FOREIGN KEY must name the key as the copy has it, with _ before it", False)]
          if _DROPS_FOREIGN.search(alter) else []),
        *_children(case, table),
        *_triggers(case, table, alter),
        _space(case, table),
        Need("how far its replicas are behind: name them with --recursion-method, or give --recursion-method=none"),
    ]  # fmt: skip


def gh_ost_needs(case: Case, table: Table, alter: str) -> list[Need]:
    """gh-ost copies through the binary log."""
    found = [_key(case, table), *_common(case, table, alter), *_of_alter(alter, unique="")]
    if _DROPS_FOREIGN.search(alter) or _NEW_KEY.search(alter):
        found.append(Need("gh-ost makes and keeps no foreign keys", False))
    keys = [key for key in case.schema.of_kind(Constraint) if key.type == "foreign key" and _ties(key, table)]
    if keys:
        found.append(Need(f"the foreign key {keys[0].ref.name} ties the table, and gh-ost supports none", False))
    elif _untold(case, table):
        found.append(Need("whether foreign keys tie the table"))
    else:
        found.append(Need("no foreign key ties the table", True))
    found += _triggers(case, table, "gh-ost")
    found += _log(case)
    if any(column.generated is not None for column in _columns(case, table)):
        found.append(Need("the table has generated columns, which older versions of gh-ost do not support"))
    if case.server.dialect == "mysql" and case.server.version_number >= 80_400:
        found.append(Need("whether the gh-ost you have works with MySQL 8.4 and later"))
    return [*found, _space(case, table)]


def repack_needs(case: Case, table: Table) -> list[Need]:
    """pg_repack copies through a trigger and its extension."""
    parts = _parts(case, table)
    full = {part.ref.name for part in parts if isinstance(part, Column) and not part.nullable}
    keyed = any(isinstance(p, Index) and p.unique and p.where is None and set(p.columns) <= full for p in parts)
    there = any(thing.ref.name == "pg_repack" for thing in case.schema.of_kind(Extension))
    unsure = MEMBERS in table.unread or Kind.EXTENSION in case.schema.untold
    lacks, known = None if unsure else False, "is" if there else "is not"
    return [
        Need(f"it has {'a' if keyed else 'no'} primary key or unique index over NOT NULL columns", keyed or lacks),
        Need(f"the extension pg_repack {known} in this database", there or lacks),
        Need("the account is a superuser" if case.server.superuser else "whether the account is a superuser",
             case.server.superuser or None),
        _space(case, table),
    ]  # fmt: skip


def _parts(case: Case, table: Table) -> tuple[Thing, ...]:
    return case.schema.by_table.get((table.ref.schema, table.ref.name), ())


def _columns(case: Case, table: Table) -> Iterator[Column]:
    return (part for part in _parts(case, table) if isinstance(part, Column))


def _untold(case: Case, table: Table) -> bool:
    """Something of it may not have been read."""
    return MEMBERS in table.unread or bool(case.schema.unread) or Kind.CONSTRAINT in case.schema.untold


def _key(case: Case, table: Table) -> Need:
    parts = _parts(case, table)
    full = {column.ref.name for column in _columns(case, table) if not column.nullable}
    for part in parts:
        if isinstance(part, Constraint) and part.type == "primary key":
            return Need("it has a primary key", True)
        if isinstance(part, Index) and part.unique and set(part.columns) <= full:
            return Need(f"it has the unique key {part.ref.name} over NOT NULL columns", True)
    if MEMBERS in table.unread:
        return Need("whether the table has a primary key")
    return Need("it has no primary key, and no unique key over NOT NULL columns", False)


def _spelled(case: Case, table: Table) -> Iterator[Need]:
    """Names that pt-online-schema-change takes for others (seen with 3.2.1)."""
    names = [table.ref.name, *(column.ref.written or column.ref.name for column in _columns(case, table))]
    if any("`" in name for name in names):
        yield Need("a name with a backtick in it, which pt-online-schema-change cuts there", False)
    if "." in table.ref.name or "." in table.ref.schema:
        yield Need("a name with a dot in it, which pt-online-schema-change takes for two", False)


def _common(case: Case, table: Table, alter: str) -> Iterator[Need]:
    if table.engine not in (None, "", "innodb"):
        yield Need(f"it is a table of {str(table.engine).upper()}, which has no transactions", False)
    if table.locked:
        yield Need("what stands in the table could not be read: it is locked")
    if case.unsure:
        yield Need(f"whether the table still is as it was read ({case.unsure})")
    if re.search(r"\bpartition\b", alter, re.IGNORECASE):
        yield Need("the tool's way with partitions: try it on a copy first")


def _of_alter(alter: str, *, unique: str) -> Iterator[Need]:
    changed = [m for m in _CHANGE.finditer(alter) if m[1].strip("`").lower() != m[2].strip("`").lower()]
    if _RENAMES.search(alter) or changed:
        yield Need("it renames, and the tool could leave the values behind", False)
    if _DROPS_KEY.search(alter):
        yield Need("it drops the primary key, by which the rows are copied", False)
    if _UNIQUE.search(alter):
        yield Need(f"it adds a unique key: {unique or 'rows with the same value are lost without a word'}", False)
    for clause in re.split(r",(?![^()]*\))", alter):
        added = re.match(
            r"\s*add\s+(column\s+)?(?!index|key|constraint|fulltext|spatial|primary)", clause, re.IGNORECASE
        )
        required = re.search(r"\bnot\s+null\b", clause, re.IGNORECASE)
        given = re.search(r"\bdefault\b|\bauto_increment\b|\bgenerated\b|\bas\s*\(", clause, re.IGNORECASE)
        if added and required and not given:
            yield Need("it adds a NOT NULL column without a default, which the copied rows do not have", False)


def _ties(key: Constraint, table: Table) -> bool:
    own = (key.ref.schema, key.ref.table) == (table.ref.schema, table.ref.name)
    return own or key.references == f"{table.ref.schema}.{table.ref.name}"


def _children(case: Case, table: Table) -> Iterator[Need]:
    place = f"{table.ref.schema}.{table.ref.name}"
    keys = [k for k in case.schema.of_kind(Constraint) if k.type == "foreign key" and k.references == place]
    own = [k for k in keys if (k.ref.schema, k.ref.table) == (table.ref.schema, table.ref.name)]
    if own:
        yield Need(f"the foreign key {own[0].ref.name} points at its own table, and would point at the old one", False)
    others = [key for key in keys if key not in own]
    if others:
        names = ", ".join(sorted({key.ref.table for key in others})[:3])
        yield Need(f"the foreign keys of {names} are made anew, each with a lock on its table", True)
    elif _untold(case, table):
        yield Need("whether foreign keys point at the table")
    if any(k.type == "foreign key" for k in _parts(case, table) if isinstance(k, Constraint)):
        yield Need("its own foreign keys get other names, with _ before them", True)


def _triggers(case: Case, table: Table, what: str) -> Iterator[Need]:
    found = [
        trigger
        for trigger in case.schema.of_kind(Trigger)
        if trigger.ref.schema == table.ref.schema and table.ref.name in (trigger.table, trigger.ref.table)
    ]
    if Kind.TRIGGER in case.schema.untold:
        yield Need("whether the table has triggers")
    elif not found:
        yield Need("it has no triggers", True)
    elif what == "gh-ost":
        yield Need(f"the trigger {found[0].ref.name} is on the table, and gh-ost supports none", False)
    else:
        yield Need(
            f"the trigger {found[0].ref.name} is on the table: --preserve-triggers, and the old table goes", True
        )


def _log(case: Case) -> Iterator[Need]:
    """The binary log that gh-ost reads: of rows, and of whole rows."""
    server = case.server
    on, mode = server.setting("log_bin").lower(), server.setting("binlog_format").lower()
    image = server.setting("binlog_row_image").lower()
    yield Need("the server writes no binary log" if on in ("off", "0") else "the server writes a binary log",
               None if not on else on in ("on", "1"))  # fmt: skip
    yield Need(f"binlog_format is {mode.upper() or 'not known'}", None if not mode else mode == "row")
    yield Need(f"binlog_row_image is {image.upper() or 'not known'}", None if not image else image == "full")


def _space(case: Case, table: Table) -> Need:
    """It is kept twice until the old one is dropped."""
    now, name = case.ground.now, (table.ref.schema, table.ref.name)
    size = dict((*(now.moment.sizes if now.moment is not None else ()), *now.room.sizes)).get(name)
    if size is None or now.room.free is None:
        known = f"the table takes {sized(size)}" if size is not None else "how large the table is"
        return Need(f"whether there is free space for the table a second time ({known})")
    enough = now.room.free > size * 1.2
    return Need(f"{sized(now.room.free)} are free where the server keeps its data, and the table takes {sized(size)}",
                enough)  # fmt: skip
