"""What psycopg and the server say, as faults; the only place where driver errors are known.

No message here can hold a password: libpq never prints one, and nothing of the connection string is repeated.
"""

from __future__ import annotations

import psycopg

from console.core.faults import (
    AbsentFault,
    Fault,
    FullFault,
    LinkLostFault,
    LockedFault,
    NotPermittedFault,
    PasswordFault,
    ReadFault,
    TimedOutFault,
    UnreachableFault,
    UsageFault,
)

_LOST = ("08", "57P01", "57P02", "57P03", "57P05", "25P03", "25P04")
"""Connection exceptions, shutdown, crash, idle time-outs: the server has ended or will end the connection."""
_FULL = (
    "superuser_reserved_connections are kept for superusers and, since PostgreSQL 16, reserved_connections for roles "
    "that were granted pg_use_reserved_connections: come as one of these"
)
_NO_SLOT = ("remaining connection slots", "too many clients", "too many connections for")
_NOBODY = ("refused", "timeout expired", "timed out", "translate host name", "resolve host", "No route to host",
           "unreachable", "No such file or directory", "closed the connection unexpectedly")  # fmt: skip
_ANSWERED = "FATAL:"
_TURNED_AWAY = ("does not exist", "authentication failed", "no pg_hba.conf entry", "is not permitted to log in")
_WAYS = "Set PGPASSWORD, or put it into ~/.pgpass or a service file (PGSERVICE)"


class Silence(psycopg.OperationalError):
    """The server said nothing for longer than its own time-outs allow: its lock manager is frozen, or the link is."""


def connection_fault(error: psycopg.Error) -> Fault:
    """Why no connection was made."""
    text = _in_one_line(str(error)).removeprefix("connection failed: ")
    if isinstance(error, psycopg.ProgrammingError):
        return UsageFault("The URL of the database cannot be used", text)
    if "permission denied for database" in text:
        name = text.partition("permission denied for database ")[2].split()[0].removesuffix(".")
        role = '"' + _user(error).replace('"', '""') + '"'
        return NotPermittedFault("The role may not connect", text, grant=f"GRANT CONNECT ON DATABASE {name} TO {role}")
    if error.pgconn is not None and error.pgconn.needs_password:
        return PasswordFault("PostgreSQL wants a password and none was given", _where(error), _WAYS)
    if any(words in text for words in _NO_SLOT):
        return FullFault("PostgreSQL cannot be reached", text, _FULL)
    if _ANSWERED not in text and any(words in text for words in _NOBODY):
        return AbsentFault("PostgreSQL cannot be reached", text)
    turned_away = _ANSWERED in text and any(words in text for words in _TURNED_AWAY)
    return UnreachableFault("PostgreSQL refused the login" if turned_away else "PostgreSQL cannot be reached", text)


def _in_one_line(said: str) -> str:
    """A second line of libpq's says a second thing, and the first one ends without a stop."""
    lines = [" ".join(line.split()) for line in said.splitlines() if line.strip()]
    return " ".join(line if line.endswith(tuple(".?!:,")) else f"{line}." for line in lines).removesuffix(".")


def _user(error: psycopg.Error) -> str:
    return error.pgconn.user.decode(errors="replace") if error.pgconn is not None else ""


def _where(error: psycopg.Error) -> str:
    return f"for {_user(error)} on {error.pgconn.host.decode(errors='replace')}" if error.pgconn is not None else ""


def options_refused(error: psycopg.Error) -> bool:
    """A pooler that takes no settings at the start; they must come with each transaction."""
    text = str(error)
    return "startup parameter" in text or "unsupported startup" in text


def read_fault(error: psycopg.Error, *, closed: bool, cancelled: bool) -> Fault:
    """Why a read failed."""
    state = error.sqlstate or ""
    why = error.diag.message_primary or " ".join(str(error).split())
    if isinstance(error, Silence):
        return TimedOutFault("PostgreSQL does not answer", "its lock manager is frozen, or the network is")
    if state.startswith(_LOST) or closed or isinstance(error, psycopg.InterfaceError):
        return LinkLostFault("The connection to PostgreSQL broke", why)
    if state == "55P03":
        return LockedFault("The read would have waited behind a lock", why)
    if state == "57014":
        return ReadFault("The read was cancelled") if cancelled else TimedOutFault("The read took too long", why)
    if state == "42501":
        return NotPermittedFault("The role may not read this", why)
    return ReadFault("PostgreSQL refused a read", why)
