"""Backups: those that are being taken now, which a schema change breaks or waits for, and the last one that is whole.

A backup is known by the program that takes it, by what it says to the server, or by the server's own record of it.
Which copies there are is only known of places that somebody named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from console.core.killing import BACKUPS
from console.core.plain import lasted, one_line
from console.core.preflight.finding import About, Finding, Severity
from console.core.preflight.ground import Case
from console.core.preflight.now import Kept, Now
from console.core.preflight.now_sessions import Seen, begun, called, wait
from console.core.recover.effects import destroys
from console.core.recover.given import Known
from console.core.restore.found import Found, span
from console.core.session import Session, SessionKind

FRESH = timedelta(hours=24)
_SAYS = re.compile(
    r"\bpg_(?:backup_start|start_backup)\s*\(|\block\s+instance\s+for\s+backup\b|\bbackup\s+(?:stage|lock)\b"
    r"|\bflush\s+tables\b.*\bwith\s+read\s+lock\b|/\*!40001\s+sql_no_cache\s*\*/",
    re.IGNORECASE | re.DOTALL,
)
"""How programs that take one speak to the server; the last is how mysqldump reads rows."""
_ENDED = re.compile(
    r"\bpg_(?:backup_stop|stop_backup)\s*\(|\bbackup\s+stage\s+end\b|\bunlock\s+(?:instance|tables)\b", re.IGNORECASE
)
_PHYSICAL = ("pg_basebackup", "xtrabackup", "mariabackup", "mysqlbackup", "pgbackrest", "barman")


def running(seen: Seen, now: Now) -> Iterator[Finding]:
    """A wait for each backup that is being taken."""
    sessions = [s for s in seen.sessions.values() if _is_backup(s)]
    for session in sessions:
        who = called(session, seen)
        why = f"{begun(who)}, takes a backup: {_meets(session)}."
        yield wait("now-backup", why, f"{who}, taking a backup", "Let the backup end, then run preflight again.")
    named = {f"session {session.id}" for session in sessions}
    for name in now.moment.copying if now.moment is not None else ():
        if name not in named:
            why = f"A base backup is being taken ({one_line(name, 120)}): it is not whole before it has ended."
            yield wait("now-backup", why, f"the base backup of {one_line(name, 120)}")


def _is_backup(session: Session) -> bool:
    program = session.application.lower()
    if any(name in program for name in BACKUPS) or "basebackup" in program:
        return True
    client = session.kind is SessionKind.CLIENT
    return client and _SAYS.search(session.query) is not None and _ENDED.search(session.query) is None


def _meets(session: Session) -> str:
    if any(name in session.application.lower() for name in _PHYSICAL) or "pg_" in session.query.lower():
        return "it is not whole before it has ended, and what is run meanwhile has to be replayed over it"
    return "a table that is changed under it makes it fail or wait, or makes the run wait for it"


def kept(now: Now, cases: Sequence[Case], taken_at: datetime) -> Iterator[Finding]:
    """Whether there is a backup that could bring back what the run takes."""
    copies = now.kept
    if copies is None:
        return
    loses = destroys(c.statement for c in cases if not c.unit.past) is not Known.NO
    if not copies.places:
        severity = Severity.MED if loses else Severity.INFO
        why = "No backup is known here: nobody said where backups lie" + (
            ", and what is to be run may take rows with it." if loses else "."
        )
        yield Finding("now-no-backup", severity, About.NOW, why, 'Name the place in halfway.toml: backups = ["..."].')
        return
    yield from _judged(copies, loses=loses, taken_at=taken_at)


def _judged(copies: Kept, *, loses: bool, taken_at: datetime) -> Iterator[Finding]:
    places = ", ".join(one_line(place, 80) for place in copies.places)
    if copies.why:
        why = f"Whether there is a backup that can be read is not known: {copies.why}."
        yield Finding("unknown-backup", Severity.MED, About.UNKNOWN, why)
        return
    whole = [found for found in copies.found if found.whole is Known.YES]
    newest = max(whole, key=_latest, default=None)
    if newest is None:
        unsure = any(found.whole is Known.UNKNOWN for found in copies.found)
        broken = next((found.why for found in copies.found if found.why), next(iter(copies.notes), ""))
        why = f"No backup in {places} was read to its end"
        why += f" ({one_line(broken, 200)})." if broken else "."
        yield _missing(why, f"no backup in {places} was read to its end", loses=loses and not unsure)
    elif taken_at - _latest(newest) > FRESH:
        age = lasted((taken_at - _latest(newest)).total_seconds())
        name = one_line(newest.name, 120)
        why = f"The newest backup that can be read, {name}, is at least {age} old: what was written since is in none."
        yield _missing(why, f"the newest backup that can be read, {name}, is at least {age} old", loses=loses)


def _missing(why: str, name: str, *, loses: bool) -> Finding:
    if loses:
        return wait("now-backup-old", f"{why} What is to be run may take rows with it.", name, "Take a backup first.")
    return Finding("now-backup-old", Severity.MED, About.NOW, why, "Take a backup first.")


def _latest(found: Found) -> datetime:
    """The latest moment it can be of."""
    _, latest = span(found)
    return latest if latest is not None else datetime.min.replace(tzinfo=UTC)
