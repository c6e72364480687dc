"""What a session of MySQL or MariaDB refuses, and what the rights behind it would allow.

The write that is tried is CREATE DATABASE IF NOT EXISTS information_schema: refused as a write in a read-only session,
and in any other one refused to everybody, root included, because that schema belongs to the server.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pymysql

from console.core.faults import Fault, LinkLostFault
from console.core.proof import Power, Tried
from console.dialects.mysql.errors import number
from console.dialects.mysql.rights import account_sql
from console.dialects.mysql.wire import Wire

ATTEMPT = "CREATE DATABASE IF NOT EXISTS information_schema"
_REFUSED = 1792
_NAME = r"`(?:[^`]|``)*`|'(?:[^']|'')*'|[^\s`'@.]+"
_ACCOUNT = rf"(?:{_NAME})(?:@(?:{_NAME}))?"
_GRANT = re.compile(
    rf"GRANT (?P<rights>.+?) ON (?P<kind>TABLE |FUNCTION |PROCEDURE |PACKAGE (?:BODY )?)?"
    rf"(?P<where>(?:{_NAME}|\*)(?:\.(?:{_NAME}|\*))?|(?:{_NAME})@(?:{_NAME})) TO (?P<whom>{_ACCOUNT})",
    re.DOTALL,
)
_ROLES = re.compile(rf"GRANT (?P<roles>{_ACCOUNT}(?:, ?{_ACCOUNT})*) TO ")
_RIGHT = re.compile(r"[^,(]+(?:\((?:`(?:[^`]|``)*`|[^)`])*\))?")
_READING = frozenset({
    "USAGE", "SELECT", "SHOW VIEW", "SHOW DATABASES", "PROCESS", "REPLICATION CLIENT", "BINLOG MONITOR",
    "SLAVE MONITOR", "REPLICA MONITOR", "SHOW_ROUTINE", "SHOW CREATE ROUTINE", "XA_RECOVER_ADMIN",
})  # fmt: skip
"""Rights that change nothing; every other one, known or not, is told."""
_ADMINISTERS = frozenset({"ALL PRIVILEGES", "ALL", "SUPER", "CREATE USER"})
_ENDS = frozenset({"CONNECTION_ADMIN", "CONNECTION ADMIN"})
_SAME = """
SELECT count(*) FROM information_schema.processlist
 WHERE user = substring_index(user(), '@', 1) AND id NOT IN ({})
"""


def try_to_write(wire: Wire) -> Tried:
    """Whether this session is refused a write."""
    try:
        wire.read(ATTEMPT)
    except LinkLostFault:
        raise
    except Fault as fault:
        cause = fault.__cause__
        if isinstance(cause, pymysql.Error) and number(cause) == _REFUSED:
            return Tried(True, fault.why)
        return Tried(False, f"a write was not refused for being one: {fault}")
    return Tried(False, "a write was not refused")


@dataclass(frozen=True, slots=True)
class _Held:
    """One line of SHOW GRANTS: the rights in it that do not only read."""

    rights: tuple[str, ...]
    kind: str
    where: str
    whom: str
    passes_on: bool


def read_powers(wire: Wire) -> tuple[Power, ...]:
    """Everything the account could do besides reading, were it not for the client and the session."""
    account = account_sql(wire.account)
    lines = _lines(wire, f"SHOW GRANTS FOR {account}")
    direct = tuple(_held(lines))
    if any(held.where == "*.*" and _ADMINISTERS & set(held.rights) for held in direct):
        return (Power("administer the server", f"{account} may {_some(direct)}; observe as an account of its own"),)
    through = tuple(power for role in _roles(lines) for power in _of_role(wire, account, role, direct))
    return (*_same_account(wire, account), *map(_power, direct), *through)


def _some(held: Iterable[_Held]) -> str:
    rights = dict.fromkeys(right for each in held if each.where == "*.*" for right in each.rights)
    return ", ".join(right for right in rights if right in _ADMINISTERS)


def _lines(wire: Wire, sql: str) -> list[str]:
    return [row[0] for row in wire.read(sql)]


def _held(lines: Iterable[str]) -> Iterator[_Held]:
    for line in lines:
        match = _GRANT.match(line)
        if match is None:
            continue
        rights = tuple(right.strip() for right in _RIGHT.findall(match["rights"]))
        more = tuple(right for right in rights if right.partition("(")[0].strip().upper() not in _READING)
        passes_on = "WITH GRANT OPTION" in line[match.end() :]
        if more or passes_on:
            yield _Held(more, match["kind"] or "", match["where"], match["whom"], passes_on)


def _roles(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        match = _ROLES.match(line)
        if match is not None:
            yield from re.findall(_ACCOUNT, match["roles"])


def _power(held: _Held) -> Power:
    rights = ", ".join((*held.rights, *(["GRANT OPTION"] if held.passes_on else [])))
    ends = " (which ends other sessions)" if _ENDS & set(held.rights) else ""
    seen = " (without which none are seen)" if {"TRIGGER", "EVENT"} & set(held.rights) else ""
    return Power(f"{rights} on {held.kind}{held.where}{ends}{seen}", f"granted to {held.whom}", _revokes(held))


def _revokes(held: _Held) -> tuple[str, ...]:
    """MySQL and MariaDB take ALL PRIVILEGES only whole: what reads is given back."""
    rights = ", ".join((*held.rights, *(["GRANT OPTION"] if held.passes_on else [])))
    statement = f"REVOKE {rights} ON {held.kind}{held.where} FROM {held.whom}"
    if not any(right in ("ALL PRIVILEGES", "ALL") for right in held.rights):
        return (statement,)
    return (statement, f"GRANT SELECT, SHOW VIEW ON {held.where} TO {held.whom}")


def _of_role(wire: Wire, account: str, role: str, direct: tuple[_Held, ...]) -> Iterator[Power]:
    """What comes with a role, whether it is active or not: SET ROLE is no write."""
    fix = (f"REVOKE {role} FROM {account}",)
    asked = f"SHOW GRANTS FOR {role}" if wire.is_mariadb else f"SHOW GRANTS FOR {account} USING {role}"
    try:
        found = [held for held in _held(_lines(wire, asked)) if _added(held, direct)]
    except LinkLostFault:
        raise
    except Fault as fault:
        yield Power(f"become role {role}", f"what that allows is not told ({fault.why})", fix)
        return
    for held in found:
        rights = ", ".join(_added(held, direct))
        yield Power(f"{rights} on {held.kind}{held.where}", f"through role {role}", fix)


def _added(held: _Held, direct: tuple[_Held, ...]) -> tuple[str, ...]:
    """The rights that the account has not by itself."""
    own = {right for each in direct if (each.kind, each.where) == (held.kind, held.where) for right in each.rights}
    return tuple(right for right in held.rights if right not in own)


def _same_account(wire: Wire, account: str) -> Iterator[Power]:
    ours = ", ".join(str(int(number)) for number in (wire.id, *wire.own_programs()))
    others = int(wire.read(_SAME.format(ours))[0][0])
    if others:
        by = f"{others} of them {'are' if others > 1 else 'is'} there; observe as an account that nobody else uses"
        yield Power(f"end sessions of {account}", by)
