"""One copy of a database as it was found: what it is, when it was taken, whether it can be read to its end.

Dumps write the time of the machine that wrote them and not its time zone. So a time of a dump is a span: what would
hold in every time zone is said, and everything else is not known. The time at which a file was written last bounds it
from above: nothing comes into a dump later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from console.core.plain import one_line
from console.core.recover.given import Backup, Known

_EAST, _WEST = timedelta(hours=14), timedelta(hours=12)
"""How far a clock on a wall may be ahead of UTC, and behind it."""
_SLACK = timedelta(minutes=1)
"""Between the time that pg_dump writes down and the moment it sees the database as it was."""
_PACKED = 4
"""So much more than its packed bytes is taken to be in a backup that was not unpacked."""
_STEPS = ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"))


class Form(StrEnum):
    """How it is written; the value is the word for people."""

    CUSTOM = "pg_dump custom"
    FOLDER = "pg_dump directory"
    TAR = "pg_dump tar"
    POSTGRES = "pg_dump text"
    MYSQL = "mysqldump"
    MYDUMPER = "mydumper"


@dataclass(frozen=True, slots=True)
class Found:
    """What was read of one copy."""

    name: str
    form: Form
    size: int
    """Bytes as they lie there."""
    server: str = ""
    """postgresql, mysql or mariadb; '' where it does not say."""
    version: str = ""
    database: str = ""
    """The one it is of; '' where it does not say, or is of several."""
    said: datetime | None = None
    """The time in the dump, without a zone."""
    said_end: bool = False
    """That time is its end, not its beginning."""
    modified: datetime | None = None
    """When the file was written last, UTC."""
    whole: Known = Known.UNKNOWN
    """It was read to its end, and nothing was missing."""
    why: str = ""
    """Why it is not whole, or why that is not known, one sentence without a full stop."""
    unpacked: int | None = None
    """Bytes of what is in it, where that was seen."""


def span(found: Found) -> tuple[datetime | None, datetime | None]:
    """The earliest and the latest moment at which the database was as it is in the copy, UTC; None: not known."""
    said = found.said.replace(tzinfo=UTC) if found.said is not None else None
    ends = [found.modified, said + _WEST + _SLACK if said is not None else None]
    latest = min((end for end in ends if end is not None), default=None)
    return (said - _EAST if said is not None and not found.said_end else None), latest


def before(found: Found, not_begun: datetime | None, begun: datetime | None) -> Known:
    """Whether it was taken before the migration, which had not begun at one moment and had begun at the other; only
    said where every time zone gives the same answer."""
    earliest, latest = span(found)
    if latest is not None and not_begun is not None and latest < not_begun:
        return Known.YES
    late = earliest is not None and begun is not None and earliest > begun
    return Known.NO if late else Known.UNKNOWN


def time_words(found: Found) -> str:
    """When it was taken and by what that is known: `02:00 by its own clock, whose time zone it does not say`."""
    of_file = f"the file was written {_at(found.modified)} UTC" if found.modified is not None else ""
    if found.said is None:
        return f"it says no time; {of_file}" if of_file else "it says no time"
    word = "ended" if found.said_end else "begun"
    text = f"{word} {_at(found.said)} by its own clock (time zone not said)"
    return f"{text}; {of_file}" if of_file else text


def as_backup(found: Found, not_begun: datetime | None, begun: datetime | None) -> Backup:
    """For the ways out."""
    _, latest = span(found)
    answer = before(found, not_begun, begun)
    words = (sized(found.size), whose(found), time_words(found), _order(answer), _whole(found))
    return Backup(found.name, latest, answer, found.whole, f"{found.form}: {', '.join(filter(None, words))}")


def whose(found: Found) -> str:
    """`postgresql 16.4, database shop`."""
    server = " ".join(filter(None, (found.server, found.version)))
    database = f"database {found.database}" if found.database else "database not said"
    return one_line(", ".join(filter(None, (server, database))), 120)


def sized(size: int) -> str:
    """`1.4 GiB`."""
    return next((f"{size / step:.1f} {word}" for step, word in _STEPS if size >= step), f"{size} bytes")


def need(found: Found) -> tuple[int | None, str]:
    """Bytes that its rows take at least, and in words; None where that is not known."""
    if found.unpacked:
        return found.unpacked, f"{sized(found.unpacked)} or more"
    if not found.size:
        return None, "not known"
    guess = _PACKED * found.size
    return guess, f"{sized(guess)} or more ({_PACKED} times the size of the backup: how much is in it was not read)"


def _order(answer: Known) -> str:
    return {
        Known.YES: "from before the migration",
        Known.NO: "from after the migration began",
        Known.UNKNOWN: "whether it is from before the migration is not known",
    }[answer]


def _whole(found: Found) -> str:
    if found.whole is Known.YES:
        return "read to its end"
    return f"NOT WHOLE: {found.why}" if found.whole is Known.NO else f"whether it is whole is not known: {found.why}"


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"
