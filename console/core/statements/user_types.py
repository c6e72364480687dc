"""CREATE TYPE, CREATE DOMAIN and their ALTERs."""

from __future__ import annotations

from collections.abc import Iterator

from console.core.operations import Change, Create, Operation
from console.core.schema import Kind, UserType
from console.core.statements.alter_table import (
    Action,
    Target,
    owner_to,
    read_actions,
    read_target,
    rename_to,
    set_schema,
)
from console.core.statements.columns import DEFAULT_STOPS, collation_name, stored_default
from console.core.statements.cursor import Cursor, Unreadable
from console.core.statements.verbs import Meaning, opaque
from console.core.types.postgres_names import free_name
from console.core.types.postgres_words import quote_name

_OWNER = frozenset({"owner"})


def create_type(cursor: Cursor) -> Meaning:
    """Behind `CREATE TYPE`."""
    ref = cursor.ref(Kind.TYPE)
    if cursor.accept("AS", "ENUM"):
        labels = tuple(item.string() for item in cursor.group().items())
        return _made(cursor, UserType(ref=ref, type="enum", labels=labels, unread=_OWNER))
    if cursor.accept("AS", "RANGE"):
        cursor.skip_group()
        return _made(cursor, UserType(ref=ref, type="range", unread=_OWNER | {"base", "labels"}))
    if cursor.accept("AS"):
        labels = tuple(_attribute(item) for item in cursor.group().items())
        return _made(cursor, UserType(ref=ref, type="composite", labels=labels, unread=_OWNER))
    raise Unreadable


def _made(cursor: Cursor, made: UserType) -> Meaning:
    cursor.end()
    return Meaning((Create((made,)),))


def _attribute(item: Cursor) -> str:
    text = f"{quote_name(item.name())} {item.type()}"
    if item.accept("COLLATE"):
        collation_name(item)
    return text


def create_domain(cursor: Cursor) -> Meaning:
    """Behind `CREATE DOMAIN`."""
    ref = cursor.ref(Kind.TYPE)
    cursor.accept("AS")
    base = cursor.type()
    nullable, default, checks, taken = True, None, [], set[str]()
    while not cursor.done:
        name = cursor.name() if cursor.accept("CONSTRAINT") else None
        if cursor.accept("NOT", "NULL"):
            nullable = False
        elif cursor.accept("CHECK"):
            given = name or free_name(ref.name, "", "check", taken)
            taken.add(given)
            checks.append(f"{given}: {cursor.grouped_text()}")
        elif cursor.accept("DEFAULT"):
            default = stored_default(cursor.until(DEFAULT_STOPS))
        elif cursor.accept("COLLATE"):
            collation_name(cursor)
        else:
            cursor.expect("NULL")
    domain = UserType(
        ref=ref,
        type="domain",
        base=base,
        nullable=nullable,
        default=default,
        checks=tuple(sorted(checks)),
        unread=_OWNER,
    )
    return _made(cursor, domain)


def alter_type(cursor: Cursor) -> Meaning:
    """Behind `ALTER TYPE`."""
    target = read_target(cursor, Kind.TYPE, if_present=False)
    return Meaning(read_actions(cursor, target, _TYPE_ACTIONS))


def alter_domain(cursor: Cursor) -> Meaning:
    """Behind `ALTER DOMAIN`."""
    target = read_target(cursor, Kind.TYPE, if_present=False)
    return Meaning(read_actions(cursor, target, _DOMAIN_ACTIONS))


def _add_value(cursor: Cursor, target: Target) -> Iterator[Operation]:
    if_absent = cursor.accept("IF", "NOT", "EXISTS")
    label = cursor.string()
    if cursor.accept_any("BEFORE", "AFTER"):
        cursor.string()
    yield Change(target.ref, ((f"labels:{label}", True),), repeatable=if_absent)


def _rename_value(cursor: Cursor, target: Target) -> Iterator[Operation]:
    old = cursor.string()
    cursor.expect("TO")
    new = cursor.string()
    yield Change(target.ref, ((f"labels:{old}", False), (f"labels:{new}", True)), repeatable=False)


def _add_attribute(cursor: Cursor, target: Target) -> Iterator[Operation]:
    label = _attribute(cursor)
    cursor.accept_any("CASCADE", "RESTRICT")
    yield Change(target.ref, ((f"labels:{label}", True),), repeatable=False)


def _attributes(cursor: Cursor, target: Target) -> Iterator[Operation]:
    text = f"{target.ref.name} {cursor.rest()}"
    yield opaque(text, f"What the attributes of {target.ref.name} were before is not known from the text.")


def _base_type(cursor: Cursor, target: Target) -> Iterator[Operation]:
    text = f"{target.ref.name} {cursor.rest()}"
    yield opaque(text, "Halfway does not read the functions of a base type.", harmless=True)


_COMMON: dict[tuple[str, ...], Action] = {
    ("RENAME", "TO"): rename_to,
    ("SET", "SCHEMA"): set_schema,
    ("OWNER", "TO"): owner_to,
}
_TYPE_ACTIONS: dict[tuple[str, ...], Action] = {
    **_COMMON,
    ("ADD", "VALUE"): _add_value,
    ("RENAME", "VALUE"): _rename_value,
    ("ADD", "ATTRIBUTE"): _add_attribute,
    ("DROP", "ATTRIBUTE"): _attributes,
    ("ALTER", "ATTRIBUTE"): _attributes,
    ("RENAME", "ATTRIBUTE"): _attributes,
    ("SET", "("): _base_type,
}


def _add_check(cursor: Cursor, target: Target) -> Iterator[Operation]:
    name = cursor.name() if cursor.accept("CONSTRAINT") else free_name(target.ref.name, "", "check")
    if cursor.accept("NOT", "NULL"):
        yield target.change(("nullable", False))
        return
    cursor.expect("CHECK")
    text = f"{name}: {cursor.grouped_text()}"
    suffix = " NOT VALID" if cursor.accept("NOT", "VALID") else ""
    yield Change(target.ref, ((f"checks:{text}{suffix}", True),), repeatable=False)


def _set_default(cursor: Cursor, target: Target) -> Iterator[Operation]:
    yield target.change(("default", stored_default(cursor.rest())))


def _drop_default(cursor: Cursor, target: Target) -> Iterator[Operation]:
    yield target.change(("default", None))


def _nullable(value: bool) -> Action:
    def action(cursor: Cursor, target: Target) -> Iterator[Operation]:
        yield target.change(("nullable", value))

    return action


def _checks(cursor: Cursor, target: Target) -> Iterator[Operation]:
    text = f"{target.ref.name} {cursor.rest()}"
    yield opaque(text, f"What the constraints of {target.ref.name} were before is not known from the text.")


_DOMAIN_ACTIONS: dict[tuple[str, ...], Action] = {
    **_COMMON,
    ("ADD",): _add_check,
    ("SET", "DEFAULT"): _set_default,
    ("DROP", "DEFAULT"): _drop_default,
    ("SET", "NOT", "NULL"): _nullable(value=False),
    ("DROP", "NOT", "NULL"): _nullable(value=True),
    ("DROP", "CONSTRAINT"): _checks,
    ("RENAME", "CONSTRAINT"): _checks,
    ("VALIDATE", "CONSTRAINT"): _checks,
}
