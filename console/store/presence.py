"""Who is there just now: a small file beside the journal that each console writes once a second, and nobody keeps.

Nothing in it decides what may be done but the silence of a console; who holds the wheel stands in the journal. It may
be lost or removed at any time: every console puts itself in again. An observer's process never imports this module.
"""

from __future__ import annotations

import json
import os
import stat
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Engine, Float, MetaData, String, Table, Text, delete, insert
from sqlalchemy.exc import DBAPIError

from console.core.room.members import FORGOTTEN_AFTER, Heard, Member, in_order, seat_of
from console.core.room.shown import member_of, member_value
from console.store.place import log_mode, made
from console.store.problems import told
from console.store.table import connected

NAME = "room.db"
METADATA = MetaData()
MEMBERS = Table(
    "halfway_members",
    METADATA,
    Column("run", String(40), primary_key=True),
    Column("incident", String(200), nullable=False),
    Column("heard", Float(53), nullable=False),
    Column("said", Text, nullable=False),
)
_SAY = f"UPDATE {MEMBERS.name} SET incident = ?, heard = ?, said = ? WHERE run = ?"
_HEARD = f"SELECT said, heard, incident FROM {MEMBERS.name}"
"""As text: building and looking up a statement each second costs four times what it does."""


class DiskPresence:
    """In a file beside the journal `path`."""

    def __init__(self, path: Path, incident: str, now: Callable[[], float] = time.time) -> None:
        """`now` gives seconds; every console of this machine has the same clock. JournalFault, one sentence."""
        self.path = path.with_name(NAME)
        self._incident = incident
        self._now = now
        self._one = threading.Lock()
        self._opened: Engine | None = None

    @property
    def _engine(self) -> Engine:
        """The file, made anew where it is not there."""
        if self._opened is None:
            os.close(made(self.path, os.O_RDWR))
            engine = connected(self.path, "mode=rw")
            with engine.connect() as link:
                link.exec_driver_sql(f"PRAGMA journal_mode = {log_mode(self.path)}")
                link.exec_driver_sql("PRAGMA synchronous = OFF")
                METADATA.create_all(link)
            self._opened = engine
        return self._opened

    def say(self, member: Member) -> None:
        """This console is here and looks at that. JournalFault when the file cannot be written."""
        row = (self._incident, self._now(), json.dumps(member_value(member)), member.run)
        with self._one, told(self.path), self._engine.begin() as link:
            if not link.exec_driver_sql(_SAY, row).rowcount:
                link.execute(insert(MEMBERS).values(dict(zip(("incident", "heard", "said", "run"), row, strict=True))))
                link.execute(delete(MEMBERS).where(MEMBERS.c.heard < self._now() - FORGOTTEN_AFTER))

    def heard(self) -> Sequence[Heard]:
        """All consoles that were heard of lately, the longest there first; also those of other incidents."""
        with self._one, told(self.path), self._engine.connect() as link:
            rows = link.exec_driver_sql(_HEARD).all()
        now = self._now()
        return in_order(self._heard(row, now) for row in rows)

    def _heard(self, row: Any, now: float) -> Heard:  # noqa: ANN401 - a row of any shape
        member = member_of(json.loads(row.said))
        elsewhere = "" if row.incident == self._incident else row.incident
        return Heard(member, max(0.0, now - row.heard), self.signer(*seat_of(member.run)), elsewhere)

    def sign(self, name: str, said: str) -> None:
        """A file of that name, which the kernel says whose it is."""
        with told(self.path):
            handle = made(self._signed(name), os.O_WRONLY | os.O_EXCL)
            try:
                os.write(handle, said.encode())
            finally:
                os.close(handle)

    def signer(self, name: str, said: str) -> str:
        """Whose the file of that name is, if it is a plain one and holds just that."""
        try:
            handle = os.open(self._signed(name), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError:
            return ""
        try:
            found = os.fstat(handle)
            same = stat.S_ISREG(found.st_mode) and found.st_nlink == 1 and os.read(handle, 1000) == said.encode()
        except OSError:
            return ""
        finally:
            os.close(handle)
        return f"uid {found.st_uid}" if same else ""

    def login(self) -> str:
        """The user that the kernel knows."""
        return f"uid {os.geteuid()}"

    def leave(self, run: str) -> None:
        """This console ends. That it cannot be said is no matter: the others notice."""
        with suppress(OSError):
            self._signed(seat_of(run)[0]).unlink(missing_ok=True)
        with self._one, suppress(OSError, DBAPIError), self._engine.begin() as link:
            link.execute(delete(MEMBERS).where(MEMBERS.c.run == run))

    def close(self) -> None:
        """Let go of the file."""
        if self._opened is not None:
            self._opened.dispose()
            self._opened = None

    def _signed(self, name: str) -> Path:
        return self.path.with_name(f"signed-{name}")
