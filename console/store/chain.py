"""Adds one entry to a journal's file: the only place that writes a row.

What goes in was cleaned before: no secret, nothing longer than it may be.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from sqlalchemy import Connection, Engine, insert, select

from console.core.faults import BarredFault
from console.core.journal import BEGINNING, Entry, Mark, Person, Topic
from console.core.masks import mask
from console.core.room.wheel import HOLDER, Last, barred
from console.store.table import ENTRIES, row_of, writing

Clock = Callable[[], datetime]

TEXT_BYTES = 8 * 1024
DETAIL_BYTES = 64 * 1024
DETAILS = 32
"""How many an entry may have."""
_LAST = select(ENTRIES.c.n, ENTRIES.c.hash).order_by(ENTRIES.c.n.desc()).limit(1)


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry before it has its place in the chain."""

    incident: str
    run: str
    who: Person
    topic: Topic
    text: str
    details: Mapping[str, str]


def add(engine: Engine, draft: Draft, now: Clock) -> Entry:
    """The entry as it was written; when this returns it is on disk. BarredFault where this console may not write it,
    as it stands at the very moment of writing."""
    with writing(engine) as link:
        if why := barred(draft.topic, draft.run, draft.details, last_wheel(link, draft.incident)):
            raise BarredFault(why)
        last = last_of(link)
        entry = Entry(last.n + 1, now().astimezone(UTC), draft.incident, draft.run, draft.who, draft.topic, draft.text,
                      MappingProxyType(dict(draft.details)), last.hash).sealed()  # fmt: skip
        link.execute(insert(ENTRIES).values(row_of(entry)))
    return entry


def last_wheel(link: Connection, incident: str) -> Last:
    """Who holds the wheel of an incident."""
    wanted = select(ENTRIES.c.n, ENTRIES.c.details).where(
        ENTRIES.c.incident == incident, ENTRIES.c.topic == Topic.WHEEL.value
    )
    found = link.execute(wanted.order_by(ENTRIES.c.n.desc()).limit(1)).first()
    return Last() if found is None else Last(found.n, str(json.loads(found.details).get(HOLDER, "")))


def last_of(link: Connection) -> Mark:
    """How far the journal goes."""
    found = link.execute(_LAST).first()
    return BEGINNING if found is None else Mark(found.n, found.hash)


def clean_details(details: Mapping[str, str], secrets: frozenset[str]) -> dict[str, str]:
    """No secret, and no more than fits."""
    given = list(details.items())
    kept = {clean(name, secrets, 200): clean(value, secrets, DETAIL_BYTES) for name, value in given[:DETAILS]}
    return kept | ({"cut": f"{len(given) - DETAILS} more details"} if len(given) > DETAILS else {})


def clean(text: str, secrets: frozenset[str], limit: int = TEXT_BYTES) -> str:
    """No secret, and no more bytes than the limit; what is cut is said. Masked first: a cut secret is not known."""
    masked = mask(str(text), secrets)
    data = masked.encode("utf-8", "surrogatepass")
    if len(data) <= limit:
        return masked
    note = f" [cut: {len(masked)} characters in all]"
    kept = data[: limit - len(note)].decode("utf-8", "surrogateescape").rstrip(_HALVES)
    return kept.encode("utf-8", "surrogateescape").decode("utf-8", "surrogatepass") + note


_HALVES = "".join(map(chr, range(0xDC80, 0xDD00)))
"""What a character that was cut in two leaves."""
