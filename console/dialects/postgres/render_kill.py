"""The statement that ends a PostgreSQL session: who is meant stands in the statement itself.

A pid is used again as soon as its session is gone. So the acting statement asks for the session by pid and by when it,
its transaction and (for a cancel) its statement began, and acts on nobody when that fits nobody.
"""

from __future__ import annotations

from datetime import UTC, datetime

from console.core.intent import Verb
from console.core.observation import Server
from console.core.plan import CannotWriteError, Target

_WITH_TIMEOUT = 140000
"""pg_terminate_backend can wait for the end since this version."""
_WAIT = 3000
"""Milliseconds to wait for the session's end."""


def kill_sql(target: Target, verb: Verb, server: Server) -> tuple[str, ...]:
    """One SELECT that acts on exactly this session. CannotWriteError when its identity cannot be seen."""
    session = target.session
    if session.started_at is None or not session.id.isdigit():
        raise CannotWriteError(
            f"When {session.id} began is not visible, so it cannot be told from another with that number "
            f'(GRANT pg_read_all_stats TO "{server.user}").'
        )
    call = "pg_catalog.pg_cancel_backend(a.pid)"
    if verb is Verb.TERMINATE:
        timeout = f", {_WAIT}" if server.version_number >= _WITH_TIMEOUT else ""
        call = f"pg_catalog.pg_terminate_backend(a.pid{timeout})"
    same = [
        f"a.backend_start = {_moment(session.started_at)}",
        f"a.xact_start IS NOT DISTINCT FROM {_moment(session.transaction_at)}",
    ]
    if verb is Verb.CANCEL:
        same.append(f"a.query_start IS NOT DISTINCT FROM {_moment(session.query_at)}")
    where = " AND ".join(same)
    return (f"SELECT {call} FROM pg_catalog.pg_stat_get_activity({session.id}) AS a WHERE {where}",)


def _moment(at: datetime | None) -> str:
    return f"'{at.astimezone(UTC).isoformat(sep=' ')}'::timestamptz" if at is not None else "NULL"
