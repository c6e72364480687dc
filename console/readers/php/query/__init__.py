"""The DB facade and the query builder: calls to the SQL the framework sends.

Raw statements are sent as they are, their bindings put in as literals the way the framework's own log does; chains on
`DB::table(...)` are compiled as the query grammar of the connection's server and framework version compiles them.

A chain on an Eloquent model arrives as `DB::table` of its table followed by `Call("model", (name, softly))`: `softly`
says whether the model only marks rows as deleted, by `deleted_at` unless the argument of that name says another column.
Its changes write the time into `updated_at`, so their SQL is not known, unless `updated_at` is given as None.
"""

from __future__ import annotations

from console.core.statements import Sent
from console.readers.php.draft import Connection, Line
from console.readers.php.query.chain import compile_chain, filter_of, unread
from console.readers.php.query.raw import CHANGES, READS, compile_raw

__all__ = ["compile_query", "filter_of"]

_CHAINS = frozenset({"table", "query"})
_HARMLESS = frozenset(
    """
    raw enablequerylog disablequerylog flushquerylog getquerylog listen whenqueryinglongerthan getdrivername
    getdatabasename getconfig getname getschemabuilder gettableprefix getpdo getquerygrammar getdefaultconnection
    purge disconnect reconnect getdoctrineconnection getdoctrineschemamanager logging transactionlevel
    """.split()
)


def compile_query(line: Line, connection: Connection) -> tuple[Sent, ...] | None:
    """What a chain on the DB facade sends; None when it only reads, so that nothing is sent that counts."""
    if line.unreadable or not line.calls:
        return (unread(line, line.unreadable or "it is not known what is called"),)
    name = line.calls[0].name.rpartition("::")[2].lower()
    if name in _CHAINS:
        return compile_chain(line, connection)
    if name in CHANGES | READS | {"unprepared"}:
        return compile_raw(line, connection)
    if name in _HARMLESS and len(line.calls) == 1:
        return None
    return (unread(line, f"what {line.calls[0].name}() sends is not known"),)
