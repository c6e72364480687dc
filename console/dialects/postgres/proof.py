"""What a PostgreSQL session refuses, and what the rights behind it would allow: the two server sides of the proof.

The write that is tried is a SELECT ... FOR SHARE of no row of a system catalog. A server counts it among the writes
and refuses it in a read-only transaction before it looks at rights; accepted, it would lock no row, fire no trigger
and change nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import psycopg

from console.core.faults import Fault, LinkLostFault, ReadFault
from console.core.proof import Power, Tried
from console.dialects.postgres.quoting import quoted
from console.dialects.postgres.wire import Row, Wire

ATTEMPT = "SELECT 1 FROM pg_catalog.pg_language WHERE false FOR SHARE"
_REFUSED = "25006"
_FEW = 3

_ROLE = """
SELECT r.rolname::text, r.rolsuper, r.rolcreaterole, r.rolcreatedb, r.rolreplication,
       (SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_get_activity(NULL) a
         WHERE a.usesysid IS NOT NULL AND pg_catalog.pg_has_role(r.oid, a.usesysid, 'MEMBER')
           AND a.pid <> pg_catalog.pg_backend_pid() AND a.application_name NOT LIKE 'halfway %%')
  FROM pg_catalog.pg_roles r WHERE r.rolname = session_user
"""
_MEMBER = """
SELECT d.rolname::text, pg_catalog.array_agg(t.rolname::text ORDER BY t.rolname)
  FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles d ON d.oid = m.roleid
  JOIN pg_catalog.pg_roles t ON pg_catalog.pg_has_role(d.oid, t.oid, 'MEMBER')
 WHERE m.member = (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = session_user)
   AND (t.rolname = ANY (%(dangerous)s) OR t.rolsuper OR t.rolcreaterole OR t.rolcreatedb OR t.rolreplication)
   AND (NOT d.rolsuper OR t.oid = d.oid)
 GROUP BY 1 ORDER BY 1
"""
_DANGEROUS = (
    "pg_signal_backend", "pg_write_all_data", "pg_write_server_files", "pg_execute_server_program", "pg_maintain",
    "pg_checkpoint", "pg_create_subscription", "pg_signal_autovacuum_worker",
)  # fmt: skip
_ENDING = frozenset({"pg_signal_backend"})
_HELD = """
WITH me AS (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = session_user), held AS (
  SELECT CASE WHEN c.relkind = 'S' THEN 'sequence' ELSE 'table' END AS kind, n.nspname, c.relname::text AS name,
         a.grantee, a.privilege_type AS privilege
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace,
         LATERAL pg_catalog.aclexplode(c.relacl) a
   WHERE a.grantee <> c.relowner AND a.privilege_type <> 'SELECT' AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  UNION ALL
  SELECT 'table', n.nspname, c.relname, a.grantee, a.privilege_type
    FROM pg_catalog.pg_attribute t JOIN pg_catalog.pg_class c ON c.oid = t.attrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace, LATERAL pg_catalog.aclexplode(t.attacl) a
   WHERE a.grantee <> c.relowner AND a.privilege_type <> 'SELECT'
  UNION ALL
  SELECT 'schema', n.nspname, n.nspname, a.grantee, a.privilege_type
    FROM pg_catalog.pg_namespace n, LATERAL pg_catalog.aclexplode(n.nspacl) a
   WHERE a.grantee <> n.nspowner AND a.privilege_type = 'CREATE'
  UNION ALL
  SELECT 'database', '', d.datname, a.grantee, a.privilege_type
    FROM pg_catalog.pg_database d, LATERAL pg_catalog.aclexplode(d.datacl) a
   WHERE d.datname = pg_catalog.current_database() AND a.grantee <> d.datdba AND a.privilege_type = 'CREATE'
  UNION ALL
  SELECT 'routine', n.nspname,
         pg_catalog.format('%%I.%%I(%%s)', n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)),
         a.grantee, a.privilege_type
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace,
         LATERAL pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) a
   WHERE p.prosecdef AND a.grantee <> p.proowner
)
SELECT kind, nspname::text, pg_catalog.array_agg(DISTINCT name::text ORDER BY name::text),
       pg_catalog.array_agg(DISTINCT privilege ORDER BY privilege),
       CASE WHEN grantee = 0 THEN '' ELSE pg_catalog.pg_get_userbyid(grantee)::text END,
       ARRAY(SELECT d.rolname::text FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles d ON d.oid = m.roleid
              WHERE m.member = me.oid AND pg_catalog.pg_has_role(d.oid, grantee, 'MEMBER') ORDER BY 1)
  FROM held, me
 WHERE nspname NOT LIKE 'pg\\_%%' AND nspname <> 'information_schema'
   AND CASE WHEN grantee = 0 THEN true ELSE pg_catalog.pg_has_role(me.oid, grantee, 'MEMBER') END
 GROUP BY kind, nspname, grantee, me.oid ORDER BY 1, 2, 5
"""
_OWNED = """
SELECT pg_catalog.pg_get_userbyid(c.relowner)::text, pg_catalog.count(*)
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND n.nspname NOT LIKE 'pg\\_%%'
   AND n.nspname <> 'information_schema' AND pg_catalog.pg_has_role(session_user, c.relowner, 'MEMBER')
 GROUP BY 1 ORDER BY 1
"""


def try_to_write(wire: Wire) -> Tried:
    """Whether this session is refused a write."""
    try:
        wire.read(ATTEMPT)
    except LinkLostFault:
        raise
    except ReadFault as fault:
        if isinstance(fault.__cause__, psycopg.Error) and fault.__cause__.sqlstate == _REFUSED:
            return Tried(True, fault.why)
        return Tried(None, f"the attempt ended otherwise: {fault}")
    except Fault as fault:
        return Tried(False, f"a write was not refused for being one: {fault}")
    return Tried(False, "a write was not refused")


def read_powers(wire: Wire) -> tuple[Power, ...]:
    """Everything the login could do besides reading, were it not for the client and the session."""
    name, superuser, roles, databases, replication, others = wire.read(_ROLE, {})[0]
    if superuser:
        return (Power("do everything", f"role {name} is a superuser; observe as a role of its own"),)
    flags = (("CREATEROLE", roles), ("CREATEDB", databases), ("REPLICATION", replication))
    found = [
        Power(_WORDS[flag], f"role {name} has {flag}", (f"ALTER ROLE {quoted(name)} NO{flag}",))
        for flag, has in flags
        if has
    ]
    members = wire.read(_MEMBER, {"dangerous": list(_DANGEROUS)})
    found += [_membership(name, direct, reached) for direct, reached in members]
    if others:
        by = f"{others} of them {'are' if others > 1 else 'is'} there; observe as a role that nobody else uses"
        found.append(Power("end sessions of its own role", by))
    for owner, count in wire.read(_OWNED, {}):
        found.append(Power("change and drop what it owns", f"{count} relations belong to role {owner}"))
    return (*found, *(power for row in wire.read(_HELD, {}) for power in _held(name, row)))


_WORDS = {"CREATEROLE": "make and change roles", "CREATEDB": "create databases", "REPLICATION": "replicate"}


def _membership(name: str, direct: str, reached: Sequence[str]) -> Power:
    may = "end other sessions" if _ENDING & set(reached) else "act"
    others = [role for role in reached if role != direct]
    through = f", which leads to {', '.join(others)}" if others else ""
    by = f"role {name} is a member of {direct}{through}"
    return Power(may, by, (f"REVOKE {quoted(direct)} FROM {quoted(name)}",))


def _held(name: str, row: Row) -> Iterator[Power]:
    kind, schema, names, privileges, grantee, via = row
    rights = ", ".join(privileges)
    where = f"{len(names)} {kind}s" if len(names) > _FEW else f"{kind} {', '.join(names)}"
    inside = f" of schema {schema}" if kind in ("table", "sequence") else ""
    may = f"run with its owner's rights {where}" if kind == "routine" else f"{rights} on {where}{inside}"
    by = f"granted to {'PUBLIC' if not grantee else f'role {grantee}'}"
    if grantee in ("", name):
        whom = quoted(name) if grantee else "PUBLIC"
        yield Power(may, by, tuple(f"REVOKE {rights} ON {what} FROM {whom}" for what in _targets(kind, schema, names)))
    else:
        yield Power(may, by, tuple(f"REVOKE {quoted(role)} FROM {quoted(name)}" for role in via))


def _targets(kind: str, schema: str, names: Sequence[Any]) -> Iterator[str]:
    if kind in ("table", "sequence") and len(names) > _FEW:
        yield f"ALL {kind.upper()}S IN SCHEMA {quoted(schema)}"
        return
    for name in names:
        if kind == "routine":
            yield f"ROUTINE {name}"
        elif kind in ("schema", "database"):
            yield f"{kind.upper()} {quoted(name)}"
        else:
            yield f"{kind.upper()} {quoted(schema)}.{quoted(name)}"
