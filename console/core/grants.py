"""The least that a login needs to look, or to act, as SQL for whoever owns the server.

Each statement with its reason. What a right would allow besides looking is left out and said: an observer that sees a
little less is better than one that could write.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

TO_BE_SET = "<password>"
OWNER = "<owner of the tables>"


class Part(StrEnum):
    """Whom the login is for."""

    OBSERVER = "observer"
    RESPONDER = "responder"


@dataclass(frozen=True, slots=True)
class Line:
    """One statement, or a remark where `sql` is empty."""

    sql: str
    why: str


def grants(dialect: str, part: Part, database: str, schema: str, ledgers: Sequence[str]) -> tuple[Line, ...]:
    """What makes the login on this server. `dialect` is that of a URL; `ledgers` are names as they stand there."""
    if dialect == "sqlite":
        return tuple(_sqlite(part, database))
    if dialect == "postgresql":
        return tuple(_postgres(part, database, schema, ledgers))
    return tuple(_mysql(part, database, mariadb=dialect == "mariadb"))


def room_grants(dialect: str, database: str) -> tuple[Line, ...]:
    """What a login needs in the database of a room: who acts adds lines and changes none, who looks reads."""
    is_postgres = dialect == "postgresql"
    many = "ann, bob" if is_postgres else "'ann'@'%', 'bob'@'%'"
    home = "" if is_postgres else f"`{database.replace('`', '``')}`."
    entries, members, signed = (f"{home}{name}" for name in ("halfway_entries", "halfway_members", "halfway_signed"))
    return (
        Line(f"GRANT SELECT, INSERT ON {entries} TO {many}", "Who acts adds lines to the account, and changes none"),
        Line(f"GRANT SELECT, INSERT ON {signed} TO {many}", "and leaves a word that is known to be theirs"),
        Line(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {members} TO {many}", "and says that they are there"),
        Line("", "A login each: two people with one login cannot be told apart. Who only looks needs SELECT alone"),
    )


def as_sql(lines: Sequence[Line]) -> str:
    """To be read and run by a person."""
    return "\n".join(f"-- {line.why}" + (f"\n{line.sql};" if line.sql else "") for line in lines)


def _postgres(part: Part, database: str, schema: str, ledgers: Sequence[str]) -> Iterator[Line]:
    role, home = f"halfway_{part.value}", _double(schema or "public")
    yield Line(
        f"CREATE ROLE {role} LOGIN CONNECTION LIMIT 20", f"A login of its own; then set its password: \\password {role}"
    )
    if part is Part.OBSERVER:
        yield Line(
            f"ALTER ROLE {role} SET default_transaction_read_only = on", "Its sessions only read, whoever opens them"
        )
    yield Line(f"GRANT CONNECT ON DATABASE {_double(database)} TO {role}", "The database that is looked at")
    yield Line(f"GRANT pg_monitor TO {role}", "All sessions with what they run, settings and sizes")
    yield Line(f"GRANT USAGE ON SCHEMA {home} TO {role}", "Its tables by name; again for each other schema")
    for ledger in ledgers:
        yield Line(f"GRANT SELECT ON {home}.{_double(ledger)} TO {role}", "What the migration tool believes")
    counted = f"GRANT SELECT ON ALL TABLES IN SCHEMA {home} TO {role}"
    yield Line("", f"Only where rows may be counted and shown: {counted};")
    if part is Part.RESPONDER:
        yield Line(f"GRANT pg_signal_backend TO {role}", "To cancel or end what blocks")
        yield Line(f'GRANT "{OWNER}" TO {role}', "To change tables as who owns them; the name stands in \\dt")
        yield Line("", f"From PostgreSQL 16 on, for a full server: GRANT pg_use_reserved_connections TO {role};")


def _mysql(part: Part, database: str, *, mariadb: bool) -> Iterator[Line]:
    user, home = f"'halfway_{part.value}'@'%'", f"`{database.replace('`', '``')}`.*"
    yield Line(f"CREATE USER {user} IDENTIFIED BY '{TO_BE_SET}'", "A login of its own")
    yield Line(f"GRANT PROCESS ON *.* TO {user}", "All sessions with what they run")
    replica = "SLAVE MONITOR" if mariadb else "REPLICATION CLIENT"
    yield Line(f"GRANT {replica} ON *.* TO {user}", "Whether it is a replica, and how far behind")
    yield Line(
        f"GRANT SELECT, SHOW VIEW ON {home} TO {user}", "Its tables and views, the ledger, and rows to be counted"
    )
    yield Line(f"GRANT SELECT ON performance_schema.* TO {user}", "Who holds and awaits which lock")
    if mariadb:
        yield Line(f"GRANT SELECT ON mysql.proc TO {user}", "The code of routines")
    else:
        yield Line(
            f"GRANT SHOW_ROUTINE, XA_RECOVER_ADMIN ON *.* TO {user}", "The code of routines; prepared transactions"
        )
    if part is Part.OBSERVER:
        yield Line("", "Left out: TRIGGER and EVENT. They would show triggers and events, and let it make some")
        return
    kill = "CONNECTION ADMIN" if mariadb else "CONNECTION_ADMIN"
    yield Line(f"GRANT {kill} ON *.* TO {user}", "To end what blocks; also when all ordinary connections are used")
    change = ("INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES, CREATE VIEW, TRIGGER, EVENT, "
              "CREATE ROUTINE, ALTER ROUTINE")  # fmt: skip
    yield Line(f"GRANT {change} ON {home} TO {user}", "To finish, take back, mark and clean up in this database only")


def _sqlite(part: Part, database: str) -> Iterator[Line]:
    if part is Part.OBSERVER:
        yield Line("", f"SQLite has no logins: let the observer read {database} and its folder, and write neither")
        yield Line(
            "", f"chmod o=r {database}; what reads it in WAL mode needs -shm: open it read-only by another copy else"
        )
    else:
        yield Line("", f"SQLite has no logins: whoever may write {database} and its folder may act")


def _double(name: str) -> str:
    return f'"{name.replace(chr(34), chr(34) * 2)}"'
