"""Whether what a migration makes belongs to the same role and is open to the same ones as what stands beside it.

The tool may have run as another login, with default privileges of its own: then the application could not read a table
that a responder made. What most neighbours have and the new one lacks is said, with the statement that gives it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from console.core.operations import Create, Rename
from console.core.refs import Kind, Ref
from console.core.schema import Schema, Table
from console.core.schema import Sequence as Counting
from console.core.statements import Statement
from console.core.types.postgres_words import quote_name

_ACL = re.compile(r'(?P<who>"(?:[^"]|"")*"|[^="]*)=(?P<what>[a-zA-Z*]*)/.*', re.DOTALL)
_RIGHTS = {
    "r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE", "D": "TRUNCATE", "x": "REFERENCES", "t": "TRIGGER",
    "m": "MAINTAIN", "U": "USAGE",
}  # fmt: skip
_Grant = tuple[str, str]
_FAMILY = ("mysql", "mariadb")


def made_by(statements: Iterable[Statement]) -> tuple[Ref, ...]:
    """Tables that the statements make, by the names they have in the end."""
    made: dict[Ref, None] = {}
    for operation in (o for statement in statements for o in statement.operations):
        if isinstance(operation, Create) and operation.subject.kind is Kind.TABLE:
            made[operation.subject] = None
        elif isinstance(operation, Rename) and operation.ref in made:
            made = {operation.to if ref == operation.ref else ref: None for ref in made}
    return tuple(made)


def owner_beside(statements: Sequence[Statement], schema: Schema, ledgers: Collection[str]) -> str:
    """Who owns everything beside what is made; '' when not one role does, or the statements touch what is there."""
    made = made_by(statements)
    known = {(t.ref.schema, t.ref.name) for t in schema.of_kind(Table)}
    if not made or any(place in known for statement in statements for place in statement.tables):
        return ""
    owners = {table.owner or "" for ref in made for table in _beside(ref, schema, made, ledgers)}
    return owners.pop() if len(owners) == 1 else ""


def lacking(made: Sequence[Ref], schema: Schema, ledgers: Collection[str]) -> tuple[str, ...]:
    """The statements that would make what was made like its neighbours."""
    found: dict[str, None] = {}
    for ref in made:
        table = schema.get(ref)
        if isinstance(table, Table):
            beside = list(_beside(ref, schema, made, ledgers))
            if schema.dialect in _FAMILY:
                found |= dict.fromkeys(_my_grants(table, beside))
                continue
            found |= dict.fromkeys((*_owner(table, beside), *_grants(table, beside, "TABLE")))
            for counting in _counters(table, schema):
                others = [other for neighbour in beside for other in _counters(neighbour, schema)]
                found |= dict.fromkeys(_grants(counting, others, "SEQUENCE"))
    return tuple(found)


def _beside(ref: Ref, schema: Schema, made: Sequence[Ref], ledgers: Collection[str]) -> Iterator[Table]:
    """The other tables of its schema: not partitions, not the tool's own."""
    for table in schema.of_kind(Table):
        own = f"{table.ref.schema}.{table.ref.name}" in ledgers
        if table.ref.schema == ref.schema and table.ref not in made and not own and table.partition_of is None:
            yield table


def _counters(table: Table, schema: Schema) -> Iterator[Counting]:
    """The sequences behind its serial columns; those of identity columns need no grant."""
    prefix = f"{table.ref.schema}.{table.ref.name}."
    for counting in schema.of_kind(Counting):
        if (counting.owned_by or "").startswith(prefix) and _is_asked(counting, schema):
            yield counting


def _is_asked(counting: Counting, schema: Schema) -> bool:
    home, table, column = str(counting.owned_by).split(".", 2)
    found = schema.get(Ref(Kind.COLUMN, home, table, column))
    return not getattr(found, "identity", "")


def _owner(table: Table, beside: Sequence[Table]) -> Iterator[str]:
    owners = {other.owner for other in beside if other.owner}
    if len(owners) == 1 and table.owner and table.owner not in owners:
        yield f"ALTER TABLE {_place(table.ref)} OWNER TO {quote_name(owners.pop())}"


def _grants(thing: Table | Counting, beside: Sequence[Table | Counting], kind: str) -> Iterator[str]:
    """What more than half of the others grant to somebody else than their owner."""
    counted = Counter(grant for other in beside for grant in _granted(other))
    wanted = {grant for grant, times in counted.items() if 2 * times > len(beside)} - set(_granted(thing))
    by_role: dict[str, list[str]] = {}
    for who, what in sorted(wanted, key=lambda grant: (grant[0], list(_RIGHTS.values()).index(grant[1]))):
        if who != thing.owner:
            by_role.setdefault(who, []).append(what)
    for who, rights in by_role.items():
        yield f"GRANT {', '.join(rights)} ON {kind} {_place(thing.ref)} TO {quote_name(who) if who else 'PUBLIC'}"


def _my_grants(table: Table, beside: Sequence[Table]) -> Iterator[str]:
    """The same on MySQL, where a grant on all of the database is no concern of a single table."""
    counted = Counter(grant for other in beside for grant in other.grants)
    wanted = sorted(grant for grant, times in counted.items() if 2 * times > len(beside) and grant not in table.grants)
    by_account: dict[str, list[str]] = {}
    for account, _, right in (grant.partition("\t") for grant in wanted):
        by_account.setdefault(account, []).append(right)
    place = ".".join("`" + part.replace("`", "``") + "`" for part in (table.ref.schema, table.ref.name))
    for account, rights in by_account.items():
        yield f"GRANT {', '.join(rights)} ON {place} TO {account}"


def _granted(thing: Table | Counting) -> Iterator[_Grant]:
    for item in thing.grants:
        found = _ACL.fullmatch(item)
        if found is not None:
            who = found["who"].strip('"').replace('""', '"')
            yield from ((who, _RIGHTS[letter]) for letter in found["what"] if letter in _RIGHTS and who != thing.owner)


def _place(ref: Ref) -> str:
    return f"{quote_name(ref.schema)}.{quote_name(ref.name)}"
