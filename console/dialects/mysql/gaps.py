"""What of a schema is not told to an account, in words with the GRANT that mends it and by kind for who judges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from console.core.refs import Kind
from console.dialects.mysql.rights import Grants, routines_grant


@dataclass(frozen=True, slots=True)
class Gaps:
    """What is missing for want of a right."""

    reasons: tuple[str, ...] = ()
    """One sentence each with the GRANT that mends it."""
    untold: Mapping[Kind, str] = field(default_factory=dict)
    """The kinds of which there may be more than is told, each with the reason."""
    whole: frozenset[str] | None = None
    """The tables told with all their columns; None: all of them."""


def gaps(grants: Grants) -> Gaps:
    """What is not told to the account that holds these."""
    to, home = grants.account, grants.home
    missing = (
        (grants.tables, "Tables may be missing", f"GRANT SELECT ON {home}.* TO {to}"),
        (grants.constraints, "Constraints are not told", f"GRANT SHOW VIEW ON {home}.* TO {to}"),
        (grants.views, "What views are made of is not told", f"GRANT SHOW VIEW ON {home}.* TO {to}"),
        (grants.triggers, "Triggers are not told", f"GRANT TRIGGER ON {home}.* TO {to}"),
        (grants.events, "Events are not told", f"GRANT EVENT ON {home}.* TO {to}"),
        (grants.routines, "Functions and procedures are not told or without their code", routines_grant(grants)),
    )
    reasons = tuple(f"{what} to this account ({grant})" for held, what, grant in missing if not held)
    return Gaps(reasons, dict(_untold(grants)), grants.whole)


def _untold(grants: Grants) -> Iterator[tuple[Kind, str]]:
    kinds = (
        (grants.databases, "databases", (Kind.SCHEMA,)),
        (grants.tables, "tables", (Kind.TABLE, Kind.VIEW, Kind.SEQUENCE)),
        (grants.constraints, "constraints", (Kind.CONSTRAINT,)),
        (grants.triggers, "triggers", (Kind.TRIGGER,)),
        (grants.events, "events", (Kind.EVENT,)),
        (grants.routines, "functions and procedures", (Kind.ROUTINE, Kind.PROCEDURE)),
    )
    for held, what, several in kinds:
        if not held:
            yield from ((kind, f"not all {what} are told to this account") for kind in several)
