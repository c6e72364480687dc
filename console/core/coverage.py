"""What was read and what was not, with the GRANT that would mend it: unknown is never none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from console.core.assessment import Coverage
from console.core.ledgers import strangers
from console.core.observation import Health, Observation, Reading, Server
from console.core.products import product

HIDDEN = "what sessions of other roles do, and since when, is not visible"
NOT_LISTED = "sessions of other accounts are not visible"
UNNAMED = "transactions that were prepared and left (XA) are not told"
UNKNOWN_ROLE = "whether {host} is a replica, whose primary may be ahead of it, is not known"
FOREIGN = "{name} only speaks {product}'s language: what it tells of {what} is not to be trusted"
STRANGER = "it is {tool}'s, which Halfway does not read yet: --framework NAME looks at one tool only"
_WITH_GRANT = re.compile(r"(?P<reason>.*) \((?P<grant>GRANT .*)\)", re.DOTALL)


def coverage_of(observation: Observation) -> tuple[Coverage, ...]:
    """One entry per thing that was to be read, incomplete ones first."""
    found = (*_parts(observation), *_details(observation))
    return tuple(sorted(found, key=lambda item: (item.complete, not item.matters)))


def waits_are_known(observation: Observation) -> bool:
    """Whether nobody can wait for anybody without it being seen: the locks were all read, or every session says by
    itself whether it waits."""
    server = observation.server.value
    if server is not None and server.foreign:
        return False
    if observation.locks.complete:
        return True
    sees_all = server is not None and server.sees_all_sessions and observation.sessions.complete
    return sees_all and observation.locks.health is Health.NOT_INSTRUMENTED


def sessions_are_counted(observation: Observation) -> bool:
    """Whether it is known how many sessions there are, whatever else is hidden of them."""
    server = observation.server.value
    listed = server is None or server.sees_all_sessions or _lists_all(server)
    return observation.sessions.value is not None and listed


def sessions_are_seen(observation: Observation) -> bool:
    """Whether what every session does is known; where a server has no sessions there is nothing to be known."""
    server, reading = observation.server.value, observation.sessions
    if reading.health is Health.NOT_SUPPORTED:
        return True
    return reading.complete and (server is None or server.sees_all_sessions)


def _lists_all(server: Server) -> bool:
    """PostgreSQL lists every session to everybody and hides what it does; MySQL leaves those of others out."""
    return server.dialect == "postgresql"


def _parts(observation: Observation) -> Iterator[Coverage]:
    server = observation.server.value
    hidden = server is not None and not server.sees_all_sessions and observation.sessions.complete
    for what, reading, matters in (
        ("server", observation.server, True),
        ("schema", observation.schema, True),
        ("sessions", observation.sessions, True),
        ("locks", observation.locks, not waits_are_known(observation)),
        ("progress", observation.progress, False),
    ):
        if not (hidden and what == "sessions"):
            yield _of_reading(what, reading, matters=matters)
    if not observation.tracking:
        yield Coverage("migrations", False, "no migration tool was found: no ledger table and no project")
    for tracking in observation.tracking:
        value = tracking.value
        yield _of_reading(f"ledger {value.ledger.name}" if value is not None else "ledger", tracking)
        if value is not None:
            yield _of_reading(f"{value.framework} files", value.files)
    for name, why in observation.left_out:
        yield Coverage(f"framework {name}", False, why)
    for other in observation.elsewhere:
        yield _of_reading(f"connection {other.name}", other.schema)


def _of_reading(what: str, reading: Reading[Any], *, matters: bool = True) -> Coverage:
    if reading.complete or reading.health is Health.NOT_SUPPORTED:
        return Coverage(what, True, reading.reason, reading.grant)
    return Coverage(what, False, reading.reason or reading.health.value, reading.grant, matters)


def _details(observation: Observation) -> Iterator[Coverage]:
    server = observation.server.value
    if server is not None and server.replica:
        yield Coverage("primary", False, f"{server.host} is a replica: the primary may be ahead of it")
    elif server is not None and server.replica_grant:
        yield Coverage("primary", False, UNKNOWN_ROLE.format(host=server.host), server.replica_grant)
    if server is not None and server.foreign:
        yield from _foreign(server)
    if server is not None and not server.sees_all_sessions and observation.sessions.complete:
        reason = HIDDEN if _lists_all(server) else NOT_LISTED
        yield Coverage("sessions", False, reason, _statistics_grant(server))
    if server is not None and server.prepared_grant:
        yield Coverage("prepared transactions", False, UNNAMED, server.prepared_grant)
    schema = observation.schema.value
    for table, tool in strangers(schema) if schema is not None and not observation.one_tool else ():
        yield Coverage(f"ledger {table}", False, STRANGER.format(tool=tool))
    for reason in schema.unread if schema is not None else ():
        mended = _WITH_GRANT.fullmatch(reason)
        yield (
            Coverage("schema", False, mended["reason"], mended["grant"])
            if mended
            else Coverage("schema", False, reason)
        )
    for tracking in observation.tracking:
        if tracking.complete and tracking.value is not None and tracking.value.ledger.unread:
            yield Coverage(f"ledger {tracking.value.ledger.name}", False, tracking.value.ledger.unread)


def _foreign(server: Server) -> Iterator[Coverage]:
    for what in ("locks", "schema"):
        yield Coverage(what, False, FOREIGN.format(name=server.foreign, product=product(server), what=what))


def _statistics_grant(server: Server) -> str:
    if server.sessions_grant:
        return server.sessions_grant
    role = server.user.replace('"', '""')
    return f'GRANT pg_read_all_stats TO "{role}"' if server.dialect == "postgresql" else ""


def stale(observation: Observation) -> bool:
    """The link is lost: what is shown is the last that was seen."""
    return any(r.health is Health.STALE for r in (observation.server, observation.sessions, observation.schema))
