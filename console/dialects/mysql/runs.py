"""How often MySQL ran statements of one wording, by its own digests."""

from __future__ import annotations

from console.core.faults import NotPermittedFault, ReadFault
from console.core.observation import Runs
from console.dialects.mysql.sessions import aware
from console.dialects.mysql.wire import Wire

_DIGESTS = "SELECT enabled = 'YES' FROM performance_schema.setup_consumers WHERE name = 'statements_digest'"
_RUNS = """
SELECT count_star, sum_errors, sum_rows_affected, last_seen FROM performance_schema.events_statements_summary_by_digest
 WHERE schema_name = %s AND digest = STATEMENT_DIGEST(%s)
"""
_FULL = "SELECT count(*) FROM performance_schema.events_statements_summary_by_digest WHERE digest IS NULL"
"""What found no room any more is counted together, without its wording: then one that is missing says nothing."""
_SINCE = "SELECT min(first_seen) FROM performance_schema.events_statements_summary_by_digest"


def read_runs(wire: Wire, sql: str) -> Runs | None:
    """None where it is not counted, not told, or the statement cannot be parsed."""
    try:
        if not wire.read(_DIGESTS)[0][0]:
            return None
        since = wire.read(_SINCE)[0][0]
        rows = wire.read(_RUNS, (wire.home, sql))
        if not rows and wire.read(_FULL)[0][0]:
            return None
    except (NotPermittedFault, ReadFault):
        return None
    began = aware(since) if since is not None else None
    if not rows:
        return Runs(0, since=began)
    times, errors, changed, last = rows[0]
    return Runs(int(times), int(errors), int(changed), aware(last), began)
