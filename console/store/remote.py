"""A room in a database that is not the incident's, for people on different machines: the account, and who is there.

The same lines in the same chain as in a file. They are put in under the database's own lock, so consoles take turns;
who wrote a line, and who left a word, is the server's own word (`login`). Whoever acts may add lines and change none:
that is for the grants to say (`halfway room make URL --grants`). An observer's process never imports this module.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from types import MappingProxyType

from sqlalchemy import Connection, delete, insert, select, text, update
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from console.core.faults import BarredFault, Fault
from console.core.journal import BEGINNING, Entry, Mark, Person, Topic, flying
from console.core.masks import known_secrets
from console.core.room.members import FORGOTTEN_AFTER, Heard, Member
from console.core.room.shown import member_value
from console.core.room.wheel import HOLDER, Last, barred
from console.store.chain import Clock, Draft, clean, clean_details
from console.store.remote_tables import (
    ENTRIES,
    MEMBERS,
    METADATA,
    PATIENCE,
    SIGNED,
    Room,
    read_entries,
    read_members,
    short,
    signed_by,
)
from console.store.table import entry_of, row_of

_LOCK = 4_210_977
"""The key of the lock under which a line is added."""


def furnish(url: URL) -> None:
    """Make the room's tables where they are not there. JournalFault, one sentence."""
    room = Room(url)
    with room.told():
        METADATA.create_all(room.engine)
    room.engine.dispose()


@contextmanager
def turn(room: Room) -> Iterator[Connection]:
    """A transaction while nobody else adds a line."""
    with room.engine.connect() as link:
        if room.is_mysql:
            if link.execute(text(f"SELECT GET_LOCK('halfway_room', {PATIENCE})")).scalar() != 1:
                raise room.unusable("another console did not let go of it")
            link.commit()
        else:
            link.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        try:
            yield link
            link.commit()
        finally:
            if room.is_mysql:
                with suppress(SQLAlchemyError):
                    link.rollback()
                    link.execute(text("SELECT RELEASE_LOCK('halfway_room')"))


class RemoteJournal:
    """The account of one incident, kept in a database."""

    def __init__(self, room: Room, blank: Draft, secrets: frozenset[str], now: Clock) -> None:
        """`blank` is what all entries of this console share. JournalFault where there is no such room."""
        self.room = room
        self.run = blank.run
        self._blank = blank
        self._secrets = secrets
        self._now = now
        self._one = threading.Lock()
        with room.told(), room.engine.connect() as link:
            link.execute(select(ENTRIES.c.n).limit(1)).first()

    def append(self, topic: Topic, said: str, details: Mapping[str, str] | None = None) -> Entry:
        """Write one entry; it is committed when this returns. JournalFault when it cannot be kept."""
        blank = self._blank
        with self._one, self.room.told(), turn(self.room) as link:
            kept = clean_details(details or {}, self._secrets)
            if why := barred(topic, blank.run, kept, _last_wheel(link, blank.incident)):
                raise BarredFault(why)
            last = _last(link)
            entry = Entry(last.n + 1, self._now().astimezone(UTC), blank.incident, blank.run, blank.who, topic,
                          clean(said, self._secrets), MappingProxyType(kept), last.hash).sealed()  # fmt: skip
            row = {"n": entry.n, "incident": short(entry.incident), "topic": topic.value, "hash": entry.hash}
            link.execute(insert(ENTRIES).values(**row, entry=_as_text(entry), login=self.room.login))
        return entry

    def entries(self, after: int = 0) -> tuple[Entry, ...]:
        """All entries about this incident behind number `after`, oldest first. JournalFault when one was changed."""
        return read_entries(self.room, self._blank.incident, after)

    def in_flight(self) -> tuple[Entry, ...]:
        """What was sent about this incident and whose end nobody has recorded, by any console."""
        return flying(self.entries())

    def close(self) -> None:
        """Let go of the room."""
        self.room.engine.dispose()


class RemotePresence:
    """Who is there just now, by the clock of the room's server."""

    def __init__(self, room: Room, incident: str) -> None:
        self.room = room
        self._incident = short(incident)

    def say(self, member: Member) -> None:
        """This console is here and looks at that."""
        row = {"incident": self._incident, "heard": self.room.now, "said": json.dumps(member_value(member))}
        with self.room.told(), self.room.engine.begin() as link:
            if not link.execute(update(MEMBERS).where(MEMBERS.c.run == member.run).values(row)).rowcount:
                link.execute(insert(MEMBERS).values(run=member.run, **row))

    def heard(self) -> Sequence[Heard]:
        """All consoles that were heard of lately, the longest there first."""
        with self.room.told(), self.room.engine.begin() as link:
            heard, now = read_members(self.room, link, self._incident)
            link.execute(delete(MEMBERS).where(MEMBERS.c.heard < now - FORGOTTEN_AFTER))
        return heard

    def sign(self, name: str, said: str) -> None:
        """A row of that name, with the server's word whose it is."""
        with self.room.told(), self.room.engine.begin() as link:
            link.execute(insert(SIGNED).values(name=name, said=said, login=self.room.login))

    def signer(self, name: str, said: str) -> str:
        """Whose that very word is."""
        with self.room.told(), self.room.engine.connect() as link:
            signed = {row.name: row for row in link.execute(select(SIGNED).where(SIGNED.c.name == name))}
        return signed_by(signed, name, said)

    def login(self) -> str:
        """As whom this console is connected."""
        with self.room.told(), self.room.engine.connect() as link:
            return str(link.execute(select(self.room.login)).scalar() or "")

    def leave(self, run: str) -> None:
        """This console ends. That it cannot be said is no matter: the others notice."""
        with suppress(Fault), self.room.told(), self.room.engine.begin() as link:
            link.execute(delete(MEMBERS).where(MEMBERS.c.run == run))

    def close(self) -> None:
        """The journal lets go of the room."""


def open_remote(
    url: URL, incident: str, who: Person, run: str, environ: Mapping[str, str], secrets: frozenset[str]
) -> RemoteJournal:
    """The account of one incident in that room. JournalFault, one sentence, where it cannot be kept there."""
    hidden = known_secrets(environ, url) | secrets
    person = Person(*(clean(name, hidden) for name in (who.user, who.origin, who.database_user)))
    blank = Draft(clean(incident, hidden), clean(run, hidden), person, Topic.NOTE, "", {})
    return RemoteJournal(Room(url), blank, hidden, lambda: datetime.now(UTC))


def _last(link: Connection) -> Mark:
    found = link.execute(select(ENTRIES.c.n, ENTRIES.c.hash).order_by(ENTRIES.c.n.desc()).limit(1)).first()
    return BEGINNING if found is None else Mark(found.n, found.hash)


def _last_wheel(link: Connection, incident: str) -> Last:
    about = (ENTRIES.c.incident == short(incident), ENTRIES.c.topic == Topic.WHEEL.value)
    found = link.execute(
        select(ENTRIES.c.n, ENTRIES.c.entry).where(*about).order_by(ENTRIES.c.n.desc()).limit(1)
    ).first()
    if found is None:
        return Last()
    return Last(found.n, str(entry_of(tuple(json.loads(found.entry))).details.get(HOLDER, "")))


def _as_text(entry: Entry) -> str:
    """ASCII, so that no character set of a server can change a letter."""
    return json.dumps(row_of(entry), ensure_ascii=True)
