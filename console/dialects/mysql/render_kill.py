"""The statement that ends a MySQL or MariaDB session, or what it runs.

A connection's number is not used again before the server starts anew, and the hand looks at user, host and transaction
again just before; so the number is identity enough. What a session of MariaDB runs has a number too, and a cancel names
that one: it cannot meet the next statement. Managed servers have a procedure of their own for it.
"""

from __future__ import annotations

from console.core.intent import Verb
from console.core.observation import Server
from console.core.plan import CannotWriteError, Target


def kill_sql(target: Target, verb: Verb, server: Server) -> tuple[str, ...]:
    """One KILL. CannotWriteError for what is no connection (a prepared transaction)."""
    number = target.session.id
    if not number.isdigit():
        raise CannotWriteError(f"{number} is not a connection.")
    if server.kill_by:
        suffix = "_query" if verb is Verb.CANCEL else ""
        return (f"CALL {server.kill_by}{suffix}({number})",)
    if verb is Verb.CANCEL and target.session.query_id.isdigit():
        return (f"KILL QUERY ID {target.session.query_id}",)
    return (f"KILL {'QUERY' if verb is Verb.CANCEL else 'CONNECTION'} {number}",)
