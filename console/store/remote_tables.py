"""The tables of a room in a database, and reading them: also for who only looks, with a login that may only SELECT."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Float,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    select,
    text,
)
from sqlalchemy.dialects.mysql import LONGTEXT
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from console.core.faults import JournalFault
from console.core.journal import Entry, seal
from console.core.plain import one_line
from console.core.room.members import Heard, in_order, seat_of
from console.core.room.shown import member_of
from console.store.table import entry_of

_LONG = Text().with_variant(LONGTEXT(), "mysql", "mariadb")
METADATA = MetaData()
ENTRIES = Table(
    "halfway_entries",
    METADATA,
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("incident", String(200), nullable=False, index=True),
    Column("topic", String(20), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("entry", _LONG, nullable=False),
    Column("login", String(200)),
)
MEMBERS = Table(
    "halfway_members",
    METADATA,
    Column("run", String(40), primary_key=True),
    Column("incident", String(200), nullable=False),
    Column("heard", Float(53), nullable=False),
    Column("said", _LONG, nullable=False),
)
SIGNED = Table(
    "halfway_signed",
    METADATA,
    Column("name", String(100), primary_key=True),
    Column("said", String(200), nullable=False),
    Column("login", String(200)),
)
PATIENCE = 10
"""Seconds to wait for another console that is writing, and for a server that does not answer."""
ELSEWHERE = "Go on without the room: halfway --journal PATH"


class Room:
    """One connection pool to the room's database; every fault is one sentence."""

    def __init__(self, url: URL) -> None:
        """Nothing is connected yet."""
        self.url = url
        self.is_mysql = url.get_backend_name() in ("mysql", "mariadb")
        timeouts: dict[str, Any] = {"connect_timeout": PATIENCE}
        if self.is_mysql:
            timeouts |= {"read_timeout": PATIENCE, "write_timeout": PATIENCE}
        else:
            timeouts |= {"application_name": "halfway room", "options": f"-c statement_timeout={PATIENCE}s"}
        level = "READ COMMITTED"
        whole = url.render_as_string(hide_password=False)  # ours is not what an engine takes for one
        self.engine: Engine = create_engine(
            whole, connect_args=timeouts, pool_pre_ping=True, pool_size=2, isolation_level=level
        )

    @contextmanager
    def told(self) -> Iterator[None]:
        """Whatever goes wrong inside becomes a JournalFault."""
        try:
            yield
        except SQLAlchemyError as problem:
            own = problem.orig if isinstance(problem, DBAPIError) and problem.orig is not None else problem
            said = own.args[-1] if own.args else type(own).__name__
            raise self.unusable(f"its server says: {one_line(str(said), 200)}") from None

    def unusable(self, why: str) -> JournalFault:
        """The room cannot be used."""
        where = one_line(f"{self.url.host or 'local'}/{self.url.database or ''}", 120)
        return JournalFault(f"the room in {where} cannot be used", why, ELSEWHERE)

    @property
    def login(self) -> Any:  # noqa: ANN401 - a piece of SQL
        """Who is connected, by the server's own word."""
        return text("USER()" if self.is_mysql else "session_user")

    @property
    def now(self) -> Any:  # noqa: ANN401 - a piece of SQL
        """The server's clock, in seconds."""
        return text("UNIX_TIMESTAMP(NOW(6))" if self.is_mysql else "extract(epoch from clock_timestamp())")


def read_entries(
    room: Room, incident: str, after: int = 0, last: int = 0, topics: Sequence[str] = ()
) -> tuple[Entry, ...]:
    """The entries about an incident behind number `after`, oldest first; with `last` only so many of the newest, with
    `topics` only those. JournalFault when one was changed."""
    about = [ENTRIES.c.incident == short(incident), ENTRIES.c.n > after]
    about += [ENTRIES.c.topic.in_(topics)] if topics else []
    wanted = select(ENTRIES.c.entry).where(*about).order_by(ENTRIES.c.n.desc() if last else ENTRIES.c.n)
    with room.told(), room.engine.connect() as link:
        rows = link.execute(wanted.limit(last) if last else wanted).scalars().all()
    found = (_entry(room, row) for row in (reversed(rows) if last else rows))
    return tuple(entry for entry in found if entry.incident == incident)


def read_members(room: Room, link: Connection, incident: str) -> tuple[tuple[Heard, ...], float]:
    """Who was heard of lately, the longest there first, also at other incidents, and the server's clock."""
    rows = link.execute(select(MEMBERS.c.said, MEMBERS.c.heard, MEMBERS.c.incident)).all()
    now = float(link.execute(select(room.now)).scalar() or 0)
    signed = {row.name: row for row in link.execute(select(SIGNED))}
    heard = []
    for row in rows:
        member, elsewhere = member_of(json.loads(row.said)), "" if row.incident == short(incident) else row.incident
        login = signed_by(signed, *seat_of(member.run))
        heard.append(Heard(member, max(0.0, now - row.heard), login, elsewhere))
    return in_order(heard), now


def signed_by(signed: Mapping[str, Any], name: str, said: str) -> str:
    """By which login that very word was left; '' when it was not."""
    row = signed.get(name)
    return str(row.login or "") if row is not None and row.said == said else ""


def short(incident: str) -> str:
    """An incident's name as it is looked for."""
    return incident.encode("ascii", "backslashreplace").decode()[:200]


def _entry(room: Room, row: str) -> Entry:
    try:
        entry = entry_of(tuple(json.loads(row)))
    except (ValueError, TypeError):
        raise room.unusable("one of its entries is not as it was written") from None
    if entry.hash != seal(entry):
        raise room.unusable(f"its entry {entry.n} was changed after it was written")
    return entry
