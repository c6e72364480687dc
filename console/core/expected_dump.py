"""A schema out of a dump as SQL: what its statements make of an empty database, as files say it and no server.

pg_dump, mysqldump, mariadb-dump and sqlite3 write such files, and so do the tools that keep one beside their
migrations. What else is in them (rows, settings, grants, locks) makes no object and is passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from console.core.expected import expected
from console.core.expected_base import Baseline, family
from console.core.faults import UsageFault
from console.core.operations import Opaque
from console.core.plain import one_line
from console.core.schema import Kind, Schema, Thing, View, owner_of
from console.core.statements import Statement, read_script

_SERVERS = {"postgres": "postgresql"}
"""Grammar -> server, where they are not called the same."""
_GRAMMARS = {"postgresql": "postgres"}
_HEADS = (
    ("mariadb", re.compile(r"^-- Server version\s.*MariaDB", re.MULTILINE)),
    ("mysql", re.compile(r"^-- Server version\s+\d", re.MULTILINE)),
    ("mariadb", re.compile(r"^-- MariaDB dump|^-- MySQL dump .*MariaDB|^/\*M!", re.MULTILINE)),
    ("mysql", re.compile(r"^-- MySQL dump", re.MULTILINE)),
    ("postgres", re.compile(r"^-- PostgreSQL database|^SELECT pg_catalog\.set_config", re.MULTILINE)),
    ("sqlite", re.compile(r"^PRAGMA foreign_keys|\bsqlite_sequence\b", re.MULTILINE)),
)
"""Grammar -> what the programs that write dumps say about the server, the most telling first."""
_HABITS = (
    ("mysql", re.compile(r"^\)\s*ENGINE\s*=|^/\*!\d{5} SET ", re.MULTILINE)),
    (
        "postgres",
        re.compile(r"^SET (?:statement_timeout|search_path|client_encoding)\b|^CREATE EXTENSION ", re.MULTILINE),
    ),
)
"""Family -> what is written for it alone."""
_SEARCHED = 100_000
"""Characters at the beginning of a dump in which it says what it is of."""
_DATABASE = re.compile(
    r"^(?:USE\s+`(?P<used>(?:[^`]|``)+)`|\\connect\s+(?:-\S+\s+)*(?P<entered>[^\s\-]\S*))", re.MULTILINE
)
_IN_FULL = re.compile(r"^SELECT pg_catalog\.set_config\('search_path', '', false\)", re.MULTILINE)
"""pg_dump names the schema of everything."""
_HOST = re.compile(r"^-- Host: .*?Database: (?P<name>\S+)\s*$", re.MULTILINE)
_LEFT_OUT = {Kind.ROUTINE: "routines", Kind.PROCEDURE: "routines", Kind.EVENT: "events"}
"""What mysqldump and mariadb-dump only write where they are asked to; then they write a heading for it."""
_HOMES = {"postgres": "public", "sqlite": "main"}


@dataclass(frozen=True, slots=True)
class DumpRead:
    """What a dump says, and what of it nobody could read."""

    base: Baseline
    unread: tuple[Statement, ...] = ()

    @property
    def gap(self) -> str:
        """One sentence about what could not be read; '' when all was."""
        if not self.unread:
            return ""
        first, count = self.unread[0], len(self.unread)
        many = "1 statement" if count == 1 else f"{count} statements"
        where = "it" if count == 1 else "the first"
        said = f"{where} is in line {first.line}: {one_line(first.sql, 80)}"
        return f"{many} of {self.base.source} could not be read, {said}"


def of_dump(text: str, name: str, modified_at: datetime, server: str = "") -> DumpRead:
    """The schema that a dump makes; `server` is the kind it is compared with ('' where that is not known), which only
    counts where the text itself does not say. UsageFault with one sentence for what is no such dump."""
    grammar = _grammar(text, server)
    if not grammar:
        raise UsageFault(f"{name} does not say which server it is a dump of", todo="Compare it with a database")
    database = _database(text, name)
    home = _HOMES.get(grammar) or database or "dump"
    statements = read_script(text, grammar, home)
    if all(isinstance(operation, Opaque) for statement in statements for operation in statement.operations):
        raise UsageFault(f"{name} is neither a snapshot nor a dump of a schema", "no statement in it makes anything")
    empty = Schema(home=home, dialect=grammar, untold=_untold(text, grammar))
    server = _SERVERS.get(grammar, grammar)
    base = Baseline(empty, f"dump {name}", server, "", database, modified_at, of_files=True, statements=statements)
    return _made(base, "" if _IN_FULL.search(text, 0, _SEARCHED) else home)


def _made(base: Baseline, home: str) -> DumpRead:
    """With the things themselves; only what could not be read stays a statement."""
    things = tuple(_as_filled(thing) for thing in expected(base, ()).schema.things if not _is_sqlites(thing, base))
    unread = tuple(
        replace(statement, operations=left)
        for statement in base.statements
        if (left := tuple(o for o in statement.operations if isinstance(o, Opaque) and not o.harmless))
    )
    return DumpRead(replace(base, schema=replace(base.schema, things=things, home=home), statements=unread), unread)


def _is_sqlites(thing: Thing, base: Baseline) -> bool:
    """The table of its counters, which newer shells of SQLite dump as well."""
    return base.dialect == "sqlite" and (owner_of(thing) or thing.ref.name).startswith("sqlite_")


def _as_filled(thing: Thing) -> Thing:
    """Dumps make materialized views without rows and fill them at the end, or leave that to people."""
    return replace(thing, populated=True) if isinstance(thing, View) else thing


def _grammar(text: str, server: str) -> str:
    """Of the dump; where only its family is told, the member of it that it is compared with."""
    head, known = text[:_SEARCHED], _GRAMMARS.get(server, server)
    said = next((grammar for grammar, mark in _HEADS if mark.search(head)), "")
    habit = next((grammar for grammar, mark in _HABITS if mark.search(head)), "")
    return said or (known if not habit or family(known) == habit else habit)


def _database(text: str, name: str) -> str:
    """The one it is of; '' where that is not said."""
    named = {found["used"] or found["entered"].strip('"') for found in _DATABASE.finditer(text)}
    if len(named) > 1:
        several = ", ".join(one_line(each, 40) for each in sorted(named)[:3])
        raise UsageFault(f"{name} is a dump of several databases ({several})", todo="Dump the one that is compared")
    host = _HOST.search(text, 0, _SEARCHED)
    return next(iter(named), host["name"] if host else "")


def _untold(text: str, grammar: str) -> dict[Kind, str]:
    """Kinds that the dump may be silent about."""
    if family(grammar) != "mysql":
        return {}
    return {
        kind: f"the dump was written without {what}"
        for kind, what in _LEFT_OUT.items()
        if not re.search(rf"^-- Dumping {what} for database", text, re.MULTILINE)
    }
