"""What was read and what was not, with the GRANT that would mend it: unknown is never none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from console.core.assessment import Coverage
from console.core.observation import Health, Observation, Reading, Server

HIDDEN = "what sessions of other roles do, and since when, is not visible"


def coverage_of(observation: Observation) -> tuple[Coverage, ...]:
    """One entry per thing that was to be read, incomplete ones first."""
    found = (*_parts(observation), *_details(observation))
    return tuple(sorted(found, key=lambda item: item.complete))


def _parts(observation: Observation) -> Iterator[Coverage]:
    server = observation.server.value
    hidden = server is not None and not server.sees_all_sessions and observation.sessions.complete
    for what, reading in (
        ("server", observation.server),
        ("schema", observation.schema),
        ("sessions", observation.sessions),
        ("locks", observation.locks),
    ):
        if not (hidden and what == "sessions"):
            yield _of_reading(what, reading)
    if not observation.tracking:
        yield Coverage("migrations", False, "no migration tool was found: no ledger table and no project")
    for tracking in observation.tracking:
        value = tracking.value
        yield _of_reading(f"ledger {value.ledger.name}" if value is not None else "ledger", tracking)
        if value is not None:
            yield _of_reading(f"{value.framework} files", value.files)
    for other in observation.elsewhere:
        yield _of_reading(f"connection {other.name}", other.schema)


def _of_reading(what: str, reading: Reading[Any]) -> Coverage:
    if reading.complete:
        return Coverage(what, True, reading.reason, reading.grant)
    return Coverage(what, False, reading.reason or reading.health.value, reading.grant)


def _details(observation: Observation) -> Iterator[Coverage]:
    server = observation.server.value
    if server is not None and server.replica:
        yield Coverage("primary", False, f"{server.host} is a replica: the primary may be ahead of it")
    if server is not None and not server.sees_all_sessions and observation.sessions.complete:
        yield Coverage("sessions", False, HIDDEN, _statistics_grant(server))
    schema = observation.schema.value
    for reason in schema.unread if schema is not None else ():
        yield Coverage("schema", False, reason)
    for tracking in observation.tracking:
        if tracking.complete and tracking.value is not None and tracking.value.ledger.unread:
            yield Coverage(f"ledger {tracking.value.ledger.name}", False, tracking.value.ledger.unread)


def _statistics_grant(server: Server) -> str:
    if server.sessions_grant:
        return server.sessions_grant
    role = server.user.replace('"', '""')
    return f'GRANT pg_read_all_stats TO "{role}"' if server.dialect == "postgresql" else ""


def stale(observation: Observation) -> bool:
    """The link is lost: what is shown is the last that was seen."""
    return any(r.health is Health.STALE for r in (observation.server, observation.sessions, observation.schema))
