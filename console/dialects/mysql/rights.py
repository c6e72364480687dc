"""What the account may see, and the GRANT for what it may not.

Rights that a read stands for are found by trying that read; the others are read from SHOW GRANTS, which on MySQL and
MariaDB includes those of the roles that are active. Its text is never shown: MariaDB puts password hashes into it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from console.core.faults import NotPermittedFault, ReadFault
from console.core.ports import Right
from console.core.types.postgres_words import words
from console.dialects.mysql import queries
from console.dialects.mysql.wire import Wire

_GRANT = re.compile(r"GRANT (?P<rights>.+?) ON (?:TABLE |FUNCTION |PROCEDURE )?(?P<where>\S+) TO ", re.DOTALL)
_ON_TABLE = re.compile(r"GRANT (?P<rights>.+) ON (?P<where>(?:`(?:[^`]|``)*`|[^\s`.]+)\.`(?:[^`]|``)*`) TO ", re.DOTALL)
_REVOKED = re.compile(r"REVOKE (?P<rights>.+?) ON (?P<where>\S+) FROM ", re.DOTALL)
_OF_COLUMNS = re.compile(r"[A-Z]+ \((?:`(?:[^`]|``)*`|[^)`])*\)")
_NAMED = re.compile(r"`((?:[^`]|``)*)`|\*")
_ROUTINES = ("SHOW_ROUTINE", "SHOW CREATE ROUTINE", "ALTER ROUTINE", "EXECUTE", "CREATE ROUTINE")
_ALL_OF = frozenset({"ALL PRIVILEGES", "ALL"})
_TELLING = frozenset({"SELECT", "INSERT", "UPDATE", "REFERENCES"}) | _ALL_OF
"""Who holds one of these on a table is told of all its columns; with others it is told of none."""
_EVERY = _TELLING - _ALL_OF | {"TRIGGER", "EVENT", "SHOW VIEW", *_ROUTINES}
_OTHER_THAN_SELECT = words(
    "insert update delete create drop references index alter trigger"
) | {"show view", "create view", "delete history"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Grants:
    """The rights that matter, on the database in use."""

    account: str
    """`'app'@'%'`"""
    home: str
    """The database, quoted."""
    dialect: str
    process: bool = False
    performance_schema: bool = False
    """It may be read, and is on."""
    locks: bool = False
    """It may be read."""
    records: bool = True
    """It is on."""
    lists: bool = True
    """It tells of the sessions; MySQL's does since 8.0.22."""
    prepared: bool = False
    replication: bool = False
    signals: bool = False
    superuser: bool = False
    tables: bool = False
    """SELECT on every table of the database."""
    constraints: bool = True
    """False: MariaDB tells of constraints only to those who may do more than SELECT."""
    views: bool = False
    triggers: bool = False
    events: bool = False
    routines: bool = False
    shows_routines: bool = True
    """There is a right of its own for them: on MySQL since 8.0.20."""
    databases: bool = False
    """All databases of the server."""
    whole: frozenset[str] | None = None
    """The tables told with all their columns; None: all of them."""


def account_sql(account: str) -> str:
    """`app@%` as GRANT takes it: `'app'@'%'`."""
    user, _, host = account.rpartition("@")
    return f"{_text(user)}@{_text(host)}"


def _text(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def read_grants(wire: Wire, dialect: str) -> Grants:
    """Ask for every right once."""
    lines = [row[0] for row in wire.read(queries.GRANTS)]
    held = granted(lines, wire.home)
    everywhere = held.get("*", frozenset())
    here = _less(everywhere, revoked(lines, wire.home)) | held.get("home", frozenset())
    all_here = bool(here & _ALL_OF)
    superuser = "SUPER" in everywhere or bool(everywhere & _ALL_OF)
    records, locks = _records(wire), _may(wire, "performance_schema")
    return Grants(
        account=account_sql(wire.account),
        home="`" + wire.home.replace("`", "``") + "`",
        dialect=dialect,
        process=superuser or "PROCESS" in everywhere,
        performance_schema=records and locks,
        locks=locks,
        records=records,
        lists=records and wire.number >= 80022,
        prepared=_may(wire, "prepared"),
        replication=_may(wire, "replication"),
        signals=superuser or bool(everywhere & {"CONNECTION_ADMIN", "CONNECTION ADMIN"}),
        superuser=superuser,
        tables=all_here or "SELECT" in here,
        constraints=dialect == "mysql" or all_here or bool({right.lower() for right in here} & _OTHER_THAN_SELECT),
        views=all_here or "SHOW VIEW" in here,
        triggers=all_here or "TRIGGER" in here,
        events=all_here or "EVENT" in here,
        routines=all_here or bool(here & set(_ROUTINES[:3])) or "SELECT" in held.get("mysql.proc", everywhere),
        shows_routines=wire.number >= 80020,
        databases=bool(everywhere & {"SHOW DATABASES", "SELECT", *_ALL_OF}) and not any(map(_REVOKED.match, lines)),
        whole=None if here & _TELLING else told_whole(lines, wire.home),
    )


def _records(wire: Wire) -> bool:
    """MariaDB has performance_schema off unless somebody turned it on: then it is there and empty."""
    return bool(wire.read("SELECT @@performance_schema")[0][0])


def _may(wire: Wire, name: str) -> bool:
    for sql in queries.MAY_READ[name]:
        try:
            wire.read(sql)
        except NotPermittedFault:
            return False
        except ReadFault:
            continue  # a word that this server does not know
        return True
    return True


def granted(lines: list[str], home: str) -> dict[str, frozenset[str]]:
    """Rights by where they hold: `*` everywhere, `home` on all of the database, `mysql.proc` on MariaDB's routines."""
    found: dict[str, set[str]] = {}
    for line in lines:
        match = _GRANT.match(line)
        if match is None:
            continue
        place = _place(match["where"], home)
        if place:
            rights = re.sub(r"\([^)]*\)", "", match["rights"])
            found.setdefault(place, set()).update(right.strip().upper() for right in rights.split(","))
    return {place: frozenset(rights) for place, rights in found.items()}


def revoked(lines: Iterable[str], home: str) -> frozenset[str]:
    """Rights held everywhere but on the database in use (MySQL's partial revokes)."""
    taken = (match for line in lines if (match := _REVOKED.match(line)) and _place(match["where"], home) == "home")
    return frozenset(right.strip().upper() for match in taken for right in match["rights"].split(","))


def _less(held: frozenset[str], taken: frozenset[str]) -> frozenset[str]:
    """Rights without those that were taken away again; ALL PRIVILEGES is then no longer all."""
    if not taken:
        return held
    return (held - taken - _ALL_OF) | (_EVERY - taken if held & _ALL_OF and not taken & _ALL_OF else frozenset())


def told_whole(lines: Iterable[str], home: str) -> frozenset[str]:
    """The tables of the database on which a right is held that tells of all their columns."""
    return frozenset(name for line in lines for name, rights in _on_table(line, home) if rights & _TELLING)


def _on_table(line: str, home: str) -> Iterator[tuple[str, frozenset[str]]]:
    match = _ON_TABLE.match(line)
    parts = [found[1] for found in _NAMED.finditer(match["where"])] if match else []
    if match and len(parts) == 2 and (parts[0] or "").replace("``", "`").lower() == home.lower() and parts[1]:
        rights = _OF_COLUMNS.sub("", match["rights"]).split(",")
        yield parts[1].replace("``", "`"), frozenset(right.strip().upper() for right in rights)


def _place(where: str, home: str) -> str:
    parts = [match[1] for match in _NAMED.finditer(where)]
    if parts == ["mysql", "proc"]:
        return "mysql.proc"
    if len(parts) != 2 or parts[1] is not None:
        return ""
    if parts[0] is None:
        return "*"
    name = parts[0].replace("``", "`")
    return "home" if re.fullmatch(_pattern(name), home, re.IGNORECASE) else ""


def _pattern(name: str) -> str:
    """A database name in a grant is a LIKE pattern."""
    found, escaped = "", False
    for letter in name:
        if letter == "\\" and not escaped:
            escaped = True
            continue
        found += re.escape(letter) if escaped or letter not in "_%" else "." if letter == "_" else ".*"
        escaped = False
    return found


def rights(grants: Grants) -> tuple[Right, ...]:
    """Every right that Halfway can use."""
    to, home = grants.account, grants.home
    mysql = grants.dialect == "mysql"
    found = [
        Right("see all sessions", grants.process, _WITHOUT["process"], f"GRANT PROCESS ON *.* TO {to}"),
        Right("signal sessions", grants.signals, _WITHOUT["signals"],
              f"GRANT {'CONNECTION_ADMIN' if mysql else 'CONNECTION ADMIN'} ON *.* TO {to}"),
        Right("read all tables", grants.tables, _WITHOUT["tables"], f"GRANT SELECT ON {home}.* TO {to}"),
        Right("see views", grants.views, _WITHOUT["views"], f"GRANT SHOW VIEW ON {home}.* TO {to}"),
        Right("see triggers", grants.triggers, _WITHOUT["triggers"], f"GRANT TRIGGER ON {home}.* TO {to}"),
        Right("see events", grants.events, _WITHOUT["events"], f"GRANT EVENT ON {home}.* TO {to}"),
        Right("see routines", grants.routines, _WITHOUT["routines"], routines_grant(grants)),
    ]  # fmt: skip
    monitor = "REPLICATION CLIENT" if mysql else "SLAVE MONITOR"
    replica = f"GRANT {monitor} ON *.* TO {to}"
    found.append(Right("see replication", grants.replication, _WITHOUT["replication"], replica))
    if mysql:
        everything = f"GRANT SELECT ON performance_schema.* TO {to}"
        found.insert(1, Right("see locks", grants.locks, _WITHOUT["locks"], everything))
        prepared = f"GRANT XA_RECOVER_ADMIN ON *.* TO {to}"
        found.append(Right("see prepared transactions", grants.prepared, _WITHOUT["prepared"], prepared))
    return tuple(found)


_WITHOUT = {
    "process": "Sessions of other accounts and InnoDB's transactions are not visible.",
    "signals": "Sessions of other accounts cannot be cancelled or terminated.",
    "tables": "Ledgers and counts of rows in some tables cannot be read, and tables may be missing from the schema.",
    "views": "What views are made of is not visible.",
    "triggers": "Triggers are not visible at all.",
    "events": "Events are not visible at all.",
    "routines": "Functions and procedures are not visible, or not what they do.",
    "locks": "Who holds which lock is not visible, nor how far a schema change is.",
    "replication": "Whether the server is a replica, whose primary may be ahead of it, is not visible.",
    "prepared": "Transactions that were prepared and left (XA) are not named.",
}


def routines_grant(grants: Grants) -> str:
    """What makes functions and procedures visible, with their code."""
    if grants.dialect == "mariadb":
        return f"GRANT SELECT ON mysql.proc TO {grants.account}"
    return f"GRANT {'SHOW_ROUTINE' if grants.shows_routines else 'SELECT'} ON *.* TO {grants.account}"


def sessions_grant(grants: Grants) -> str:
    """What makes all sessions visible."""
    return "" if grants.process else f"GRANT PROCESS ON *.* TO {grants.account}"
