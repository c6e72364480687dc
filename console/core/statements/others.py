"""DROP of anything, COMMENT ON anything, and the things that stand beside tables: schemas, extensions, ..."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from console.core.lexer import TokenKind
from console.core.operations import Change, Create, Drop, Operation, Rename
from console.core.schema import Extension, Kind, Namespace, Other, Ref
from console.core.statements.alter_table import Action, Target, owner_to, read_actions, set_schema
from console.core.statements.cursor import Cursor, Unreadable
from console.core.statements.foreign_keys import Owner
from console.core.statements.indexes import INVALID
from console.core.statements.routines import routine_ref
from console.core.statements.verbs import Meaning, cascades, if_exists, opaque

Address = Callable[[Cursor], Ref]


def _in_schema(kind: Kind) -> Address:
    return lambda cursor: cursor.ref(kind)


def _of_database(kind: Kind) -> Address:
    return lambda cursor: Ref(kind, "", "", cursor.name())


def _of_table(kind: Kind) -> Address:
    def address(cursor: Cursor) -> Ref:
        name = cursor.name()
        cursor.expect("ON")
        return cursor.part_of(kind, name)

    return address


def _routine(cursor: Cursor) -> Ref:
    ref = routine_ref(cursor)
    if ref is None:
        raise Unreadable
    return ref


ADDRESSES: dict[tuple[str, ...], Address] = {
    ("FOREIGN", "TABLE"): _in_schema(Kind.TABLE),
    ("TABLE",): _in_schema(Kind.TABLE),
    ("MATERIALIZED", "VIEW"): _in_schema(Kind.VIEW),
    ("VIEW",): _in_schema(Kind.VIEW),
    ("INDEX",): _in_schema(Kind.INDEX),
    ("SEQUENCE",): _in_schema(Kind.SEQUENCE),
    ("TYPE",): _in_schema(Kind.TYPE),
    ("DOMAIN",): _in_schema(Kind.TYPE),
    ("STATISTICS",): _in_schema(Kind.STATISTICS),
    ("SCHEMA",): _of_database(Kind.SCHEMA),
    ("EXTENSION",): _of_database(Kind.EXTENSION),
    ("PUBLICATION",): _of_database(Kind.PUBLICATION),
    ("TRIGGER",): _of_table(Kind.TRIGGER),
    ("POLICY",): _of_table(Kind.POLICY),
    ("RULE",): _of_table(Kind.RULE),
    ("FUNCTION",): _routine,
    ("PROCEDURE",): _routine,
    ("ROUTINE",): _routine,
}
"""How each kind of object is named."""


def _address(cursor: Cursor) -> Address:
    for words, address in ADDRESSES.items():
        if cursor.accept(*words):
            return address
    raise Unreadable


def drop(cursor: Cursor) -> Meaning:
    """Behind `DROP`."""
    address = _address(cursor)
    concurrently = cursor.accept("CONCURRENTLY")
    if_present = if_exists(cursor)
    refs = [address(cursor)]
    while cursor.accept(","):
        refs.append(address(cursor))
    cascade = cascades(cursor)
    cursor.end()
    leaves = INVALID if concurrently else ""
    drops = tuple(Drop(ref, if_present=if_present, cascade=cascade, leaves=leaves) for ref in refs)
    return Meaning(drops, tuple(t for ref in refs for t in _table_of(ref)), concurrently=concurrently)


def _table_of(ref: Ref) -> Iterator[Ref]:
    if ref.kind in (Kind.TABLE, Kind.VIEW):
        yield ref
    elif ref.table:
        yield Ref(Kind.TABLE, ref.schema, "", ref.table)


def comment(cursor: Cursor) -> Meaning:
    """Behind `COMMENT ON`."""
    if cursor.accept("COLUMN"):
        parts = cursor.dotted()
        if len(parts) < 2:
            raise Unreadable
        ref = Ref(Kind.COLUMN, parts[-3] if len(parts) > 2 else cursor.home, parts[-2], parts[-1])
    elif cursor.accept("CONSTRAINT"):
        ref = _of_table_only(cursor)
    else:
        ref = _address(cursor)(cursor)
    cursor.expect("IS")
    text = None if cursor.accept("NULL") else cursor.string() or None
    cursor.end()
    return Meaning((Change(ref, (("comment", text),)),), tuple(_table_of(ref)))


def _of_table_only(cursor: Cursor) -> Ref:
    name = cursor.name()
    cursor.expect("ON")
    if cursor.accept("DOMAIN"):
        raise Unreadable
    return cursor.part_of(Kind.CONSTRAINT, name)


def create_schema(cursor: Cursor) -> Meaning:
    """Behind `CREATE SCHEMA`; tables made in the same statement are not read."""
    if_absent = cursor.accept("IF", "NOT", "EXISTS")
    name = None if cursor.word() == "AUTHORIZATION" else cursor.name()
    owner = None
    if cursor.accept("AUTHORIZATION"):
        owner = cursor.name()
    if owner in ("current_user", "session_user", "current_role"):
        owner = None
    if name is None and owner is None:
        raise Unreadable
    unread = frozenset() if owner else frozenset({"owner"})
    made = Namespace(ref=Ref(Kind.SCHEMA, "", "", name or owner or ""), owner=owner, unread=unread)
    operations: list[Operation] = [Create((made,), if_absent=if_absent)]
    if not cursor.done:
        operations.append(opaque(cursor.rest(), "What is made inside CREATE SCHEMA is not read.", anything=True))
    return Meaning(tuple(operations))


def create_extension(cursor: Cursor) -> Meaning:
    """Behind `CREATE EXTENSION`."""
    if_absent = cursor.accept("IF", "NOT", "EXISTS")
    ref = Ref(Kind.EXTENSION, "", "", cursor.name())
    version = ""
    while not cursor.done:
        if cursor.accept("VERSION"):
            token = cursor.step()
            version = token.value if token.kind is TokenKind.STRING else token.folded
        else:
            cursor.step()
    unread = frozenset() if version else frozenset({"version"})
    return Meaning((Create((Extension(ref=ref, version=version, unread=unread),), if_absent=if_absent),))


def create_statistics(cursor: Cursor) -> Meaning:
    """Behind `CREATE STATISTICS`."""
    if_absent = cursor.accept("IF", "NOT", "EXISTS")
    if cursor.word() in ("(", "ON"):
        raise Unreadable
    ref = cursor.ref(Kind.STATISTICS)
    cursor.rest()
    return Meaning((Create((_other(ref),), if_absent=if_absent),))


def create_publication(cursor: Cursor) -> Meaning:
    """Behind `CREATE PUBLICATION`."""
    ref = Ref(Kind.PUBLICATION, "", "", cursor.name())
    cursor.rest()
    return Meaning((Create((_other(ref),)),))


def _other(ref: Ref) -> Other:
    return Other(ref=ref, unread=frozenset({"definition"}))


def alter_other(kind_words: tuple[str, ...]) -> Callable[[Cursor], Meaning]:
    """Behind `ALTER {SCHEMA | EXTENSION | STATISTICS | PUBLICATION}`."""
    address = ADDRESSES[kind_words]

    def reader(cursor: Cursor) -> Meaning:
        if_present = if_exists(cursor)
        ref = address(cursor)
        return Meaning(read_actions(cursor, Target(ref, Owner(ref), if_present=if_present), _ACTIONS))

    return reader


def _rename(cursor: Cursor, target: Target) -> Iterator[Operation]:
    yield Rename(target.ref, replace(target.ref, name=cursor.name()), if_present=target.if_present)


def _set_schema(cursor: Cursor, target: Target) -> Iterator[Operation]:
    if target.ref.kind is Kind.EXTENSION:
        yield opaque(cursor.rest(), "Halfway does not read in which schema an extension lives.", harmless=True)
        return
    yield from set_schema(cursor, target)


def _owner(cursor: Cursor, target: Target) -> Iterator[Operation]:
    if target.ref.kind is Kind.SCHEMA:
        yield from owner_to(cursor, target)
        return
    yield opaque(cursor.rest(), f"Halfway does not read the owner of a {target.ref.kind}.", harmless=True)


def _update(cursor: Cursor, target: Target) -> Iterator[Operation]:
    if target.ref.kind is Kind.EXTENSION and cursor.accept("TO"):
        token = cursor.step()
        yield target.change(("version", token.value if token.kind is TokenKind.STRING else token.folded))
        return
    yield opaque(f"{target.ref.name} {cursor.rest()}", "Which version that is depends on the server.")


def _members(cursor: Cursor, target: Target) -> Iterator[Operation]:
    text = f"{target.ref.name} {cursor.rest()}"
    yield opaque(text, f"Halfway does not read what a {target.ref.kind} is made of.", harmless=True)


_ACTIONS: dict[tuple[str, ...], Action] = {
    ("RENAME", "TO"): _rename,
    ("SET", "SCHEMA"): _set_schema,
    ("OWNER", "TO"): _owner,
    ("UPDATE",): _update,
    ("ADD",): _members,
    ("DROP",): _members,
    ("SET",): _members,
}
