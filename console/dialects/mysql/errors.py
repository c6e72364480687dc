"""What PyMySQL and the server say, as faults; the only place where driver errors are known.

No message here can hold a password: the server's own words are repeated, and they say only whether one was used.
"""

from __future__ import annotations

import struct

import pymysql

from console.core.faults import (
    AbsentFault,
    Fault,
    FullFault,
    LinkLostFault,
    LockedFault,
    NotPermittedFault,
    PasswordFault,
    ReadFault,
    TimedOutFault,
    UnreachableFault,
    UsageFault,
)

LOCK_WAIT = 1205
"""Also the number of the warning by which MariaDB says that a locked table is missing from a result."""
_NOWAIT = 3572
_LOST = frozenset(
    {1053, 1077, 1079, 1152, 1158, 1159, 1160, 1161, 1927, 2002, 2003, 2006, 2013, 2014, 2055, 3159, 4031}
)
_INTERRUPTED = frozenset({1317, 1028})
_TOO_LONG = frozenset({1969, 3024})
_DENIED = frozenset({1044, 1045, 1142, 1143, 1227, 1370, 1401, 1410, 1698, 3118, 3152})
_NOBODY = frozenset({2002, 2003, 2005, 2013})
_FULL = frozenset({1040, 1203, 1226})
NO_SERVER = (struct.error, IndexError, KeyError, AssertionError)
"""What PyMySQL stumbles over where something else than a MySQL answers."""
_NO_PASSWORD = "using password: NO"  # noqa: S105 - the server's words
_WAYS = "Set MYSQL_PWD, or put it into ~/.my.cnf under [client]"
_ROOM = (
    "One slot is kept for accounts with CONNECTION_ADMIN or SERVICE_CONNECTION_ADMIN (MySQL), CONNECTION ADMIN "
    "(MariaDB); besides, there may be MySQL's admin port (SERVICE_CONNECTION_ADMIN) or MariaDB's extra_port: name it "
    "with ?admin_port= in the URL or HALFWAY_ADMIN_PORT"
)
_PORT = "Its own port is usually 3306; 33060 is that of the X protocol"
_WORDS = {
    1040: "the server has no connection left",
    1129: "the server refuses this machine after too many failed tries",
}


def number(error: pymysql.Error) -> int:
    """The error number, 0 when it has none."""
    return error.args[0] if error.args and isinstance(error.args[0], int) else 0


def words(error: pymysql.Error) -> str:
    """What was said, on one line."""
    said = error.args[1] if len(error.args) > 1 else str(error)
    return " ".join(str(said).split())


def connection_fault(error: Exception, account: str) -> Fault:
    """Why no connection was made; `account` is the `user` on `host` that was tried."""
    if isinstance(error, NO_SERVER) or "Packet sequence number wrong" in str(error):
        return UnreachableFault("MySQL cannot be reached", f"what answers is no MySQL ({account})", _PORT)
    if not isinstance(error, pymysql.Error):
        return UsageFault("The URL of the database cannot be used", f"{type(error).__name__}: {error}")
    code, said = number(error), words(error)
    if code in (1045, 1698) and _NO_PASSWORD in said:
        return PasswordFault("MySQL wants a password and none was given", f"for {account}", _WAYS)
    if code == 1044:
        return NotPermittedFault("The account may not use this database", said, grant=_grant_database(said))
    if code == 1049:
        return UnreachableFault("MySQL has no such database", said)
    if code in _FULL:
        return FullFault("MySQL cannot be reached", _WORDS.get(code, said), _ROOM)
    if code in (1045, 1698):
        return UnreachableFault("MySQL refused the login", said)
    kind = AbsentFault if code in _NOBODY else UnreachableFault
    return kind("MySQL cannot be reached", _WORDS.get(code, said))


def _grant_database(said: str) -> str:
    """`GRANT SELECT` on the database that `Access denied for user 'a'@'h' to database 'd'` is about."""
    _, _, rest = said.partition("for user ")
    account, _, database = rest.partition(" to database ")
    name = database.strip("'").replace("`", "``")
    return f"GRANT SELECT ON `{name}`.* TO {account}" if account and name else ""


def read_fault(error: pymysql.Error, *, cancelled: bool) -> Fault:
    """Why a read failed."""
    code, said = number(error), words(error)
    if isinstance(error, pymysql.err.InterfaceError) or code in _LOST:
        timed_out = "timed out" in said.lower()
        if timed_out:
            return TimedOutFault("MySQL does not answer", said)
        return LinkLostFault("The connection to MySQL broke", said)
    if code in (LOCK_WAIT, _NOWAIT):
        return LockedFault("The read would have waited behind a lock", said)
    if code in _INTERRUPTED:
        return ReadFault("The read was cancelled") if cancelled else ReadFault("The read was interrupted", said)
    if code in _TOO_LONG:
        return TimedOutFault("The read took too long", said)
    if code in _DENIED:
        return NotPermittedFault("The account may not read this", said)
    return ReadFault("MySQL refused a read", said)
